"""Versions to compare, named in an address: documents, ``DOCUMENT@version``, two or more; and reports over the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb.compare.matrix import Matrix, build_matrix
from kb.compare.series import Series, build_series
from kb.errors import DocumentMissing, UsageError
from kb.records import Version
from kb.workspace import Workspace

APART = "|"  # between names in an address; no file name has it
_MOST = 8  # versions side by side; more columns cannot be read
_REPORTS = 12
_NAME = 1_000  # characters


def read_names(query: Mapping[str, str]) -> list[str]:
    """The versions an address names, oldest first: old, new and more."""
    more = query.get("more", "").split(APART)
    names = [query.get("old", ""), query.get("new", ""), *more]
    return [n.strip()[:_NAME] for n in names if n.strip()][:_MOST]


def read_series(query: Mapping[str, str]) -> list[str]:
    """The reports an address names."""
    return [n.strip()[:_NAME] for n in query.get("series", "").split(APART) if n.strip()][:_REPORTS]


def get_version(space: Workspace, name: str) -> Version:
    """The version that ``DOCUMENT`` or ``DOCUMENT@version`` names; DocumentMissing otherwise."""
    try:
        return space.library.get_version(name)
    except DocumentMissing:
        document, at, version = name.rpartition("@")
        if not at or not version:
            raise
        return space.library.get_version(document, version)


def find_matrix(space: Workspace, names: Sequence[str]) -> Matrix:
    """Every version with the next, and the clauses of all of them."""
    if len(names) < 2:
        raise UsageError("请选择两个以上的版本。")
    return build_matrix([get_version(space, n) for n in names], space.agencies, space.words)


def find_series(space: Workspace, names: Sequence[str]) -> Series:
    """Reports over the years: their figures, themes and sections."""
    if len(names) < 2:
        raise UsageError("请选择两份以上的报告。")
    reports = [get_version(space, n) for n in names]
    figures = {r.document: space.library.find_figures(documents=[r.document]) for r in reports}
    return build_series(reports, figures, space.words)
