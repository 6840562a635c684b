"""Floors on real documents: duties a person found are among the records; they may rise, never fall."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.record_recall import measure

NAMED = 0.99
RIGHT = 0.98
STRICT = 0.94


@pytest.mark.shared
def test_duties_of_the_question_file_are_among_the_records(shared_data: Path) -> None:
    verdicts = measure(shared_data, shared_data / "benchmarks" / "governance" / "duties.jsonl")
    n = len(verdicts)
    assert n == 136
    assert sum(v.named for v in verdicts) / n >= NAMED
    assert sum(v.right for v in verdicts) / n >= RIGHT
    assert sum(v.strict for v in verdicts) / n >= STRICT
