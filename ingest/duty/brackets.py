"""Responsibility in brackets: （A、B负责） （A牵头，B配合，年底前完成） （责任单位：A） and the same after 责任单位： in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.duty.draft import Found
from ingest.duty.names import ends_with_name
from kb.records import Role

_LABELS = (
    r"牵头考核单位|牵头(?:责任)?(?:单位|部门|领导)|主办(?:单位|部门)|主责(?:单位|部门)|负责(?:单位|部门)|责任(?:单位|部门|主体|分工)|配合(?:单位|部门)|"
    r"协办(?:单位|部门)|参与(?:单位|部门)|承办(?:单位|部门)|落实(?:单位|部门)|实施(?:单位|主体)|监督(?:单位|部门)|督办(?:单位|部门)"
)
_BRACKET = re.compile(
    rf"[（(](?P<body>[^（）()]{{2,400}}?(?:负责|牵头|配合|协助|承担|落实|指导|参与|{_LABELS})(?:[^（）()]|[（(][^（）()]*[）)]){{0,300}})[）)]"
)
_LINE_LABEL = re.compile(rf"(?P<body>(?:{_LABELS})[：:][^。\n]{{2,200}})")
_PIECE = re.compile(r"[；;，,。]")
_LABELLED = re.compile(rf"^(?P<label>{_LABELS})[：:为](?P<who>.+)$")
_VERBED = re.compile(
    r"^(?:由)?(?P<who>.{2,160}?)(?:(?:按照?|根据)?(?:各自)?职责?(?:分工)?|分别|共同|主要|等?具体)*"
    r"(?P<verb>牵头(?:负责|落实|组织实施|实施)?|负责(?:落实|实施|组织实施)?|配合|协助|参与|协同配合|会同|指导|督促指导|承担)(?:等|本?项?工作)?$"
)
_JOINT = re.compile(r"(?P<lead>.{2,40}?)会同(?P<who>.{2,160})$")
_DEADLINE = re.compile(
    r"(?:完成时限|时限|完成时间)?[：:]?(?P<when>(?:\d{4}年)?(?:\d{1,2}月\d{0,2}日?底?|底|年底|上半年)(?:前|之前)?(?:完成|取得[^，；]{2,16})?(?:并持续推进)?|年底前(?:完成)?|长期坚持|持续推进|持续优化|持续实施)$"
)
FIRST_LEADS = re.compile(
    r"列第一位(?:者|的)?(?:单位|部门|的为|为)?[^，。）)]{0,4}牵头|排(?:在)?第一位的?(?:单位|部门)?为牵头|第一个(?:单位|部门)为牵头"
)
_ROLE: tuple[tuple[str, Role], ...] = (
    ("牵头考核", "oversee"), ("牵头", "lead"), ("主办", "lead"), ("主责", "lead"), ("配合", "support"), ("协办", "support"),
    ("协助", "support"), ("协同", "support"), ("参与", "support"), ("指导", "oversee"), ("监督", "oversee"), ("督办", "oversee"),
)  # fmt: skip
_NUMBERING = re.compile(r"^\d{1,3}[﹒.．、]\s*")
_TASK = 500  # characters before the bracket that still belong to its task
FIRST_RULE = "列第一位者为牵头单位"


def find_in_brackets(
    text: str, start: int, end: int, *, first_leads: bool, before: tuple[int, int] | None = None
) -> Iterator[Found]:
    """Duties of every bracket in one line; each owns the text since the bracket before it, or the line above."""
    begin = start
    matches = [*_BRACKET.finditer(text, start, end), *(_LINE_LABEL.finditer(text, start, end))]
    matches.sort(key=lambda m: m.start())
    last_end = start
    for m in matches:
        if m.start() < last_end:
            continue
        pieces = list(parse_bracket(m["body"], first_leads))
        if not pieces:
            continue
        task_start = _sentence_start(text, begin, m.start())
        task = text[task_start : m.start()].strip("，。；（( 　\n")
        task = _NUMBERING.sub("", task)
        quote = (task_start if task else m.start(), m.end())
        if not task and before is not None:
            task, quote = text[before[0] : before[1]][:_TASK], (m.start(), m.end())
        when = next((d["when"] for p in _PIECE.split(m["body"]) if (d := _DEADLINE.search(p.strip()))), None)
        for who, role, word, inference in pieces:
            yield Found(who, role, word, task, task, *quote, inference=inference, time=when)
        begin = last_end = m.end()


def _sentence_start(text: str, begin: int, end: int) -> int:
    """Where a bracket's task begins: after the bracket before it, or with the first whole sentence of its last _TASK characters."""
    if end - begin <= _TASK:
        return begin
    at = text.find("。", end - _TASK, end - 2)
    return at + 1 if at >= 0 else begin


def parse_bracket(body: str, first_leads: bool) -> Iterator[tuple[str, Role, str, tuple[str, ...]]]:
    """(names, role, role word, inference) of each piece of a bracket's inside; nothing for a bracket of another kind."""
    pieces = [p.strip() for p in _PIECE.split(body) if p.strip()]
    label = ""
    for piece in pieces:
        labelled = _LABELLED.match(piece)
        if labelled:
            label, who = labelled["label"], labelled["who"]
        elif label and not _VERBED.match(piece) and ends_with_name(piece):
            who = piece
        else:
            label = ""
            yield from _verbed(piece, first_leads)
            continue
        yield from _ranked(
            re.sub(r"(?:等)?(?:有关|相关)?(?:单位|部门)?按.*$", "", who), _role(label), label, first_leads
        )


def _verbed(piece: str, first_leads: bool) -> Iterator[tuple[str, Role, str, tuple[str, ...]]]:
    m = _VERBED.match(piece)
    if m is None or _DEADLINE.match(piece):
        return
    who, verb = m["who"].removesuffix("按"), m["verb"]
    joint = _JOINT.match(who)
    if joint:
        yield joint["lead"], "lead", "会同", ()
        yield joint["who"], "joint", "会同", ()
        return
    if not ends_with_name(re.sub(r"等$", "", who)) or re.search(r"由.{0,3}$|[的了]", who):
        return
    yield from _ranked(who, _role(verb), verb, first_leads)


def _ranked(who: str, role: Role, word: str, first_leads: bool) -> Iterator[tuple[str, Role, str, tuple[str, ...]]]:
    """The first of a list leads where the document says so."""
    who = re.sub(r"等(?:有关|相关)?(?:单位|部门)?$", "", who) if not who.endswith(("等部门", "等单位")) else who
    head, mark, rest = who.partition("、")
    if role == "own" and first_leads:
        yield head, "lead", word, (FIRST_RULE,)
        if mark:
            yield rest, "own", word, ()
        return
    yield who, role, word, ()


def _role(word: str) -> Role:
    return next((role for start, role in _ROLE if word.startswith(start)), "own")
