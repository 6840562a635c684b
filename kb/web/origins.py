"""逐条溯源 in the reader: since when each clause has its words, from which text, and by which changes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kb.blame import Blame, Origin, describe_steps, describe_validity
from kb.compare.format import label_of
from kb.lineage.editions import Edition
from kb.web.reader import anchor
from kb.web.render import notice, source_url


def format_origins(blame: Blame) -> str:
    """The editions, then every clause with the edition its words date from; sentences that are newer stand out."""
    editions = blame.editions
    if len(editions) < 2:
        only = describe_validity(editions[0]) if editions else "施行日期不详"
        return notice("库中只有这一个文本", f"没有更早的版次可以对照；{only}。")
    rows = "".join(_row(o, editions) for o in blame.origins)
    return (
        f'<ol class="dz-editions">{"".join(_edition(n, e) for n, e in enumerate(editions))}</ol>'
        f'<ol class="dz-origins">{rows}</ol>'
    )


def _edition(place: int, edition: Edition) -> str:
    url = escape(_url(edition))
    title = escape(edition.title.strip("《》"))
    return f'<li><span class="dz-badge dz-age{_age(place)}">{_since(edition)}</span><a class="dz-open" href="{url}">《{title}》</a></li>'


def _row(origin: Origin, editions: Sequence[Edition]) -> str:
    """One clause: its edition at the side, the way it came under it, its words sentence by sentence."""
    source = editions[origin.since]
    moved = any(s.change not in (None, "unchanged") for s in origin.steps[1:])
    steps = f'<div class="dz-meta">{escape(describe_steps(origin, editions))}</div>' if moved else ""
    told = "".join(w.text for w in origin.wording).lstrip().startswith(origin.clause.label or "\n")
    label = "" if told else f"<b>{escape(label_of(origin.clause))}</b>"
    fragment = escape(anchor(origin.clause.id))
    return (
        f'<li id="{fragment}"><div class="dz-age"><a class="dz-badge dz-age{_age(origin.since)}" href="{escape(_url(source))}" '
        f'title="自 {escape(_since(source))} 起如此">{_since(source)}</a></div>'
        f"<div>{label}{steps}<p>{_words(origin, editions)}</p></div></li>"
    )


def _words(origin: Origin, editions: Sequence[Edition]) -> str:
    """The sentences; one whose words are of another edition than the sentence before begins with that day."""
    out: list[str] = []
    before = -1
    mixed = len({w.since for w in origin.wording}) > 1
    for part in origin.wording:
        day = f'<span class="dz-badge dz-age{_age(part.since)}">{_since(editions[part.since])}</span>'
        out.append((day if mixed and part.since != before else "") + escape(part.text.strip("\n")))
        before = part.since
    return "".join(out)


def _url(edition: Edition) -> str:
    return source_url(edition.document, version=None if edition.current else edition.version)


def _since(edition: Edition) -> str:
    return edition.begins.isoformat() if edition.begins else "日期不详"


def _age(place: int) -> int:
    """One of four tints, so that neighbours among the editions differ."""
    return place % 4
