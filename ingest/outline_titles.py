"""What a heading says and where it ends: on its line, over two lines, run in before the first 。 or ：."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.marks import MarkKind
from ingest.outline_lines import Line
from kb.records import Clause

RUN_IN = 45  # characters; a longer first sentence is text, not a heading
LONGEST = 64  # characters; the longest heading on a line of its own
_GLUED_ARTICLE = re.compile(r"[\s　]*第[一二三四五六七八九十百]+条[\s　]")
_BROKEN_OFF = re.compile(r"[、，与及和]$")
_STOP = re.compile(r"[。：:]")
_ENUMERATES = re.compile(r"下列|以下|如下|之一的?$|是指|包括$|应当具备|还应具备|修改为$|[增改]加?一|作为第")
_IN_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)")
_MARGIN = " \t\u3000\u2003\u00a0*#="


def clean_title(words: str) -> str:
    """A title without margins, Markdown marks and the spaces that spread 总　则 over a line."""
    words = re.sub(r"[\u200b-\u200d\u2060\ufeff\u00ad]", "", words).strip(_MARGIN + "\n")
    words = re.sub(r"(?<=[\u4e00-\u9fff，、。；：）”])[\s　]+(?=[\u4e00-\u9fff“（])", "", words)
    return re.sub(r"[\s　]+", " ", words)


def chapter_title(text: str, after: int, line: Line, following: Line | None) -> tuple[str, int]:
    """Words and end of a 编, 章 or 节, with a second line where the first breaks off."""
    glued = _GLUED_ARTICLE.search(text, after, line.end)
    if glued:  # 第一章 总则 第一条 …: the heading ends where the article begins
        return clean_title(text[after : glued.start()]), glued.start()
    title = clean_title(text[after : line.end])
    if following is None or following.mark is not None or following.level is not None:
        return title, line.end
    rest = text[following.start : following.end].strip(_MARGIN)
    broken = _BROKEN_OFF.search(title) or len(title) >= 14 or not title
    if broken and len(rest) <= 40 and not re.search(r"[。；：:）)]$", rest):
        return clean_title(title + rest), following.end
    return title, line.end


def list_title(text: str, kind: MarkKind, after: int, line: Line) -> tuple[str, int]:
    """Words and end of 一、（一）1. headings; an empty title where the line is a sentence of a list."""
    rest = text[after : line.end]
    stop = _STOP.search(rest)
    head = rest[: stop.start()] if stop else rest
    title = clean_title(head)
    run_in = bool(stop and rest[stop.end() :].strip())
    if not title or len(title) > (RUN_IN if run_in else LONGEST) or re.search(r"[；;，,]", head[-1:]):
        return "", after
    if stop and stop[0] in "：:" and (kind not in ("cn", "cn-paren") or _ENUMERATES.search(title)):
        return "", after  # 10.法人社会团体还应具备：
    if run_in and (kind in ("arabic", "arabic-paren", "circled") and re.search(r"[，,；;]", title)):
        return "", after
    if run_in and re.search(r"[；;]", title):
        return "", after
    return title, after + len(head.rstrip())


def settle_headings(text: str, clauses: Sequence[Clause]) -> list[Clause]:
    """Headings that head nothing become items; so do short sentences of a list whose siblings are long ones."""
    groups: dict[tuple[str | None, str], list[Clause]] = {}
    for c in clauses:
        if c.kind == "heading" and c.label:
            groups.setdefault((c.parent, _style(c.label)), []).append(c)
    settled: dict[str, Clause] = {}
    for (parent, style), group in groups.items():
        headed = [c for c in group if c.title and _has_body(text, c)]
        plain = [c for c in headed if not _is_sentence(text, c)]
        if len(headed) < len(group) and (not plain or len(headed) * 10 < len(group) * 6):
            headed = [c for c in plain if not _is_long_run_in(text, c)]
        if style == "（一）" and len(group) > 2 and len(headed) == 1:
            headed = []  # one short first sentence among items that have none
        weak = style in ("1", "(1)", "①")
        listed = not headed or (weak and len(headed) * 10 < len(group) * 6) or (weak and _is_glossary(parent))
        for c in group:
            if listed or (c not in headed and (not c.title or text[c.heading_end : c.heading_end + 1] == "。")):
                settled[c.id] = replace(c, kind="item", title="", heading_end=c.start + len(c.label))
    held = {c.parent for c in clauses if c.kind == "heading" and c.id not in settled}
    titled = {(c.parent, _style(c.label)) for c in clauses if c.kind == "heading" and c.label and c.id not in settled}
    return [_restore(c, settled, held, titled, glued=_is_glued(text, c)) for c in clauses]


def _restore(
    clause: Clause,
    settled: dict[str, Clause],
    held: set[str | None],
    titled: set[tuple[str | None, str]],
    *,
    glued: bool,
) -> Clause:
    """A unit that holds headings is a heading; so is 二、 glued to its text beside a titled 一、: title's end unknown."""
    now = settled.get(clause.id, clause)
    if now.kind != "item" or clause.kind != "heading":
        return now
    beside = _style(clause.label) == "一" and (clause.parent, "一") in titled and glued
    return replace(now, kind="heading") if clause.id in held or beside else now


def _is_glued(text: str, clause: Clause) -> bool:
    """A line that runs on for long without a full stop: heading and text lost the break between them."""
    line = text[clause.start : text.find("\n", clause.start) % (len(text) + 1)]
    return len(line) > 150 and "。" not in line[:150]


def _is_sentence(text: str, clause: Clause) -> bool:
    """A title so long and with a comma, closed by a full stop, that it reads as a sentence."""
    stop = text[clause.heading_end : clause.heading_end + 1] == "。"
    return stop and len(clause.title) > 24 and bool(re.search(r"[，,]", clause.title))


def _is_long_run_in(text: str, clause: Clause) -> bool:
    """A first sentence on the line of its text, too long for a heading among siblings that have none."""
    after = text[clause.heading_end : clause.heading_end + 2]
    return len(clause.title) > 16 and after[:1] in "。：:" and after[1:2] not in ("", "\n")


def _has_body(text: str, clause: Clause) -> bool:
    """Words below or behind the heading other than who is responsible in brackets."""
    body = text[clause.heading_end : clause.end].strip(" \t\n\u3000*#。：:")
    return len(body) >= 2 and not _IN_BRACKETS.fullmatch(body)


def _is_glossary(parent: str | None) -> bool:
    return parent is not None and bool(re.search(r"名词|术语|注释|解释", parent))


def _style(label: str) -> str:
    if label[0] in "（(":
        return "(1)" if label[1:2].isdigit() else "（一）"
    if label[0].isdigit():
        return "①" if label[0] in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" else "1"
    return "一"
