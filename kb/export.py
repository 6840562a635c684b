"""The responsibility map as JSON, as lines for people, and as .xlsx and .docx files with their citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from kb.agencies import Agencies
from kb.errors import UsageError
from kb.records import Modality, Role, Status
from kb.responsibility.changes import Change
from kb.responsibility.clashes import Clash
from kb.responsibility.entries import Entry
from kb.responsibility.gaps import Gap
from kb.responsibility.map import ResponsibilityMap

ROLE_WORDS: dict[Role, str] = {
    "lead": "牵头（主管）", "own": "负责", "joint": "会同参与", "support": "配合协助", "oversee": "指导监督", "coordinate": "统筹协调",
    "approve": "审批备案", "enforce": "执法处罚", "duty-holder": "责任人", "decide": "责任不清时决定",
}  # fmt: skip
STATUS_WORDS: dict[Status, str] = {
    "in-force": "现行有效", "not-yet": "尚未施行", "expired": "有效期已满", "repealed": "已废止", "superseded": "已被新版本取代",
    "proposed": "草案或建议", "unknown": "效力未见标注",
}  # fmt: skip
MODALITY_WORDS: dict[Modality, str] = {
    "norm": "规定", "description": "记述", "proposal": "建议", "quotation": "引述", "target": "目标",
}  # fmt: skip
CHANGE_WORDS = {"role": "角色变化", "agency": "责任主体变化", "begun": "新增", "ended": "不再规定"}
COLUMNS = (
    "机构",
    "角色",
    "事项",
    "职责",
    "适用范围",
    "性质",
    "依据",
    "条款",
    "原文",
    "位阶",
    "适用地域",
    "施行日期",
    "效力",
    "推断",
)
_WIDTHS = (22, 12, 28, 36, 24, 8, 34, 20, 60, 12, 12, 12, 14, 30)
_NO_GAP = "资料中未见"  # never 无人负责: the library holds only what was put into it


def describe_scope(entry: Entry) -> str:
    """What narrows a duty, as written."""
    s = entry.duty.scope
    return "；".join(dict.fromkeys(v for v in (s.road_grade, s.property_management, s.area, s.time, s.condition) if v))


def describe_action(entry: Entry) -> str:
    """What is done, with a negative said as such."""
    action = entry.duty.action
    return f"不承担或者无权：{action}" if entry.duty.negative else action


def rows_of(entries: Sequence[Entry], agencies: Agencies) -> list[tuple[str, ...]]:
    """One row an entry, in the order of COLUMNS."""
    rows: list[tuple[str, ...]] = []
    for e in entries:
        d = e.duty
        resolved = agencies.resolve(d.agency, e.place, None)
        inference = tuple(dict.fromkeys((*d.inference, *(resolved.inference if resolved else ()))))
        since = e.effective_on.isoformat() if e.effective_on else ""
        rows.append((
            d.agency, ROLE_WORDS[d.role], d.object or "、".join(e.task.items), describe_action(e), describe_scope(e),
            MODALITY_WORDS[d.modality], f"《{e.title}》", d.basis.clause, d.basis.quote, e.level or "", e.place or "", since,
            describe_state(e), "；".join(inference),
        ))  # fmt: skip
    return rows


# --- JSON ----------------------------------------------------------------------------------------------------------


def format_entry(e: Entry, agencies: Agencies) -> dict[str, Any]:
    """One entry with its literal basis."""
    d = e.duty
    resolved = agencies.resolve(d.agency, e.place, None)
    return {
        "agency": d.agency,
        "resolved": resolved.concrete or resolved.name if resolved else None,
        "role": d.role,
        "action": d.action,
        "object": d.object,
        "scope": {k: v for k, v in asdict(d.scope).items() if v},
        "negative": d.negative,
        "modality": d.modality,
        "inference": list(dict.fromkeys((*d.inference, *(resolved.inference if resolved else ())))),
        "document": d.basis.document,
        "title": e.title,
        "clause": d.basis.clause,
        "quote": d.basis.quote,
        "start": d.basis.start,
        "end": d.basis.end,
        "level": e.level,
        "place": e.place,
        "effective_on": e.effective_on.isoformat() if e.effective_on else None,
        "status": e.status,
        "ended": e.ended,
    }


def format_map(found: ResponsibilityMap, agencies: Agencies) -> dict[str, Any]:
    """The whole map; conflicts, gaps and changes only where they were asked for."""
    w = found.wanted

    def entries(of: Sequence[Entry]) -> list[dict[str, Any]]:
        return [format_entry(e, agencies) for e in of]

    result: dict[str, Any] = {"as_of": w.as_of.isoformat(), "agency": w.agency, "task": w.task, "place": w.place}
    result["duties"] = entries(found.entries)
    if w.conflicts:
        result["conflicts"] = [
            {"kind": c.kind, "about": c.about, "decides": c.decides, "duties": entries(c.entries)}
            for c in found.conflicts
        ]
    if w.gaps:
        result["gaps"] = [
            {
                "task": g.task,
                "problems": [asdict(p.basis) for p in g.problems],
                "default": entries(g.default),
                "procedure": entries(g.procedure),
            }
            for g in found.gaps
        ]
    if w.between is not None:
        result["between"] = [day.isoformat() for day in w.between]
        result["changes"] = [
            {"kind": c.kind, "about": c.about, "before": entries(c.before), "after": entries(c.after)}
            for c in found.changes
        ]
    return result


# --- lines for people ----------------------------------------------------------------------------------------------


def format_lines(found: ResponsibilityMap) -> list[str]:
    """The map as text: the table, then conflicts, gaps and changes under their headings."""
    lines = [write_entry(e) for e in found.entries] if not _only_extras(found) else []
    if found.wanted.conflicts:
        lines += _section("冲突", [line for c in found.conflicts for line in write_clash(c)])
    if found.wanted.gaps:
        lines += _section("缺口", [line for g in found.gaps for line in write_gap(g)])
    if found.wanted.between is not None:
        before, after = found.wanted.between
        lines += _section(f"变化（{before} 至 {after}）", [line for c in found.changes for line in write_change(c)])
    return lines or [f"{_NO_GAP}符合条件的职责。"]


def _only_extras(found: ResponsibilityMap) -> bool:
    """A bare ``--conflicts`` asks for the conflicts, not for every duty of the library before them."""
    w = found.wanted
    return not (w.agency or w.task) and (w.conflicts or w.gaps or w.between is not None)


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", f"【{title}】", *(lines or [f"{_NO_GAP}。"])]


def describe_state(e: Entry) -> str:
    """Whether the text of an entry holds, and if it does, whether the duty's own time is over."""
    return "期限已过" if e.ended and e.status in ("in-force", "unknown") else STATUS_WORDS[e.status]


