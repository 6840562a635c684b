"""Several questions in one message: their answers one below the other, with one numbering of citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kb.answer.verify import MARK
from kb.records import Answer, AnswerStatus, Citation


def join_answers(question: str, answers: Sequence[Answer]) -> Answer:
    """The answers as one: each under its question, citations numbered anew, the same span once."""
    known: dict[tuple[str, int, int], Citation] = {}
    texts, agencies, figures, conflicts = [], [], [], []
    for answer in answers:
        new: dict[int, int] = {}
        for c in answer.citations:
            kept = known.setdefault((c.document, c.start, c.end), replace(c, n=len(known) + 1))
            new[c.n] = kept.n
        texts.append(f"{answer.question}\n" + MARK.sub(lambda m, new=new: f"[{new[int(m[1])]}]", answer.text))  # type: ignore[misc]
        agencies += [replace(a, citation=new[a.citation]) for a in answer.agencies]
        figures += [replace(f, citation=new[f.citation]) for f in answer.figures]
        conflicts += [replace(c, citations=tuple(new[n] for n in c.citations)) for c in answer.conflicts]
    return Answer(
        question=question,
        kind=answers[0].kind,
        status=_join_status([a.status for a in answers]),
        reason=answers[0].reason if all(a.status == "abstained" for a in answers) else None,
        text="\n\n".join(texts),
        as_of=answers[0].as_of,
        agencies=tuple(agencies),
        figures=tuple(figures),
        conflicts=tuple(conflicts),
        citations=tuple(known.values()),
        choices=tuple(c for a in answers for c in a.choices),
    )


def _join_status(statuses: Sequence[AnswerStatus]) -> AnswerStatus:
    return statuses[0] if len(set(statuses)) == 1 else "partial"
