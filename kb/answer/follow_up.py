"""What a later question of a conversation leaves out, taken from the questions before it.

A conversation is folded from its beginning, so that 那二级呢 after 那青岛呢 still knows what was asked first. Another
place, year, grade or thing takes the place of the earlier one; a bare 罚多少 keeps the thing; 它 and 该办法 are the act
named before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.search.places import Gazetteer

_LEADS = re.compile(r"^(?:那么?|然后|还有|另外|再问|请问|如果是?|要是|换成|改成|换到|放在|在)+[，,]?")
_ENDS = re.compile(r"(?:的话|又|的)?(?:呢|怎么样|如何)?[？?。\s]*$")
_SHORT = 16  # characters; a longer question with a topic of its own stands alone
_GRADE = re.compile(r"[一二三四五]级")
_YEAR = re.compile(r"(?:19|20)\d\d年?|今年|去年|前年|上年")
# How the question ends that asks: what stands before is the thing it is asked of.
_ASKS = re.compile(
    r"(?:应当?|可以|要|会|能|该|到底)?(?:由|归|是|找|让)?(?:谁|哪(?:个|些|家|一)?(?:级|部门|单位|机关|机构|局)|什么部门|何部门).*$"
    r"|(?:最[高多低少])?(?:会|要|能|该|怎么|如何|怎样)?(?:罚款?|处罚)(?:多少|几).*$|(?:怎么|如何|怎样)(?:处罚|罚|处理|办).*$|归谁.*$|怎么办.*$"
    r"|(?:的?(?:期限|时限|标准|条件|职责|依据|要求|规定|程序|有效期))?(?:是|为|有|达到?|完成|增长|下降|提高)?了?(?:多少|多久|多长|几|哪些|什么|怎么规定).*$"
    r"|(?:现在)?(?:还|是否)?(?:现行)?有效吗.*$|(?:增长|下降)(?:了)?$"
)
# A noun for what is asked, with the question it stands for.
_NOUNS = (
    ("罚款", "罚多少"), ("处罚", "怎么处罚"), ("罚则", "怎么处罚"), ("期限", "期限是多久"), ("时限", "时限是多久"), ("牵头单位", "由谁牵头"),
    ("责任单位", "由谁负责"), ("主管部门", "由哪个部门主管"), ("执法", "由谁处罚"), ("监督", "由谁监督"), ("标准", "有什么标准"), ("条件", "有什么条件"),
)  # fmt: skip
_IT = re.compile(
    r"^(?:它|他们|其)(?=[^\u4e00-\u9fff]|的|是|有|还|由|归|对|在|什么|怎|何|第|里|中|管|能|要)|(?:该|这个|这部|这份|上述|这|此)(?:办法|条例|规定|文件|法|标准|方案|细则|通知)"
)
_ACT = re.compile(
    r"《[^《》]{2,60}》|[\u4e00-\u9fff]{2,24}?(?:条例|办法|细则|标准|方案|(?<=[\u4e00-\u9fff]{2})法)(?=[^\u4e00-\u9fff]|的|第|对|中|里|还|现|是|有|何|什么|规定|$)"
)
# 不登记罚多少, 可以延长多久: a deed without what it is done to.
_DEED = re.compile(r"(?:不|没有?|未|可以|能不能|能|还要?|逾期|投诉|举报)[\u4e00-\u9fff]{0,6}$")
_LABEL = re.compile(r"第[零〇一二三四五六七八九十百千\d]+条")
_TARGET = re.compile(r"((?:19|20)\d\d年)的?(目标|预期目标|实际|计划)")
_BARE = 8  # characters of a question that asks and names nothing


def resolve_follow_up(text: str, history: Sequence[str], gazetteer: Gazetteer | None = None) -> str:
    """The question with what it leaves out taken from those before; as it is where it leaves out nothing."""
    earlier = ""
    for said in (*history, text):
        earlier = _lean(said.strip(), earlier, gazetteer) if earlier else said.strip()
    return earlier if history else text


def _lean(text: str, earlier: str, gazetteer: Gazetteer | None) -> str:
    """One question in the light of the one before it."""
    pronoun = _IT.search(text)
    if pronoun is not None:
        act = _ACT.search(earlier)
        if act is not None:
            return f"{text[: pronoun.start()]}{act.group()}{text[pronoun.end() :]}"
    rest = _ENDS.sub("", _LEADS.sub("", text))
    leads = _LEADS.match(text) is not None or re.search(r"呢[？?]?$", text) is not None
    asks = _ASKS.search(rest)
    deed = len(rest) <= _BARE and asks is not None and _DEED.fullmatch(rest[: asks.start()]) is not None
    bare = deed or (len(rest) <= _BARE and _ASKS.match(rest) is not None)
    if (
        not rest
        or len(text) > _SHORT
        or not (leads or bare or pronoun or _is_place(rest, gazetteer) or _YEAR.fullmatch(rest))
    ):
        return text
    return _replace(rest, earlier, gazetteer) or _recast(rest, earlier)


def _replace(rest: str, earlier: str, gazetteer: Gazetteer | None) -> str | None:
    """The earlier question with another grade, year or place in it; None where the rest is none of these."""
    grade = re.fullmatch(r"([一二三四五]级)(?:道路)?", rest)
    if grade and _GRADE.search(earlier):
        return _GRADE.sub(grade[1], earlier, count=1)
    if _LABEL.fullmatch(rest) and _LABEL.search(earlier):
        return _LABEL.sub(rest, earlier, count=1)
    target = _TARGET.fullmatch(rest)
    asks = _ASKS.search(earlier)
    if target is not None and asks is not None and _YEAR.search(earlier):
        return f"{_YEAR.sub(target[1], earlier[: asks.start()], count=1)}{target[2]}是多少？"
    year = _YEAR.fullmatch(rest)
    if year is not None:
        said = rest if rest.endswith("年") else f"{rest}年"
        return _YEAR.sub(said, earlier, count=1) if _YEAR.search(earlier) else f"{said}{earlier}"
    if gazetteer is not None and _is_place(rest, gazetteer):
        known = gazetteer.pattern.search(earlier)
        if known is None:
            return f"{rest}{earlier}"
        suffix = re.match(r"[省市县区州盟旗]", earlier[known.end() :])
        end = known.end() + (1 if suffix and known.group()[-1] not in "省市县区州盟旗" else 0)
        return f"{earlier[: known.start()]}{rest}{earlier[end:]}"
    return None


def _is_place(text: str, gazetteer: Gazetteer | None) -> bool:
    if gazetteer is None:
        return False
    bare = re.sub(r"(?<=..)(?:省|市|区|县)$", "", text)
    return gazetteer.pattern.fullmatch(text) is not None or gazetteer.pattern.fullmatch(bare) is not None


def _recast(rest: str, earlier: str) -> str:
    """Another question about the same thing, or the same question about another thing."""
    asks = _ASKS.search(earlier)
    thing = earlier[: asks.start()].rstrip("，,的 ") if asks else earlier.rstrip("？?。")
    noun = next((question for word, question in _NOUNS if rest in (word, f"{word}是")), None)
    if noun is not None and thing:
        return f"{thing}{noun}？"
    if asks is None or _ASKS.search(rest) or not thing:
        return f"{thing or earlier.rstrip('？?。')}，{rest}？"
    # Another thing: place and year of the earlier question still hold.
    kept = re.match(
        r"(?:[\u4e00-\u9fff]{2,8}?(?:省|市|县|区))?(?:(?:19|20)\d\d年)?(?:[\u4e00-\u9fff]{2,8}?(?:省|市|县|区))?", thing
    )
    lead = kept.group() if kept and not rest.startswith(kept.group() or "\0") else ""
    return f"{lead}{rest}{asks.group()}"
