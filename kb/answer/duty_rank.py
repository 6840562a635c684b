"""Which duties answer a part of a question: signals of the pool and of the duty itself, weighed by what was learned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.answer.draft import Context, Question
from kb.answer.duty_question import Part, find_roles
from kb.answer.pool import NAMES, Pool, measure_records
from kb.records import Duty, Role

# Listwise logistic regression on the development questions (training/records.py); folds by document agree to 0.02.
WEIGHTS: dict[str, float] = {
    "share_part": 0.11,
    "quote_part": -0.06,
    "share_full": 1.26,
    "cosine_part": 0.36,
    "cosine_quote": 0.65,
    "cosine_full": 0.78,
    "phrase": 0.88,
    "title": 2.16,
    "height_full": 4.04,
    "height_part": 1.99,
    "first": 0.91,
    "refers": 1.26,
    "document": -0.59,
    "neighbour": -0.06,
    "local": 1.92,
    "role": 0.87,
    "role_near": -0.21,
    "role_document": 1.59,
    "sure": 0.83,
    "body": 0.81,
    "decides": 1.26,
    "holder": -0.83,
    "long": -1.62,
    "general": -0.88,
}
_BODY = re.compile(r"[局厅委部署院府处会关队所]$|部门|机构|企业|单位|公司|组织|办事处|中心|平台|[者人长旗县市区村]$")
# 负责本行政区域内的…工作 of the first chapter: true, and seldom what is asked.
_GENERAL = re.compile(r"(?:行政区域|辖区)内?的?.{0,12}(?:工作|管理)")
_LONG = 200  # characters of a quotation that is as long as they get
# Those under control, or nobody: to name them is no answer to who handles it.
_NOBODY = re.compile(
    r"^(?:.{0,4}当事人|行为人|违法(?:行为)?人|单位(?:和|或者?)个人|任何.*|个人|公民|责任人|责任单位|有关(?:责任)?人员|直接责任人员?|其他.{0,4}人员?)$"
)


# Who handles it may be told as who punishes, supervises or decides.
_NEAR: dict[Role, frozenset[Role]] = {
    "own": frozenset({"enforce", "oversee", "coordinate", "approve", "joint"}), "lead": frozenset({"own", "coordinate", "oversee"}),
    "enforce": frozenset({"own", "lead", "oversee"}), "decide": frozenset({"approve", "own", "coordinate"}),
    "approve": frozenset({"own", "decide"}), "support": frozenset({"joint", "own"}), "joint": frozenset({"support"}),
    "oversee": frozenset({"own", "enforce", "lead"}), "coordinate": frozenset({"own", "decide", "oversee"}),
    "duty-holder": frozenset({"own"}),
}  # fmt: skip
_DOCUMENT, _FULL, _PART = (NAMES.index(n) for n in ("document", "height_full", "height_part"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """候选职责: a duty with its score for one part of the question."""

    duty: Duty
    score: float
    part: int
    role_asked: bool
    signals: NDArray[np.float64]


def rank_duties(
    context: Context, question: Question, parts: Sequence[Part], pool: Pool, number: int, duties: Sequence[Duty]
) -> list[Candidate]:
    """Duties for one part, best first; equal scores in the order of the texts."""
    part = parts[number]
    asked = find_roles(part)
    kept = [d for d in duties if not _NOBODY.match(d.agency) or "duty-holder" in asked]
    pooled = measure_records(context, question.full, part.text, pool, number, kept, [text_of(d) for d in kept])
    ranked = []
    for p in pooled:
        signals = np.concatenate([p.signals, _own_signals(p.record, asked, p.signals)])
        ranked.append(Candidate(p.record, float(signals @ _VECTOR), number, p.record.role in asked, signals))
    return sorted(ranked, key=lambda c: (-c.score, c.duty.basis.document, c.duty.basis.start, c.duty.agency))


OWN_NAMES = ("role", "role_near", "role_document", "sure", "body", "decides", "holder", "long", "general")
_VECTOR = np.asarray([WEIGHTS[n] for n in (*NAMES, *OWN_NAMES)])


def _own_signals(duty: Duty, asked: frozenset[Role], signals: NDArray[np.float64]) -> NDArray[np.float64]:
    document, height = float(signals[_DOCUMENT]), float(max(signals[_FULL], signals[_PART]))
    exact = duty.role in asked
    near = not exact and any(duty.role in _NEAR[r] for r in asked)
    return np.asarray([
        exact, near, document if exact else 0.0, duty.confidence >= 0.5, _BODY.search(duty.agency) is not None,
        height if exact and duty.role == "decide" else 0.0, duty.role == "duty-holder" and not exact,
        min(1.0, len(duty.basis.quote) / _LONG), _GENERAL.search(duty.basis.quote) is not None,
    ], dtype=np.float64)  # fmt: skip


def text_of(duty: Duty) -> str:
    """What a duty is about and who does what, as one text."""
    return f"{duty.object}，{duty.scope.condition or ''}，{duty.action}，{duty.agency}"
