"""A figure through the reports found, when no place is named: each value with what it covers, changes only where comparable."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answer.draft import Context, Draft, DraftFigure, Evidence, Question, Statement
from kb.answer.figure import format_value
from kb.answer.naming import cite, find_meant, flat, is_report, short_title
from kb.answer.refusal import refusal
from kb.compare.series import Indicator, Series, build_series
from kb.compare.series_values import Value
from kb.records import Basis, DocumentInfo, Figure
from kb.text import normalise

_BLANK = re.compile(r"空着|是空|空的|缺失|没(?:有)?(?:写|填)?数|数字.{0,6}(?:没|缺|丢|空)")
_ASKED = re.compile(r"多少|几|变化|怎么变|怎么变的|增|减|高|低|两个数|哪个准|新增还是累计|是新增|累计|数字|数据|比")
_RANGE = re.compile(r"((?:19|20)\d\d)年?(?:到|至|—|-|~)((?:19|20)\d\d)|每年|历年|各年|逐年")
_MOST_REPORTS = 12
_LEAST = 0.6  # share of an indicator's name that the question must have
_SCOPES = {"近期": "近期统计", "累计": "累计", "新增": "新增", "全年": "全年", "上半年": "上半年", "五年": "五年"}


def answer_blank(context: Context, question: Question) -> Draft | None:
    """A number asked about because it is not there: the damaged place, and that nothing is filled in."""
    plain = normalise(question.full)
    if not _BLANK.search(plain):
        return None
    documents = [*find_meant(context, question.full), *(h.passage.document for h in context.hits[:6])]
    for document in dict.fromkeys(documents):
        lost = [f for f in context.searcher.library.find_figures(documents=[document]) if f.missing]
        fitting = [f for f in lost if _fit(f.indicator, _said(context, question)) >= _LEAST]
        if fitting:
            quote = flat(fitting[0].basis.quote)
            at = f"原文在“{quote}”处数字缺失（只剩单位“{fitting[0].unit}”），来源如此，不能给出数值，也不推测缺失的原因。"
            draft = refusal(question, "missing-figure", f"{short_title(context, document)}{at}")
            titles = context.version(document).identity.title.strip("《》")
            return Draft(
                draft.kind,
                "abstained",
                "missing-figure",
                (*draft.statements, Statement(f"出处：《{titles}》。")),
                confidence=1.0,
            )
    return None


def answer_series(context: Context, question: Question) -> Draft | None:
    """Values of one indicator in the reports found; None where the question names no indicator they give."""
    plain = normalise(question.full)
    if not _ASKED.search(plain) or not (question.years or _RANGE.search(plain)):
        return None
    reports = _reports(context)
    if not reports:
        return None
    library = context.searcher.library
    figures = {i.document: library.find_figures(documents=[i.document]) for i in reports}
    series = build_series([context.version(i.document) for i in reports], figures, context.searcher.words)
    indicator = _choose(context, question, series)
    if indicator is None:
        return None
    years = _years(plain, question)
    values = [v for v in indicator.values if not years or v.period in years]
    if not values:
        return _answer_missing(context, question, series, indicator, years)
    return _write(context, question, series, indicator, values, years)


def _reports(context: Context) -> list[DocumentInfo]:
    """The reports among the passages found, with the others of their place."""
    infos = {i.document: i for i in context.searcher.library.find_documents()}
    found = [infos[h.passage.document] for h in context.hits if is_report(infos[h.passage.document])]
    if not found:
        return []
    places = {i.identity.place for i in found[:3]}
    more = [
        i for i in infos.values() if is_report(i) and i.identity.place in places and i.identity.genre in ("报告", None)
    ]
    chosen = {i.document: i for i in (found if len(more) > _MOST_REPORTS else [*found, *more])}
    return [i for i in chosen.values() if "报告" in i.identity.title[:80]][:_MOST_REPORTS]


def _said(context: Context, question: Question) -> str:
    return normalise(question.full) + "，" + "，".join(context.searcher.words.expand(question.full))


def _fit(name: str, said: str) -> float:
    plain = normalise(re.sub(r"^(?:清理|拆除|整治|改造|各类|群众|全年|共)+", "", name))
    grams = {plain[i : i + 2] for i in range(len(plain) - 1)}
    return sum(g in said for g in grams) / len(grams) if grams else 0.0


def _choose(context: Context, question: Question, series: Series) -> Indicator | None:
    said = _said(context, question)
    target = "目标" in said or "计划" in said
    scored = [
        (_fit(i.name, said), len(i.name), len(i.values), i)
        for i in series.indicators
        if any(v.figure.target == target for v in i.values)
    ]
    best = max(scored, key=lambda s: s[:3], default=None)
    return best[3] if best is not None and best[0] >= _LEAST and best[1] >= 2 else None


def _years(plain: str, question: Question) -> frozenset[str]:
    m = _RANGE.search(plain)
    if m is not None and m[1]:
        return frozenset(str(y) for y in range(int(m[1]), int(m[2]) + 1))
    return frozenset(map(str, question.years))


def _write(
    context: Context,
    question: Question,
    series: Series,
    indicator: Indicator,
    values: Sequence[Value],
    years: frozenset[str],
) -> Draft:
    statements: list[Statement] = []
    drafted: list[DraftFigure] = []
    for v in sorted(values, key=lambda v: (v.period, v.report)):
        evidence = _basis(v.figure.basis)
        scope = f"（{_SCOPES[v.scope]}）" if v.scope in _SCOPES else ""
        name = short_title(context, v.figure.basis.document)
        statements.append(
            Statement(
                f"{v.period}年{scope}：{flat(v.figure.indicator)}{format_value(v.figure)}，见{name}“{flat(v.figure.basis.quote)}”。",
                (evidence,),
            )
        )
        drafted.append(_drafted(v.figure, v.period, evidence))
    statements += _changes(indicator, values)
    statements += [
        Statement(
            f"推算（非原文所述）：{r.note.rstrip('。')}。",
            (_basis(r.first.figure.basis), _basis(r.second.figure.basis)),
        )
        for r in indicator.restated
        if r.note and {r.first.period, r.second.period} <= {v.period for v in values}
    ]
    statements += _caveats(context, series, indicator, values)
    missing = [y for y in indicator.missing if y in years]
    notes = [f"{y}年的报告没有给出这一数据。" for y in missing]
    uneven = any(not s.comparable for s in indicator.steps if s.old in values and s.new in values)
    if uneven:
        notes.append("口径、单位或期间不同的数据只并列，不作比较。")
    return Draft(
        "figure",
        status="partial" if missing or uneven else "answered",
        statements=tuple(statements),
        figures=tuple(drafted),
        confidence=0.9,
        notes=tuple(notes),
    )


def _changes(indicator: Indicator, values: Sequence[Value]) -> list[Statement]:
    said = []
    for step in indicator.steps:
        if step.old not in values or step.new not in values:
            continue
        evidence = (_basis(step.old.figure.basis), _basis(step.new.figure.basis))
        if step.comparable and step.change:
            note = f"，{step.note}" if step.note else ""
            said.append(
                Statement(
                    f"推算（两数相减，非原文所述）：{step.old.period}年到{step.new.period}年{step.change}{note}。",
                    evidence,
                )
            )
        elif not step.comparable:
            said.append(Statement(f"{step.old.period}年与{step.new.period}年不宜直接比较：{step.note}。", evidence))
    return said


def _caveats(context: Context, series: Series, indicator: Indicator, values: Sequence[Value]) -> list[Statement]:
    """What the reports say of how they count, as far as it is about these values."""
    reports = {v.report for v in values}
    said = []
    numbers = {v.figure.value for v in values if v.figure.value}
    units = {v.figure.unit.lstrip("万亿") for v in values if v.figure.unit}
    for m in series.caveats:
        about = (
            indicator.name in m.text or any(n in m.text for n in numbers) or any(f"{u}数" in m.text for u in units if u)
        )
        if m.report in reports and about and len(m.text) <= 160:
            document = series.reports[m.report].document
            evidence = cite(context, document, m.start, m.end)
            if not any(
                _basis(v.figure.basis).start <= evidence.start < _basis(v.figure.basis).end
                and v.figure.basis.document == document
                for v in values
            ):
                said.append(Statement(f"{short_title(context, document)}说明：{flat(m.text)}", (evidence,), "依据"))
    return said[:4]


def _answer_missing(
    context: Context, question: Question, series: Series, indicator: Indicator, years: frozenset[str]
) -> Draft:
    of_year = [r for r, y in zip(series.reports, series.years, strict=True) if y in years]
    titles = "、".join(f"《{r.identity.title.strip('《》')[:60]}》" for r in of_year)
    asked = "、".join(f"{y}年" for y in sorted(years))
    if not of_year:
        return refusal(question, "no-evidence", f"资料库中没有能给出{asked}{indicator.name}的报告。", context.hits)
    return refusal(question, "missing-figure", f"{titles}没有给出{asked}的{indicator.name}，不以其他年份的数代替。")


def _basis(basis: Basis) -> Evidence:
    return Evidence(basis.document, basis.version, basis.clause, basis.start, basis.end)


def _drafted(figure: Figure, period: str, evidence: Evidence) -> DraftFigure:
    return DraftFigure(figure.indicator, figure.value or "", figure.unit or "", period, evidence, target=figure.target)
