"""Comparisons as files: .docx with true tracked changes, .xlsx, and a page of HTML that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from kb.compare.comparison import Comparison, Row
from kb.compare.edits import Run
from kb.compare.format import CHANGE_WORDS, FLAG_WORDS, label_of
from kb.compare.matrix import Matrix
from kb.compare.series import Series
from kb.compare.series_values import Value
from kb.errors import UsageError
from kb.records import Clause, Version
from kb.words import Words

AUTHOR = "定责比对"  # who a tracked change is said to be by
_HEAD = ("旧条款", "新条款", "变化", "要点", "旧文", "新文")
_WIDTHS = (18, 18, 8, 44, 60, 60)
_COLUMNS = (2.6, 4.0, 9.2)  # centimetres of the table of a .docx
_LONGEST = 32_000  # characters of a cell; Excel takes 32,767


def write_comparison(path: Path, matrix: Matrix, words: Words | None = None) -> None:
    """Write a comparison (of two versions, or the matrix of more) in the format of the file's ending."""
    writers: dict[str, Callable[[Path, Matrix, Words | None], None]] = {
        ".docx": _write_docx, ".xlsx": _write_xlsx, ".html": _write_html,
    }  # fmt: skip
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise UsageError(f"不能另存为“{path.name}”，请用 .docx、.xlsx 或 .html。")
    writer(path, matrix, words)


# --- .docx -----------------------------------------------------------------------------------------------------


def _write_docx(path: Path, matrix: Matrix, words: Words | None) -> None:
    document = Document()
    for comparison in matrix.comparisons:
        document.add_heading(f"《{_title(comparison.old)}》与《{_title(comparison.new)}》对照", level=1)
        document.add_paragraph(f"旧：{comparison.old.document}　新：{comparison.new.document}")
        changes = comparison.key_changes()
        if changes:
            document.add_heading("要点", level=2)
            table = document.add_table(rows=1, cols=3)
            table.style = "Table Grid"
            _fill(table.rows[0].cells, ("类别", "条款", "变化"))
            for row, flag in changes:
                _fill(table.add_row().cells, (FLAG_WORDS[flag.kind], _sides(row), flag.note))
            for line in table.rows:
                for cell, width in zip(line.cells, _COLUMNS, strict=True):
                    cell.width = Cm(width)
        document.add_heading("条文（修订标记：接受全部修订即新文，拒绝全部修订即旧文）", level=2)
        marker = _Marker(document)
        for row in comparison.rows:
            marker.write(_runs(row, words))
    document.save(str(path))


def _fill(cells: Sequence[Any], texts: Iterable[str]) -> None:
    for cell, text in zip(cells, texts, strict=True):
        cell.text = text


def _runs(row: Row, words: Words | None) -> Sequence[Run]:
    if row.change == "added":
        return (Run("insert", "", row.new_text),)
    if row.change == "deleted":
        return (Run("delete", row.old_text, ""),)
    return row.edits(words)


