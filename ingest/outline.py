"""The numbering grammar as a state machine: a mark is believed as next sibling, first child or a parent's successor."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.extract import Extract
from ingest.marks import Mark
from ingest.outline_documents import Titles, annex_title, find_titles, is_annex_list, is_section_name
from ingest.outline_doubts import find_sequence_doubts
from ingest.outline_lines import Line, find_contents, find_lines
from ingest.outline_titles import chapter_title, clean_title, list_title, settle_headings
from kb.records import Clause, ClauseKind, Doubt, Span

# Nesting. A numbered heading that holds articles (一、管辖 of a judicial interpretation) stands above them.
_RANK = {
    "annex": 0, "document": 0, "name": 1, "source": 1, "part": 2, "subpart": 3, "chapter": 4, "section": 5, "decimal": 6,
    "holder": 7, "subholder": 8, "article": 9, "cn": 10, "cn-paren": 11, "arabic": 12, "arabic-paren": 13, "circled": 14,
}  # fmt: skip
_LISTS = ("cn", "cn-paren", "arabic", "arabic-paren", "circled")
_NUMBERED = re.compile(r"[\s　]*[一二三四五六七八九十]+、")
_CHAPTER_NAMES = ("附则", "法律责任", "罚则")  # chapters whose number was lost: no other line consists of these words
_CHAPTER_NAME = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff、]{1,23}")
_GAP = 3  # a list may skip so many numbers (lost in conversion) and still be the same list
_DECIMAL_TITLE = 30  # characters of a heading behind a number of one level
_DECIMAL_AHEAD = 40  # lines
_LONGEST_NAME = 200  # characters; a longer line is no heading, whatever the source says
_AHEAD = 60  # marks of articles looked through for them
_NEAR = 6  # marks of articles looked ahead to tell a slip from a cross-reference


@dataclass(slots=True)
class _Open:
    """One level of the stack: its clause so far and the last number seen."""

    kind: str
    number: int
    clause: Clause


class _Outline:
    """The state: open levels, finished clauses, the last number of each kind, doubts."""

    def __init__(self, text: str, lines: Sequence[Line], titles: Titles) -> None:
        self.text = text
        self.lines = lines
        self.titles = titles
        self.stack: list[_Open] = []
        self.done: list[Clause] = []
        self.doubts: list[Doubt] = []
        self.seen: Counter[str] = Counter()
        self.last: dict[str, tuple[int, int]] = {}  # number and sub-number of each kind in this document
        self.articles = [n for n, x in enumerate(lines) if x.mark and x.mark.kind == "article"]

    def close(self, depth: int, at: int) -> None:
        """End every level from ``depth`` inwards at ``at``."""
        while len(self.stack) > depth:
            level = self.stack.pop()
            self.done.append(replace(level.clause, end=max(at, level.clause.heading_end)))

    def depth(self, rank: int, *, holders: bool = False) -> int:
        """How many levels stay open when one of ``rank`` begins."""
        for i, o in enumerate(self.stack):
            if o.kind != "document" and (_RANK[o.kind] >= rank or (holders and o.kind in _LISTS)):
                return i
        return len(self.stack)

    def open(self, kind: str, number: int, clause: Clause) -> None:
        """Begin a level under what is open now."""
        parent = self.stack[-1].clause if self.stack else None
        name = clause.label or clause.title
        path = f"{parent.path} {name}".strip() if parent else name
        self.seen[path] += 1
        id = path if self.seen[path] == 1 else f"{path}#{self.seen[path]}"
        level = len(self.stack) + 1
        clause = replace(clause, id=id, path=path, level=level, parent=parent.id if parent else None)
        self.stack.append(_Open(kind, number, clause))
        self.last[kind] = (number, 0)

    def holds(self, kind: str) -> bool:
        """Whether a level of this kind is open."""
        return any(o.kind == kind for o in self.stack)

    def articles_after(self, n: int) -> Iterator[Mark]:
        """The marks of articles on the lines behind the n-th, a bounded number of them."""
        first = bisect_right(self.articles, n)
        for i in self.articles[first : first + _AHEAD]:
            mark = self.lines[i].mark
            if mark is not None:
                yield mark

    def restart(self, at: int, *, keep: int = 0) -> None:
        """A new text begins: its numbering starts afresh."""
        self.close(keep, at)
        self.last.clear()


def find_clauses(extract: Extract, furniture: Sequence[Span] = ()) -> tuple[tuple[Clause, ...], tuple[Doubt, ...]]:
    """Every clause of a text in order of its start, and what was doubted about the numbering."""
    text = extract.text
    lines = find_lines(extract, furniture)
    contents = find_contents(text, lines)
    if contents is not None:
        lines = [x for x in lines if not contents.start <= x.start < contents.end]
    state = _Outline(text, lines, find_titles(text, lines))
    skip = 0
    for n, line in enumerate(lines):
        if n < skip:
            continue
        skip = _read_line(state, n, line)
    state.close(0, len(text[: _substance_end(extract)].rstrip()))
    ordered = sorted(state.done, key=lambda c: (c.start, c.level))
    clauses = tuple(settle_headings(_without(text, furniture), ordered))
    doubts = [Doubt("toc", "目录重复列出各章标题，未计入条款。", contents.start, contents.end)] if contents else []
    return clauses, (*doubts, *state.doubts, *find_sequence_doubts(text, clauses, lines))


def _without(text: str, furniture: Sequence[Span]) -> str:
    """The text with page furniture blanked, every character in its place: a page number is no heading's body."""
    parts: list[str] = []
    at = 0
    for span in furniture:
        parts += [text[at : span.start], " " * (span.end - span.start)]
        at = span.end
    return "".join([*parts, text[at:]])


