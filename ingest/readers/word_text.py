"""The words of Word's paragraphs: tracked insertions kept, deletions gone, fields as shown, what is hidden left out."""

from __future__ import annotations

from lxml import etree

from ingest.readers.word_styles import W, value

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_GONE = {
    f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{W}delInstrText", f"{W}rPr", f"{W}pPr", f"{MC}Fallback",
    f"{W}sdtPr", f"{W}commentReference", f"{W}annotationRef", f"{W}rt", f"{W}txbxContent", f"{W}softHyphen",
}  # fmt: skip
# Boxes of Wingdings that forms have; other signs of such fonts have no character of their own.
_SYMBOLS = {"A8": "□", "6F": "□", "FE": "☑", "52": "☑", "FD": "☒", "53": "☒", "FC": "√"}


def text_of(paragraph: etree._Element) -> str:
    """The words of a paragraph as a reader sees them, without its text boxes; line breaks as ``\\n``."""
    out: list[str] = []
    stack = [iter(paragraph)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
            continue
        tag = element.tag
        if tag in _GONE or (tag == f"{W}r" and is_hidden(element)) or (tag == f"{W}sdt" and _is_prompt(element)):
            continue
        if tag in (f"{W}t", f"{_M}t"):
            out.append((element.text or "").replace("\n", " "))
        elif tag in (f"{W}tab", f"{W}ptab"):
            out.append("\t")
        elif tag in (f"{W}br", f"{W}cr"):
            out.append("\n" if element.get(f"{W}type") not in ("page", "column") else "")
        elif tag == f"{W}noBreakHyphen":
            out.append("-")
        elif tag == f"{W}sym":
            out.append(_SYMBOLS.get(element.get(f"{W}char", "")[-2:].upper(), ""))
        else:
            stack.append(iter(element))
    return "".join(out)


def is_hidden(run: etree._Element) -> bool:
    """Whether a run is marked as hidden text."""
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val", "1") not in ("0", "false")


def is_bold(paragraph: etree._Element) -> bool:
    """Whether every run of a paragraph is bold."""
    runs = [r for r in paragraph.findall(f"{W}r") if r.find(f"{W}t") is not None]
    return bool(runs) and all(
        (b := r.find(f"{W}rPr/{W}b")) is not None and b.get(f"{W}val", "1") not in ("0", "false") for r in runs
    )


def is_joined(paragraph: etree._Element) -> bool:
    """Whether the end of a paragraph is deleted or moved away, so that it runs on into the next."""
    marks = paragraph.find(f"{W}pPr/{W}rPr")
    return marks is not None and (marks.find(f"{W}del") is not None or marks.find(f"{W}moveFrom") is not None)


def _is_prompt(control: etree._Element) -> bool:
    """A content control that still shows its prompt (单击此处输入文字)."""
    return control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None and value(control.find(f"{W}sdtPr/{W}lock")) == ""
