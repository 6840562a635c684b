"""Reports of three years side by side: what may be compared, what was restated, how wording evolved."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.parse import parse_document
from kb.compare.series import Indicator, Series, build_series, trace_theme
from kb.config import Limits
from kb.words import Words

FOLDER = Path(__file__).resolve().parents[2] / "corpus" / "documents"
REPORTS = (
    "报告/云泽市创建国家卫生城市工作情况报告(2019).txt",
    "报告/云泽市2020年创建国家卫生城市工作情况报告.docx",
    "报告/云泽市2021年城市管理和创卫工作情况报告.html",
)
SPEECH = "报告/云泽市政府工作报告(2021).html"


def build(*documents: str) -> Series:
    parsed = [parse_document(d, (FOLDER / d).read_bytes(), Limits()) for d in documents]
    return build_series([p.version for p in parsed], {p.version.document: p.figures for p in parsed}, Words.load())


@pytest.fixture(scope="module")
def series() -> Series:
    return build(*REPORTS)


def find(series: Series, *parts: str) -> Indicator:
    """The indicator of actual values whose name has a part."""
    return next(i for i in series.indicators if any(p in i.name for p in parts) and not i.values[0].figure.target)


def steps(indicator: Indicator) -> list[tuple[str, str, str | None, str]]:
    return [(s.old.period, s.new.period, s.change, s.note.partition("；")[0]) for s in indicator.steps]


def test_years(series: Series) -> None:
    assert series.years == ("2019", "2020", "2021")


def test_pieces_and_places_are_not_compared(series: Series) -> None:
    assert steps(find(series, "小广告")) == [
        ("2019", "2020", None, "计量单位不同（条／处）"),
        ("2020", "2021", "−2.5万处（−8%）", ""),
    ]


def test_three_months_were_restated_as_a_year(series: Series) -> None:
    found = find(series, "违法建设")
    assert [(r.first.figure.value, r.second.figure.value, r.note) for r in found.restated] == [
        ("8.4", "15.7", "口径不同（近期／全年）")
    ]
    assert steps(found) == [
        ("2019", "2020", "+5.6万平方米（+35.7%）", ""),
        ("2020", "2021", "基本持平", "换算为面积后比较（万平方米／亩）"),
    ]


def test_points_of_per_cent_and_a_year_without_the_figure(series: Series) -> None:
    found = find(series, "满意度")
    assert steps(found) == [("2019", "2020", "+8.9个百分点", "")]
    assert found.missing == ("2021",)


def test_running_totals_are_followed_apart(series: Series) -> None:
    found = find(series, "农贸市场")
    assert ("2020", "2021", "+4座（+28.6%）", "") in steps(found)  # 累计 14 → 18
    assert ("2019", "2020", None, "口径可能不同（未说明／新增）") in steps(found)  # 9 座, 新增 5 座


def test_a_speech_rounds() -> None:
    found = find(build(*REPORTS, SPEECH), "违法建设")
    assert ("21.3", "21", "取整") in [(r.first.figure.value, r.second.figure.value, r.note) for r in found.restated]


def test_wording_evolves(series: Series) -> None:
    found = [(series.years[m.report], m.text) for m in trace_theme(series, "推诿扯皮现象")]
    assert [year for year, _ in found] == ["2019", "2020", "2021"]
    for (_, text), words in zip(found, ("较为普遍", "有所减少", "明显减少"), strict=True):
        assert words in text
    assert all(series.reports[m.report].text[m.start : m.end] == m.text for m in trace_theme(series, "推诿"))


def test_reports_say_how_they_count(series: Series) -> None:
    assert any("口径不同，不宜直接比较" in m.text for m in series.caveats)


def test_sections_are_followed_by_topic(series: Series) -> None:
    rows = [[None if c is None else c.clauses[0].path for c in row.cells] for row in series.sections.rows]
    assert ["一、", "一、", "一、"] in rows  # 主要成效, 主要工作进展, 工作成效
    assert ["二、", "二、", "二、"] in rows  # 存在的问题
    assert [None, "一、 （三）", "一、 （三）"] in rows  # 农贸市场改造
    assert [None, "一、 （五）", None] in rows  # 群众满意度 was not reported for 2021
