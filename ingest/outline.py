"""The numbering grammar as a state machine: a mark is believed as next sibling, first child or a parent's successor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.extract import Block, Extract
from ingest.marks import Mark, MarkKind, find_mark
from kb.records import Clause, ClauseKind, Doubt, Span

_KIND: dict[MarkKind, ClauseKind] = {
    "part": "part",
    "subpart": "subpart",
    "chapter": "chapter",
    "section": "section",
    "article": "article",
    "annex": "annex",
}
# Nesting of statute units; lists take the depth the document itself gives them.
_RANK = {"annex": 0, "part": 1, "subpart": 2, "chapter": 3, "section": 4, "article": 5}
_RUN_IN = 40  # characters; a longer first sentence is text, not a heading
_HEADING = 60  # characters; the longest heading on a line of its own
_GAP = 3  # a list may skip so many numbers (lost in conversion) and still be the same list
_DOCUMENT_TITLE = re.compile(
    r"(办法|条例|规定|细则|方案|意见|规则|计划|规划|纲要|章程|制度|标准|目录|清单|措施|要点|规程|准则|决定)(（[^）]{1,12}）|\([^)]{1,12}\))?$"
)
_CLOSING = re.compile(r"^[\s　]*(注[：:]|抄送|主题词|（此件|\(此件|信息公开选项|联系人|附件[：:]$)")


@dataclass(slots=True)
class _Open:
    """One level of the stack: its clause so far and the last number seen."""

    kind: str
    number: int
    clause: Clause


class _Outline:
    """The state: open levels, finished clauses, doubts."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.stack: list[_Open] = []
        self.done: list[Clause] = []
        self.doubts: list[Doubt] = []
        self.statute = False
        self.seen: Counter[str] = Counter()

    def close(self, depth: int, at: int) -> None:
        """End every level from ``depth`` inwards at ``at``."""
        while len(self.stack) > depth:
            level = self.stack.pop()
            self.done.append(replace(level.clause, end=max(at, level.clause.heading_end)))

    def open(self, kind: str, number: int, clause: Clause) -> None:
        """Begin a level under what is open now."""
        parent = self.stack[-1].clause if self.stack else None
        name = clause.label or clause.title
        path = f"{parent.path} {name}".strip() if parent else name
        self.seen[path] += 1
        id = path if self.seen[path] == 1 else f"{path}#{self.seen[path]}"
        level = len(self.stack) + 1
        self.stack.append(
            _Open(kind, number, replace(clause, id=id, path=path, level=level, parent=parent.id if parent else None))
        )


def find_clauses(extract: Extract, furniture: Sequence[Span] = ()) -> tuple[tuple[Clause, ...], tuple[Doubt, ...]]:
    """Every clause of a text in order of its start, and what was doubted about the numbering."""
    text = extract.text
    lines = _lines(extract, furniture)
    contents = _find_contents(text, lines)
    state = _Outline(text)
    state.statute = (
        sum(1 for b in lines if (m := find_mark(text[b.start : b.end], b.start)) and m.kind == "article") >= 2
    )
    doubts = [Doubt("toc", "目录重复列出各章标题，未计入条款。", contents.start, contents.end)] if contents else []
    previous: Block | None = None
    for n, block in enumerate(lines):
        if contents and contents.start <= block.start < contents.end:
            continue
        mark = find_mark(text[block.start : block.end], block.start)
        following = lines[n + 1] if n + 1 < len(lines) else None
        if mark is None:
            _unmarked(state, block, previous, n)
        elif mark.kind in _RANK:
            _statute(state, mark, block, following)
        else:
            _listed(state, mark, block, following)
        previous = block
    state.close(0, len(text.rstrip()))
    clauses = tuple(sorted(state.done, key=lambda c: (c.start, c.level)))
    return clauses, (*doubts, *state.doubts, *_article_doubts(clauses))


def _lines(extract: Extract, furniture: Sequence[Span]) -> list[Block]:
    """Blocks that carry text; a table's rows are no headings."""
    hidden = sorted((s.start, s.end) for s in furniture)
    kept, h = [], 0
    for block in extract.blocks:
        while h < len(hidden) and hidden[h][1] <= block.start:
            h += 1
        inside = h < len(hidden) and hidden[h][0] <= block.start and block.end <= hidden[h][1]
        if block.kind in ("paragraph", "heading", "textbox") and not inside:
            kept.append(block)
    return kept


