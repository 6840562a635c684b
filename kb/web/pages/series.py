"""Reports over the years: a figure table with its comparability, a line chart, and how themes come and go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote, urlencode

from kb.compare.series import Indicator, Series, trace_theme
from kb.compare.series_values import Value
from kb.errors import KBError
from kb.web.comparing import APART, find_series
from kb.web.render import notice, source_url
from kb.workspace import Workspace

_WIDE, _HIGH, _EDGE = 720, 220, 48  # of the chart, in units of the picture
_THEMES = 12
_MENTIONS = 12
_WORD = 20


def format_series_page(space: Workspace, names: Sequence[str], query: Mapping[str, str]) -> str:
    """The page of a series."""
    back = '<h1 class="dz-hidden">历年报告</h1><nav class="dz-head"><a href="/compare" data-nav>返回比对</a>'
    try:
        series = find_series(space, names)
    except KBError as e:
        return back + "</nav>" + notice("无法并列", str(e), "error")
    export = f'<a class="dz-export" href="/export/series.xlsx?series={quote(APART.join(names))}" download>导出 .xlsx</a></nav>'
    chosen = _choose(series, query.get("indicator", ""))
    return (
        back
        + export
        + _chart(series, chosen)
        + _table(series, query, chosen)
        + _caveats(series)
        + _themes(series, query)
    )


def _choose(series: Series, wanted: str) -> Indicator | None:
    """The indicator asked for, else the one with most values that can be drawn."""
    drawn = [i for i in series.indicators if len(_points(i)) > 1]
    return next((i for i in drawn if i.name == wanted), max(drawn, key=lambda i: len(_points(i)), default=None))


def _points(indicator: Indicator) -> dict[str, Value]:
    """Year → the value of that year's own report, where it is a number."""
    found: dict[str, Value] = {}
    for value in indicator.values:
        if value.quantity is not None and not value.figure.target:
            found.setdefault(value.period, value)
    return found


def _chart(series: Series, indicator: Indicator | None) -> str:
    if indicator is None:
        return ""
    points = sorted(_points(indicator).items())
    years = [y for y, _ in points]
    values = [float(v.quantity.value) for _, v in points if v.quantity is not None]
    low, high = min(0.0, *values), max(values) or 1.0
    span = (high - low) or 1.0

    def at(n: int) -> tuple[float, float]:
        x = _EDGE + n * (_WIDE - 2 * _EDGE) / max(len(years) - 1, 1)
        return x, _HIGH - 36 - (values[n] - low) / span * (_HIGH - 76)

    safe = {(s.old.period, s.new.period) for s in indicator.steps if s.comparable}
    lines = ""
    for n in range(len(years) - 1):
        (x0, y0), (x1, y1) = at(n), at(n + 1)
        css = "" if (years[n], years[n + 1]) in safe else " dz-chartgap"
        lines += f'<line class="dz-chartline{css}" x1="{x0:.0f}" y1="{y0:.0f}" x2="{x1:.0f}" y2="{y1:.0f}"/>'
    marks = ""
    for n, (year, value) in enumerate(points):
        x, y = at(n)
        shown = f"{value.figure.value}{value.figure.unit or ''}"
        marks += (
            f'<circle class="dz-chartdot" cx="{x:.0f}" cy="{y:.0f}" r="4"/><text class="dz-maptext" x="{x:.0f}" y="{y - 12:.0f}" text-anchor="middle">{escape(shown)}</text>'
            f'<text class="dz-maprolename" x="{x:.0f}" y="{_HIGH - 10}" text-anchor="middle">{escape(year)}</text>'
        )
    said = "，".join(f"{y} 年 {v.figure.value}{v.figure.unit or ''}" for y, v in points)
    return (
        f'<figure class="dz-mapped dz-chart" tabindex="0"><figcaption>{escape(indicator.name)} <small>虚线：口径或单位不同，不可直接比较</small></figcaption>'
        f'<svg class="dz-map" viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{escape(indicator.name)}：{escape(said)}">'
        f'<line class="dz-mapline" x1="{_EDGE - 20}" y1="{_HIGH - 30}" x2="{_WIDE - _EDGE + 20}" y2="{_HIGH - 30}"/>{lines}{marks}</svg></figure>'
    )


