"""A view shows nothing of what is hidden, whatever it is asked; and every method of the library has an answer in it."""

from __future__ import annotations

from datetime import date
from inspect import isfunction, signature
from pathlib import Path

import numpy as np
import pytest

from ingest.pipeline import ingest
from kb.config import read_settings
from kb.errors import DocumentMissing, UsageError
from kb.library.library import Library
from kb.library.view import LibraryView
from kb.workspace import Workspace, open_workspace

DOCUMENTS = {
    "公开/环卫办法.md": "# 青禾市环卫办法\n\n（2020年1月1日青禾市人民政府发布）\n\n第一条 街道办事处负责背街小巷的清扫保洁。\n\n第二条 2024年清运垃圾12.5万吨。\n\n第三条 本办法自2020年2月1日起施行。\n",
    "内部/环卫纪要.md": "# 青禾市清扫保洁经费管理规定\n\n（2023年12月1日青禾市人民政府发布）\n\n第一条 市财政局负责背街小巷清扫保洁经费，2024年拨付320万元。\n\n第二条 本规定自2024年1月1日起施行。《青禾市环卫办法》同时废止。\n",
    "内部/经费标准.md": "# 经费标准\n\n清扫保洁经费每平方米不低于9元。\n",
}


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("view")
    for name, text in DOCUMENTS.items():
        (root / "d" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "d" / name).write_text(text, encoding="utf-8")
    settings = read_settings({"DINGZE_ENCODER": "hashing", "DINGZE_WORKERS": "1"}, library=root / "library")
    space = open_workspace(settings, create=True)
    assert ingest([root / "d"], space.library, settings).failed == []
    return space


@pytest.fixture(scope="module")
def view(space: Workspace) -> LibraryView:
    return LibraryView(space.library, lambda info: info.document.startswith("公开/"))


def test_every_method_of_the_library_is_written_in_the_view() -> None:
    named = {n for n, f in vars(Library).items() if isfunction(f) and not n.startswith("_")}
    missing = named - set(vars(LibraryView))
    assert not missing, f"写进 kb/library/view.py：{missing}"
    for name in named:
        assert signature(getattr(LibraryView, name)) == signature(getattr(Library, name)), name


def test_nothing_hidden_is_listed_found_or_read(view: LibraryView, space: Workspace) -> None:
    assert [i.document for i in view.find_documents()] == ["公开/环卫办法.md"]
    assert view.find_documents() is view.find_documents()  # callers tell a change by the tuple
    hidden = space.library.get_version("内部/环卫纪要.md")
    for ask in (
        lambda: view.get_version("内部/环卫纪要.md"),
        lambda: view.get_version("内部/环卫纪要.md", hidden.id),
        lambda: view.get_passages([f"{hidden.id}:0"]),
    ):
        with pytest.raises(DocumentMissing):
            ask()
    whole = space.library.snapshot()
    keys = np.asarray([whole.keys.key(f"{hidden.id}:0")])
    assert whole.read_evidence(keys).vectors.any()
    evidence = view.snapshot().read_evidence(keys)
    assert (evidence.block.bodies([0]), evidence.vectors.any()) == ([""], False)
    assert (view.find_versions("内部/环卫纪要.md"), view.get_source("内部/环卫纪要.md")) == ((), None)
    assert set(view.sources()) == set(view.content_hashes()) == {"公开/环卫办法.md"}
    records = (*view.find_duties(), *view.find_requirements(), *view.find_figures())
    assert {r.basis.document for r in records} == {"公开/环卫办法.md"}
    assert view.count("passages") == sum(i.passages for i in view.find_documents())
    assert view.count("duties") == len(view.find_duties())


def test_hidden_passages_do_not_take_the_place_of_permitted_ones(view: LibraryView, space: Workspace) -> None:
    """Filters come before top-k: the best hit of all is hidden, and one hit asked for is still one permitted."""
    weights = [("经费", 1.0), ("清扫保洁", 1.0)]
    best = space.library.search_text("words", weights, 1)
    assert space.library.get_passages([best[0][0]])[0][0].document.startswith("内部/")
    found = view.search_text("words", weights, 1)
    assert [view.get_passages([id])[0][0].document for id, _ in found] == ["公开/环卫办法.md"]
    vector = space.encoder.encode(["清扫保洁经费"])[0]
    assert [view.get_passages([id])[0][0].document for id, _ in view.search_vectors(vector, 1)] == ["公开/环卫办法.md"]


def test_what_a_hidden_text_repealed_stays_repealed_without_a_word_of_it(view: LibraryView, space: Workspace) -> None:
    """An official must not act on a repealed text because the repeal may not be read."""
    day, document = date(2025, 1, 1), "公开/环卫办法.md"
    assert space.library.status_of(document, day) == view.status_of(document, day) == "repealed"
    assert view.status_of("内部/环卫纪要.md", day) == "unknown"
    edition = view.lineage().edition(document)
    assert edition is not None
    assert [(e.kind, e.by, e.act, e.reason) for e in edition.endings] == [
        ("repealed", None, None, "由未向您开放的文件")
    ]
    assert "内部" not in repr(view.lineage())
    narrowed = LibraryView(space.library, lambda i: i.document == document, narrowed=True)
    assert narrowed.status_of(document, day) == "repealed"


def test_a_view_follows_the_library(space: Workspace, tmp_path: Path) -> None:
    view = LibraryView(space.library, lambda info: info.document != "新.md")
    before = view.find_documents()
    (tmp_path / "新.md").write_text("# 新办法\n\n第一条 试行。\n", encoding="utf-8")
    ingest([tmp_path], space.library, space.settings)
    assert view.find_documents() == before
    assert "新.md" in {i.document for i in space.library.find_documents()}
    with space.library.writing():
        space.library.remove("新.md")
        space.library.flush()


@pytest.mark.parametrize("name", ["writing", "flush", "rebuild"])
def test_a_view_never_writes(view: LibraryView, name: str) -> None:
    with pytest.raises(UsageError):
        getattr(view, name)()
    with pytest.raises(UsageError):
        view.remove("公开/环卫办法.md")