def _find_contents(text: str, lines: Sequence[Block]) -> Span | None:
    """The table of contents: a run of chapter lines that all come again further down."""
    marks = [
        (b, m)
        for b in lines
        if (m := find_mark(text[b.start : b.end], b.start))
        and m.kind in ("part", "subpart", "chapter", "section", "article", "cn")
    ]
    first = [m.label + text[m.after : b.end].strip() for b, m in marks]
    run = 0
    for n, (_, m) in enumerate(marks):
        if m.kind == "article" or first[n] in first[:n]:
            break
        run = n + 1
    if run < 2 or run >= len(marks) or first[run] != first[0]:
        return None
    head, tail = marks[0][0], marks[run - 1][0]
    before = [b for b in lines if b.end <= head.start]
    named = before and re.fullmatch(r"[\s　#*]*目\s*[录次][\s　*]*", text[before[-1].start : before[-1].end])
    if not named and tail.start - head.start > 80 * run:  # not a compact list: real chapters that repeat
        return None
    return Span(before[-1].start if named else head.start, tail.end)


def _statute(state: _Outline, mark: Mark, block: Block, following: Block | None) -> None:
    """编 章 节 条 附件: each closes everything of its own rank and below."""
    rank = _RANK[mark.kind]
    if mark.kind == "annex":
        rest = state.text[mark.after : block.end].strip()
        if rest and (re.match(r"^\d+[．.、]", rest) or len(rest) > 40):
            return  # 附件：1.… under a notice names the annexes; the annex itself comes later
    depth = next(
        (i for i, o in enumerate(state.stack) if o.kind not in _RANK or _RANK[o.kind] >= rank), len(state.stack)
    )
    documents = [i for i, o in enumerate(state.stack) if o.kind == "document"]
    if mark.kind != "annex" and documents:
        inner = [
            i
            for i in range(documents[-1] + 1, len(state.stack))
            if state.stack[i].kind not in _RANK or _RANK[state.stack[i].kind] >= rank
        ]
        depth = inner[0] if inner else len(state.stack)
    state.close(depth, mark.start)
    if mark.kind == "article":
        heading_end, title = mark.after, ""
    else:
        heading_end, title = _chapter_title(state.text, mark, block, following)
    label = mark.label
    state.open(
        mark.kind, mark.number, Clause("", _KIND[mark.kind], 0, label, title, "", mark.start, block.end, heading_end)
    )


def _chapter_title(text: str, mark: Mark, block: Block, following: Block | None) -> tuple[int, str]:
    """The heading's words, with a second line where the first breaks off."""
    title = text[mark.after : block.end].strip(" \u3000*#\t")
    end = block.end
    glued = re.search(r"第[一二三四五六七八九十百]+条[\s　]", text[mark.after : block.end])
    if glued:  # 第一章 总则第一条 …: the heading ends where the article begins
        end = mark.after + glued.start()
        return end, text[mark.after : end].strip()
    if following is not None and following.kind == "paragraph" and len(title) >= 8:
        rest = text[following.start : following.end].strip()
        broken = title.endswith(("、", "和", "，", "与", "及")) or len(title) >= 14
        if (
            broken
            and len(rest) <= 30
            and find_mark(text[following.start : following.end], following.start) is None
            and not re.search(r"[。；：:]$", rest)
        ):
            return following.end, title + rest
    return end, title


def _listed(state: _Outline, mark: Mark, block: Block, following: Block | None) -> None:
    """一、（一）1.（1）①: next sibling, first child, or a parent's successor; anything else is text."""
    text = state.text
    rest = text[mark.after : block.end].strip()
    depth = _accept(state, mark)
    if depth is None:
        return
    if not rest and (
        following is None or find_mark(text[following.start : following.end], following.start) is not None
    ):
        return  # 一、 on a line of its own before 二、三级道路: a list of grades broken over lines
    state.close(depth, mark.start)
    inside = any(o.kind == "article" for o in state.stack)
    heading_end, title = _list_title(text, mark, block)
    kind: ClauseKind = "heading"
    if inside:
        kind = "item" if mark.kind == "cn-paren" else "subitem"
        heading_end, title = mark.after, ""
    elif not title:
        kind, heading_end = "item", mark.after
    state.open(mark.kind, mark.number, Clause("", kind, 0, mark.label, title, "", mark.start, block.end, heading_end))


