"""The library keeps the truth in SQLite and lets full text and vectors catch up."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kb.embedding import HashingEncoder
from kb.errors import DocumentMissing, EncoderMismatch, LibraryDamaged, LibraryMissing, UsageError
from kb.library.fulltext import Allowed
from kb.library.library import Library
from kb.records import Basis, Clause, Duty, Figure, Identity, Parsed, Passage, Requirement, Scope, Version
from kb.words import Words

WORDS = Words.load()


def parsed(document: str, *articles: str, title: str = "云泽市市容条例") -> Parsed:
    text = "\n".join(articles)
    id = hashlib.sha256(f"{document}\0{text}".encode()).hexdigest()[:16]
    clauses, passages, at = [], [], 0
    for n, article in enumerate(articles):
        label = article.split(" ")[0]
        clauses.append(Clause(label, "article", 1, label, "", label, at, at + len(article), at + len(label)))
        passages.append(Passage(f"{id}:{n}", id, document, n, label, label, at, at + len(article), title))
        at += len(article) + 1
    basis = Basis(document, id, clauses[0].path, 0, len(articles[0]), articles[0])
    duty = Duty("街道办事处", "own", "负责", "清扫保洁", "背街小巷", basis)
    version = Version(
        id, document, text, "md", hashlib.sha256(text.encode()).hexdigest(), Identity(title), tuple(clauses)
    )
    return Parsed(version, tuple(passages), (duty,))


FIRST = parsed("a.md", "第一条 街道办事处负责背街小巷的清扫保洁。", "第二条 城市管理部门负责道路清扫。")
OTHER = parsed("b.md", "第一条 物业服务企业负责住宅小区的清扫保洁。", title="云泽市物业条例")
CHANGED = parsed("a.md", "第一条 街道办事处配合背街小巷的清扫保洁。")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.open(tmp_path / "lib", HashingEncoder(), WORDS, create=True)
    library.add(FIRST)
    library.add(OTHER)
    library.flush()
    return library


def words(library: Library, *tokens: str, allowed: Allowed | None = None) -> list[str]:
    return [id for id, _ in library.search_text("words", [(t, 1.0) for t in tokens], 10, allowed)]


def test_what_is_stored_comes_back_whole(library: Library) -> None:
    assert library.get_version("a.md") == FIRST.version
    assert library.get_passages([FIRST.passages[1].id, OTHER.passages[0].id]) == [
        (FIRST.passages[1], "第二条 城市管理部门负责道路清扫。"),
        (OTHER.passages[0], "第一条 物业服务企业负责住宅小区的清扫保洁。"),
    ]
    assert library.find_duties(agency="街道") == (FIRST.duties[0], OTHER.duties[0])
    assert library.find_duties(documents=["b.md"]) == (OTHER.duties[0],)
    assert [i.document for i in library.find_documents()] == ["a.md", "b.md"]


def test_the_same_bytes_cost_nothing_and_changed_ones_replace(library: Library) -> None:
    assert library.add(FIRST) == "unchanged"
    assert library.add(CHANGED) == "updated"
    library.flush()
    assert library.get_version("a.md") == CHANGED.version
    assert library.get_version("a.md", FIRST.version.id) == FIRST.version  # the older text stays readable
    assert library.find_versions("a.md") == (CHANGED.version.id, FIRST.version.id)
    assert words(library, "城市管理") == []  # its passages are gone from the index
    assert library.count("passages") == 2
    assert library.check() == ()


def test_a_text_that_comes_back_is_current_again(library: Library) -> None:
    library.add(CHANGED)
    assert library.add(FIRST) == "updated"
    library.flush()
    assert library.get_version("a.md") == FIRST.version
    assert library.check() == ()


def test_removed_documents_are_found_nowhere(library: Library) -> None:
    library.remove("a.md")
    assert {id.split(":")[0] for id in words(library, "清扫保洁")} <= {i.version for i in library.find_documents()}
    library.flush()
    with pytest.raises(DocumentMissing):
        library.get_version("a.md")
    assert words(library, "清扫保洁") == [OTHER.passages[0].id]
    assert library.check() == ()
    with pytest.raises(DocumentMissing):
        library.remove("a.md")


def test_filters_are_applied_before_the_best_are_taken(library: Library) -> None:
    only_b = Allowed(only=frozenset({OTHER.version.id}))
    without_a = Allowed(never=frozenset({FIRST.version.id}))
    query = HashingEncoder().encode(["街道办事处负责背街小巷的清扫保洁"])[0]
    for allowed in (only_b, without_a):
        assert words(library, "清扫保洁", allowed=allowed) == [OTHER.passages[0].id]
        assert [id for id, _ in library.search_vectors(query, 1, allowed)] == [OTHER.passages[0].id]
    assert [id for id, _ in library.search_vectors(query, 1)] == [FIRST.passages[0].id]


def test_reopened_library_finds_the_same(library: Library, tmp_path: Path) -> None:
    library.close()
    again = Library.open(tmp_path / "lib", HashingEncoder(), WORDS)
    assert words(again, "清扫保洁") == words(library, "清扫保洁")
    assert again.content_hashes() == {"a.md": FIRST.version.content_hash, "b.md": OTHER.version.content_hash}


def test_work_left_by_a_kill_is_done_by_the_next_flush(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "lib", HashingEncoder(), WORDS, create=True)
    library.add(FIRST)  # committed, then the process dies before flush
    again = Library.open(tmp_path / "lib", HashingEncoder(), WORDS)
    assert [p.severity for p in again.check()] == ["warning"]
    again.flush()
    again.flush()
    assert again.check() == ()
    assert words(again, "街道办事处") == [FIRST.passages[0].id]


def test_rebuild_restores_lost_derived_stores(library: Library, tmp_path: Path) -> None:
    (tmp_path / "lib" / "vectors.faiss").unlink()
    again = Library.open(tmp_path / "lib", HashingEncoder(), WORDS)
    assert [p.message for p in again.check()] == ["向量索引有 0 段，正文有 3 段，二者不符。"]
    again.rebuild()
    assert again.check() == ()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("vectors.faiss", b""),  # a full disk
        ("vectors.faiss", b"IxM2" + b"\0" * 40),  # cut short
        ("fulltext/meta.json", b"{"),
        ("letters.bin", b"\x00\x00"),  # fewer characters than the table points at
        ("letters.npy", b"\x93NUMPY"),
    ],
)
def test_damaged_derived_stores_are_named_and_mended(library: Library, file: str, content: bytes) -> None:
    (library.folder / file).write_bytes(content)
    again = Library.open(library.folder, HashingEncoder(), WORDS)
    (problem,) = again.check()
    assert "不能读取" in problem.message
    assert problem.remedy == "运行 kb rebuild。"
    assert again.get_version("a.md") == FIRST.version  # the truth stays readable
    again.flush()  # the next ingest mends it as well
    assert again.check() == ()
    assert words(again, "城市管理") == [FIRST.passages[1].id]


def test_a_library_made_before_there_were_letters_says_so(library: Library) -> None:
    for name in ("letters.bin", "letters.npy"):
        (library.folder / name).unlink()
    again = Library.open(library.folder, HashingEncoder(), WORDS)
    assert [p.remedy for p in again.check()] == ["运行 kb rebuild。"]
    again.flush()
    assert again.check() == ()


def test_another_encoder_is_adopted_by_a_rebuild(library: Library) -> None:
    other = Library.open(library.folder, HashingEncoder(64), WORDS, adopt=True)
    other.rebuild()
    again = Library.open(library.folder, HashingEncoder(64), WORDS)
    assert again.check() == ()
    query = HashingEncoder(64).encode(["街道办事处负责背街小巷的清扫保洁"])[0]
    assert [id for id, _ in again.search_vectors(query, 1)] == [FIRST.passages[0].id]


def test_records_are_found_by_agency_task_and_document(library: Library) -> None:
    assert library.find_duties(task="背街小巷", documents=["a.md"]) == (FIRST.duties[0],)
    assert library.find_duties(task="执法") == ()
    assert library.find_duties(agency="%") == ()  # a sign of LIKE is only a character


def test_records_come_back_whole(library: Library) -> None:
    basis = FIRST.duties[0].basis
    full = Duty(
        "市城管局", "joint", "会同", "查处", "占道经营", basis, agency_id="chengguan", agency_level="市",
        scope=Scope(road_grade="背街小巷", property_management="无物业", condition="夜间"), negative=True,
        modality="proposal", counterpart="公安机关", status="proposed", valid_from=date(2021, 7, 1),
        valid_to=date(2026, 6, 30), inference=("主管部门→城管局",), confidence=0.5,
    )  # fmt: skip
    requirement = Requirement("threshold", "垃圾滞留时间", basis, operator="≤", value="20", unit="分钟")
    lost = Figure("清理卫生死角", None, "万平方米", None, basis, missing=True)
    kept = Figure("绿化率", "41.2", "%", "2024", basis, cumulative=False, qualifier="约", target=True)
    library.add(replace(CHANGED, duties=(full,), requirements=(requirement,), figures=(lost, kept)))
    mine = replace(basis, version=CHANGED.version.id)  # a record belongs to the version it was stored with
    assert library.find_duties(documents=["a.md"]) == (replace(full, basis=mine),)
    assert library.find_requirements(item="滞留") == (replace(requirement, basis=mine),)
    assert library.find_figures(documents=["a.md"]) == (replace(lost, basis=mine), replace(kept, basis=mine))
    assert library.find_figures(indicator="绿化") == (replace(kept, basis=mine),)


def test_lost_rows_are_a_problem_of_their_own(library: Library) -> None:
    with sqlite3.connect(library.folder / "library.sqlite") as connection:
        connection.execute("DELETE FROM passages WHERE version = ? AND ordinal = 1", [FIRST.version.id])
        connection.execute(
            "INSERT INTO figures (version, document, indicator, missing, body) VALUES ('x', 'x', '', 0, '')"
        )
    connection.close()
    assert [p.message for p in library.check()] == ["有 1 条记录找不到所属文件。", "“a.md”的段落不全。"]


def test_what_cannot_be_opened_says_why_and_what_to_do(library: Library, tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match="请先运行 kb ingest"):
        Library.open(tmp_path / "none", HashingEncoder(), WORDS)
    with pytest.raises(EncoderMismatch, match=r"hashing-256（256 维）.*hashing-64（64 维）.*kb rebuild"):
        Library.open(tmp_path / "lib", HashingEncoder(64), WORDS)
    (tmp_path / "lib" / "library.sqlite").write_bytes(b"not a database" * 100)
    for extra in ("library.sqlite-wal", "library.sqlite-shm"):
        (tmp_path / "lib" / extra).unlink(missing_ok=True)
    with pytest.raises(LibraryDamaged, match="从备份恢复"):
        Library.open(tmp_path / "lib", HashingEncoder(), WORDS)


def test_one_writer_at_a_time_readers_go_on(library: Library) -> None:
    other = Library.open(library.folder, HashingEncoder(), WORDS)
    with library.writing():
        for write in (other.flush, other.rebuild, lambda: other.add(CHANGED), lambda: other.remove("a.md")):
            with pytest.raises(UsageError, match="正在被另一个进程写入"):
                write()
        assert words(other, "城市管理") == [FIRST.passages[1].id]
        library.add(CHANGED)  # the holder may take the lock again
    assert other.add(CHANGED) == "unchanged"


def test_readers_see_the_old_state_whole_until_the_new_one_is_whole(library: Library) -> None:
    reader = Library.open(library.folder, HashingEncoder(), WORDS)
    assert [i.version for i in reader.find_documents()] == [OTHER.version.id, FIRST.version.id][::-1]
    library.add(CHANGED)
    late = Library.open(library.folder, HashingEncoder(), WORDS)  # opened between the change and the flush
    for one in (reader, late, library):
        held = words(one, "城市管理")
        assert [text for _, text in one.get_passages(held)] == ["第二条 城市管理部门负责道路清扫。"]
        assert FIRST.version.id in [i.version for i in one.find_documents()]  # what is found is listed
    library.flush()
    assert reader.get_passages(held)[0][0] == FIRST.passages[1]  # an answer begun before may be finished
    for one in (reader, late, library):
        assert words(one, "城市管理") == []
        assert [i.version for i in one.find_documents()] == [CHANGED.version.id, OTHER.version.id]
    library.flush()  # a round later the old passages are gone for good
    with pytest.raises(DocumentMissing):
        reader.get_passages(held)


def test_a_rebuild_that_is_stopped_leaves_the_stores_as_they_were(library: Library) -> None:
    seen: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        raise UsageError("停")

    before = words(library, "清扫保洁")
    with pytest.raises(UsageError):
        library.rebuild(stop)
    assert seen == [(3, 3)]
    assert (words(library, "清扫保洁"), library.check()) == (before, ())
    assert not (library.folder / "rebuilding").exists()
    library.rebuild(lambda done, total: seen.append((done, total)))
    assert (seen[1:], words(library, "清扫保洁"), library.check()) == ([(3, 3)], before, ())
