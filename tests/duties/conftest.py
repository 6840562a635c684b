"""Fixtures of the record tests: short texts parsed as the product parses them, sentences read as duties in one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ingest.duty.draft import build_duties
from ingest.duty.sentences import find_in_sentence
from ingest.duty.units import find_sentences
from ingest.parse import parse_document
from kb.config import Limits
from kb.records import Duty, Identity, Parsed, Version

VERSION = Version("v", "d.md", "", "md", "h", Identity(""))


@pytest.fixture
def parse() -> Callable[[str, str], Parsed]:
    """A text with its name → everything the library stores of it."""
    return lambda name, text: parse_document(name, text.encode(), Limits())


@pytest.fixture
def describe() -> Callable[[Duty], str]:
    """A duty in one line: 主体｜角色｜做什么｜对象, then scope, counterpart, 否定 and a modality other than norm."""
    return describe_duty


@pytest.fixture
def read_duties() -> Callable[[str], list[str]]:
    """The duties of one or more sentences, each in one line."""
    return read_sentences


def describe_duty(d: Duty) -> str:
    s = d.scope
    more = (
        s.road_grade and f"道路 {s.road_grade}",
        s.property_management and f"物业 {s.property_management}",
        s.area and f"区域 {s.area}",
        s.time and f"时间 {s.time}",
        s.condition and f"条件 {s.condition}",
        d.counterpart and f"相对方 {d.counterpart}",
        d.negative and "否定",
        d.modality != "norm" and d.modality,
    )
    return "｜".join([d.agency, d.role, d.action, d.object or "—", *(w for w in more if w)])


def read_sentences(text: str) -> list[str]:
    version = replace(VERSION, text=text)
    return [
        describe_duty(duty)
        for s in find_sentences(text, 0, len(text))
        for found in find_in_sentence(text, s.start, s.end)
        for duty in build_duties(version, "", found, "norm")
    ]
