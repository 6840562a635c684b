"""What an answer module hands to composition: statements with their evidence, before numbering and checking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from kb.agencies import Agencies
from kb.records import AnswerKind, AnswerStatus, Hit, Reason, Role, Version
from kb.search.search import Searcher, SearchScope


@dataclass(frozen=True, slots=True)
class Question:
    """问题: what was asked, understood as far as its words say."""

    text: str  # as asked
    full: str  # with the ellipses of a follow-up resolved from history; what is searched
    kind: AnswerKind
    as_of: date
    years: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()  # documents named, by 《…》 or bare
    documents: tuple[str, ...] = ()  # those of them that are in the library
    lacking: tuple[str, ...] = ()  # 《…》 named that are not in the library


@dataclass(frozen=True, slots=True)
class Context:
    """语境: what an answer module may use; it reads nothing else."""

    searcher: Searcher
    agencies: Agencies
    hits: tuple[Hit, ...]  # of question.full, best first, before any module runs
    # What was looked up for this question already; a context made from another by ``replace`` shares it.
    versions: dict[str, Version] = field(default_factory=dict, repr=False, compare=False)
    searches: dict[tuple[object, ...], tuple[Hit, ...]] = field(default_factory=dict, repr=False, compare=False)

    def version(self, document: str) -> Version:
        """The current version of a document, text and clauses included; the same throughout one question."""
        found = self.versions.get(document)
        if found is None:
            found = self.versions[document] = self.searcher.library.get_version(document)
        return found

    def search(self, text: str, *, k: int, as_of: date, scope: SearchScope | None = None) -> tuple[Hit, ...]:
        """The k best passages for a text; a search that several modules need is made once."""
        key = (text, k, as_of, scope)
        found = self.searches.get(key)
        if found is None:
            found = self.searches[key] = self.searcher.search(text, k=k, as_of=as_of, scope=scope)
        return found


@dataclass(frozen=True, slots=True)
class Evidence:
    """证据: a literal span of one version; becomes a numbered citation."""

    document: str
    version: str
    clause: str  # path
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """陈述: one sentence of the answer and what it rests on; one without evidence says nothing about the world."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    section: str = "结论"  # 结论 依据 分歧 缺口 待核实


@dataclass(frozen=True, slots=True)
class DraftAgency:
    """待编号的机构角色."""

    name: str
    role: Role
    action: str
    evidence: Evidence
    scope: str | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class DraftFigure:
    """待编号的数据."""

    indicator: str
    value: str
    unit: str
    period: str
    evidence: Evidence
    target: bool = False


@dataclass(frozen=True, slots=True)
class DraftConflict:
    """待编号的分歧."""

    about: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """草稿: an answer before its citations are numbered and checked; ``confidence`` 0–1 decides between modules."""

    kind: AnswerKind
    status: AnswerStatus = "answered"
    reason: Reason | None = None
    statements: Sequence[Statement] = ()
    agencies: Sequence[DraftAgency] = ()
    figures: Sequence[DraftFigure] = ()
    conflicts: Sequence[DraftConflict] = ()
    confidence: float = 0.5
    notes: Sequence[str] = field(default_factory=tuple)  # 待核实, shown last
    quoted: bool = False  # a stretch that was chosen for the question: another text may answer it as well
    choices: Sequence[str] = ()  # whole questions that say more exactly what may be meant
