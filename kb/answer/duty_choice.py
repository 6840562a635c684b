"""Which bodies belong to an answer: the text that bears most on the question, and of it each body by how it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from kb.answer.duty_rank import Candidate
from kb.answer.pool import NAMES as POOLED

# Logistic regression on the same questions as the ranking (training/records.py), on what each body of the leading text is.
WEIGHTS: dict[str, float] = {
    "margin": 0.48,
    "mean_margin": 0.06,
    "same_sentence": 0.05,
    "same_clause": 1.36,
    "clause_of_several": 0.56,
    "role_of_best": 0.34,
    "share": 1.51,
    "cosine": 2.25,
    "holder": -0.68,
    "residual": -2.14,
    "top": 0.17,
    "asked": 0.15,
    "bias": -3.03,
}
NAMES = tuple(n for n in WEIGHTS if n != "bias")
_BELONGS = 0.45  # chance from which a body is named; F1 is flat from 0.3 to here, wrong bodies are fewest here
_FIRST = 2.5  # of two parts' scores, by which a document to be preferred may stand below the best
_FAR = 7.0  # below the best duty of a part; further down nothing belongs
_SHARE, _COSINE = POOLED.index("share_full"), POOLED.index("cosine_part")
# 各相关部门, 有关单位: true of anybody, the last to be named.
RESIDUAL = re.compile(
    r"^(?:各|其他)?(?:级)?(?:有关|相关)(?:职能)?(?:部门|单位|方面)$|^各(?:部门|单位|地区?)|^(?:单位|部门)$"
)
_EACH_ITS_OWN = re.compile(r"(?:按照?|依照|根据|在)各自的?(?:法定)?职[责能权]")  # says of nobody what it has to do


@dataclass(frozen=True, slots=True)
class Body:
    """候选机构: a body of the leading text at its best, with what speaks for naming it, in the order of NAMES."""

    best: Candidate
    signals: NDArray[np.float64]

    def chance(self, weights: Mapping[str, float]) -> float:
        """How likely it belongs to the answer, 0–1."""
        z = sum(weights[n] * float(s) for n, s in zip(NAMES, self.signals, strict=True)) + weights["bias"]
        return 1 / (1 + exp(-z))


def choose_bodies(
    ranked: Sequence[Sequence[Candidate]],
    several: bool,
    weights: Mapping[str, float] = WEIGHTS,
    *,
    first: frozenset[str] = frozenset(),
) -> list[Candidate]:
    """The duties to answer with, each body once; ``ranked``: those of every part, best first.

    A question of several parts is about one matter, which one text as a rule settles: 工地半夜赶工又归谁罚 is
    answered from the text that answers the rest. ``first``: documents to be preferred to others that bear as much.
    """
    bodies = list(weigh_bodies(ranked, several, first))
    chosen = [b.best for b in bodies if b.chance(weights) >= _BELONGS]
    return chosen or ([max(bodies, key=lambda b: b.chance(weights)).best] if bodies else [])


# 红线以外, 红线以内: two rules that share out one place between two bodies.
_SIDE = re.compile(
    r"(红线|围墙|路沿石|建成区|规划区|城区|小区|校园|站区|景区|市场|用地|河道|管理区域|禁[\u4e00-\u9fff]{1,2}区)(?:范围)?(?:以|之)?(外|内)"
)
_OTHER_SIDE = {"外": "内", "内": "外"}


def find_other_sides(
    chosen: Sequence[Candidate], ranked: Sequence[Sequence[Candidate]], question: str
) -> list[Candidate]:
    """The rule for the other side of a line that a chosen rule draws and the question does not: 农贸市场门口 of 红线以外."""
    found: dict[str, Candidate] = {}
    known = {c.duty.agency for c in chosen}
    for best in chosen:
        b = best.duty.basis
        for line, side in _SIDE.findall(b.quote):
            other = re.compile(f"{line}(?:范围)?(?:以|之)?{_OTHER_SIDE[side]}")
            if _SIDE.search(question):
                continue
            for c in ranked[best.part]:
                if (
                    c.duty.basis.document == b.document
                    and c.duty.agency not in known
                    and other.search(c.duty.basis.quote)
                ):
                    found.setdefault(c.duty.agency, c)
                    known.add(c.duty.agency)
                    break
    return list(found.values())


def weigh_bodies(
    ranked: Sequence[Sequence[Candidate]], several: bool, first: frozenset[str] = frozenset()
) -> Iterator[Body]:
    """The bodies of the leading text with their signals."""
    document = find_leading(ranked, first)
    inside = [[c for c in part if c.duty.basis.document == document] for part in ranked]
    tops = [part[0] for part in inside if part]
    margins: dict[str, dict[int, tuple[float, Candidate]]] = {}
    for number, part in enumerate(inside):
        for c in part:
            margins.setdefault(c.duty.agency, {}).setdefault(number, (c.score - part[0].score, c))
    for found in margins.values():
        margin, best = max(found.values(), key=lambda m: m[0])
        if margin < -_FAR:
            continue
        each = [max(-_FAR, found[n][0]) if n in found else -_FAR for n, part in enumerate(inside) if part]
        yield Body(best, _signals(best, margin, float(np.mean(each)), tops, several))


def find_leading(ranked: Sequence[Sequence[Candidate]], first: frozenset[str] = frozenset()) -> str | None:
    """The document whose duties answer the parts best, the first part counting double; None without a duty."""
    totals: dict[str, float] = {}
    best = [_best_by_document(part) for part in ranked if part]
    floors = [min(b.values()) for b in best]
    for document in dict.fromkeys(d for b in best for d in b):
        scores = [b.get(document, floor) for b, floor in zip(best, floors, strict=True)]
        totals[document] = float(np.mean(scores)) + scores[0] + (_FIRST if document in first else 0.0)
    return max(totals, key=lambda d: (totals[d], d), default=None)


def _best_by_document(part: Sequence[Candidate]) -> dict[str, float]:
    best: dict[str, float] = {}
    for c in part:
        best.setdefault(c.duty.basis.document, c.score)
    return best


def _signals(c: Candidate, margin: float, mean: float, tops: Sequence[Candidate], several: bool) -> NDArray[np.float64]:
    duty = c.duty
    sentence = any(t.duty.basis.start == duty.basis.start for t in tops)
    clause = any(t.duty.basis.clause == duty.basis.clause for t in tops)
    return np.asarray([
        margin, mean, sentence, clause, clause and several, any(t.duty.role == duty.role for t in tops),
        c.signals[_SHARE], c.signals[_COSINE], duty.role == "duty-holder" and not c.role_asked,
        RESIDUAL.search(duty.agency) is not None or _EACH_ITS_OWN.search(duty.basis.quote) is not None,
        margin == 0.0, c.role_asked,
    ], dtype=np.float64)  # fmt: skip
