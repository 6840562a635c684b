"""Every rule by which duties, requirements and figures are read and answered has a real-looking example in a table of tests.

The tables are run as they stand; a pattern, or one alternative of it, that nothing in them matches is named here.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.rule_use import find_unused, noting

TESTS = Path(__file__).parent
MODULES = (
    *(f"ingest.duty.{m}" for m in ("brackets", "draft", "founded", "functions", "names", "passive", "receivers", "rows", "segments",
      "sentences", "stated", "subjects", "units", "verbs", "whole")),
    "ingest.duties", "ingest.requirements", "ingest.figures", "ingest.indicators", "ingest.measures",
    "kb.answer.duty", "kb.answer.duty_choice", "kb.answer.duty_items", "kb.answer.duty_question", "kb.answer.duty_rank",
    "kb.answer.requirement", "kb.answer.limit_question", "kb.answer.figure", "kb.answer.figure_question", "kb.answer.penalty",
    "kb.responsibility.clashes", "kb.responsibility.entries", "kb.responsibility.gaps", "kb.matching",
)  # fmt: skip
TABLES = (
    *(f"duties/test_{t}.py" for t in ("adverbs", "articles", "cases", "clauses", "documents", "events", "figure_edges", "figure_units", "figure_wording", "figures", "layouts", "limit_wording", "limits", "matters", "names", "new_bodies", "other_end", "passive", "receivers", "requirements", "sentences", "stated", "told_apart", "verbs")),
    *(f"answer/test_{t}.py" for t in ("asking", "duty_choice", "duty_rank", "duty_items", "duty_line", "duty_question", "figure_question", "limit_question")),
    "responsibility/test_clashes.py", "responsibility/test_matching.py", "responsibility/test_rules_of_the_map.py",
)  # fmt: skip


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"rules_{path.parent.name}_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def find_rows(test: Any) -> Iterator[dict[str, Any]]:
    """The rows a test is called with, one of each table that marks it."""
    tables = []
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            names = (
                [n.strip() for n in mark.args[0].split(",")] if isinstance(mark.args[0], str) else list(mark.args[0])
            )
            tables.append([dict(zip(names, [row] if len(names) == 1 else row, strict=True)) for row in mark.args[1]])
    for rows in product(*tables):
        yield {k: v for row in rows for k, v in row.items()}


def run_tables(fixtures: dict[str, Any]) -> None:
    for table in TABLES:
        module = load(TESTS / table)
        for name, test in vars(module).items():
            if name.startswith("test_"):
                for row in find_rows(test):
                    asked = test.__code__.co_varnames[: test.__code__.co_argcount]
                    test(**{a: row[a] if a in row else fixtures[a] for a in asked})


@pytest.fixture
def fixtures() -> dict[str, Callable[..., object]]:
    shared = load(TESTS / "duties" / "conftest.py")
    parse = shared.parse_document
    return {
        "parse": lambda name, text: parse(name, text.encode(), shared.Limits()),
        "describe": shared.describe_duty,
        "read_duties": shared.read_sentences,
    }


def test_every_rule_has_an_example(fixtures: dict[str, Any]) -> None:
    with noting([import_module(m) for m in MODULES]) as rules:
        run_tables(fixtures)
    assert [f"{m}.{n}: {w}" for m, n, w in find_unused(rules)] == []
