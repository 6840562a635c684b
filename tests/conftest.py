"""What every test may ask for: the real documents, when they are there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _shared() -> Path:
    return Path(os.environ.get("DINGZE_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real documents and question sets; the test skips where it is absent."""
    data = _shared() / "data"
    if not (data / "documents").is_dir():
        pytest.skip("真实文件库 ../shared/data 不在旁边，跳过")
    return data
