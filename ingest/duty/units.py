"""Version → units: lines with the clause they stand in, the stem above them and the headings above that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.extract import Table
from kb.records import Clause, Span, Version

# The label at the start of a line, by class; a list keeps one class.
_LABEL = re.compile(
    r"[\s　#*]*(?:"
    r"(?P<article>第[零〇○一二三四五六七八九十百千两\d\s]{1,10}条(?:之[一二三四五六七八九十]+)?)"
    r"|(?P<cnp>[（(][一二三四五六七八九十]{1,3}[)）])"
    r"|(?P<cn>[一二三四五六七八九十]{1,3}[、．.])"
    r"|(?P<arabicp>[（(]\d{1,2}[)）])"
    r"|(?P<arabic>\d{1,3}[．.、](?!\d))"
    r"|(?P<circled>[①-⑳])"
    r")[\s　]*"
)
_LEAD = re.compile(r"[\s　>*#]*")
# A stem opens a list: 有下列行为之一的，由…： / 履行下列职责：
_STEM_END = ("：", ":")
_PROPOSAL = re.compile(r"建议(?!、批评)|对策|设想|下一步|拟采取|拟开展|构想")
_TARGET = re.compile(r"目标|预期|工作安排|工作打算|展望|总体要求|主要任务|重点工作|今年工作|明年工作|民生实事")


@dataclass(frozen=True, slots=True)
class Unit:
    """行: one line of content without its label, with what stands above it."""

    start: int
    end: int
    path: str  # the clause to cite; stops at the 条
    label: str  # class of the label: article, cnp, cn, arabicp, arabic, circled or ""
    stem: Span | None  # the line that opened the list this one belongs to
    headings: tuple[str, ...]  # titles above, outermost first
    statute: bool  # stands inside a 第X条

    @property
    def proposed(self) -> bool:
        """Whether a heading above says that what follows is only proposed or planned."""
        return any(_PROPOSAL.search(h) for h in self.headings)

    @property
    def targeted(self) -> bool:
        """Whether a heading above says that what follows is yet to be done."""
        return any(_TARGET.search(h) for h in self.headings)


@dataclass(slots=True)
class _Stems:
    """The open stems: each with the class of its own line and of the list it opened."""

    open: list[tuple[str, str | None, Span]]
    path: str = ""

    def of(self, label: str, path: str, start: int, end: int, text: str, statute: bool) -> Span | None:
        """The stem a line belongs to; notes the line itself when it opens a list."""
        if label in ("article", "cn") or (statute and path != self.path):
            self.open.clear()
        self.path = path
        while self.open:
            own, child, span = self.open[-1]
            if label and child is None and label != own:
                self.open[-1] = (own, label, span)
                break
            if label and label == child:
                break
            if label and label == own:
                self.open.pop()
                continue
            if not label and (statute or child is None):
                self.open.pop()
                continue
            break
        stem = self.open[-1][2] if self.open else None
        if text.endswith(_STEM_END, start, end):
            self.open.append((label, None, Span(start, end)))
        return stem


def find_units(version: Version, tables: Sequence[Table] = ()) -> Iterator[Unit]:
    """Every line of a text that is neither page furniture nor a table row, in order."""
    text = version.text
    hidden = sorted([(s.start, s.end) for s in version.furniture] + [(t.start, t.end) for t in tables])
    clauses = version.clauses
    stack: list[Clause] = []
    stems = _Stems([])
    h = c = at = 0
    for line in text.split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        while h < len(hidden) and hidden[h][1] <= start:
            h += 1
        if h < len(hidden) and hidden[h][0] <= start < hidden[h][1]:
            continue
        first = _LEAD.match(text, start, end)
        begin = first.end() if first else start
        stop = start + len(line.rstrip())
        if stop <= begin:
            continue
        while c < len(clauses) and clauses[c].start < stop:
            stack = [k for k in stack if k.end > clauses[c].start]
            stack.append(clauses[c])
            c += 1
        holders = [k for k in stack if k.start <= begin + 12 and k.end > begin]
        article = next((k for k in holders if k.kind == "article"), None)
        mark = _LABEL.match(text, start, stop)
        label = str(mark.lastgroup) if mark else ""
        content = mark.end() if mark else begin
        path = article.path if article else (holders[-1].path if holders else "")
        if article is None and label == "article" and mark:
            path = re.sub(r"\s", "", mark["article"])
        stem = stems.of(label, path, content, stop, text, article is not None)
        headings = tuple(k.title for k in holders if k.title and k.kind != "article")
        if stop > content:
            yield Unit(content, stop, path, label, stem, headings, article is not None)


_LONGEST = 300  # characters after which an unclosed bracket no longer holds a sentence together
_SENTENCE_MARK = re.compile(r"[（(《）)》。；！？;]")


def find_sentences(text: str, start: int, end: int, marks: str = "。；！？;") -> Iterator[Span]:
    """Sentences of a stretch, each with its closing mark; a mark inside brackets does not close."""
    depth, begin = 0, start
    for m in _SENTENCE_MARK.finditer(text, start, end):
        char, i = m.group(), m.start()
        if char in "（(《":
            depth += 1
        elif char in "）)》":
            depth = max(0, depth - 1)
        elif char in marks and (depth == 0 or i - begin > _LONGEST):
            yield Span(begin, i + 1)
            begin, depth = i + 1, 0
    if begin < end:
        yield Span(begin, end)