def _substance_end(extract: Extract) -> int:
    """Where the text itself ends: notes and page feet behind it belong to no clause."""
    last = (b.end for b in reversed(extract.blocks) if b.kind not in ("furniture", "footnote", "comment"))
    return next(last, len(extract.text))


def _read_line(state: _Outline, n: int, line: Line) -> int:
    """Take one line into the state; the index of the next line to read."""
    mark = line.mark
    if mark is None:
        return _unmarked(state, n, line)
    if mark.kind == "annex":
        return _annex(state, n, line, mark)
    if mark.kind == "decimal":
        return _decimal(state, n, line, mark)
    if mark.kind == "article":
        _article(state, n, line, mark)
    elif mark.kind in ("part", "subpart", "chapter", "section"):
        return _chapter(state, n, line, mark)
    else:
        _listed(state, n, line, mark)
    return n + 1


def _unmarked(state: _Outline, n: int, line: Line) -> int:
    """An annexed text's title, a heading the source marks as one, or a section's customary name."""
    title = state.titles.documents.get(n)
    if title is not None:
        words, end, count = title
        state.restart(line.start)
        state.open("document", 0, Clause("", "document", 0, "", words, "", line.start, end, end))
        return n + count
    if line.end - line.start > _LONGEST_NAME:
        return n + 1
    plain = clean_title(state.text[line.start : line.end])
    count = _unnumbered_lines(state, n, plain)
    if count:
        return _unnumbered(state, n, count)
    if line.level is not None and line.level > 1 and plain and not re.search(r"[。；]$", plain):
        outer = [i for i, o in enumerate(state.stack) if o.kind == "source" and o.number >= line.level]
        if state.holds("article") and not state.holds("source"):
            state.close(state.depth(_RANK["section"]), line.start)
        else:
            state.close(outer[0] if outer else _under_sources(state), line.start)
        decimal = re.match(r"\d+(?:\.\d+)*(?=[\s　])", plain)
        label = decimal[0] if decimal else ""
        state.open("source", line.level, _heading(line, label, plain[len(label) :].strip(), line.end))
        return n + 1
    annex = re.fullmatch(r"(?:名词|术语)(?:解释|注释)|注释", plain)
    if annex or is_section_name(plain, statute=bool(state.articles)):
        state.restart(line.start, keep=0 if annex else state.depth(_RANK["name"]))
        kind: ClauseKind = "annex" if annex else "heading"
        title_ = plain.rstrip("：:")
        state.open("annex" if annex else "name", 0, Clause("", kind, 0, "", title_, "", line.start, line.end, line.end))
    return n + 1


def _unnumbered_lines(state: _Outline, n: int, plain: str) -> int:
    """How many lines a chapter's name without its number takes; 0 where the line is none.

    Alone between the end of one article and the next article, a few Chinese words without a stop.
    """
    if not state.holds("article") or state.lines[n].level is not None:
        return 0
    if plain in _CHAPTER_NAMES and state.last.get("chapter"):
        return 1
    before = state.text[state.lines[n - 1].start : state.lines[n - 1].end].rstrip()
    if not _CHAPTER_NAME.fullmatch(plain) or not re.search(r"[。”）)：]$", before):
        return 0
    last = state.last.get("article", (0, 0))[0]
    for count in (1, 2):
        following = state.lines[n + count] if n + count < len(state.lines) else None
        mark = following.mark if following else None
        if mark is not None:
            return count if mark.kind == "article" and mark.number == last + 1 and not mark.glued else 0
        second = clean_title(state.text[following.start : following.end]) if following else ""
        if not plain.endswith(("和", "、", "与", "及")) or not _CHAPTER_NAME.fullmatch(second):
            return 0
    return 0


