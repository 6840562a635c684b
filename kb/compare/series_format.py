"""Series of reports → the JSON of ``kb series``, and lines for people."""

from __future__ import annotations

from typing import Any

from kb.compare.format import label_of
from kb.compare.series import Mention, Series, trace_theme
from kb.compare.series_values import Value


def format_series(series: Series, theme: str | None = None) -> dict[str, Any]:
    """The JSON of ``kb series``."""
    return {
        "reports": [
            {"document": r.document, "title": r.identity.title, "year": y}
            for r, y in zip(series.reports, series.years, strict=True)
        ],
        "indicators": [
            {
                "name": i.name,
                "values": [_value_json(v) for v in i.values],
                "steps": [
                    {
                        "from": {"period": s.old.period, "value": s.old.figure.value, "unit": s.old.figure.unit},
                        "to": {"period": s.new.period, "value": s.new.figure.value, "unit": s.new.figure.unit},
                        "change": s.change, "comparable": s.comparable, "note": s.note,
                    }
                    for s in i.steps
                ],
                "restated": [
                    {"first": _value_json(r.first), "second": _value_json(r.second), "note": r.note} for r in i.restated
                ],
                "missing": list(i.missing),
            }
            for i in series.indicators
        ],
        "sections": [
            [None if c is None else {"labels": [label_of(x) for x in c.clauses], "change": c.change} for c in row.cells]
            for row in series.sections.rows
        ],
        "themes": [{"word": t.word, "per_10000": list(t.rates)} for t in series.themes],
        "caveats": [_mention_json(m, series) for m in series.caveats],
        "theme": [_mention_json(m, series) for m in trace_theme(series, theme)] if theme else [],
    }  # fmt: skip


def _value_json(value: Value) -> dict[str, Any]:
    f = value.figure
    return {
        "period": value.period, "value": f.value, "unit": f.unit, "scope": value.scope, "qualifier": f.qualifier,
        "target": f.target, "missing": f.missing, "document": f.basis.document, "clause": f.basis.clause,
        "quote": f.basis.quote, "start": f.basis.start, "end": f.basis.end,
    }  # fmt: skip


def _mention_json(mention: Mention, series: Series) -> dict[str, Any]:
    report = series.reports[mention.report]
    return {
        "year": series.years[mention.report], "document": report.document, "text": mention.text,
        "start": mention.start, "end": mention.end,
    }  # fmt: skip


def describe_series(series: Series, theme: str | None = None) -> str:
    """For people: indicators of more than one report with their changes, what was restated, caveats."""
    lines = ["、".join(f"{y} {r.document}" for r, y in zip(series.reports, series.years, strict=True))]
    for i in series.indicators:
        if len({v.report for v in i.values}) < 2:
            continue
        told = "，".join(
            f"{v.period}年{_scope_word(v)}{v.figure.value or '缺失'}{v.figure.unit or ''}" for v in i.values
        )
        lines.append(f"{i.name}：{told}" + (f"；{'、'.join(i.missing)}年未见" if i.missing else ""))
        for s in i.steps:
            lines.append(f"    {s.old.period}→{s.new.period}：{s.change or '不可比'}{'，' + s.note if s.note else ''}")
        lines += [f"    {r.first.period}年有两个数：{r.note}" for r in i.restated]
    for mention in trace_theme(series, theme) if theme else ():
        lines.append(f"“{theme}” {series.years[mention.report]}：{mention.text}")
    lines += [f"口径说明 {series.years[m.report]}：{m.text}" for m in series.caveats]
    return "\n".join(lines)


def _scope_word(value: Value) -> str:
    return ("目标" if value.figure.target else "") + (
        value.scope if value.scope in ("累计", "新增", "近期", "上半年", "五年") else ""
    )
