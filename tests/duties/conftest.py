"""Versions for the record tests: short texts parsed as the product parses them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.parse import parse_document
from kb.config import Limits
from kb.records import Parsed


@pytest.fixture
def parse() -> Callable[[str, str], Parsed]:
    """A text with its name → everything the library stores of it."""
    return lambda name, text: parse_document(name, text.encode(), Limits())
