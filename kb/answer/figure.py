"""Figures of reports: exactly the value, unit and period of the right document, actual or target; a lost one is not guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from kb.answer.draft import Context, Draft, DraftFigure, Evidence, Question, Statement
from kb.answer.figure_question import Asked, fit_indicator, plain_indicator, read_figure_question
from kb.answer.refusal import refusal
from kb.answer.target_wording import answer_wording
from kb.records import DocumentInfo, Figure
from kb.search.places import NATION

_CHANGE_END = re.compile(r"(?:增长|下降|提高|降低|增加|减少|上升|回落|涨幅|增幅|增速)$")
_LEAST = 0.72  # below this two indicators are not the same


@dataclass(frozen=True, slots=True)
class _Match:
    figure: Figure
    info: DocumentInfo
    place: str
    year: int
    target: bool
    score: float


def answer_figure(context: Context, question: Question) -> Draft | None:
    """The figures asked for, each with qualifier, unit and period; abstains where the report does not give one."""
    catalogue = context.searcher.catalogue()
    asked = read_figure_question(question, catalogue)
    if not asked.indicator:
        return None
    if not asked.years or not asked.places:
        return _answer_lost(context, question, asked)
    worded = answer_wording(context, question, asked, _reports)
    if worded is not None:
        return worded
    matches: list[_Match] = []
    lacking: list[str] = []
    for place in asked.places:
        for year in asked.years:
            for target in asked.targets:
                found = _find(context, asked, place, year, target)
                matches += found
                if not found:
                    lacking.append(f"{place}{year}年{'目标' if target else ''}")
    if not matches:
        return _answer_missing(context, question, asked)
    return _write(question, asked, matches, lacking)


def _reports(context: Context, place: str, year: int, target: bool) -> list[DocumentInfo]:
    """Reports that can give a year's figure: targets stand in its own report, results in the next year's first."""
    catalogue = context.searcher.catalogue()
    order = [year] if target else [year + 1, year]
    found: list[tuple[int, bool, str, DocumentInfo]] = []
    for row, info in enumerate(catalogue.infos):
        held = catalogue.places[row] or info.identity.place or (NATION if "国务院" in info.identity.title else None)
        if info.identity.genre != "报告" or held is None or not (held.endswith(place) or place.endswith(held)):
            continue
        m = re.search(r"(?:19|20)\d\d", info.identity.title)
        given = int(m.group()) if m else (info.identity.issued_on.year if info.identity.issued_on else 0)
        if given in order:
            # The same report as plain text and as .docx: quote the one with no conversion in between.
            found.append((order.index(given), info.format not in ("txt", "md"), info.document, info))
    return [f[3] for f in sorted(found, key=lambda f: f[:3])]


def _find(context: Context, asked: Asked, place: str, year: int, target: bool) -> list[_Match]:
    """The best figures of one place and year; one of each kind (level, growth) that was asked for."""
    for info in _reports(context, place, year, target):
        figures = [
            f
            for f in context.searcher.library.find_figures(documents=[info.document])
            if f.value is not None and f.period == str(year) and f.target == target and f.cumulative is not True
        ]
        scored = [
            _Match(f, info, place, year, target, fit_indicator(_without_place(f.indicator, place), asked.indicator))
            for f in figures
        ]
        kept: list[_Match] = []
        for growth in _kinds(asked):
            fitting = [
                m
                for m in scored
                if m.score >= _LEAST and _kind_fits(m.figure, growth) and _unit_fits(asked, m.figure, growth)
            ]
            if fitting:
                kept.append(
                    max(
                        fitting,
                        key=lambda m: (
                            round(m.score, 2),
                            len(plain_indicator(m.figure.indicator)),
                            -m.figure.basis.start,
                        ),
                    )
                )
        if kept:
            return kept
    return []


def _kinds(asked: Asked) -> tuple[bool, ...]:
    """Which readings to look for: a growth rate, a level, or whichever is there."""
    if asked.growth and asked.level:
        return (False, True)
    return (True,) if asked.growth else (False, True) if not asked.level else (False,)


def _is_growth(figure: Figure) -> bool:
    return bool(_CHANGE_END.search(figure.indicator)) and figure.unit in ("%", "％", "个百分点", "倍")


def _kind_fits(figure: Figure, growth: bool) -> bool:
    """A rate of change, or a level: 财政收入增加1501亿元 is neither."""
    return _is_growth(figure) if growth else not _CHANGE_END.search(figure.indicator)


def _unit_fits(asked: Asked, figure: Figure, growth: bool) -> bool:
    unit = asked.unit
    if unit is None or growth or "百分点" in unit:
        return True
    have = figure.unit or ""
    # 亿元 asked, 万亿元 written: the same quantity in another scale
    return re.sub(r"^[万亿]+", "", unit) == re.sub(r"^(?:[万亿千百十])+", "", have)


def _answer_missing(context: Context, question: Question, asked: Asked) -> Draft:
    """No figure fits: say whether the report is missing, the figure is lost, or only a target or neighbour is there."""
    reports = [i for p in asked.places for y in asked.years for t in asked.targets for i in _reports(context, p, y, t)]
    names = "、".join(dict.fromkeys(asked.places))
    years = "、".join(str(y) for y in asked.years)
    if not reports:
        return refusal(question, "no-evidence", f"资料库中没有能给出{names}{years}年数据的报告。")
    titles = "、".join(dict.fromkeys(f"《{r.identity.title}》" for r in reports))
    return refusal(
        question,
        "missing-figure",
        f"{titles}中未见{names}{years}年所问指标{'的目标' if asked.targets == (True,) else ''}的数值，不作推算。",
    )


def _answer_lost(context: Context, question: Question, asked: Asked) -> Draft | None:
    """A figure asked of a damaged text: where its number was lost, that is the answer."""
    documents = list(dict.fromkeys(h.passage.document for h in context.hits[:5]))
    figures = context.searcher.library.find_figures(documents=documents)
    best = max(
        ((fit_indicator(f.indicator, asked.indicator), f) for f in figures),
        key=lambda p: (p[0], -p[1].basis.start),
        default=None,
    )
    if best is None or best[0] < _LEAST:
        return None
    figure = best[1]
    if figure.missing:
        return refusal(
            question,
            "missing-figure",
            f"原文在“{figure.basis.quote}”处数字缺失（只剩单位“{figure.unit}”），不能给出数值，也不作推测。",
            context.hits,
        )
    evidence = _evidence(figure)
    text = f"{figure.indicator}：{format_value(figure)}（{figure.period or '期间未注明'}）。"
    return Draft(
        "figure", statements=(Statement(text, (evidence,)),), figures=(_drafted(figure, evidence),), confidence=best[0]
    )


def _without_place(indicator: str, place: str) -> str:
    return indicator.removeprefix(place).removeprefix(place.rstrip("省市区县"))


def _write(question: Question, asked: Asked, matches: Sequence[_Match], lacking: Sequence[str]) -> Draft:
    statements = []
    figures = []
    for m in matches:
        evidence = _evidence(m.figure)
        kind = "目标" if m.target else ""
        place = "" if m.place in ("全国",) else m.place
        statements.append(
            Statement(
                f"{place}{m.year}年{kind}：{m.figure.indicator}{_colon(m.figure)}{format_value(m.figure)}。",
                (evidence,),
            )
        )
        figures.append(_drafted(m.figure, evidence))
    statements += _derive(asked, matches)
    notes = [f"现有资料未见{what}的数值。" for what in lacking]
    names = {plain_written(m.figure.indicator) for m in matches}
    if len(names) > 1 and asked.change:
        notes.append(f"各报告所用指标名称不同（{'、'.join(sorted(names))}），口径可能不一致，比较时请核对。")
    return Draft(
        "figure",
        status="partial" if lacking else "answered",
        statements=tuple(statements),
        figures=tuple(figures),
        confidence=max(m.score for m in matches),
        notes=tuple(notes),
    )


def plain_written(indicator: str) -> str:
    """An indicator as written without its change word, for telling two wordings apart."""
    return _CHANGE_END.sub("", indicator)


def _colon(figure: Figure) -> str:
    return "" if _CHANGE_END.search(figure.indicator) else "为"


def format_value(figure: Figure) -> str:
    """预计5.1%左右: the value with the words that qualify it, as the report has them."""
    before, _, after = (figure.qualifier or "").partition("…")
    if not after and before in ("左右", "以上", "以内", "以下", "多", "余", "上下", "之内"):
        before, after = "", before
    return f"{before}{figure.value}{figure.unit or ''}{after}"


def _derive(asked: Asked, matches: Sequence[_Match]) -> list[Statement]:
    """Differences between two figures of the same kind; labelled, because no report states them."""
    if not (asked.change or len(asked.targets) == 2):
        return []
    derived = []
    for growth in (False, True):
        same = [m for m in matches if _is_growth(m.figure) == growth]
        pairs = [(a, b) for a, b in pairwise(same) if a.figure.unit == b.figure.unit and a.place == b.place]
        for a, b in pairs[:3]:
            gap = _difference(a.figure.value, b.figure.value)
            if gap is None:
                continue
            unit = "个百分点" if (a.figure.unit or "") in ("%", "％") else a.figure.unit or ""
            one = f"{a.year}年{'目标' if a.target else ''}"
            other = f"{b.year}年{'目标' if b.target else ''}" if a.year != b.year else ("目标" if b.target else "实际")
            word = "高" if gap > 0 else "低" if gap < 0 else "相同，相差"
            text = f"推算（两数相减，非原文所述）：{other}比{one}{word}{abs(gap)}{unit}。"
            if a.figure.qualifier or b.figure.qualifier:
                text = text[:-1] + "，原文带有约数或限定词，差额仅供参考。"
            derived.append(Statement(text, (_evidence(a.figure), _evidence(b.figure))))
    return derived


def _difference(a: str | None, b: str | None) -> Decimal | None:
    try:
        return Decimal(b or "") - Decimal(a or "")
    except InvalidOperation:
        return None


def _evidence(figure: Figure) -> Evidence:
    b = figure.basis
    return Evidence(b.document, b.version, b.clause, b.start, b.end)


def _drafted(figure: Figure, evidence: Evidence) -> DraftFigure:
    return DraftFigure(
        figure.indicator, figure.value or "", figure.unit or "", figure.period or "", evidence, target=figure.target
    )
