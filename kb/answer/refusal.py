"""When not to answer: typed refusals decided by what is asked, before and after the search."""

from __future__ import annotations

import re

from kb.answer.draft import Draft, Question, Statement
from kb.records import Hit, Reason
from kb.text import normalise

# What no document of this kind can answer, each with the reason shown to the user.
_OUT_OF_SCOPE: tuple[tuple[str, str], ...] = (
    # 个人追责: a knowledge base of duties never names a person to blame
    (r"(哪(位|个|几位)|谁).{0,10}(领导|省长|市长|县长|区长|书记|局长|主任|干部).{0,14}(负责|失职|责任|追责|问责)|应?由哪位.{0,12}(负责|领导)|(责任人|当事人).{0,8}(受到|受了|得到).{0,6}(处分|处罚|判)", "个人责任的认定须由有权机关作出，资料库不对个人追责作判断"),
    # 因果: figures stand side by side, causes are not in them
    (r"(拖累|拉动|贡献).{0,30}(几个?|多少)(个)?百分点|(主要)?(是|由)?哪(几)?(个|些)项目.{0,12}(造成|导致|引起)|(提升|提高|改善|降低)了?.{2,14}(吗|么)[？?]?$|为什么.{0,40}(写成|不一样|不一致|却写)", "资料只列出数据和做法，没有给出这一因果关系的依据"),
    # 预测: no document states what has not been decided
    (r"(?<![监委员大协学议机社])会(定|达到?|涨到?|降到?|增长到?)(多少|到多少|百分之)|将会.{0,8}(多少|怎样|如何)|(预计|可能)会.{0,6}(多少|怎样|如何)|会定多少", "这是对尚未公布事项的预测，资料库只回答已有文件写明的内容"),
    # 实时信息
    (r"(明天|今天|后天|本周|现在|实时).{0,16}(气温|天气|下雨|路况|限行|股|汇率|温度)", "这是实时信息，不在公文资料范围内"),
)  # fmt: skip
_TITLE = 60  # characters of a title shown
_RULES = tuple((re.compile(pattern), why) for pattern, why in _OUT_OF_SCOPE)
# What is named between 《》 is a document one can look up: 《中国发展研究奖》 is a thing that documents speak of.
_DOCUMENT = re.compile(
    r"(?:法|法典|条例|办法|规定|细则|规则|决定|意见|通知|通告|公告|公报|方案|规划|纲要|标准|规范|解释|报告|章程|公约|令|批复|函|清单|目录|纪要|手册|指南|指引)(?:[（(].*)?$"
)
_STOP = re.compile(
    r"(去年|今年|明年|前年|上年|同期|多少|几个?|百分点|增长|下降|提高|减少|增加|变化|了|的|是|吗|呢|怎么样|如何|什么|哪里|这|那|它|一共|总共|[？?，。,.!！\s])"
)


_TELEPHONE = re.compile(r"(?:找谁|打|拨).{0,6}(?:电话|热线)|电话(?:号码)?(?:是|为)?多少|(?:联系|咨询|举报|投诉)电话")
_NUMBER = re.compile(r"(?<!\d)(?:0\d{2,3}[-—－ ]?\d{7,8}|1\d{10}|[1-9]\d{6,7}|12\d{3}|9\d{4})(?!\d)")


def refuse_telephone(question: Question, hits: tuple[Hit, ...]) -> Draft | None:
    """A refusal where a telephone is asked for and no passage found gives one."""
    if not _TELEPHONE.search(normalise(question.full)) or any(_NUMBER.search(normalise(h.text)) for h in hits[:_NEAR]):
        return None
    return refusal(question, "out-of-scope", "资料未收录联系电话，请查询主管部门公开的联系方式。", hits)


_NEAR = 6  # passages in which a telephone, or a document named, is looked for


def refuse_by_words(question: Question) -> Draft | None:
    """A refusal that the question's own words decide; None to go on."""
    plain = normalise(question.full)
    for cue, why in _RULES:
        if cue.search(plain):
            return refusal(question, "out-of-scope", f"{why}。")
    if not _STOP.sub("", plain):
        return refusal(
            question, "ambiguous", "请补充要问的地区、年份和指标或事项，例如“云泽市2020年拆除违法建设面积是多少”。"
        )
    if question.kind == "figure" and question.years and min(question.years) > question.as_of.year:
        return refusal(question, "no-evidence", f"{min(question.years)}年尚未到来，资料中没有这一年的数据。")
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
