"""What was read, doubted and left out of one file: the outline and the parse report, ready for JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from statistics import fmean
from typing import Any

from kb.records import Clause, Doubt, Identity, Parsed, Version

LOW = 0.8  # confidence under which a line of a scan is doubted, see readers.layout
_SHOWN = 40  # doubts and stretches that a person is shown
# Kinds of doubt that tell of something in the file that was not read.
_LEFT_OUT = frozenset(
    ["hidden-text", "picture", "embedded-object", "comment", "hidden-sheet", "cut", "ocr-limit", "damaged-page", "toc"]
)
_KINDS = {
    "document": "附文", "annex": "附件", "part": "编", "subpart": "分编", "chapter": "章", "section": "节", "article": "条",
    "paragraph": "款", "item": "项", "subitem": "目", "heading": "标题", "row": "表行",
}  # fmt: skip
# 第X条 are only counted, list items are no headings
_HEADINGS = ("document", "annex", "part", "subpart", "chapter", "section", "heading")


def format_outline(parsed: Parsed, warnings: Sequence[Doubt] = ()) -> dict[str, Any]:
    """The object of ``kb outline --json``; ``warnings`` go before the version's own doubts."""
    version, identity = parsed.version, parsed.version.identity
    return {
        "title": identity.title,
        "doc_number": identity.doc_number,
        "issuer": identity.issuer,
        "adopted_on": _iso(identity.adopted_on or identity.issued_on),
        "effective_on": _iso(identity.effective_on),
        "repealed_on": _iso(identity.repealed_on),
        "genre": identity.genre,
        "headings": _headings(version.clauses),
        "articles": sum(c.kind == "article" for c in version.clauses),
        "warnings": [_doubt(d, version.text) for d in (*warnings, *version.doubts)],
    }


def format_report(parsed: Parsed) -> dict[str, Any]:
    """The object of ``kb report --json``: counts of what was read, the doubts, and what was left out."""
    version = parsed.version
    text, identity = version.text, version.identity
    left = [(s, text[s.start : s.end]) for s in version.furniture]
    return {
        "document": version.document,
        "title": identity.title,
        "format": version.format,
        "identity": {name: value for name, value in _stated(identity) if value},
        "not_stated": [name for name, value in _stated(identity) if not value],
        "read": {
            "characters": len(text),
            "pages": max((p.page or 0 for p in version.places), default=0) or None,
            "clauses": dict(sorted(Counter(c.kind for c in version.clauses).items())),
            "passages": len(parsed.passages),
            "references": len(version.references),
            "references_resolved": sum(r.clause is not None for r in version.references),
            "duties": len(parsed.duties),
            "requirements": len(parsed.requirements),
            "figures": len(parsed.figures),
        },
        "recognition": _recognition(version),
        "doubts": {
            "counts": dict(sorted(Counter(d.kind for d in version.doubts if d.kind not in _LEFT_OUT).items())),
            "list": [_doubt(d, text) for d in version.doubts if d.kind not in _LEFT_OUT],
        },
        "left_out": {
            "parts": [d.message for d in version.doubts if d.kind in _LEFT_OUT],
            "characters": sum(len(words) for _, words in left),
            "stretches": [{"start": s.start, "end": s.end, "text": words[:60]} for s, words in left],
        },
    }


def describe_report(report: dict[str, Any]) -> str:
    """The report as a person reads it."""
    read, doubts, left = report["read"], report["doubts"], report["left_out"]
    clauses = "、".join(f"{_KINDS.get(k, k)} {n}" for k, n in read["clauses"].items()) or "没有识别出条款"
    pages = f"，{read['pages']} 页" if read["pages"] else ""
    lines = [
        f"《{report['title']}》（{report['document']}，{report['format']}）",
        "",
        "读出",
        f"  {read['characters']:,} 字{pages}；{clauses}；检索段落 {read['passages']}。",
        f"  职责 {read['duties']}、要求 {read['requirements']}、数据 {read['figures']}；引用 {read['references']} 处，"
        f"其中 {read['references_resolved']} 处在本文内有唯一所指。",
        *(f"  {name}：{value}" for name, value in report["identity"].items()),
    ]
    if report["recognition"]:
        r = report["recognition"]
        lines.append(f"  文字识别：{r['lines']} 行，平均把握 {r['mean']:.2f}，低于 {LOW} 的 {r['low']} 行。")
    if report["not_stated"]:
        lines.append(f"  文中未见：{'、'.join(report['not_stated'])}。")
    lines += ["", f"存疑（{sum(doubts['counts'].values())} 处）" if doubts["counts"] else "存疑：没有"]
    shown = doubts["list"][:_SHOWN]
    lines += [f"  第 {d['start']} 字 {d['message']}" if d["end"] else f"  {d['message']}" for d in shown]
    if len(doubts["list"]) > len(shown):
        lines.append(f"  …… 另有 {len(doubts['list']) - len(shown)} 处，见 --json。")
    lines += ["", f"略去（{left['characters']:,} 字）" if left["stretches"] or left["parts"] else "略去：没有"]
    lines += [f"  {message}" for message in left["parts"]]
    for words, n in Counter(_squeeze(s["text"]) for s in left["stretches"]).most_common(_SHOWN):
        lines.append(f"  {words}{f'（{n} 处）' if n > 1 else ''}")
    return "\n".join(lines)


def _squeeze(words: str) -> str:
    return " ".join(words.split())[:40]


def _stated(identity: Identity) -> list[tuple[str, str | None]]:
    return [
        ("文号", identity.doc_number),
        ("发文机关", identity.issuer),
        ("主送机关", "；".join(identity.recipients) or None),
        ("通过日期", _iso(identity.adopted_on)),
        ("成文日期", _iso(identity.issued_on)),
        ("施行日期", _iso(identity.effective_on)),
        ("有效期至", _iso(identity.expires_on)),
        ("修改日期", "、".join(d.isoformat() for d in identity.revised_on) or None),
        ("体裁", identity.genre),
        ("效力级别", identity.level),
        ("适用地域", identity.place),
    ]


def _recognition(version: Version) -> dict[str, Any] | None:
    """How sure the recogniser was; None for a text that was not recognised."""
    sure = [p.confidence for p in version.places if p.confidence is not None]
    if not sure:
        return None
    return {"lines": len(sure), "mean": round(fmean(sure), 3), "low": sum(c < LOW for c in sure)}


def _headings(clauses: Sequence[Clause]) -> list[dict[str, Any]]:
    """Headings in order; an annexed text stands at level 0 and its own headings begin at 1."""
    inside = {c.id for c in clauses if c.kind == "document"}
    for c in clauses:
        if c.parent in inside:
            inside.add(c.id)
    return [
        {
            "level": c.level - (c.id in inside),
            "label": c.label,
            "title": c.title,
            "start": c.start,
            "end": c.end,
        }
        for c in clauses
        if c.kind in _HEADINGS
    ]


def _doubt(doubt: Doubt, text: str) -> dict[str, Any]:
    return {
        "kind": doubt.kind,
        "message": doubt.message,
        "start": doubt.start,
        "end": doubt.end,
        "quote": text[doubt.start : min(doubt.end, doubt.start + 40)],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
