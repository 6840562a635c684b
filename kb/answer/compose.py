"""Draft → Answer: numbers the evidence, quotes it literally, writes the sections in the order an official reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from kb.answer.draft import Draft, Evidence, Question, Statement
from kb.answer.verify import MARK, holds
from kb.lineage.works import StatusAt
from kb.records import Answer, AnswerAgency, AnswerFigure, Citation, Conflict, DocumentInfo, Status, Version

SECTIONS = ("结论", "依据", "分歧", "缺口", "待核实")
STATUS_WORDS: dict[Status, str] = {
    "in-force": "现行有效",
    "not-yet": "尚未施行",
    "expired": "有效期已满",
    "repealed": "已废止",
    "superseded": "已被新版本取代",
    "proposed": "草案或建议",
    "unknown": "效力未见标注",
}
_QUOTE_LIMIT = 400  # characters shown of one quote in the text; the citation itself keeps all


class Numbering:
    """编号: gives each distinct span its [n], in order of first use."""

    def __init__(self) -> None:
        self._order: dict[Evidence, int] = {}

    def number(self, evidence: Evidence) -> int:
        """The citation number of a span."""
        return self._order.setdefault(evidence, len(self._order) + 1)

    def items(self) -> Iterable[tuple[Evidence, int]]:
        """Every span numbered so far, with its number."""
        return self._order.items()


_HEADED = ("分歧", "缺口")  # parts of an answer that a reader must not take for its conclusion


def compose(
    question: Question,
    draft: Draft,
    get_version: Callable[[str], Version],
    get_info: Callable[[str], DocumentInfo],
    status_at: StatusAt,
) -> Answer:
    """The answer as shown; a statement whose evidence does not hold in its document is dropped."""
    numbering = Numbering()
    sections: dict[str, list[str]] = {}
    for statement in draft.statements:
        if all(_stands(e, get_version) for e in statement.evidence):
            sections.setdefault(statement.section, []).append(_write(statement, numbering))
    agencies = tuple(
        AnswerAgency(a.name, a.role, a.action, a.scope, a.inferred, numbering.number(a.evidence))
        for a in draft.agencies
        if _stands(a.evidence, get_version)
    )
    figures = tuple(
        AnswerFigure(f.indicator, f.value, f.unit, f.period, f.target, numbering.number(f.evidence))
        for f in draft.figures
        if _stands(f.evidence, get_version)
    )
    conflicts = tuple(
        Conflict(c.about, tuple(numbering.number(e) for e in c.evidence))
        for c in draft.conflicts
        if all(_stands(e, get_version) for e in c.evidence)
    )
    citations = tuple(_cite(e, n, get_version, get_info, status_at) for e, n in numbering.items())
    lines: list[str] = []
    for section in SECTIONS:
        if section != "待核实" and sections.get(section):
            lines += [f"{section}：", *sections[section]] if section in _HEADED and lines else sections[section]
    text = "\n".join(lines)
    notes = [*sections.get("待核实", []), *draft.notes, *_validity_notes(citations, question, status_at)]
    if notes:
        text += "\n\n待核实：" + "".join(f"\n- {note}" for note in dict.fromkeys(notes))
    return Answer(
        question=question.text,
        kind=draft.kind,
        status=draft.status,
        reason=draft.reason,
        text=text.strip(),
        as_of=question.as_of,
        agencies=agencies,
        figures=figures,
        conflicts=conflicts,
        citations=citations,
        choices=tuple(draft.choices),
    )


def _stands(evidence: Evidence, get_version: Callable[[str], Version]) -> bool:
    version = get_version(evidence.document)
    return version.id == evidence.version and 0 <= evidence.start < evidence.end <= len(version.text)


def _write(statement: Statement, numbering: Numbering) -> str:
    marks = "".join(f"[{n}]" for n in sorted({numbering.number(e) for e in statement.evidence}))
    return f"{statement.text}{marks}"


def _cite(
    evidence: Evidence,
    n: int,
    get_version: Callable[[str], Version],
    get_info: Callable[[str], DocumentInfo],
    status_at: StatusAt,
) -> Citation:
    version, info = get_version(evidence.document), get_info(evidence.document)
    citation = Citation(
        n=n,
        document=evidence.document,
        title=info.identity.title,
        number=info.identity.doc_number,
        clause=evidence.clause,
        quote=version.text[evidence.start : evidence.end],
        start=evidence.start,
        end=evidence.end,
        level=info.identity.level,
        effective_on=info.identity.effective_on,
        status=status_at(evidence.document, evidence.start),
    )
    assert holds(citation, version.text)
    return citation


def badge(citation: Citation) -> str:
    """Level, number, in force since and status, as one short line."""
    since = f"{citation.effective_on.isoformat()}起施行" if citation.effective_on else None
    parts = [citation.level, citation.number, since, STATUS_WORDS[citation.status]]
    return " · ".join(p for p in parts if p)


def shorten(quote: str) -> str:
    """A quote on one line, cut at a sensible length with an ellipsis; marks like [3] in it do not read as ours."""
    flat = MARK.sub(r"［\1］", " ".join(quote.split()))
    return flat if len(flat) <= _QUOTE_LIMIT else flat[:_QUOTE_LIMIT] + "……"


def _validity_notes(citations: tuple[Citation, ...], question: Question, status_at: StatusAt) -> list[str]:
    doubtful: dict[tuple[str, str], Citation] = {}
    for c in citations:
        if c.status not in ("in-force", "unknown"):
            whole = status_at(c.document, -1) == c.status
            doubtful.setdefault((c.document, "" if whole else f"（{c.clause}）"), c)
    shared = Counter(title for title, _ in {(c.title, c.document) for c in citations})
    notes = []
    for (document, part), c in doubtful.items():
        which = f"（{PurePosixPath(document).stem}）" if shared[c.title] > 1 else ""  # two texts of one name
        notes.append(
            f"《{c.title}》{which}{part}在{question.as_of.isoformat()}{STATUS_WORDS[c.status]}，引用前请核对现行规定。"
        )
    return notes
