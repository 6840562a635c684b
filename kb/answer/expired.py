"""Answers that rest on nothing in force: shown as what used to hold, under the reason ``expired-only``."""

from __future__ import annotations

from dataclasses import replace

from kb.answer.draft import Context, Draft, Question, Statement
from kb.answer.naming import short_title
from kb.records import Status

_OVER: dict[Status, str] = {"expired": "有效期已满", "repealed": "已废止", "superseded": "已被新版本取代"}
_KINDS = frozenset({"duty", "requirement", "general", "definition", "list"})


def mark_expired(context: Context, question: Question, draft: Draft) -> Draft:
    """The draft where something it cites holds on the day; else an abstention that shows it as no longer holding."""
    if draft.status == "abstained" or draft.kind not in _KINDS:
        return draft
    documents = list(dict.fromkeys(e.document for s in draft.statements for e in s.evidence))
    status_at = context.searcher.library.lineage().statuses_on(question.as_of)
    # Best last: a document of which only a part is over is over where nothing else of it is cited.
    found = sorted(
        ((e.document, status_at(e.document, e.start)) for s in draft.statements for e in s.evidence),
        key=lambda f: f[1] not in _OVER,
    )
    statuses = {d: dict(found)[d] for d in documents}
    if documents and set(statuses.values()) == {"not-yet"}:
        names = "、".join(short_title(context, d) for d in documents)
        head = Statement(
            f"{question.as_of.isoformat()}当时有效的规定，现有资料未见；下列规定在那时尚未施行，不能作为当时的依据：{names}。"
        )
        return replace(draft, status="partial", statements=(head, *draft.statements))
    if not documents or any(s not in _OVER for s in statuses.values()):
        return draft
    names = "、".join(f"{short_title(context, d)}（{_OVER[s]}）" for d, s in statuses.items())
    head = Statement(
        f"{question.as_of.isoformat()}现行有效的规定，现有资料未见；下列规定已经失效，只说明当时的情况：{names}。"
    )
    return replace(draft, status="abstained", reason="expired-only", statements=(head, *draft.statements))
