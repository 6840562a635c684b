"""Where one text holds another: annexed texts behind a cover notice, annexes, sections with customary names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.marks import Mark
from ingest.outline_lines import Line
from ingest.outline_titles import clean_title

_TYPE = re.compile(
    r"(?:办法|条例|规定|细则|方案|意见|规则|计划|规划|纲要|章程|制度|标准|目录|清单|措施|要点|规程|准则|决定|政策|指南|预案|规范|分工|"
    r"任务|安排|名单|分解表|一览表|汇总表|职责|报告|请示|倡议书|守则|公约)(?:[（(][^）)]{1,20}[）)])*$"
)
_DATE_LINE = re.compile(
    r"[\s　（(]*(?:[\u4e00-\u9fff]{0,20}[\s　]+)?(?:\d{4}|[二一〇○零ＯO三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十廿]{1,3}日[\s　）)]*"
)
_CLOSING = re.compile(r"[\s　]*(?:注[：:]|抄送|主题词|[（(]此件|[（(]本文有删减|信息公开选项|联系人|附件[：:]?\s*$)")
_CITED = re.compile(r"《([^《》\n]{4,80}(?:[《〈][^《》〈〉\n]{2,40}[》〉][^《》\n]{0,30})?)》")
_SECTION = re.compile(
    r"(?:(?:部门|单位|主要|工作|岗位|法定|机关|中心)?(?:职责|职能|简介|概况)|(?:部门|单位|中心|机关)?领导(?:成员|班子|简介)?|"
    r"机构设置(?:及职能|情况)?|内设机构(?:及(?:其)?(?:主要)?(?:职责|职能))?|人员编制|编制和领导职数|负责人|直属(?:单位|机构)|"
    r"研究(?:人员|领域)|获奖情况|职能转变|职责分工|职责调整|其他事项)[：:]?"
)
_HEAD = 3  # lines in which the document's own title stands


@dataclass(frozen=True, slots=True)
class Titles:
    """附文标题: index of a line → the annexed text's title, its end, and how many lines it takes."""

    documents: dict[int, tuple[str, int, int]] = field(default_factory=dict)


def find_titles(text: str, lines: Sequence[Line]) -> Titles:
    """Titles of annexed texts: named by the cover notice, or alone on a line where the notice has ended."""
    head = _plain("".join(text[x.start : x.end] for x in lines[:_HEAD]))
    cover = text[: lines[min(len(lines) - 1, 14)].end] if lines else ""
    cited = {_plain(m[1]) for m in _CITED.finditer(cover)}
    found: dict[int, tuple[str, int, int]] = {}
    taken: set[str] = set()
    started = False  # a text that has begun its own numbering is no cover notice
    for n, line in enumerate(lines):
        if line.mark is not None:
            started = started or line.mark.kind in ("article", "chapter")
            continue
        if n < _HEAD or (started and not found):
            continue
        for count in (1, 2):
            title = _title(text, lines, n, count)
            plain = _plain(title)
            if title and plain not in taken and _begins(text, lines, n, count, plain, cited, head):
                found[n] = (title, lines[n + count - 1].end, count)
                taken.add(plain)
                break
    return Titles(found)


def _title(text: str, lines: Sequence[Line], n: int, count: int) -> str:
    """The words of ``count`` lines from n as a title; empty where they are none."""
    run = lines[n : n + count]
    if len(run) < count or any(x.mark is not None for x in run):
        return ""
    title = clean_title("".join(text[x.start : x.end].strip() for x in run))
    if not 4 <= len(title) <= 90 or re.search(r"[。；，：:、]$|。", title) or not _TYPE.search(title):
        return ""
    return title


def _begins(text: str, lines: Sequence[Line], n: int, count: int, plain: str, cited: set[str], head: str) -> bool:
    """Named in 《》 by the cover, or part of the main title; else alone behind the signature's date."""
    previous = text[lines[n - 1].start : lines[n - 1].end]
    ended = bool(_DATE_LINE.fullmatch(previous) or _CLOSING.match(previous))
    if count == 1 and n + 1 < len(lines) and plain not in cited and not ended:
        return False
    if plain in cited:
        return True
    if count == 2 and not ended:
        return False
    inner = plain.removeprefix("关于").replace("的", "")
    named = len(inner) >= 6 and inner in head.replace("的", "")
    return ended and (named or count == 1 or lines[n].centred)


def annex_title(text: str, lines: Sequence[Line], n: int, mark: Mark) -> tuple[str, int, int]:
    """Words, end and number of lines of an annex's heading; its name often stands on the next line."""
    rest = clean_title(text[mark.after : lines[n].end])
    if rest:
        return rest, lines[n].end, 1
    if n + 1 < len(lines) and lines[n + 1].mark is None:
        title = clean_title(text[lines[n + 1].start : lines[n + 1].end])
        if 2 <= len(title) <= 60 and not re.search(r"[。；，：:、]$", title):
            both = _title(text, lines, n + 1, 2) if len(title) >= 10 and not _TYPE.search(title) else ""
            return (both, lines[n + 2].end, 3) if both else (title, lines[n + 1].end, 2)
    return "", lines[n].end, 1


def is_annex_list(text: str, lines: Sequence[Line], n: int, mark: Mark) -> bool:
    """附件：1.… under a notice names the annexes; 附件 alone at the end of a notice opens that list too."""
    rest = text[mark.after : lines[n].end].strip()
    if len(rest) > 60 or re.match(r"[\d一二三四五六七八九十]+[．.、]", rest) or re.search(r"[，。；]", rest):
        return True
    ahead = lines[n + 1 : n + 9]
    for x in ahead:
        if x.mark is not None and x.mark.kind == "annex":
            return x.mark.number in (0, 1) or x.mark.number == mark.number
        if _DATE_LINE.fullmatch(text[x.start : x.end]):
            return True
    return False


def is_section_name(line: str, *, statute: bool) -> bool:
    """Whether a line is a customary section name (主要职责, 内设机构) of a text without articles."""
    return not statute and _SECTION.fullmatch(line) is not None


def _plain(words: str) -> str:
    return re.sub(r"[\s　“”\"'‘’《》〈〉（）()\[\]〔〕—–\-、，,·]", "", words)
