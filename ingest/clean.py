"""Page furniture: front matter, web residue, page numbers; kept in the text, never indexed."""

from __future__ import annotations

import re

from ingest.damage import find_damage
from ingest.extract import Extract
from kb.records import Doubt, Span

# --- YAML … ---: what a collection says about a text is no part of the text
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)  # bounded: a thousand openings stay linear
_BUTTON = r"首页|[>＞]|[大中小]|阅读量[：:].*|分享[：:]|下载|打印|全屏|收藏|加大|还原|减小|】|【?字[号体][：:].{0,12}|【?打印(?:本页)?】?|【?关闭(?:窗口|本页)?】?|分享到?[：:]?.{0,8}|返回顶部|返回首页"
_TEASER = r"还剩\d+页未读.{0,8}|文本内容[：:]|.{0,4}【法宝引证码】.{0,40}|原文链接[：:].*|扫一扫.{0,16}|相关(?:报道|阅读|链接|文章)[：:]?|上一[篇页][：:].*|下一[篇页][：:].*|浏览次数[：:].*|点击(?:次数|量)[：:].*"
_FOOTER = r"责任编辑[：:].*|(?:当前位置|您的位置|您现在的位置)[：:].*|版权所有.*|主办单位[：:].{0,30}承办单位.*|.{0,8}ICP备.{0,20}|网站标识码.*|Public domain|false|\[\[Category:.*"
_SOURCE = r"来源\s?[：:].{0,30}|(?:发表|发布)?时间[：:]|(?:发布)?(?:时间|日期)[：:]\s*\d{4}[-年./]\d{1,2}[-月./]\d{1,2}日?.{0,12}"
# - 3 -, — 3 —, 第3页 共9页
_PAGE = r"[-—–－]{1,2}\s*\d{1,4}\s*[-—–－]{1,2}|第\s*\d{1,4}\s*页(?:[，,/\s]*共\s*\d{1,4}\s*页)?"
_RESIDUE = re.compile(rf"^[ \t　]*(?:{_BUTTON}|{_TEASER}|{_FOOTER}|{_SOURCE}|{_PAGE})[ \t　]*$", re.MULTILINE)


def find_furniture(extract: Extract) -> tuple[tuple[Span, ...], tuple[Doubt, ...]]:
    """Spans of page furniture, merged and in order, and what is damaged in the text around them."""
    text = extract.text
    spans = [(s.start, s.end) for s in extract.furniture]
    spans += [(b.start, b.end) for b in extract.blocks if b.kind == "furniture"]
    front = _FRONT_MATTER.match(text)
    if front is not None:
        spans.append((0, len(front[0].rstrip())))
    for pattern in (_COMMENT, _RESIDUE):
        spans += [m.span() for m in pattern.finditer(text)]
    furniture = _merge(spans)
    return furniture, find_damage(text, furniture)


def is_residue(line: str) -> bool:
    """Whether a line is web residue or a page number rather than a document's own words."""
    return _RESIDUE.fullmatch(line.strip()) is not None


def _merge(spans: list[tuple[int, int]]) -> tuple[Span, ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(s for s in spans if s[0] < s[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(Span(*s) for s in merged)
