"""A library of a few texts, for the answer tests that write their own documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from ingest.pipeline import ingest
from kb.config import Settings
from kb.workspace import Workspace, open_workspace

Make = Callable[[Mapping[str, str]], Workspace]


@pytest.fixture(scope="module")
def make_space(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Reads texts by file name into a new library."""

    def make(documents: Mapping[str, str]) -> Workspace:
        folder = tmp_path_factory.mktemp("texts")
        (folder / "files").mkdir()
        for name, text in documents.items():
            (folder / "files" / name).write_text(text, encoding="utf-8")
        settings = Settings(folder / "library", workers=1)
        space = open_workspace(settings, create=True)
        ingest([folder / "files"], space.library, settings)
        return space

    return make
