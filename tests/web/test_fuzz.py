"""Whatever the definition allows, and much that it does not, gets an answer below 500."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from ingest.pipeline import ingest
from kb.config import read_settings
from kb.web.access import Access
from kb.web.app import create_app
from kb.web.site import open_site
from kb.workspace import open_workspace

schemathesis = pytest.importorskip("schemathesis")
EXAMPLES = 25  # of each operation; some 700 requests


@pytest.fixture(scope="module")
def definition(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The application over a library of its own, which the requests may change as they like."""
    root: Path = tmp_path_factory.mktemp("fuzz")
    (root / "d").mkdir()
    (root / "d" / "办法.md").write_text("# 环卫办法\n\n第一条 街道办事处负责清扫保洁。\n", encoding="utf-8")
    chosen = read_settings({"DINGZE_ENCODER": "hashing", "DINGZE_WORKERS": "1"}, library=root / "library")
    space = open_workspace(chosen, create=True)
    ingest([root / "d"], space.library, chosen)
    app = create_app(open_site(space, Access()))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.mark.slow
def test_no_request_breaks_the_server(definition) -> None:  # type: ignore[no-untyped-def]
    tried: Counter[str] = Counter()
    for found in definition.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def check(case) -> None:  # type: ignore[no-untyped-def]
            tried[operation.label] += 1  # noqa: B023 — called at once
            reply = case.call()
            assert reply.status_code < 500, f"{reply.status_code}: {case.as_curl_command()}"

        check()
    assert {"POST /api/ask", "POST /v1/chat/completions", "POST /api/manage/uploads"} <= set(tried)