def _table(series: Series, query: Mapping[str, str], chosen: Indicator | None) -> str:
    years = list(dict.fromkeys(series.years))
    rows = ""
    for indicator in series.indicators:
        if len({v.report for v in indicator.values}) < 2 and not indicator.restated:
            continue
        cells = "".join(f'<td data-label="{y}">{_cell(series, indicator, y)}</td>' for y in years)
        steps = "".join(_step(s.old.period, s.new.period, s.change, s.note) for s in indicator.steps)
        steps += "".join(f"<div>{escape(r.first.period)} 年两个数：{escape(r.note)}</div>" for r in indicator.restated)
        name = escape(indicator.name)
        if len(_points(indicator)) > 1:
            url = "/compare?" + urlencode({**{k: v for k, v in query.items() if v}, "indicator": indicator.name})
            mark = ' aria-current="true"' if indicator is chosen else ""
            name = f'<a class="dz-open" data-nav href="{escape(url)}"{mark}>{name}</a>'
        rows += f'<tr><th scope="row">{name}</th>{cells}<td data-label="变化">{steps or "—"}</td></tr>'
    if not rows:
        return notice("没有可以并列的数据", "这些报告中没有两年都给出的指标。")
    heads = "".join(f'<th scope="col">{h}</th>' for h in ("指标", *years, "变化与可比性"))
    return (
        '<h2 class="dz-sub">数据</h2><div class="dz-scroll" tabindex="0" role="region" aria-label="历年数据"><table class="dz-matrix dz-cards">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(series: Series, indicator: Indicator, year: str) -> str:
    shown = ""
    for value in indicator.values:
        if value.period != year:
            continue
        f = value.figure
        url = escape(source_url(f.basis.document, f.basis.start, f.basis.end) + "#hit")
        text = f"{f.value}{f.unit or ''}" if f.value is not None else "原文缺失"
        tags = "".join(f"<small>{escape(t)}</small>" for t in (value.scope, "目标" if f.target else None) if t)
        own = series.years[value.report] == year
        note = "" if own else f"<small>见 {escape(series.years[value.report])} 年报告</small>"
        shown += (
            f'<div><a class="dz-number" href="{url}">{escape(f.qualifier or "")}{escape(text)}</a>{tags}{note}</div>'
        )
    return shown


def _step(old: str, new: str, change: str | None, note: str) -> str:
    said = f"{change or '不可比'}{f'（{note}）' if note else ''}"
    return f"<div>{escape(old)}→{escape(new)}：{escape(said)}</div>"


def _caveats(series: Series) -> str:
    rows = "".join(
        f'<li><a class="dz-open" href="{escape(source_url(series.reports[m.report].document, m.start, m.end))}#hit">{escape(series.years[m.report])} 年报告</a>：{escape(m.text)}</li>'
        for m in series.caveats[:_MENTIONS]
    )
    return f'<h2 class="dz-sub">报告自己说明的口径</h2><ul class="dz-list">{rows}</ul>' if rows else ""


def _themes(series: Series, query: Mapping[str, str]) -> str:
    """Words whose share changed most; one of them, or the reader's own, with its sentences year by year."""
    wanted = query.get("theme", "").strip()[:_WORD]
    base = {k: v for k, v in query.items() if v and k != "theme"}
    chips = "".join(
        f'<a class="dz-badge" data-nav href="/compare?{escape(urlencode({**base, "theme": t.word}))}"{" aria-current=true" if t.word == wanted else ""}>'
        f"{escape(t.word)} {'→'.join(f'{r:.0f}' for r in t.rates)}</a>"
        for t in series.themes[:_THEMES]
    )
    kept = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in base.items())
    form = (
        f'<form class="dz-form" method="get" action="/compare" data-fragment="/fragment/compare">{kept}'
        f'<label class="dz-short">表述<input type="search" name="theme" value="{escape(wanted)}" maxlength="{_WORD}" placeholder="如：推诿"></label><button type="submit" class="dz-go">查表述</button></form>'
    )
    rows = "".join(
        f'<li><a class="dz-open" href="{escape(source_url(series.reports[m.report].document, m.start, m.end))}#hit">{escape(series.years[m.report])} 年</a>：{escape(m.text)}</li>'
        for m in (trace_theme(series, wanted)[:_MENTIONS] if wanted else ())
    )
    found = (
        f'<ul class="dz-list">{rows}</ul>'
        if rows
        else '<p class="dz-total">各年报告都没有这个说法。</p>'
        if wanted
        else ""
    )
    return f'<h2 class="dz-sub">主题与表述 <small>每万字出现次数，逐年</small></h2><div class="dz-summary">{chips}</div>{form}{found}'
