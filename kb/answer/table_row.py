"""A numbered row of a ledger or table: 台账第3条, 分解表第12项; the row as it stands, under the table's own headings."""

from __future__ import annotations

import re

from kb.answer.draft import Context, Draft, Question, Statement
from kb.answer.naming import cite, find_meant
from kb.text import normalise, parse_numeral

_ROW = re.compile(
    r"第\s*([一二三四五六七八九十百\d]{1,4})\s*[条项号行]|([一二三四五六七八九十\d]{1,3})号(?:问题|事项|任务)"
)
_TABLE = re.compile(r"台账|分解表|清单|表|目录|手册")


def answer_row(context: Context, question: Question) -> Draft | None:
    """The row with that number in the table the question means; None where it means no table."""
    plain = normalise(question.full)
    m = _ROW.search(plain)
    if m is None or not _TABLE.search(plain):
        return None
    number = parse_numeral(m[1] or m[2])
    for document in find_meant(context, question.full):
        text = context.version(document).text
        rows = list(re.finditer(rf"^[ |]*{number}\s*[\t|][^\n]+", text, re.M))
        if not rows:
            continue
        head = re.search(r"^[^\n\t]*序号[^\n]*[\t|][^\n]+", text, re.M)
        names = _cells(head.group()) if head else []
        statements = []
        for row in rows[:3]:
            cells = _cells(row.group())
            evidence = cite(context, document, row.start(), row.end())
            if len(names) == len(cells):
                words = "；".join(f"{n.strip()}：{c.strip()}" for n, c in zip(names, cells, strict=True) if c.strip())
            else:
                words = "，".join(c.strip() for c in cells if c.strip())
            statements.append(Statement(f"{words}。", (evidence,)))
        return Draft("status", statements=tuple(statements), confidence=0.9)
    return None


def _cells(line: str) -> list[str]:
    """The cells of a row, whether the table stands in tabs or in Markdown."""
    return [c.strip() for c in re.split(r"[\t|]", line.strip().strip("|"))]
