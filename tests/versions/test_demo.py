"""Every planted fact about versions of the demo corpus is reported, from the files as an official has them."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from ingest.parse import parse_document
from kb.agencies import Agencies
from kb.blame import describe_steps, describe_validity, find_blame
from kb.compare.comparison import Comparison, compare_versions
from kb.config import Limits
from kb.embedding import load_encoder
from kb.library.library import Library
from kb.timeline import Timeline, find_timeline
from kb.words import Words

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "documents"
BYLAW = ("法规/云泽市市容和环境卫生管理条例(2018).docx", "法规/云泽市市容和环境卫生管理条例(2023修正).pdf")
AREAS = (
    "规范性文件/云泽市市容环境卫生责任区管理办法(2016).doc",
    "规范性文件/云泽市市容环境卫生责任区管理办法(2021).docx",
)
MARKET = (
    "规范性文件/云泽市农贸市场管理办法(暂行)(2020).wps",
    "规范性文件/关于调整农贸市场管理职责分工的通知(2022).docx",
)
NOTICE = "规范性文件/关于公布规范性文件清理结果的公告(2023).html"
STANDARD = ("标准/云泽市市容环境卫生质量评价标准(试行)(2018).docx", "标准/云泽市市容环境卫生质量评价标准(2022).ofd")
TASKS = (
    "创卫/云泽市创建国家卫生城市工作实施方案及任务分解表(2019).docx",
    "创卫/创建国家卫生城市任务分解表(2020调整).xlsx",
)
STREET = "三定/临河街道办事处三定规定(2021).docx"
DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The documents of the demo that have editions; not the scan, which OCR would read for half a minute."""
    if shutil.which("soffice") is None:
        pytest.skip("旧格式要借助 LibreOffice")
    found = Library.open(tmp_path_factory.mktemp("demo"), load_encoder("hashing"), Words.load(), create=True)
    for document in (*BYLAW, *AREAS, *MARKET, NOTICE, *STANDARD, *TASKS, STREET):
        found.add(parse_document(document, (CORPUS / document).read_bytes(), Limits()))
    found.flush()
    return found


def timeline(library: Library, document: str) -> Timeline:
    found = find_timeline(library.lineage(), document)
    assert found is not None
    return found


def compared(library: Library, pair: tuple[str, str]) -> Comparison:
    return compare_versions(*(library.get_version(d) for d in pair), Agencies.load(None), Words.load())


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (BYLAW[0], "superseded"), (BYLAW[1], "in-force"), (AREAS[0], "repealed"), (AREAS[1], "expired"),
        (MARKET[0], "expired"), (MARKET[1], "in-force"), (STANDARD[0], "repealed"), (STANDARD[1], "in-force"),
    ],
)  # fmt: skip
def test_status(library: Library, document: str, status: str) -> None:
    assert library.status_of(document, DAY) == status


def test_windows_without_a_valid_text(library: Library) -> None:
    areas, market = timeline(library, AREAS[1]), timeline(library, MARKET[1])
    assert [(w.first, w.last) for w in areas.windows] == [
        (date(2021, 5, 1), date(2021, 6, 30)),
        (date(2026, 7, 1), None),
    ]
    assert [(w.first, w.last) for w in market.windows] == [(date(2022, 7, 1), date(2022, 8, 31))]
    assert areas.holding(date(2021, 5, 20)) == ()
    assert [e.document for e in market.holding(date(2022, 1, 1))] == [MARKET[0]]


def test_hidden_expiry(library: Library) -> None:
    [hidden] = timeline(library, AREAS[1]).hidden
    assert (hidden.edition.document, hidden.expires_after, hidden.listed.basis.document) == (
        AREAS[1], date(2026, 6, 30), NOTICE,
    )  # fmt: skip


def test_validity_in_a_line(library: Library) -> None:
    edition = library.lineage().edition(AREAS[0])
    assert edition is not None
    assert describe_validity(edition) == (
        "自 2016-05-01 起施行；2021-05-01 有效期届满（“第二十二条 本办法自2016年5月1日起施行，有效期五年”）；"
        "2021-07-01 废止（“《云泽市市容环境卫生责任区管理办法》（云泽政发〔2016〕9号）同时废止”）"
    )


def test_ninth_article_became_the_eleventh(library: Library) -> None:
    blame = find_blame(library, BYLAW[1], clause="第十一条")
    [origin] = blame.origins
    assert describe_steps(origin, blame.editions) == "第九条（2018-11-01） → 第十一条（2023-03-01，改写）"


def test_fines_of_the_bylaw(library: Library) -> None:
    rows = {r.new[0].label: r for r in compared(library, BYLAW).rows if r.new}
    notes = {f.kind: f.note for f in rows["第四十六条"].flags}
    assert notes["penalty"] == "50元以上、500元以下→100元以上、1000元以下"
    assert "added-duty" in {f.kind for f in rows["第十五条"].flags}  # 门前三包


def test_district_assesses_roads_of_the_fourth_grade(library: Library) -> None:
    rows = {r.new[0].label: r for r in compared(library, AREAS).rows if r.new}
    flags = [f for f in rows["第十四条"].flags if f.kind == "role"]
    assert any("区城市管理局" in f.note or "区城市管理局" in f.new for f in flags)


def test_two_tasks_changed_their_lead_one_came_one_went(library: Library) -> None:
    rows = [r for r in compared(library, TASKS).rows if r.change != "unchanged"]
    leads = [(r.new[0].label, f.note) for r in rows for f in r.flags if f.note.startswith("牵头单位")]
    assert leads == [
        ("公共厕所改造", "牵头单位：市住建局→市城管局"),
        ("废品收购站点整治", "牵头单位：市市场监管局→市商务局"),
    ]
    assert [r.new[0].label for r in rows if r.change == "added"] == ["公共场所预防性消毒"]
    assert [r.old[0].label for r in rows if r.change == "deleted"] == ["汽车站环境整治"]
    [sheet] = compared(library, TASKS).sheets
    assert [(r.subject, c.note) for r in sheet.rows for c in r.cells if c.kind == "deadline" and not c.usual] == [
        ("灭鼠", "完成时限：2019年10月31日→2020年9月30日")
    ]


def test_three_thresholds_became_qualitative(library: Library) -> None:
    notes = [f.note for r in compared(library, STANDARD).rows for f in r.flags if f.note.startswith("取消定量")]
    assert len(notes) == 3
    assert ["平方米" in n for n in notes].count(True) == 1  # 积水; 苍蝇 and 小广告 were counted


def test_helping_became_answering(library: Library) -> None:
    """The scan of 2015 is not read here; its lines on the duties of the street are."""
    old = "\n\n".join(
        ("# 临河街道办事处主要职责内设机构和人员编制规定", "一、主要职责", "（一）协助做好背街小巷清扫保洁工作。",
         "（二）协助做好居住小区环境卫生管理工作。", "二、人员编制", "编制30名。")
    )  # fmt: skip
    new = old.replace("协助做好背街小巷清扫保洁工作", "负责四级道路、背街小巷的清扫保洁工作")
    versions = [parse_document(n, t.encode(), Limits()).version for n, t in (("旧.md", old), ("新.md", new))]
    flags = [f for r in compare_versions(*versions).rows for f in r.flags]
    assert ("role", "协助→负责") in {(f.kind, f.note) for f in flags}
