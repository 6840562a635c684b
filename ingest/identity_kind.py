"""Genre, level of authority and place of a document, from its own title, issuer, number and shelf."""

from __future__ import annotations

import re

_GENRES = (
    ("三定", r"职能配置.{0,4}内设机构|主要职责.{0,8}内设机构|三定(?:方案|规定)"),
    ("司法解释", r"解释$"),
    ("纪要", r"纪要$"),
    ("台账", r"(?:台账|分解表)$"),
    ("清单", r"清单$"),
    ("手册", r"手册$"),
    ("报告", r"报告$|总结$"),
    ("条例", r"条例$"),
    ("细则", r"细则$"),
    ("办法", r"办法$"),
    ("规定", r"规定$"),
    ("规则", r"规则$"),
    ("通知", r"通知$"),
    ("通报", r"通报$"),
    ("公告", r"(?:公告|通告)$"),
    ("决定", r"决[定议]$"),
    ("意见", r"意见$"),
    ("方案", r"方案$"),
    ("规划", r"(?:规划|纲要|计划|要点)$"),
    ("标准", r"(?:标准|规范|导则)$"),
    ("批复", r"(?:批复|复函|函|答复)$"),
    ("法律", r"(?:法|法典|宪法|修正案)$"),
)
_GENRE = tuple((name, re.compile(pattern)) for name, pattern in _GENRES)
_PROVINCES = (
    "北京市", "天津市", "上海市", "重庆市", "河北省", "山西省", "辽宁省", "吉林省", "黑龙江省", "江苏省", "浙江省", "安徽省", "福建省",
    "江西省", "山东省", "河南省", "湖北省", "湖南省", "广东省", "海南省", "四川省", "贵州省", "云南省", "陕西省", "甘肃省", "青海省",
    "台湾省", "内蒙古自治区", "广西壮族自治区", "西藏自治区", "宁夏回族自治区", "新疆维吾尔自治区",
)  # fmt: skip
_SHORT = {re.sub(r"(?:市|省|(?:壮族|回族|维吾尔)?自治区)$", "", p): p for p in _PROVINCES}
# 云泽市, 海拉尔区, 阿坝州: a place name at the start; 技术市场, 风景名胜区, 苏州河 are none
_UNIT = r"(?:自治州|自治县|市(?!场)|州(?=人民|政|委|市)|盟|县|新区|(?<!新)区(?!域)|旗)"
_PLACE = re.compile(rf"(?P<place>(?:[\u4e00-\u9fff]{{2,6}}?(?:省|自治区))?(?:[\u4e00-\u9fff]{{2,10}}?{_UNIT})?)")
_NO_PLACE = re.compile(
    r"(?:城市|小区|社区|园区|地区|辖区|街区|景区|本市|全市|设区|直辖|市|区|县|各|保护区|开发区|自治|农村|乡|镇|国家|中华|行政|民族|经济|工业|禁|建制|特区)"
)
_NOT_IN_PLACE = re.compile(
    # 聊城市, 盐城市 are cities; 加强城市 and 上海城市 are none
    r"[的和与及管理办实施在对为等、]|关于|国务院|人民|政府|(?<!^[聊盐运晋项海增诸邹禹兴韩应丰凤桐宣麻肥白永])城市|地区|社区|小区|园区|市区|城区$|促进|推进|授予|风景|名胜|风貌|保税|涵养|勘查|产区|开发|特区|"
    r"人力|劳动|人才|技术|建筑|体育|交易|文化|进一步|完善|加强|做好|推动|建设|统筹|开展|切实|全市|全区|全县|调整|强化"
)
_STATE = re.compile(
    r"^(?:中华人民共和国|国务院|全国|最高人民|中共中央|中央|国家[^\u4e00-\u9fff]?|[\u4e00-\u9fff]{2,12}(?:部|总局|(?<!人民代表大会常务)委员会|署|总署)$)"
)
_CATEGORY = (
    ("司法解释", r"司法解释"),
    ("行政法规", r"行政法规"),
    ("部门规章", r"部门规章|国务院部门"),
    ("地方政府规章", r"地方政府规章|政府规章"),
    ("地方性法规", r"地方性?法规|自治条例|单行条例|经济特区法规"),
    ("法律", r"^法律|宪法|民法|刑法|行政法$|经济法|社会法|商法|诉讼|民商法"),
)


def find_genre(title: str) -> str | None:
    """What kind of text a title names; None where it names none."""
    plain = re.sub(r"\s", "", title).replace("(", "（").replace(")", "）")
    plain = re.sub(r"(?:（[^（）]{1,20}）)+$", "", plain)  # （暂行）, （2020年版）
    return next((name for name, pattern in _GENRE if pattern.search(plain)), None)


def find_level(category: str, document: str, title: str, issuer: str | None, number: str | None) -> str | None:
    """效力级别: the shelf the source names, else what issuer and form allow; None where neither tells."""
    for name, pattern in _CATEGORY:
        if category and re.search(pattern, category):
            return name
    issuer, number = issuer or "", number or ""
    statute = bool(re.search(r"(?:条例|办法|规定|细则|规则|法)(?:（[^）]+）)?$", title))
    if re.match(r"最高人民(?:法院|检察院)", issuer) and re.search(r"解释|规定|批复|规则|决定|办法|意见", title):
        return "司法解释"
    if issuer.startswith("全国人民代表大会"):
        # The front matter of a national law before a local one: the title knows better.
        return "地方性法规" if re.search(r"条例$", title) and place_of(title) else "法律"
    if "人民代表大会" in issuer and find_genre(title) != "报告":
        return "地方性法规"
    if "令" in number and statute:
        if "国务院" in number:
            return "行政法规"
        return "地方政府规章" if "人民政府" in issuer else "部门规章"
    for shelf, name in (
        ("/行政法规/", "行政法规"),
        ("/司法解释/", "司法解释"),
        ("/部门规章/", "部门规章"),
        ("/法律/", "法律"),
    ):
        if shelf in f"/{document}":
            return name
    if re.search(r"(?:^|/)laws/local/", document):
        return "地方性法规"
    if re.search(r"工作报告|情况报告|总结|讲话|简介|专栏$", title):
        return "参考资料"
    if number or re.search(r"(?:通知|意见|方案|公告|通告|批复|决定|办法|规定|细则)(?:（[^）]+）)?$", title):
        return "规范性文件"
    return None


def find_place(document: str, title: str, issuer: str | None) -> str | None:
    """适用地域: the issuer's or title's own place name, then the shelf's; 全国 for organs of the state."""
    for words in (title, issuer or ""):
        place = place_of(words)
        if place:
            return place
    if issuer and _STATE.match(issuer):
        return "全国"
    for part in document.split("/")[:-1]:
        if part in _SHORT:
            return _SHORT[part]
        if part in ("national", "全国", "国家"):
            return "全国"
    if _STATE.match(title):
        return "全国"
    return None


def place_of(words: str) -> str | None:
    """The place name that opens a title or an issuer, or None."""
    plain = re.sub(r"^(?:\d{4}年|关于|中共)", "", words)
    for short, full in _SHORT.items():
        if plain.startswith(full):
            rest = _inner(plain[len(full) :])
            return full + rest if rest else full
        if plain.startswith(short) and re.match(r"政府|人民政府|市委|省委", plain[len(short) :]):
            return full
    return _inner(plain) or None


def _inner(words: str) -> str:
    if _NO_PLACE.match(words):
        return ""
    m = _PLACE.match(words)
    found = m["place"] if m else ""
    return "" if _NOT_IN_PLACE.search(found) else found
