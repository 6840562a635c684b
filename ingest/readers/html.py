"""HTML: the readable text, one line a block, site furniture left out; tables as tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree, html

from ingest.extract import Block, BlockKind, Cell, Extract, Table
from ingest.readers.text import decode
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Doubt

_BLOCK = {
    "p", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd",
    "blockquote", "pre", "body", "center", "header", "footer", "aside", "table", "tbody", "thead", "tr", "td", "th", "form", "hr", "title", "caption",
}  # fmt: skip
_DROP = {
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "svg",
    "select",
    "button",
    "input",
    "textarea",
    "nav",
    "title",
    "head",
    "object",
}
# Where government sites put the text itself, tried in order; without any the whole body is read.
_CONTENT = (
    "//*[@id='UCAP-CONTENT']", "//*[@id='zoom']", "//*[contains(concat(' ',@class,' '),' TRS_Editor ')]",
    "//*[contains(concat(' ',@class,' '),' pages_content ')]", "//*[contains(concat(' ',@class,' '),' article-content ')]",
    "//article", "//main",
)  # fmt: skip
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(nav|navbar|menu|footer|breadcrumb|share|sidebar|copyright|crumbs?)(?:$|[\s_-])", re.I
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)


_WIDE = r"[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef“”‘’]"
_BROKEN = re.compile(rf"(?<={_WIDE})[ \t]*[\r\n][ \t\r\n]*(?={_WIDE})")
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_LINE = "\ue00a"  # stands for the line breaks of <pre> while a block is gathered


@dataclass(slots=True)
class _Writer:
    """The text so far, with its blocks and tables."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def line(self, text: str, kind: BlockKind, **more: object) -> int:
        """Write one line; gives its start."""
        start = self.length
        self.parts.append(text + "\n")
        self.length += len(text) + 1
        self.blocks.append(Block(kind, start, start + len(text), **more))  # type: ignore[arg-type]
        return start


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """The readable text of a page; UnreadableFile for one without any."""
    text, encoding = _decode(name, data)
    if len(text) > limits.text_characters:
        raise UnreadableFile("too-large", f"“{name}”有 {len(text):,} 字，超过上限，请拆分后再读入。")
    parser = html.HTMLParser(
        recover=True, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as e:
        raise UnreadableFile("damaged", f"“{name}”不是可读的网页（{e}），请重新保存网页后再读入。") from e
    if any(e.type_name == "ERR_RESOURCE_LIMIT" for e in parser.error_log):  # at 2,048 levels the parser drops the rest
        raise UnreadableFile("too-deep", f"“{name}”的标签嵌套过深，后文不能读取，请用浏览器打开后复制正文另存。")
    title = root.findtext(".//title")
    writer = _Writer()
    _walk(_content(root), writer)
    if not writer.blocks:
        raise UnreadableFile("no-text", f"“{name}”中没有正文文字，请确认保存的是文章页面。")
    return Extract(
        "".join(writer.parts),
        "html",
        tuple(writer.blocks),
        tuple(writer.tables),
        doubts=() if encoding != "replaced" else (Doubt("encoding", f"“{name}”有损坏的字节，以 � 代替。"),),
        title=title.strip() if title else None,
    )


def _decode(name: str, data: bytes) -> tuple[str, str]:
    declared = _CHARSET.search(data[:2048])
    if declared:
        label = declared[1].decode("ascii").lower()
        encoding = "gb18030" if label in ("gb2312", "gbk", "gb18030") else label
        try:
            return data.decode(encoding), encoding
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(name, data)


def _content(root: html.HtmlElement) -> html.HtmlElement:
    whole = len(root.text_content())
    for path in _CONTENT:
        found = root.xpath(path)
        if found:
            best = max(found, key=lambda e: len(e.text_content()))
            if len(best.text_content()) > 0.3 * whole:
                return best
    return root


def _walk(root: html.HtmlElement, writer: _Writer) -> None:
    """Depth first without recursion, so that nesting costs no stack."""
    buffer: list[str] = []
    owner: html.HtmlElement = root
    skip: html.HtmlElement | None = None
    pre = 0  # how many <pre> are open

    def flush() -> None:
        lines = [_squeeze(x) for x in "".join(buffer).split(_LINE)]
        buffer.clear()
        for line in filter(None, lines):
            level = int(owner.tag[1]) if re.fullmatch(r"h[1-6]", str(owner.tag)) else None
            writer.line(
                line, "heading" if level else "paragraph", level=level, centred=_centred(owner), bold=_bold(owner)
            )

    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if skip is not None:
                continue
            if element is not root and (tag in _DROP or _is_furniture(element)):
                skip = element
                continue
            if tag == "table" and _is_data_table(element):
                flush()
                _table(element, writer)
                skip = element
                continue
            if tag in _BLOCK or tag == "br":
                flush()
                owner = element if tag != "br" else owner
            pre += tag == "pre"
            buffer.append(_text(element.text, pre))
        else:
            if skip is element:
                skip = None
            elif skip is not None:
                continue
            else:
                if tag in _BLOCK:
                    flush()
                    owner = element.getparent() if element is not root else root
                pre -= tag == "pre"
            if element is not root:
                buffer.append(_text(element.tail, pre))
    flush()


def _text(words: str | None, pre: int) -> str:
    return (words or "").replace("\r\n", "\n").replace("\n", _LINE) if pre else words or ""


def _squeeze(text: str) -> str:
    """White space as a browser shows it, and none between Chinese characters where only the markup's lines broke."""
    text = _BROKEN.sub("", text.strip())
    return _BLANKS.sub(" ", text).strip()


def _is_furniture(element: html.HtmlElement) -> bool:
    return bool(_FURNITURE.search(f"{element.get('class', '')} {element.get('id', '')}")) and element.tag != "body"


def _is_data_table(table: html.HtmlElement) -> bool:
    """A table of several columns; one around a whole page is layout."""
    if table.xpath(".//table"):
        return False
    rows = table.xpath(".//tr")
    wide = [r for r in rows if len(r.xpath("./td|./th")) > 1]
    return len(rows) >= 2 and len(wide) >= len(rows) / 2


def _table(table: html.HtmlElement, writer: _Writer) -> None:
    """Rows as lines of cells joined by tabs; a merged cell stands again in each row it covers."""
    cells: list[Cell] = []
    held: dict[int, tuple[int, str]] = {}  # column -> rows left, words
    first = writer.length
    header = 0
    for r, row in enumerate(table.xpath(".//tr")[:20_000]):
        values: list[tuple[str, bool]] = []
        own = list(row.xpath("./td|./th"))
        while own or any(column >= len(values) and left > 0 for column, (left, _) in held.items()):
            column = len(values)
            if held.get(column, (0, ""))[0] > 0:
                left, words = held[column]
                held[column] = (left - 1, words)
                values.append((words, True))
                continue
            if not own:
                values.append(("", False))
                continue
            cell = own.pop(0)
            words = _squeeze(" ".join(cell.itertext()))
            for n in range(_spans(cell, "colspan")):
                held[len(values)] = (_spans(cell, "rowspan") - 1, words)
                values.append((words, n > 0))
        if r == header and values and all(c.tag == "th" for c in row.xpath("./td|./th")):
            header += 1
        at = writer.line("\t".join(w for w, _ in values), "row", table=len(writer.tables))
        for c, (words, filled) in enumerate(values):
            cells.append(Cell(r, c, at, at + len(words), filled))
            at += len(words) + 1
    writer.tables.append(Table(first, writer.length - 1, max(header, 1), tuple(cells)))


def _spans(cell: html.HtmlElement, name: str) -> int:
    value = cell.get(name, "1")
    return min(max(int(value), 1), 200) if value.isdigit() else 1


def _centred(element: html.HtmlElement) -> bool:
    return "center" in f"{element.get('align', '')} {element.get('style', '')}" or element.tag == "center"


def _bold(element: html.HtmlElement) -> bool:
    marked = element.xpath(".//strong|.//b|.//*[contains(@style,'bold')]")
    whole = len(element.text_content().strip())
    return bool(marked) and sum(len(m.text_content()) for m in marked[:20]) >= whole
