"""The demo corpus holds what its plan promises: facts, contradictions, gaps, formats, questions."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest

from corpus.build import DOCUMENTS, HERE, SOURCES, build_document, read_manifest
from corpus.writers.source import fill_rows, format_plain, parse_source
from ingest.readers.registry import read_bytes
from ingest.readers.sniff import SUFFIXES
from kb.config import Limits
from kb.records import Span

ENTRIES = read_manifest()
QUESTIONS = [json.loads(line) for line in (HERE / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
BY_FILE = {e["file"]: e for e in ENTRIES}
KINDS = {"duty", "requirement", "figure", "compare", "status", "definition", "list", "general"}
REASONS = {"no-evidence", "expired-only", "ambiguous", "missing-figure", "out-of-scope"}
ROLES = {
    "lead", "own", "joint", "support", "oversee", "coordinate", "approve", "enforce", "duty-holder", "decide"
}  # fmt: skip


def source(n: int) -> str:
    return (SOURCES / ENTRIES[n - 1]["source"]).read_text(encoding="utf-8")


def plain(n: int) -> str:
    return format_plain(source(n))


def article(n: int, number: str) -> str:
    found = re.search(rf"^第{number}条 .*?(?=^第\S+条 |^第\S+章 |\Z)", plain(n), re.S | re.M)
    assert found is not None
    return found[0]


def rows(n: int, table: int = 0) -> list[list[str]]:
    tables = [line for line in parse_source(source(n)) if line.kind == "table"]
    return fill_rows(tables[table].rows)[1:]


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_manifest_lists_every_file_once() -> None:
    assert [e["n"] for e in ENTRIES] == list(range(1, 24))
    assert {e["source"] for e in ENTRIES} == {p.name for p in SOURCES.iterdir()}
    assert set(BY_FILE) == {p.relative_to(DOCUMENTS).as_posix() for p in DOCUMENTS.rglob("*") if p.is_file()}


def test_every_format_officials_have_is_there_and_small() -> None:
    assert set(Counter(e["format"] for e in ENTRIES)) == {
        "docx", "pdf", "scan", "html", "ofd", "xlsx", "doc", "wps", "txt"
    }  # fmt: skip
    sizes = [(DOCUMENTS / e["file"]).stat().st_size for e in ENTRIES]
    assert max(sizes) < 2 << 20
    assert sum(sizes) < 8 << 20


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: f"SYN-{e['n']}")
def test_a_source_is_marked_numbered_and_carries_its_facts(entry: dict) -> None:
    text = source(entry["n"])
    assert f"合成样例 SYN-{entry['n']}" in text
    assert 1_200 <= len(text) <= 6_000
    assert entry["facts"]
    for fact in entry["facts"]:
        assert fact["quote"] in text, fact["fact"]
    if entry["number"]:
        assert entry["number"] in text


def test_versions_name_each_other_and_their_numbers() -> None:
    for entry in ENTRIES:
        if entry["superseded_by"]:
            assert ENTRIES[entry["superseded_by"] - 1]["supersedes"] == entry["n"]
    # the repealing text names the repealed one by its number
    for old, new in ((3, 4), (7, 8), (9, 10), (11, 12), (13, 14)):
        assert ENTRIES[old - 1]["number"] in plain(new)


@pytest.mark.parametrize(
    ("n", "number", "quote"),
    [
        (1, "九", "背街小巷和未实行物业管理的居住小区，由街道办事处负责"),
        (1, "十", "由所在地的区市容环境卫生主管部门确定"),
        (2, "十一", "四级道路、背街小巷和未实行物业管理的居住小区，由街道办事处负责清扫保洁"),  # 第九条 moved
        (2, "十二", "由所在地的区城市管理局自收到申请之日起十个工作日内确定"),  # the default clause
        (2, "十五", "包环境卫生"),
        (2, "二十三", "对乱张贴行为的行政处罚，由区城市管理局实施"),
        (8, "十四", "四级道路的保洁质量，由区城市管理局考核"),
    ],
)
def test_planted_clauses_have_their_numbers(n: int, number: str, quote: str) -> None:
    assert quote in article(n, number)


def test_the_two_regulations_differ_as_planned() -> None:
    count = [len(re.findall(r"^第\S+条 ", plain(n), re.M)) for n in (1, 2)]
    assert count == [50, 52]  # 4 new, 1 merged away, 1 deleted


def test_the_task_tables_differ_as_planned() -> None:
    old, new = ({r[2]: r for r in rows(n)} for n in (11, 12))
    assert (len(old), len(new)) == (40, 40)
    assert set(new) - set(old) == {"公共场所预防性消毒"}
    assert set(old) - set(new) == {"汽车站环境整治"}
    leads = {t: (old[t][4], new[t][4]) for t in old.keys() & new.keys() if old[t][4] != new[t][4]}
    assert leads == {"公共厕所改造": ("市住建局", "市城管局"), "废品收购站点整治": ("市市场监管局", "市商务局")}
    assert (old["灭鼠"][6], new["灭鼠"][6]) == ("2019年10月31日", "2020年9月30日")


def test_the_lists_count_as_they_say() -> None:
    assert [len(rows(20, t)) for t in range(3)] == [7, 9, 8]
    assert [r[2] for r in rows(20, 2) if "责任区" in r[1]] == ["云泽政规〔2021〕3号"]
    assert [r[8] for r in rows(19)].count("未销号") == 1
    assert rows(19)[2][0] == "3"
    assert rows(19)[2][8] == "未销号"
    assert len(rows(22)) == 36


def test_gaps_have_no_owner_in_any_norm() -> None:
    norms = [e["n"] for e in ENTRIES if e["genre"] not in ("报告", "纪要", "台账")]
    for n in norms:
        assert not re.search(r"飞线|架空|空中[^ \t]{0,4}线|商业广场", plain(n)), n
    assert not re.search(r"满意", plain(17))  # the missing figure of 2021


def test_the_damaged_report_is_damaged() -> None:
    text = plain(15)
    assert text.count("。") == 1
    assert "，" not in text
    assert "\n一、\n二、三级道路" in text
    assert "还剩3页未读" in text


def test_questions_are_sixty_and_answerable_from_their_documents() -> None:
    assert [q["id"] for q in QUESTIONS] == [f"{g}{i}" for g in "ONR" for i in range(1, 21)]
    for q in QUESTIONS:
        assert q["kind"] in KINDS
        assert set(q["status"]) <= {"answered", "partial", "abstained"}
        assert set(q["reason"] or []) <= REASONS
        assert set("".join(q["shapes"])) <= set("AMCGTSNDLEQX")
        assert {a["role"] for a in q["agencies"]} <= ROLES
        assert q["note"]
        texts = [plain(BY_FILE[d]["n"]) for d in q["documents"]]
        for fact in q["key_facts"]:
            options = [fact] if isinstance(fact, str) else fact
            assert any(o in t for o in options for t in texts), (q["id"], fact)
        for figure in q["figures"]:
            assert any(figure["value"] in t for t in texts), (q["id"], figure)


def test_word_counts_the_articles_itself() -> None:
    data = (DOCUMENTS / ENTRIES[0]["file"]).read_bytes()
    with ZipFile(BytesIO(data)) as archive:
        assert 'w:lvlText w:val="第%1条"' in archive.read("word/numbering.xml").decode()
        assert "第一条" not in archive.read("word/document.xml").decode()


def test_the_tracked_change_is_in_the_file() -> None:
    with ZipFile(BytesIO((DOCUMENTS / ENTRIES[9]["file"]).read_bytes())) as archive:
        body = archive.read("word/document.xml").decode()
    assert "<w:ins " in body
    assert "<w:delText" in body


@pytest.mark.parametrize("n", [4, 10, 11, 12, 14, 15, 17, 20])
def test_a_build_gives_the_committed_bytes(n: int) -> None:
    entry = ENTRIES[n - 1]
    assert build_document(entry) == (DOCUMENTS / entry["file"]).read_bytes()


def _readable(entry: dict) -> None:
    suffix = Path(entry["file"]).suffix
    if suffix not in SUFFIXES:
        pytest.skip(f"尚无 {suffix} 读取程序")
    if suffix in (".doc", ".wps") and shutil.which("soffice") is None:
        pytest.skip("旧 Word 格式要借助 LibreOffice")


def _read(entry: dict) -> str:
    extract = read_bytes(entry["file"], (DOCUMENTS / entry["file"]).read_bytes(), Limits())
    return _without(extract.text, extract.furniture)


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e["format"] != "scan"], ids=lambda e: f"SYN-{e['n']}")
def test_a_reader_gives_back_the_source(entry: dict) -> None:
    _readable(entry)
    assert _read(entry) == squeeze(plain(entry["n"]))


def test_a_scan_is_read_with_one_character_in_a_hundred_wrong_at_most() -> None:
    entry = ENTRIES[2]
    wanted, found = squeeze(plain(3)), _read(entry)
    changes = SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes()
    wrong = sum(max(j - i, b - a) for what, i, j, a, b in changes if what != "equal")
    assert wrong <= len(wanted) / 100, [(wanted[i:j], found[a:b]) for what, i, j, a, b in changes if what != "equal"]


@pytest.mark.parametrize("n", [2, 6, 22])
def test_a_pdf_holds_every_character_of_its_source(n: int) -> None:
    # Straight from the text layer: a reader's own grouping of lines and cells is not judged here.
    pages = pypdfium2.PdfDocument(DOCUMENTS / ENTRIES[n - 1]["file"])
    held = Counter(squeeze("".join(page.get_textpage().get_text_range() for page in pages)))
    # A merged cell stands once in the file; header and footer come on top.
    wanted = Counter(
        squeeze("".join("".join(r) for line in parse_source(source(n)) for r in line.rows).replace("^", ""))
    )
    wanted += Counter(squeeze("".join(line.text for line in parse_source(source(n)))))
    assert wanted - held == Counter()


def _without(text: str, furniture: tuple[Span, ...]) -> str:
    for span in sorted(furniture, key=lambda s: -s.start):
        text = text[: span.start] + text[span.end :]
    return squeeze(text)
