"""What a reader hands on: the text of a file with its blocks, tables and places, before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kb.records import Doubt, Place, Span

BlockKind = Literal["paragraph", "heading", "row", "footnote", "furniture", "textbox", "comment"]


@dataclass(frozen=True, slots=True)
class Block:
    """块: one paragraph, table row or piece of furniture; blocks are in text order and do not overlap."""

    kind: BlockKind
    start: int
    end: int
    level: int | None = None  # outline level the source itself gives (Word style, <h2>, #), from 1
    table: int | None = None  # index into Extract.tables for a row
    centred: bool = False  # the source centres it: a sign of a title
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """单元格: its span in the text; a merged cell's words stand again in every row it covers."""

    row: int
    column: int
    start: int
    end: int
    filled: bool = False  # repeated here from the merged cell above or to the left


@dataclass(frozen=True, slots=True)
class Table:
    """表: one line of text a row, cells joined by a tab; ``header_rows`` first rows name the columns."""

    start: int
    end: int
    header_rows: int
    cells: tuple[Cell, ...]
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """提取结果: text once, everything else as spans into it."""

    text: str
    format: str
    blocks: tuple[Block, ...] = ()
    tables: tuple[Table, ...] = ()
    places: tuple[Place, ...] = ()
    furniture: tuple[Span, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    title: str | None = None  # what the container calls itself: <title>, docProps; often wrong
