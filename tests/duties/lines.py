"""Figures and requirements of a sentence, each in one line, for the tables that assert all of it."""

from __future__ import annotations

from collections.abc import Callable

from kb.records import Parsed

Parse = Callable[[str, str], Parsed]


def read_figures(parse: Parse, sentence: str) -> list[str]:
    """指标｜数值｜单位｜时期, then qualifier, 累计 and 目标."""
    out = []
    for f in parse("2026.txt", f"2026年云泽市政府工作报告\n\n一、2025年工作回顾\n\n{sentence}\n").figures:
        more = (f.qualifier and f"限定 {f.qualifier}", f.cumulative and "累计", f.target and "目标")
        value = "缺失" if f.missing else str(f.value)
        out.append("｜".join([f.indicator, value, f.unit or "", f.period or "—", *(w for w in more if w)]))
    return out


def read_requirements(parse: Parse, sentence: str) -> list[str]:
    """种类｜事项, then indicator, operator with value, unit, deadline and who must keep it."""
    out = []
    for r in parse("办法.md", f"# 云泽市市容管理办法\n\n第一条 {sentence}\n").requirements:
        more = (
            r.indicator and f"指标 {r.indicator}",
            r.value and f"{r.operator or ''}{r.value}",
            r.unit and f"单位 {r.unit}",
            r.deadline and f"期限 {r.deadline}",
            r.responsible and f"责任 {r.responsible}",
        )
        out.append("｜".join([r.kind, r.item, *(w for w in more if w)]))
    return out
