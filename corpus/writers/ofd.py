"""OFD (GB/T 33190), the national fixed-layout format: a zip of XML, text placed line by line in millimetres."""

from __future__ import annotations

from html import escape

from corpus.writers.packing import pack
from corpus.writers.source import fill_rows, final_text, parse_source

_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_WIDTH, _HEIGHT = 210, 297
_SIZE = 5.0  # millimetres, about 14 pt (四号)
_LEFT, _TOP, _STEP = 28.0, 37.0, 8.0
_CHARACTERS, _LINES = 30, 27  # a line, a page


def write_ofd(source: str, *, title: str) -> bytes:
    """A file whose pages hold one TextObject a line."""
    lines = _layout(source)
    pages = [lines[i : i + _LINES] for i in range(0, len(lines), _LINES)]
    parts = {"OFD.xml": _root(title), "Doc_0/Document.xml": _document(len(pages)), "Doc_0/PublicRes.xml": _fonts()}
    for n, page in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{n}/Content.xml"] = _page(n, page)
    return pack({name: (_HEAD + body).encode("utf-8") for name, body in parts.items()})


def _layout(source: str) -> list[tuple[str, float]]:
    """Every printed line with its left edge."""
    out: list[tuple[str, float]] = []
    for line in parse_source(source):
        texts = ["　".join(r) for r in fill_rows(line.rows)] if line.kind == "table" else [final_text(line.text)]
        for text in texts:
            first = 2 if line.kind == "paragraph" else 0
            at = 0
            while at < len(text):
                room = _CHARACTERS - (first if at == 0 else 0)
                piece = text[at : at + room]
                out.append((piece, _left(line.kind, len(piece), first if at == 0 else 0)))
                at += room
    return out


def _left(kind: str, length: int, indent: int) -> float:
    spare = (_CHARACTERS - length) * _SIZE
    if kind in ("title", "heading", "centred"):
        return _LEFT + spare / 2
    return _LEFT + spare if kind == "right" else _LEFT + indent * _SIZE


def _root(title: str) -> str:
    return (
        f'<ofd:OFD {_NS} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo><ofd:DocID>{"0" * 32}</ofd:DocID>'
        f"<ofd:Title>{escape(title)}</ofd:Title><ofd:Creator>合成样例</ofd:Creator>"
        "<ofd:CreationDate>2026-01-01</ofd:CreationDate></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )


def _document(pages: int) -> str:
    refs = "".join(f'<ofd:Page ID="{100 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    return (
        f"<ofd:Document {_NS}><ofd:CommonData><ofd:MaxUnitID>{1000 + pages * 100}</ofd:MaxUnitID><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 {_WIDTH} {_HEIGHT}</ofd:PhysicalBox></ofd:PageArea>"
        f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{refs}</ofd:Pages></ofd:Document>"
    )


def _fonts() -> str:
    return f'<ofd:Res {_NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="1" FontName="仿宋" FamilyName="仿宋"/></ofd:Fonts></ofd:Res>'


def _page(n: int, lines: list[tuple[str, float]]) -> str:
    first = 1000 + n * 100
    objects = [_text(first + i, text, x, _TOP + i * _STEP) for i, (text, x) in enumerate(lines)]
    objects.append(_text(first + 99, f"— {n + 1} —", _WIDTH / 2 - 2 * _SIZE, _HEIGHT - 25.0))
    return (
        f"<ofd:Page {_NS}><ofd:Area><ofd:PhysicalBox>0 0 {_WIDTH} {_HEIGHT}</ofd:PhysicalBox></ofd:Area>"
        f'<ofd:Content><ofd:Layer ID="{first + 98}">{"".join(objects)}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def _text(id: int, text: str, x: float, y: float) -> str:
    width = len(text) * _SIZE
    delta = f' DeltaX="g {len(text) - 1} {_SIZE:g}"' if len(text) > 1 else ""
    return (
        f'<ofd:TextObject ID="{id}" Boundary="{x:g} {y:g} {width:g} {_SIZE * 1.2:g}" Font="1" Size="{_SIZE:g}">'
        f'<ofd:TextCode X="0" Y="{_SIZE * 0.9:g}"{delta}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )
