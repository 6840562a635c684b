"""Checks an answer before it is shown: literal citations, and sentences that say no more than what they cite."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb.answer.claims import (
    canonical,
    content_share,
    find_amounts,
    find_bodies,
    find_modals,
    find_negations,
    find_roles,
    find_status_words,
    same_body,
    split_clauses,
)
from kb.records import Answer, Citation

MARK = re.compile(r"\[(\d{1,3})\]")
# Words by which two bodies stand in a direction to each other: A 协助 B is not B 协助 A.
_DIRECTED = re.compile(r"协助|配合|会同|指导|监督|委托|授权|考核|督促|报请|提请|移送|移交|交由")
_PROPOSAL = re.compile(r"建议|拟(?!定|订)|草案|征求意见|设想|有望|争取")
_SAID_PROPOSAL = re.compile(r"建议|拟(?!定|订)|草案|征求意见|提出|设想|尚未|争取")
_NEAR = 0.5  # share of a clause's bigrams in the clause of the evidence that it is held against
_CARRIED = 0.55  # share of a sentence's bigrams that its evidence must carry for it to be worded from it
_ACTION = 0.4  # share of what a body is said to do that stands beside its name in the evidence


@dataclass(frozen=True, slots=True)
class Fault:
    """失实: a sentence and what in it the cited evidence does not bear out."""

    sentence: str
    claim: str
    why: str


@dataclass(frozen=True, slots=True)
class Proof:
    """证言: what one cited span says, for holding a sentence against it."""

    quote: str
    title: str = ""
    number: str | None = None
    status: str = "unknown"
    proposed: bool = False  # a proposal by its section or its document, even where the words only say 应


def holds(citation: Citation, text: str) -> bool:
    """Whether the quote is literally what stands at its place in the document's text."""
    return 0 <= citation.start < citation.end <= len(text) and text[citation.start : citation.end] == citation.quote


def find_faults(answer: Answer, get_text: Callable[[str], str]) -> tuple[Fault, ...]:
    """Marks without a citation, citations without a mark, quotes that are not literal; empty for a sound answer."""
    faults: list[Fault] = []
    numbers = {c.n for c in answer.citations}
    used = {int(m) for m in MARK.findall(answer.text)}
    faults += [Fault("", f"[{n}]", "正文引用了不存在的引证") for n in sorted(used - numbers)]
    faults += [Fault("", f"[{n}]", "引证未被正文引用") for n in sorted(numbers - used)]
    faults += [
        Fault(c.quote, f"[{c.n}]", "引文与原文不符") for c in answer.citations if not holds(c, get_text(c.document))
    ]
    return tuple(faults)


def find_unsupported(sentence: str, proofs: Sequence[Proof | str]) -> tuple[str, ...]:
    """Amounts, dates and document numbers of a sentence that occur in none of the proofs, as written."""
    evidence = canonical("\n".join(_said(p) for p in proofs))
    return tuple(a for a in find_amounts(MARK.sub("", sentence)) if canonical(a) not in evidence)


def check_sentence(sentence: str, proofs: Sequence[Proof]) -> Fault | None:
    """The first way in which a sentence says what its proofs do not; None for one that may be shown.

    Every check asks whether the words of the sentence occur in the evidence with the same meaning: amounts, bodies,
    who does what, roles, negation, 应当 or 可以, proposals, validity; at last whether it is about the same at all.
    """
    plain = MARK.sub("", sentence).strip()
    if not plain:
        return None
    if not proofs:
        return Fault(sentence, plain, "没有引证")
    for check in (_check_amounts, _check_bodies, _check_validity, _check_clauses, _check_topic):
        fault = check(plain, proofs)
        if fault is not None:
            return Fault(sentence, *fault)
    return None


def _said(proof: Proof | str) -> str:
    if isinstance(proof, str):
        return proof
    return f"{proof.quote}\n{proof.title}\n{proof.number or ''}"


def _check_amounts(plain: str, proofs: Sequence[Proof]) -> tuple[str, str] | None:
    missing = find_unsupported(plain, proofs)
    return (missing[0], "数字、日期或文号不见于所引原文") if missing else None


def _check_bodies(plain: str, proofs: Sequence[Proof]) -> tuple[str, str] | None:
    known = find_bodies("\n".join(f"{p.quote}\n{p.title}" for p in proofs))
    for body in find_bodies(plain):
        if not any(same_body(body, other) for other in known):
            return body, "机构不见于所引原文"
    return None


def _check_validity(plain: str, proofs: Sequence[Proof]) -> tuple[str, str] | None:
    """现行有效, 废止, 失效 may be said where the quote says so or the document's status does."""
    held = "\n".join(p.quote for p in proofs)
    statuses = {p.status for p in proofs}
    for word, fitting in find_status_words(plain):
        if word not in held and not statuses & fitting:
            return word, "效力状态与所引文件不符"
    return None


def _check_clauses(plain: str, proofs: Sequence[Proof]) -> tuple[str, str] | None:
    for clause in split_clauses(plain):
        for check in (_check_proposal, _check_negation, _check_modal, _check_roles, _check_direction):
            fault = check(clause, plain, proofs)
            if fault is not None:
                return fault
    return None


