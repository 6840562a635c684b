"""How many of the duties a person found stand among the records: (clause, agency, role) of a question file.

    python benchmarks/record_recall.py [DATA] [--questions FILE] [--verbose]

DATA is the folder with ``documents`` (default: beside the project); FILE is a JSONL of questions whose answers name
``documents``, ``clauses`` or a ``quote``, and ``agencies`` with ``name``, ``role``, ``alt_roles`` (or ``role_alt``) and ``aliases``
(default: ``benchmarks/governance/duties.jsonl`` in DATA). A duty is found where a record of the clause or of the
quoted words names the agency; its role is right where the record has that role or one of the alternatives.
Read-only.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.parse import parse_document
from kb.agencies import Agencies
from kb.config import Limits
from kb.records import Duty, Parsed

ROOT = Path(__file__).resolve().parent.parent
Question = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One agency of one question: what the records say of it."""

    question: str
    agency: str
    role: str
    named: bool
    right: bool  # in the role or one of its alternatives
    strict: bool  # in the very role
    found: tuple[str, ...]  # roles the records give it


def judge(question: Question, parsed: Mapping[str, Parsed], agencies: Agencies) -> Iterator[Verdict]:
    """A verdict for each agency of one question."""
    near = [d for p in parsed.values() for d in p.duties if _on_answer(d, p, question)]
    for wanted in question["agencies"]:
        names = [wanted["name"], *wanted.get("aliases", ())]
        mine = [d for d in near if any(n == d.agency or agencies.same(n, d.agency) for n in names)]
        roles = {d.role for d in mine}
        allowed = {wanted["role"], *wanted.get("alt_roles", ()), *wanted.get("role_alt", ())}
        yield Verdict(
            question["id"],
            wanted["name"],
            wanted["role"],
            bool(mine),
            bool(roles & allowed),
            wanted["role"] in roles,
            tuple(sorted(roles)),
        )


def _on_answer(duty: Duty, parsed: Parsed, question: Question) -> bool:
    """Whether a record rests on the words or the clause of the answer."""
    text, basis = parsed.version.text, duty.basis
    for quote in (question.get("quote", ""), *question.get("more_quotes", ())):
        at = text.find(quote) if quote else -1
        if at >= 0 and basis.start < at + len(quote) and basis.end > at:
            return True
    return any(_label(basis.clause) == _label(c) for c in question.get("clauses", ()))


def _label(clause: str) -> str:
    return clause.split(" ")[-1]


def measure(data: Path, questions: Path) -> list[Verdict]:
    """Verdicts of a whole question file; each document is parsed once."""
    agencies = Agencies.load(None)
    parsed: dict[str, Parsed] = {}
    verdicts: list[Verdict] = []
    for line in questions.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        for name in question["documents"]:
            if name not in parsed:
                parsed[name] = parse_document(name, (data / "documents" / name).read_bytes(), Limits())
        verdicts += judge(question, {n: parsed[n] for n in question["documents"]}, agencies)
    return verdicts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--verbose", action="store_true", help="print what was not found")
    args = parser.parse_args()
    verdicts = measure(args.data, args.questions or args.data / "benchmarks" / "governance" / "duties.jsonl")
    if args.verbose:
        for v in verdicts:
            if not v.strict:
                print(f"{v.question} {v.agency} {v.role}: {'、'.join(v.found) or '无'}{'（可）' if v.right else ''}")
    n = len(verdicts)
    named, right, strict = (sum(getattr(v, k) for v in verdicts) for k in ("named", "right", "strict"))
    print(f"机构 {n}：列名 {named / n:.3f}，角色（含可选）{right / n:.3f}，角色（严格）{strict / n:.3f}")


if __name__ == "__main__":
    main()