def write_entry(e: Entry) -> str:
    """One entry on one line: who, role, what, where it stands, whether it holds."""
    d = e.duty
    about = f"{d.object}：" if d.object and d.object not in d.action else ""
    scope = describe_scope(e)
    limits = f"（{scope}）" if scope and scope not in f"{d.object}{d.action}" else ""
    kind = "" if d.modality == "norm" else f"，仅为{MODALITY_WORDS[d.modality]}"
    return f"{d.agency}　{ROLE_WORDS[d.role]}　{about}{describe_action(e)}{limits}　——《{e.title}》{d.basis.clause}（{e.level or '位阶未标'}，{describe_state(e)}{kind}）"


def write_clash(c: Clash) -> list[str]:
    """A conflict with its sides and who decides."""
    word = "同一事项由不同机构负责" if c.kind == "owners" else "同一机构一处为负责、一处为协助"
    return [f"◆ {c.about}：{word}", *(f"  · {write_entry(e)}" for e in c.entries), f"  处理：{c.decides}"]


def write_gap(g: Gap) -> list[str]:
    """A gap with the words that show it and the clause that says who decides."""
    lines = [f"◆ {g.task}：现有资料未见规定责任单位" + ("，但有确定责任人的规定" if g.default else "")]
    lines += [f"  · 《{p.basis.document}》：“{p.basis.quote}”" for p in g.problems]
    lines += [f"  · 由谁确定：{write_entry(e)}" for e in g.default]
    lines += [f"  · 可循程序：{write_entry(e)}" for e in g.procedure]
    return lines


def write_change(c: Change) -> list[str]:
    """A change, before and after."""
    lines = [f"◆ {c.about}：{CHANGE_WORDS[c.kind]}"]
    lines += [f"  · 原：{write_entry(e)}" for e in c.before]
    return [*lines, *(f"  · 现：{write_entry(e)}" for e in c.after)]


# --- files ---------------------------------------------------------------------------------------------------------