def _best(clause: str, proofs: Sequence[Proof]) -> tuple[Proof, str, float] | None:
    """The clause of the evidence that a clause is nearest to, and how near."""
    found = [(content_share(clause, other), proof, other) for proof in proofs for other in split_clauses(proof.quote)]
    if not found:
        return None
    share, proof, other = max(found, key=lambda f: f[0])
    return proof, other, share


def _check_proposal(clause: str, plain: str, proofs: Sequence[Proof]) -> tuple[str, str] | None:
    best = _best(clause, proofs)
    if best is None or best[2] < _NEAR or _SAID_PROPOSAL.search(plain):
        return None
    proof, other, _ = best
    if (
        proof.proposed
        or proof.status == "proposed"
        or _PROPOSAL.search(other)
        or _leads_with_proposal(proof.quote, other)
    ):
        return clause, "原文是建议或草案，不是现行规定"
    return None


def _leads_with_proposal(quote: str, clause: str) -> bool:
    """Whether a clause belongs to a sentence that opens with 建议."""
    at = quote.find(clause)
    begin = max(quote.rfind(mark, 0, max(at, 0)) for mark in "。；\n") + 1
    return bool(re.match(r"\s*(?:一是|二是|三是)?(?:为此，?)?(?:我们)?(?:建议|拟)", quote[begin : begin + 12]))


def _check_negation(clause: str, plain: str, proofs: Sequence[Proof]) -> tuple[str, str] | None:
    best = _best(clause, proofs)
    if best is None or best[2] < _NEAR:
        return None
    here, there = find_negations(clause), find_negations(best[1])
    if bool(here) != bool(there):
        # 不…的，不… : the negation of one clause may stand in the next; the whole sentence decides.
        if here and find_negations(best[0].quote) and any(h in best[0].quote for h in here):
            return None
        return (here or there)[0], "肯定与否定和原文相反"
    return None


def _check_modal(clause: str, plain: str, proofs: Sequence[Proof]) -> tuple[str, str] | None:
    best = _best(clause, proofs)
    modals = find_modals(clause)
    if best is None or best[2] < _NEAR or not modals:
        return None
    theirs = find_modals(best[1])
    if theirs and not modals & theirs:
        return clause, "应当、可以、不得与原文不符"
    if not theirs and not modals & find_modals(best[0].quote):
        return clause, "应当、可以、不得不见于原文"
    return None


def _check_roles(clause: str, plain: str, proofs: Sequence[Proof]) -> tuple[str, str] | None:
    """Who does what in which role: the body, the role word and the action stand together in the evidence."""
    bodies, roles = find_bodies(clause), find_roles(clause)
    if not bodies:
        best = _best(clause, proofs)
        if best is not None and best[2] >= _NEAR and roles and not roles & find_roles(best[1]):
            theirs = find_roles(best[0].quote)
            if not roles & theirs:
                return clause, "职责角色与原文不符"
        return None
    for body in bodies:
        windows = [w for p in proofs for w in _around(body, p.quote)]
        if not windows:
            continue  # named in the title alone
        action = clause
        for other in bodies:
            action = action.replace(other, "")
        if roles and not any(roles & find_roles(w) for w in windows):
            return clause, f"“{body}”的职责角色与原文不符"
        if max(content_share(action, w) for w in windows) < _ACTION:
            return clause, f"原文中“{body}”不承担这一事项"
    return None


def _around(body: str, quote: str) -> list[str]:
    """The clauses of a quote that speak of a body: from the one that names it to the next that names another."""
    parts = split_clauses(quote)
    named = [find_bodies(p) for p in parts]
    windows = []
    for n, names in enumerate(named):
        if not any(same_body(body, other) for other in names):
            continue
        first, last = n, n
        while first > 0 and not named[first - 1] and not parts[first - 1].endswith(("。", "；", "\n")):
            first -= 1
        while last + 1 < len(parts) and not named[last + 1] and not parts[last].endswith(("。", "；", "\n")):
            last += 1
        windows.append("".join(parts[first : last + 1]))
    return windows


def _check_direction(clause: str, plain: str, proofs: Sequence[Proof]) -> tuple[str, str] | None:
    bodies = find_bodies(clause)
    word = _DIRECTED.search(clause)
    if word is None or len(bodies) < 2:
        return None
    before = [b for b in bodies if clause.find(b) < word.start()]
    after = [b for b in bodies if clause.find(b) > word.start()]
    if not before or not after:
        return None
    for proof in proofs:
        for other in split_clauses(proof.quote):
            theirs = _DIRECTED.search(other)
            if theirs is None or theirs.group() != word.group():
                continue
            names = find_bodies(other)
            first = [b for b in names if other.find(b) < theirs.start()]
            then = [b for b in names if other.find(b) > theirs.start()]
            if any(same_body(before[0], b) for b in then) and any(same_body(after[0], b) for b in first):
                return clause, "两个机构的关系与原文相反"
    return None


def _check_topic(plain: str, proofs: Sequence[Proof]) -> tuple[str, str] | None:
    share = content_share(plain, "\n".join(f"{p.quote}\n{p.title}" for p in proofs))
    return (plain, "所引原文没有这样的内容") if share < _CARRIED else None
