"""Editions: when one text began to hold, by which words, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from kb.lineage.names import WorkName, parse_work_name
from kb.records import Act, Correction, DocumentInfo, Status

# Levels whose texts come in editions published on a day that archives put into the file's name.
STATUTES = frozenset({"法律", "行政法规", "地方性法规", "部门规章", "地方政府规章", "司法解释"})
MADE = "成文日期"  # why a text begins on the day it was made: it names no other
FILED = "文件名中的日期"  # why a text begins on a day that only its file's name gives
_FILE_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_PUBLISHED_WITHIN = 92  # days from a decision to its publication or its coming into force; more is another edition

_MARKED = "来源标注“废止或失效”，未给出日期"

EndKind = Literal["repealed", "superseded", "expired"]
END_WORDS: dict[EndKind, str] = {"repealed": "废止", "superseded": "被新版本取代", "expired": "有效期届满"}
# The strongest of several endings gives the status: what was repealed after it lapsed was repealed.
_STRENGTH: tuple[EndKind, ...] = ("repealed", "superseded", "expired")


@dataclass(frozen=True, slots=True)
class Ending:
    """终止: from which day a text no longer holds, and by what."""

    kind: EndKind
    on: date | None  # the first day on which it does not hold; None where only the fact is known
    by: str | None = None  # the document that says so or takes its place
    act: Act | None = None  # its words
    confidence: float = 1.0
    reason: str = ""  # in words, where no act says it
    inferred: bool = False  # the act speaks of another text, on which this one stands


@dataclass(frozen=True, slots=True)
class LostPart:
    """失效部分: an annex or article that ended while the rest of its text goes on holding."""

    name: str  # as the document that ended it calls it
    start: int
    end: int
    ending: Ending


@dataclass(frozen=True, slots=True)
class Edition:
    """版次: one text of a work, with when it holds and by what."""

    document: str
    version: str
    title: str
    name: WorkName
    number: str | None
    level: str | None
    place: str | None
    current: bool  # the newest text of its document; an earlier one is DOCUMENT@version
    proposed: bool
    made_on: date | None  # the earliest day its own history knows of
    revised: tuple[date, ...]
    closing: date | None  # the day its closing article speaks of, which a later revision leaves as it was
    begins: date | None
    begins_by: Act | None = None  # the words that say so
    begins_reason: str = ""  # in words, where none do
    exact: bool = True  # False where only the day of the revision or of the file is known
    endings: tuple[Ending, ...] = ()  # in order of day; those without one last
    lost: tuple[LostPart, ...] = ()  # in order of place

    @property
    def ends(self) -> date | None:
        """The first day on which the text no longer holds, as far as known."""
        return next((e.on for e in self.endings if e.on is not None), None)

    @property
    def since(self) -> str:
        """From when the text holds, in words; a day on which it was made is not said to be one on which it took effect."""
        if self.begins is None:
            return ""
        made = self.begins_by is None and self.begins_reason == MADE
        return f"{self.begins.isoformat()}{'成文，未写明施行日期' if made else '起施行'}"

    def status_on(self, as_of: date, at: int | None = None) -> Status:
        """Whether the text holds on a day; ``at``: what stands at that place in it."""
        whole = self._whole_on(as_of)
        if at is None or whole not in ("in-force", "unknown"):
            return whole
        over = [p.ending.kind for p in self.lost if p.start <= at < p.end and p.ending.on and p.ending.on <= as_of]
        return min(over, key=_STRENGTH.index, default=whole)

    def _whole_on(self, as_of: date) -> Status:
        if self.proposed:
            return "proposed"
        over = [e.kind for e in self.endings if e.on is not None and e.on <= as_of]
        if not over and self.begins is not None and self.begins > as_of:
            return "not-yet"
        # What ended on an unknown day must not be cited as if it held.
        over += [e.kind for e in self.endings if e.on is None and self.ends is None]
        if over:
            return min(over, key=_STRENGTH.index)
        return "unknown" if self.begins is None else "in-force"


def read_edition(info: DocumentInfo, acts: Sequence[Act], *, current: bool, correction: Correction | None) -> Edition:
    """An edition with what its own text says: when it begins, its printed term, a mark of its source."""
    i = info.identity
    begins, act, reason, exact = _begins(info, acts)
    if correction is not None and correction.begins is not None:
        begins, act, reason, exact = correction.begins, None, f"{correction.made_by}更正", True
    days = (i.adopted_on, i.issued_on, i.effective_on, *i.revised_on, begins)
    made = min((d for d in days if d is not None), default=None)
    closing = i.effective_on or i.issued_on or i.adopted_on or begins
    return Edition(
        info.document, info.version, i.title, parse_work_name(i.title), i.doc_number, i.level, i.place,
        current, i.proposed, made, i.revised_on, closing, begins, act, reason, exact, _own_endings(info, acts, correction),
    )  # fmt: skip


def _begins(info: DocumentInfo, acts: Sequence[Act]) -> tuple[date | None, Act | None, str, bool]:
    """The day, the words that give it, else the reason, and whether the day is exact.

    A text revised after the day it says it took effect holds, as it stands, from the revision only.
    """
    i = info.identity
    said = next((a for a in acts if a.kind == "begin" and a.on == i.effective_on), None)
    revisions = [a for a in acts if a.kind == "revise" and a.on is not None]
    last = max([*i.revised_on, *(a.on for a in revisions if a.on)], default=None)
    if i.effective_on is not None and (last is None or i.effective_on >= last):
        found: tuple[date | None, Act | None, str, bool] = (
            i.effective_on,
            said,
            "" if said else "题注或卷首信息",
            True,
        )
    elif last is not None:
        by = next((a for a in revisions if a.on == last), None)
        found = (last, by, "" if by else "题注", False)
    else:
        day = i.issued_on or i.adopted_on
        found = (day, None, MADE if day else "", day is not None)
    filed = _file_date(info.document) if i.level in STATUTES else None
    if filed is not None and (found[0] is None or (filed - found[0]).days > _PUBLISHED_WITHIN):
        return filed, None, FILED, False
    return found


def _file_date(document: str) -> date | None:
    name = document.rpartition("/")[2]
    named = _FILE_DATE.search(name.rpartition(".")[0] or name)
    try:
        return date(*map(int, named.groups())) if named else None
    except ValueError:  # 2023-02-30: no day
        return None


def _own_endings(info: DocumentInfo, acts: Sequence[Act], correction: Correction | None) -> tuple[Ending, ...]:
    i = info.identity
    if correction is not None and correction.ends is not None:
        return (Ending("repealed", correction.ends, reason=f"{correction.made_by}更正"),)
    found = []
    if i.expires_on is not None:  # the last day on which it holds
        term = next((a for a in acts if a.kind == "term" and a.on == i.expires_on), None)
        found.append(Ending("expired", i.expires_on + timedelta(days=1), act=term))
    if i.repealed_on is not None:
        found.append(Ending("repealed", i.repealed_on, reason="正文自述"))
    if i.marked_invalid and i.repealed_on is None:
        found.append(Ending("repealed", None, reason=_MARKED, confidence=0.8))
    return tuple(found)


def sort_endings(endings: Sequence[Ending]) -> tuple[Ending, ...]:
    """Endings in order of day, those without one last, the strongest first on one day."""
    return tuple(sorted(endings, key=lambda e: (e.on or date.max, _STRENGTH.index(e.kind), e.by or "")))


def sort_parts(parts: Sequence[LostPart]) -> tuple[LostPart, ...]:
    """Lost parts in order of place, those of one place in order of day."""
    return tuple(sorted(parts, key=lambda p: (p.start, p.end, p.ending.on or date.max, p.ending.by or "")))


def drop_contradicted_marks(editions: dict[tuple[str, str], Edition]) -> None:
    """Take back the source's mark from a text whose fellow parts, of one name and one day, it does not mark.

    A code kept in a file for each book was repealed as a whole or not at all.
    """
    standing = {
        (e.name.core, e.begins) for e in editions.values() if e.begins is not None and e.name.core and not e.endings
    }
    for key, e in editions.items():
        if (e.name.core, e.begins) in standing and [x.reason for x in e.endings] == [_MARKED]:
            editions[key] = replace(e, endings=())
