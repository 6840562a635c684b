"""The demo city's documents in a library, read by the real pipeline once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.pipeline import ingest
from kb.config import read_settings
from kb.responsibility.map import Sources
from kb.workspace import Workspace, open_workspace

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "documents"


@pytest.fixture(scope="session")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("demo")
    settings = read_settings({"DINGZE_ENCODER": "hashing", "DINGZE_WORKERS": "1"}, library=root / "library")
    space = open_workspace(settings, create=True)
    assert ingest([CORPUS], space.library, settings).failed == []
    return space


@pytest.fixture(scope="session")
def sources(space: Workspace) -> Sources:
    return Sources(space.library, space.searcher.catalogue(), space.agencies, space.words)
