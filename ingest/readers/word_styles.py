"""Word's styles: what a paragraph takes from the style it names, and from the styles that one is based on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)$", re.I)
_CONTENTS = re.compile(r"(?:toc|目录)\s*(?:\d|heading|标题)", re.I)
_DEEPEST = 12  # styles based on one another; a ring must end


@dataclass(slots=True)
class Styles:
    """样式表: paragraph styles by their id."""

    elements: dict[str, etree._Element] = field(default_factory=dict)
    default: str = ""

    @classmethod
    def parse(cls, root: etree._Element | None) -> Styles:
        """The styles of a document; none where the part is missing."""
        self = cls()
        for style in root.findall(f"{W}style") if root is not None else ():
            id = style.get(f"{W}styleId", "")
            self.elements[id] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                self.default = id
        return self

    def list_of(self, style: str) -> tuple[str, str]:
        """numId and ilvl that a style gives its paragraphs; empty where it gives none."""
        list_ = level = ""
        for element in self._chain(style):
            num = element.find(f"{W}pPr/{W}numPr")
            if num is not None:
                list_ = list_ or value(num.find(f"{W}numId"))
                level = level or value(num.find(f"{W}ilvl"))
        return list_, level

    def level_of(self, properties: etree._Element | None) -> int | None:
        """Outline level of a paragraph from 1: its own, else its style's."""
        if properties is None:
            return None
        own = properties.find(f"{W}outlineLvl")
        found = value(own) if own is not None else ""
        for element in self._chain(value(properties.find(f"{W}pStyle"))):
            if found:
                break
            m = _HEADING.search(value(element.find(f"{W}name")))
            found = str(int(m[1]) - 1) if m else value(element.find(f"{W}pPr/{W}outlineLvl"))
        return int(found) + 1 if found.isdigit() and int(found) < 9 else None

    def is_contents(self, properties: etree._Element | None) -> bool:
        """Whether a paragraph is a line of a table of contents that Word made."""
        if properties is None:
            return False
        style = self.elements.get(value(properties.find(f"{W}pStyle")))
        return style is not None and bool(_CONTENTS.match(value(style.find(f"{W}name"))))

    def is_centred(self, properties: etree._Element | None) -> bool:
        """Whether a paragraph is set in the middle, by itself or its style."""
        if properties is None:
            return False
        own = properties.find(f"{W}jc")
        if own is not None:
            return value(own) == "center"
        style = value(properties.find(f"{W}pStyle"))
        marks = (e.find(f"{W}pPr/{W}jc") for e in self._chain(style))
        return next((value(m) for m in marks if m is not None), "") == "center"

    def _chain(self, style: str) -> Iterator[etree._Element]:
        at = style or self.default
        for _ in range(_DEEPEST):
            element = self.elements.get(at)
            if element is None:
                return
            yield element
            at = value(element.find(f"{W}basedOn"))


def value(element: etree._Element | None) -> str:
    """The w:val of an element; empty for none."""
    return element.get(f"{W}val", "") if element is not None else ""


def integer(text: str, default: int) -> int:
    """A number as Word writes it, else the default."""
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 10 else default