class _Marker:
    """Writes runs as paragraphs whose insertions and deletions Word can accept and reject."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._id = 0
        self._when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def write(self, runs: Sequence[Run]) -> None:
        """One clause, a paragraph a line."""
        paragraph = self._document.add_paragraph()
        for run in runs:
            text = run.old if run.kind == "delete" else run.new
            for n, line in enumerate(text.split("\n")):
                if n:  # the line break itself was put in, taken out, or kept
                    self._mark_break(paragraph, run.kind)
                    paragraph = self._document.add_paragraph()
                if line:
                    self._add(paragraph, run.kind, line)
        if {r.kind for r in runs} in ({"insert"}, {"delete"}):
            self._mark_break(paragraph, runs[0].kind)

    def _add(self, paragraph: Any, kind: str, text: str) -> None:
        run = OxmlElement("w:r")
        content = OxmlElement("w:delText" if kind == "delete" else "w:t")
        content.set(qn("xml:space"), "preserve")
        content.text = text
        run.append(content)
        if kind == "equal":
            paragraph._p.append(run)
        else:
            change = self._change(kind)
            change.append(run)
            paragraph._p.append(change)

    def _mark_break(self, paragraph: Any, kind: str) -> None:
        if kind != "equal":
            properties = paragraph._p.get_or_add_pPr()
            marks = properties.find(qn("w:rPr"))
            if marks is None:
                marks = OxmlElement("w:rPr")
                properties.append(marks)
            marks.append(self._change(kind))

    def _change(self, kind: str) -> Any:
        self._id += 1
        change = OxmlElement("w:del" if kind == "delete" else "w:ins")
        change.set(qn("w:id"), str(self._id))
        change.set(qn("w:author"), AUTHOR)
        change.set(qn("w:date"), self._when)
        return change


# --- .xlsx -----------------------------------------------------------------------------------------------------


def _write_xlsx(path: Path, matrix: Matrix, words: Words | None) -> None:
    book = Workbook()
    del book[book.sheetnames[0]]
    for n, comparison in enumerate(matrix.comparisons, 1):
        name = "对照" if len(matrix.comparisons) == 1 else f"对照{n}"
        _add_sheet(book, name, _HEAD, (_cells(r) for r in comparison.rows), _WIDTHS)
        flags = ((FLAG_WORDS[f.kind], _sides(r), f.note, f.old, f.new) for r, f in comparison.key_changes())
        _add_sheet(
            book, name.replace("对照", "要点"), ("类别", "条款", "变化", "旧文", "新文"), flags, (14, 24, 44, 60, 60)
        )
    if len(matrix.versions) > 2:
        rows = (
            [
                "、".join(label_of(x) for x in c.clauses) + (f"（{CHANGE_WORDS[c.change]}）" if c.change else "")
                if c is not None else "—"
                for c in row.cells
            ]
            for row in matrix.rows
        )  # fmt: skip
        _add_sheet(book, "条款矩阵", [v.document for v in matrix.versions], rows, [36] * len(matrix.versions))
    book.save(path)


def write_series(path: Path, series: Series) -> None:
    """The figures of some reports as .xlsx: a row an indicator and step, with its comparability and sources."""
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"历年数据只能另存为 .xlsx，不能存为“{path.name}”。")
    book = Workbook()
    del book[book.sheetnames[0]]
    years = list(dict.fromkeys(series.years))
    rows = []
    for indicator in series.indicators:
        by_year = {y: "；".join(_told(v) for v in indicator.values if v.period == y) for y in years}
        steps = "\n".join(
            f"{s.old.period}→{s.new.period}：{s.change or '不可比'}{'，' + s.note if s.note else ''}"
            for s in indicator.steps
        )
        again = "\n".join(f"{r.first.period}年：{r.note}" for r in indicator.restated)
        rows.append([indicator.name, *(by_year[y] for y in years), steps, again, "、".join(indicator.missing)])
    head = ("指标", *years, "变化与可比性", "同年两数", "未见年份")
    _add_sheet(book, "数据", head, rows, (28, *([26] * len(years)), 56, 32, 14))
    sources = (
        (i.name, v.period, _told(v), v.figure.basis.document, v.figure.basis.clause, v.figure.basis.quote)
        for i in series.indicators for v in i.values
    )  # fmt: skip
    _add_sheet(book, "出处", ("指标", "年份", "数值", "文件", "条款", "原文"), sources, (28, 8, 18, 40, 20, 70))
    book.save(path)


def _told(value: Value) -> str:
    scope = f"（{value.scope}）" if value.scope else ""
    target = "目标" if value.figure.target else ""
    return f"{target}{value.figure.value or '缺失'}{value.figure.unit or ''}{scope}"


def _add_sheet(
    book: Workbook, name: str, head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]
) -> None:
    sheet = book.create_sheet(name)
    sheet.append(list(head))
    for row in rows:
        sheet.append([_safe(c) for c in row])
    for n, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    for line in sheet.iter_rows():
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _safe(text: str) -> str:
    """A cell's text: short enough for Excel, without control characters, and never read as a formula."""
    plain = "".join(c for c in text if c >= " " or c in "\n\t")[:_LONGEST]
    return f"'{plain}" if plain[:1] in ("=", "+", "-", "@") and not plain[1:2].isdigit() else plain


def _cells(row: Row) -> tuple[str, ...]:
    notes = "\n".join(f"［{FLAG_WORDS[f.kind]}］{f.note}" for f in row.flags)
    return _labels(row.old), _labels(row.new), CHANGE_WORDS[row.change], notes, row.old_text, row.new_text