def write_file(found: ResponsibilityMap, agencies: Agencies, path: Path) -> None:
    """The map as a file, by its ending: .xlsx or .docx; UsageError for another one."""
    writers = {".xlsx": write_xlsx, ".docx": write_docx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise UsageError(f"不能导出为“{path.name}”，请使用 .xlsx 或 .docx 作为文件名结尾。")
    try:
        writer(found, agencies, path)
    except OSError as e:
        raise UsageError(f"“{path}”写不进去，请检查文件夹是否存在、文件是否正被打开。") from e


def write_xlsx(found: ResponsibilityMap, agencies: Agencies, path: Path) -> None:
    """A workbook: 职责, and a sheet each for 冲突, 缺口 and 变化 where asked for; every row carries its quotation."""
    book = Workbook()
    sheet = book.active
    _fill(sheet, "职责", COLUMNS, rows_of(found.entries, agencies), _WIDTHS)
    if found.wanted.conflicts:
        rows = [
            (str(n), c.about, c.decides, *row)
            for n, c in enumerate(found.conflicts, 1)
            for row in rows_of(c.entries, agencies)
        ]
        _fill(book.create_sheet(), "冲突", ("序号", "争议事项", "处理", *COLUMNS), rows, (6, 24, 36, *_WIDTHS))
    if found.wanted.gaps:
        rows = [_gap_row(n, g) for n, g in enumerate(found.gaps, 1)]
        heads = ("序号", "事项", "反映问题的原文", "结论", "由谁确定或可循程序")
        _fill(book.create_sheet(), "缺口", heads, rows, (6, 24, 70, 30, 70))
    if found.wanted.between is not None:
        rows = [
            (CHANGE_WORDS[c.kind], c.about, side, *row)
            for c in found.changes
            for side, of in (("原", c.before), ("现", c.after))
            for row in rows_of(of, agencies)
        ]
        _fill(book.create_sheet(), "变化", ("变化", "事项", "前后", *COLUMNS), rows, (14, 24, 6, *_WIDTHS))
    book.save(path)


def _gap_row(number: int, g: Gap) -> tuple[str, ...]:
    quotes = "\n".join(f"《{p.basis.document}》：“{p.basis.quote}”" for p in g.problems)
    ways = "\n".join(write_entry(e) for e in (*g.default, *g.procedure))
    return (str(number), g.task, quotes, "现有资料未见规定责任单位", ways)


def _fill(sheet: Any, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    sheet.title = title
    sheet.append(list(heads))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append([_plain_cell(value) for value in row])
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def _plain_cell(value: str) -> str:
    """A text that a spreadsheet would run as a formula, or cannot hold, made plain."""
    clean = "".join(c for c in value if c >= " " or c in "\n\t")
    return f"'{clean}" if clean[:1] in "=+-@" else clean


def write_docx(found: ResponsibilityMap, agencies: Agencies, path: Path) -> None:
    """A document: the table of duties, then conflicts, gaps and changes, each with its quotation and source."""
    document = Document()
    w = found.wanted
    what = "、".join(x for x in (w.place, w.agency, w.task) if x)
    document.add_heading(f"职责清单{'：' + what if what else ''}", 0)
    document.add_paragraph(f"以 {w.as_of.isoformat()} 为准。每项均附原文；标“推断”的不是原文所述。")
    heads = ("机构", "角色", "职责", "依据", "原文")
    table = document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    for row in rows_of(found.entries, agencies):
        named = dict(zip(COLUMNS, row, strict=True))
        about = f"{named['事项']}：" if named["事项"] and named["事项"] not in named["职责"] else ""
        cells = (
            named["机构"] + (f"（{named['推断']}）" if named["推断"] else ""), named["角色"], about + named["职责"],
            f"{named['依据']}{named['条款']}（{named['位阶'] or '位阶未标'}，{named['效力']}）", named["原文"],
        )  # fmt: skip
        for cell, value in zip(table.add_row().cells, cells, strict=True):
            cell.text = "".join(c for c in value if c >= " " or c in "\n\t")
    for title, wanted, parts in (
        ("冲突", w.conflicts, [write_clash(c) + _quotes(c.entries) for c in found.conflicts]),
        ("缺口", w.gaps, [write_gap(g) for g in found.gaps]),
        ("变化", w.between is not None, [write_change(c) + _quotes((*c.before, *c.after)) for c in found.changes]),
    ):
        if wanted:
            document.add_heading(title, 1)
            for line in [line for part in parts for line in part] or [f"{_NO_GAP}。"]:
                document.add_paragraph("".join(c for c in line if c >= " "))
    document.save(str(path))


def _quotes(entries: Sequence[Entry]) -> list[str]:
    return [f"  原文：《{e.title}》{e.duty.basis.clause}：“{e.duty.basis.quote}”" for e in entries]
