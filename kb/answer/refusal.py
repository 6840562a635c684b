"""When not to answer: typed refusals decided by what is asked, before and after the search."""

from __future__ import annotations

import re

from kb.answer.draft import Draft, Question, Statement
from kb.records import Hit, Reason
from kb.text import normalise

_TITLE = 60  # characters of a title shown
# What is named between 《》 is a document one can look up: 《中国发展研究奖》 is a thing that documents speak of.
_DOCUMENT = re.compile(
    r"(?:法|法典|条例|办法|规定|细则|规则|决定|意见|通知|通告|公告|公报|方案|规划|纲要|标准|规范|解释|报告|章程|公约|令|批复|函|清单|目录|纪要|手册|指南|指引)(?:[（(].*)?$"
)
_STOP = re.compile(
    r"(去年|今年|明年|前年|上年|同期|多少|几个?|百分点|增长|下降|提高|减少|增加|变化|了|的|是|吗|呢|怎么样|如何|什么|哪里|这|那|它|一共|总共|[？?，。,.!！\s])"
)


_NEAR = 6  # passages in which a document named is looked for


def refuse_by_words(question: Question) -> Draft | None:
    """A refusal that the question's own words decide; None to go on."""
    plain = normalise(question.full)
    if not _STOP.sub("", plain):
        return refusal(
            question, "ambiguous", "请补充要问的地区、年份和指标或事项，例如“云泽市2020年拆除违法建设面积是多少”。"
        )
    return None


def refuse_missing_title(question: Question, hits: tuple[Hit, ...]) -> Draft | None:
    """A refusal when every document named is absent from the library."""
    texts = [normalise(f"{h.title}{h.text}") for h in hits[:_NEAR]]
    lacking = [t for t in question.lacking if _DOCUMENT.search(t) and not any(normalise(t) in text for text in texts)]
    if not lacking or question.documents:
        return None
    names = "、".join(f"《{t}》" for t in lacking)
    return refusal(question, "no-evidence", f"资料库中没有{names}，无法据以回答。", hits)


def refusal(question: Question, reason: Reason, text: str, hits: tuple[Hit, ...] = ()) -> Draft:
    """An abstention that says what is missing and names the nearest documents without quoting them as evidence."""
    near = tuple(dict.fromkeys(h.title.strip("《》") for h in hits))[:3]
    names = "、".join(f"《{t[:_TITLE]}{'…' if len(t) > _TITLE else ''}》" for t in near)
    offer = f"可参阅相近资料：{names}。" if near else ""
    lead = "" if reason == "ambiguous" else "现有资料未能回答这个问题："
    return Draft(
        kind=question.kind,
        status="abstained",
        reason=reason,
        statements=(Statement(lead + text + offer),),
        confidence=1.0,
    )
