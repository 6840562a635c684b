"""Runs one question set against the library: binds evaluation to asking, comparing and reading files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from kb.evaluate import Runners, evaluate
from kb.formats import Json, format_answer
from kb.records import Hit
from kb.workspace import Workspace


def evaluate_suite(suite: Path, space: Workspace) -> Json:
    """Scores of one set; documents it names are looked up in the library first, then beside the set."""

    def ask(question: str, as_of: date | None) -> Any:
        return format_answer(space.ask(question, as_of=as_of))

    def search(question: str, k: int) -> tuple[Hit, ...]:
        return space.search(question, k=k)[0]

    def outline(document: str) -> Json:
        from ingest.report import format_outline
        from kb.records import Parsed

        return format_outline(Parsed(space.library.get_version(document)))

    def compare(old: str, new: str) -> Json:
        from kb.compare.comparison import compare_versions
        from kb.compare.format import format_comparison

        return format_comparison(compare_versions(space.library.get_version(old), space.library.get_version(new)))

    return evaluate(suite, Runners(ask=ask, search=search, outline=outline, compare=compare))