def _labels(clauses: Sequence[Clause]) -> str:
    return "、".join(label_of(c) for c in clauses)


def _sides(row: Row) -> str:
    return f"{_labels(row.old) or '—'}→{_labels(row.new) or '—'}"


def _title(version: Version) -> str:
    return version.identity.title.strip("《》")


# --- HTML ------------------------------------------------------------------------------------------------------

_STYLE = """
body{font:16px/1.7 "Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:0 auto;max-width:1200px;padding:1rem;color:#222}
table{border-collapse:collapse;width:100%;table-layout:fixed}td,th{border:1px solid #ccc;padding:.5rem;vertical-align:top;text-align:left}
th.c{width:5.5rem}ins{background:#d9f2dc;text-decoration:none}del{background:#fbdcdc}p{margin:.2rem 0}
.flags{font-size:.9em;color:#555}.one .side{display:none}.side-only .inline{display:none}nav label{margin-right:1rem;white-space:nowrap}
tr.hidden{display:none}@media print{nav{display:none}}@media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#ddd}
ins{background:#1f4d26}del{background:#5a2323}td,th{border-color:#555}.flags{color:#aaa}}
"""
_SCRIPT = """
document.querySelectorAll('nav input').forEach(b=>b.addEventListener('change',()=>{
const on=new Set([...document.querySelectorAll('nav input:checked')].map(x=>x.value));
document.querySelectorAll('tbody tr').forEach(r=>r.classList.toggle('hidden',!r.dataset.kinds.split(' ').some(k=>on.has(k))))}));
"""


def _write_html(path: Path, matrix: Matrix, words: Words | None) -> None:
    path.write_text(format_html(matrix, words), encoding="utf-8")


def format_html(matrix: Matrix, words: Words | None = None) -> str:
    """A page with every comparison of a matrix, old and new side by side, that needs no other file."""
    body = "".join(format_html_table(c, words) for c in matrix.comparisons)
    kinds = sorted({r.change for c in matrix.comparisons for r in c.rows}, key=list(CHANGE_WORDS).index)
    boxes = "".join(
        f'<label><input type="checkbox" value="{k}"{"" if k in ("unchanged", "renumbered") else " checked"}> {CHANGE_WORDS[k]}</label>'
        for k in kinds
    )
    title = escape("对照：" + "、".join(_title(v) for v in matrix.versions))
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1><nav>{boxes}</nav>{body}<script>{_SCRIPT}</script></html>"
    )


def format_html_table(comparison: Comparison, words: Words | None = None) -> str:
    """One comparison as a table: old, new with what was taken out and put in, change and flags; rows have anchors."""
    rows = []
    for n, row in enumerate(comparison.rows):
        runs = _runs(row, words)
        old = "".join(_mark(r.old, "del" if r.kind == "delete" else "") for r in runs if r.kind != "insert")
        new = "".join(_mark(r.new, "ins" if r.kind == "insert" else "") for r in runs if r.kind != "delete")
        flags = "".join(f"<p>［{FLAG_WORDS[f.kind]}］{escape(f.note)}</p>" for f in row.flags)
        hidden = ' class="hidden"' if row.change in ("unchanged", "renumbered") else ""
        rows.append(
            f'<tr id="r{n}"{hidden} data-kinds="{row.change}"><td>{old}</td><td>{new}</td>'
            f'<td>{CHANGE_WORDS[row.change]}<div class="flags">{flags}</div></td></tr>'
        )
    head = f"<tr><th>{escape(comparison.old.document)}</th><th>{escape(comparison.new.document)}</th><th>变化与要点</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def format_inline(row: Row, words: Words | None = None) -> str:
    """One row as a single text with <del> and <ins>, for an inline view."""
    return "".join(
        _mark(r.old if r.kind == "delete" else r.new, {"delete": "del", "insert": "ins"}.get(r.kind, ""))
        for r in _runs(row, words)
    )


def _mark(text: str, tag: str) -> str:
    shown = escape(text).replace("\n", "<br>")
    return f"<{tag}>{shown}</{tag}>" if tag and shown else shown