def _unnumbered(state: _Outline, n: int, count: int) -> int:
    line, end = state.lines[n], state.lines[n + count - 1].end
    title = clean_title(state.text[line.start : end])
    state.close(state.depth(_RANK["chapter"]), line.start)
    message = f"“{title}”独立成行而没有章号，按章的标题处理。"
    state.doubts.append(Doubt("unnumbered-heading", message, line.start, end))
    number = state.last.get("chapter", (0, 0))[0] + 1
    state.open("chapter", number, Clause("", "chapter", 0, "", title, "", line.start, end, end))
    return n + count


def _under_sources(state: _Outline) -> int:
    return max((i + 1 for i, o in enumerate(state.stack) if o.kind in ("source", "document", "annex")), default=0)


def _heading(line: Line, label: str, title: str, end: int) -> Clause:
    return Clause("", "heading", 0, label, title, "", line.start, line.end, end)


def _annex(state: _Outline, n: int, line: Line, mark: Mark) -> int:
    """附件 as a unit of its own; the list of annexes under a notice is text."""
    if is_annex_list(state.text, state.lines, n, mark):
        return n + 1
    title, end, count = annex_title(state.text, state.lines, n, mark)
    state.restart(line.start)
    state.open("annex", mark.number, Clause("", "annex", 0, mark.label, title, "", mark.start, end, end))
    return n + count


def _chapter(state: _Outline, n: int, line: Line, mark: Mark) -> int:
    """编 章 节: the next of its kind, the first under a new parent, or with a doubt a later one."""
    last = state.last.get(mark.kind, (0, 0))[0]
    following = state.lines[n + 1] if n + 1 < len(state.lines) else None
    title, end = chapter_title(state.text, mark.after, line, following)
    if len(title) > 60 or (re.search(r"[。；]$", title) and line.level is None):
        return n + 1  # 第三章规定的…: a sentence
    if mark.glued and (mark.number != last + 1 or len(title) > 25):
        return n + 1
    state.close(state.depth(_RANK[mark.kind]), line.start)
    if mark.glued:
        state.doubts.append(
            Doubt("glued-heading", f"标题“{mark.label} {title}”与前文连写，按编号断开。", mark.start, end)
        )
    kind: ClauseKind = mark.kind  # type: ignore[assignment]
    state.open(mark.kind, mark.number, Clause("", kind, 0, mark.label, title, "", mark.start, line.end, end))
    if mark.kind in ("part", "subpart", "chapter"):
        state.last.pop("section", None)
    return n + 2 if following is not None and end == following.end else n + 1


def _article(state: _Outline, n: int, line: Line, mark: Mark) -> None:
    """第X条: the next number; a lower or far one only where the numbering goes on from it."""
    last, sub = state.last.get("article", (0, 0))
    follows = (mark.number, mark.sub) in ((last + 1, 0), (last, sub + 1))
    if mark.glued and (not follows or _comes_later(state, n, mark)):
        return
    if not follows and not _goes_on(state, n, mark, last):
        return
    state.close(state.depth(_RANK["article"], holders=True), line.start)
    state.open(
        "article",
        mark.number,
        Clause("", "article", 0, mark.label, "", "", mark.start, line.end, mark.after),
    )
    state.last["article"] = (mark.number, mark.sub)


def _comes_later(state: _Outline, n: int, mark: Mark) -> bool:
    """Whether the next article that opens a line has this number itself: then this one was a cross-reference."""
    following = next((m for m in state.articles_after(n) if not m.glued), None)
    return following is not None and following.number == mark.number and following.sub == mark.sub


def _goes_on(state: _Outline, n: int, mark: Mark, last: int) -> bool:
    """Whether the articles ahead count on from this one rather than from the one before it."""
    ahead = [m for m in state.articles_after(n) if not (m.glued and m.number != mark.number + 1)][:_NEAR]
    numbers = [m.number for m in ahead]
    if mark.number > last:
        return last + 1 not in numbers  # a gap, unless the missing number is still to come
    if mark.number == last:
        return True  # the same number twice: both are kept, with a doubt
    return mark.number + 1 in numbers[:2] and last + 1 not in numbers[:2]