def _accept(state: _Outline, mark: Mark) -> int | None:
    """The depth at which a list mark belongs, or None when it cannot be believed."""
    open_at = [i for i, o in enumerate(state.stack) if o.kind == mark.kind]
    if open_at:
        depth = open_at[-1]
        last = state.stack[depth].number
        if mark.number == last + 1:
            return depth
        if mark.number == 1:
            # A list that starts again: under a deeper level it is a child list, else a new list beside the old one.
            return len(state.stack) if depth < len(state.stack) - 1 and state.stack[-1].kind != mark.kind else depth
        if last < mark.number <= last + _GAP:
            state.doubts.append(
                Doubt("number-gap", f"编号从 {last} 跳到 {mark.number}，中间可能缺失。", mark.start, mark.after)
            )
            return depth
        return None
    if mark.number == 1:
        return len(state.stack)
    if mark.kind == "cn" and mark.number <= _GAP and not any(o.kind == "article" for o in state.stack):
        state.doubts.append(Doubt("number-gap", f"编号从 {mark.number} 开始，前面可能缺失。", mark.start, mark.after))
        return next(
            (i for i, o in enumerate(state.stack) if o.kind not in _RANK and o.kind != "document"), len(state.stack)
        )
    return None


def _list_title(text: str, mark: Mark, block: Block) -> tuple[int, str]:
    """A heading on its own line, or run in before the first 。 or ：; empty for an item that is a sentence."""
    rest = text[mark.after : block.end]
    stop = re.search(r"[。：:]", rest)
    head = rest[: stop.start()] if stop else rest
    title = head.strip(" \u3000*#\t")
    limit = _RUN_IN if stop and rest[stop.end() :].strip() else _HEADING
    if not title or len(title) > limit or (not stop and re.search(r"[；;，,]$", title)):
        return mark.after, ""
    return mark.after + len(head.rstrip()), title


def _unmarked(state: _Outline, block: Block, previous: Block | None, n: int) -> None:
    """An annexed text begins where a title stands alone after a notice has ended, or the source says heading."""
    text = state.text[block.start : block.end]
    title = re.sub(r"[\s　*#]+", "", text)
    if n < 3 or not 4 <= len(title) <= _HEADING or re.search(r"[。；，：:]$", title):
        return
    ends = previous is not None and _ends_notice(state.text[previous.start : previous.end])
    if _DOCUMENT_TITLE.search(title) and (block.centred or ends) and not title.startswith(("关于", "根据")):
        state.close(0, block.start)
        state.open("document", 0, Clause("", "document", 0, "", title, "", block.start, block.end, block.end))


def _ends_notice(line: str) -> bool:
    plain = re.sub(r"\s", "", line)
    return bool(
        re.search(r"(\d{4}年\d{1,2}月\d{1,2}日|[二〇○零一二三四五六七八九]{4}年.{1,3}月.{1,3}日)[）)]?$", plain)
        or _CLOSING.match(line)
        or re.fullmatch(r"附件?[\d一二三四五六七八九十]*[：:]?", plain)
    )


def _article_doubts(clauses: Sequence[Clause]) -> list[Doubt]:
    """Gaps and repeats in the sequence of articles."""
    doubts: list[Doubt] = []
    last = 0
    for c in clauses:
        if c.kind == "document":
            last = 0
        if c.kind != "article":
            continue
        mark = find_mark(c.label, 0)
        number = mark.number if mark else 0
        if mark and mark.sub:
            continue
        if last and number > last + 1:
            doubts.append(
                Doubt(
                    "article-gap",
                    f"条文从第{last}条跳到第{number}条，中间缺 {number - last - 1} 条。",
                    c.start,
                    c.heading_end,
                )
            )
        elif last and number <= last and number != 1:
            doubts.append(
                Doubt("article-order", f"第{number}条出现在第{last}条之后，序号重复或颠倒。", c.start, c.heading_end)
            )
        elif not last and number != 1:
            doubts.append(Doubt("article-gap", f"条文从第{number}条开始，前面缺失。", c.start, c.heading_end))
        last = number
    return doubts