def _listed(state: _Outline, n: int, line: Line, mark: Mark) -> None:
    """一、（一）1.（1）①: next sibling, first child, or a parent's successor; anything else is text."""
    text = state.text
    following = state.lines[n + 1] if n + 1 < len(state.lines) else None
    rest = text[mark.after : line.end].strip()
    if not rest and (
        following is None or following.mark is not None or _NUMBERED.match(text, following.start, following.end)
    ):
        return  # 一、 on a line of its own before 二、三级道路: a list of grades broken over lines
    if _holds_articles(state, mark, line, following, rest):
        kind_ = "holder" if mark.kind == "cn" else "subholder"
        state.close(state.depth(_RANK[kind_]), line.start)
        title = clean_title(rest)
        state.open(kind_, mark.number, replace(_heading(line, mark.label, title, line.end), start=mark.start))
        return
    depth = _accept(state, mark)
    if depth is None:
        return
    state.close(depth, line.start)
    if state.holds("article"):
        kind: ClauseKind = "item" if mark.kind == "cn-paren" else "subitem"
        clause = Clause("", kind, 0, mark.label, "", "", mark.start, line.end, mark.after)
    else:
        title, end = list_title(text, mark.kind, mark.after, line)
        clause = Clause("", "heading", 0, mark.label, title, "", mark.start, line.end, end)
    state.open(mark.kind, mark.number, clause)


def _decimal(state: _Outline, n: int, line: Line, mark: Mark) -> int:
    """1　总则, 1.1, 1.1.1: the next sibling, the first child or an outer level's next; the first needs a 1.1 to come."""
    parts = tuple(int(p) for p in mark.label.split("."))
    at = [i for i, o in enumerate(state.stack) if o.kind == "decimal"]
    here = tuple(state.stack[i].number for i in at)
    follows = parts[:-1] == here[: len(parts) - 1] and (
        parts[-1] == here[len(parts) - 1] + 1
        if len(parts) <= len(here)
        else parts[-1] == 1 and len(parts) == len(here) + 1
    )
    title, end = list_title(state.text, mark.kind, mark.after, line)
    alone = len(parts) == 1 and (not title or len(title) > _DECIMAL_TITLE)
    if not follows or alone or (not here and not _has_child(state, n)):
        return _unmarked(state, n, line)
    depth = at[len(parts) - 1] if len(parts) <= len(here) else at[-1] + 1 if at else state.depth(_RANK["decimal"])
    state.close(depth, line.start)
    state.open("decimal", parts[-1], Clause("", "heading", 0, mark.label, title, "", mark.start, line.end, end))
    return n + 1


def _has_child(state: _Outline, n: int) -> bool:
    """Whether 1.1 is the next such number after 1, or 2 follows soon: one number alone is no outline."""
    ahead = (x.mark for x in state.lines[n + 1 : n + _DECIMAL_AHEAD] if x.mark is not None and x.mark.kind == "decimal")
    following = next(ahead, None)
    return following is not None and following.label == "1.1"


def _holds_articles(state: _Outline, mark: Mark, line: Line, following: Line | None, rest: str) -> bool:
    """一、管辖 followed by 第一条, or 二、 beside such a one: a heading above articles."""
    if mark.kind not in ("cn", "cn-paren") or not rest or len(rest) > 40 or re.search(r"[。；：:]$", rest):
        return False
    if following is not None and following.mark is not None and following.mark.kind == "article":
        return True
    return mark.kind == "cn" and any(o.kind == "holder" and o.number + 1 == mark.number for o in state.stack)


def _accept(state: _Outline, mark: Mark) -> int | None:
    """The depth at which a list mark belongs, or None when it cannot be believed."""
    open_at = [i for i, o in enumerate(state.stack) if o.kind == mark.kind]
    if open_at:
        depth = open_at[-1]
        last = state.stack[depth].number
        if mark.number == last + 1 or (mark.number == 1 and last > 0 and not mark.glued):
            return depth  # the next one, or a list that starts again beside the old one
        if last < mark.number <= last + _GAP and not mark.glued:
            message = f"编号从 {last} 跳到 {mark.number}，中间可能缺失。"
            state.doubts.append(Doubt("number-gap", message, mark.start, mark.after))
            return depth
        return None
    if mark.glued:
        return None
    number = state.last.get(mark.kind, (0, 0))[0]
    if mark.number == 1 or (number and mark.number == number + 1 and not state.holds("article")):
        return _child_depth(state, mark)  # （四） under 二、 may go on from （三） under 一、
    if mark.kind == "cn" and mark.number <= _GAP and not state.holds("article") and "cn" not in state.last:
        message = f"编号从 {mark.number} 开始，前面可能缺失。"
        state.doubts.append(Doubt("number-gap", message, mark.start, mark.after))
        return _child_depth(state, mark)
    return None


def _child_depth(state: _Outline, mark: Mark) -> int:
    """Under the innermost level; a higher kind of number first closes lower ones that hang under a list."""
    depth = len(state.stack)
    for i, o in enumerate(state.stack):
        if o.kind in _LISTS and _RANK[o.kind] > _RANK[mark.kind] and i > 0 and state.stack[i - 1].kind in _LISTS:
            return i
    return depth
