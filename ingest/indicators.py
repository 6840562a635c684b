"""What a number in a report measures: the noun phrase before it, after it, or shared by a list before 分别."""

from __future__ import annotations

import re

RISE = r"增长|提高|上升|增加|上涨|增幅|增速|扩大|新增|提升|回升"
FALL = r"下降|降低|减少|回落|缩小|压减|负增长|收窄"
LEVEL = r"达到了|完成|实现|(?<!行)为|是|超过|突破|控制在|控制到|降至|降到|升至|增至|增加到|提高到|提高至|提升到|提升至|下降到|下降为|减少到|压缩至|压缩到|压减至|压减到|缩短至|缩短到|迈上|保持在|稳定在|占(?!比)|有"
BEFORE = r"(?<![签预节])约为?|近|超过|超|突破|预计|不低于|不超过|大约|接近|至少|逾|力争|(?<!高)达到?"
_TAIL_WORDS = re.compile(
    rf"(?:{LEVEL}|(?<![签预节])约|力争|{RISE}|{FALL}|按可比口径|按可比价格|同比|比上年同期|比上年|较上年|比去年|[比较](?:19|20)\d\d年底?|[比较]?前?五年|年均|平均|名义|高达|幅度|只|仅|净|分别|累计|预计|实际|共|已|全年|了|到|至|的(?:预期)?目标|的|再|又|将|也|均|(?:19|20)\d\d年|拟按|每年|转|继续保持|保持|稳定|由|从|上年|去年)+$"
)
_HEAD_WORDS = re.compile(
    r"^(?:其中|全年|预计|初步统计|据初步统计|初步核算|累计|今年|去年|一年来|五年来|近五年来?|(?:过去)?五年累计|本届政府(?:以来)?|全省|全市|全区|全国|全州|全县|我省|我市|我国|我们|(?:主要|奋斗|预期)*目标[是为]|计划(?=达到|完成|新增)|达到|[“\"]?十[一二三四五]五[”\"]?(?:时期|期间|以来)|实现|完成|使|推动|和(?![谐平田])|及(?!时)|并|共有(?!产权|人)|现有|共(?![建同享有])|上半年|下半年|前[一二三]季度|[一二三四]季度|\d{1,2}(?:月)?[—～~\-–至]\d{1,2}月(?:份)?|[\s　]|确保|力争|努力|年末|年底|同时|截至(?:目前)?|目前)+"
)
_RESPECTIVELY = re.compile(r"(?P<names>[^，。；]{2,60}?)分别(?P<verb>[^\d，。；]{0,12})$")


def find_respective(lead: str) -> tuple[str, ...]:
    """城镇居民、农村居民人均可支配收入分别增长 → one indicator for each of the list."""
    m = _RESPECTIVELY.search(lead)
    if m is None:
        return ()
    verb = _shared_verb(m["verb"])
    names = _HEAD_WORDS.sub("", m["names"])
    if re.match(r"城乡", names):
        rest = names[2:]
        rest = rest if rest.startswith("居民") else "居民" + rest
        return (f"城镇{rest}{verb}", f"农村{rest}{verb}")
    parts = _AND.split(names)
    if len(parts) < 2:
        return ()
    spent = _SPENT.match(names)
    if spent:
        return tuple(f"{spent['head']}{part}{spent['tail']}{verb}" for part in _AND.split(spent["list"]))
    tail = re.search(
        r"(?:居民)?(?:人均|可支配|收入|增加值|失业率|价格|产值|总量|产量|销量|覆盖率|普及率|占比|比重|比例|吞吐量|发病率|立案数|用量|规模)[^、和]*$",
        parts[-1],
    )
    full = []
    for part in parts[:-1]:
        shared = (
            tail.group()
            if tail and not re.search(r"收入|增加值|率|价格|涨幅|产值|量|额|投资|数|比$|[人户家]次?$", part)
            else ""
        )
        shared = shared.removeprefix("居民") if part.endswith("居民") else shared
        full.append(f"{part}{shared}{verb}")
    return (*full, f"{parts[-1]}{verb}")


# 中央财政用于科技、教育和文化事业的支出
_SPENT = re.compile(r"(?P<head>.{2,12}?用于)(?P<list>.+?)(?:事业|领域|方面)?(?P<tail>的[^的、]{2,6})$")
# A list of indicators; 普及率 and 研究与试验 are not cut.
_AND = re.compile(r"、|和(?!谐)|及(?!率|其|时)|(?<!研究)与")
_MEASURED_BY = re.compile(r"(?:高于|低于|快于|好于|优于)[^\d，。；]{0,8}|完成(?:全?年)?(?:度)?计划的?")
# Units that count things: the thing may stand behind the number.
COUNTERS = frozenset(
    [
        "个",
        "家",
        "座",
        "条",
        "项",
        "处",
        "件",
        "名",
        "所",
        "户",
        "台",
        "场",
        "辆",
        "架",
        "列",
        "艘",
        "人",
        "只",
        "间",
        "栋",
        "片",
        "支",
        "部",
        "份",
        "张",
        "套",
        "宗",
        "起",
        "批",
        "期",
        "届",
        "门",
        "本",
        "篇",
        "块",
        "幅",
        "种",
        "对",
        "队",
    ]
)
_BEHIND = re.compile(
    r"(?:以上|左右|多|余)?(?!用于|支持|以上|左右|资金用于)(?P<what>[一-龥A-Za-z“”·（）]{2,18}?)(?=[，。；、\d]|$|和\d|成功|获评|获批|加快|实现|开始|开工|竣工|完成|建成|投产|投入|投用|全部|全面|被|已|基本|参加|进入|跻身|位列|顺利|正式|陆续|如期|入选|参会|通过|达到)"
)
_LEADS_ON = re.compile(r"(?:等|和|及|有|了|的|共|在|对|以|将|解决|改善|完善)$")
_MAKING = r"建成|新建|改建|扩建|改扩建|续建|建设|实施|推进|推动|培育|打造|组建|开展|启动|开工|布局|举办|整治|新增|改造|支持|引进|推出|创建|认定|出台|制定|修订|开通|谋划|储备|投入|发布|获批|获评|上线|办结|办理|处置|化解|创成|建立|设立|签约|落地|选派|筹措|遴选|招引|争创|提升|发展|扩大|组织|用好|统筹|安排|发行"
_MAKES = re.compile(rf"(?:^|.*?)(?:{_MAKING})了?$")
_ONLY_MAKES = re.compile(rf"(?:{_MAKING}|和|、|并|再|已)+了?$")  # 新建和改造提升


def find_behind(lead: str, behind: str, unit: str, before: str = "") -> str:
    """建成300个现代服务业项目, …等15处水利项目: the thing counted where it stands after its number; empty where it does not.

    ``before`` is the thing the number before counted: 19所高校115个学科.
    """
    own = re.split(r"[，,；;。：:、]", lead)[-1]
    made = _HEAD_WORDS.sub("", own)
    name = made if _ONLY_MAKES.fullmatch(made) else find_name(own)  # 新增 and 提升 make here, and do not rise
    makes = _MAKES.match(name) is not None
    if unit[-1:] not in COUNTERS and not (_ONLY_MAKES.match(name) and unit in _STUFF):
        return ""
    if before and own == before:
        name = ""
    if not (_LEADS_ON.search(own) or makes or len(name) < 2):
        return ""
    m = _BEHIND.match(behind)
    if m is None or m["what"] in ("以上", "左右", "以内", "之多", "以下"):
        return ""
    return (name.removeprefix("已").removesuffix("了") if makes else "") + m["what"]


# Amounts of a thing that may stand behind the number too: 发展4万亩林下经济
_STUFF = frozenset(
    ("亩", "万亩", "公里", "万公里", "平方公里", "千米", "公顷", "万公顷", "吨", "万吨", "亿元", "万元", "万亿元")
)
_YEARS_BEFORE = re.compile(r"(?:由|从)前[一二两三四五六七八九十]年.*$")
# 近三个月市中心城区共清理牛皮癣: when and where, then what
_TOTAL = re.compile(
    r"^(?:近[一二两三四五六七八九十\d]+个?月|截至[^，。]{2,8}).*?共(?![建享同和产青用有计])|^近[一二两三四五六七八九十\d]+个?月"
)
_VERBS = r"改造|建成|新建|整治|清理|拆除|新增|培育|建设|开工|治理|投放|发放"
_BARE_VERB = re.compile(rf"^(?:{_VERBS})$")
_LEADING_VERBS = re.compile(rf"^(?:{_VERBS})+")


def complete_verb(name: str, indicator: str) -> str:
    """累计改造14座 after 新增改造农贸市场5座: a bare verb takes the thing of the indicator before."""
    thing = _LEADING_VERBS.sub("", indicator)
    return name + thing if _BARE_VERB.match(name) and thing and thing != indicator else name


def find_recent(lead: str, recent: list[str], count: int) -> tuple[str, ...]:
    """接待游客…，游客花费…，分别增长14%和21%: the last indicators named, for a 分别 that names none itself."""
    m = _SHARED_ONLY.match(lead)
    if m is None or count < 2 or len(recent) < count:
        return ()
    return tuple(f"{name}{_shared_verb(m['verb'])}" for name in recent[-count:])


_SHARED_ONLY = re.compile(
    r"^(?:扣除价格因素|按可比价计算|同比|比上年|较上年|比\d{4}年|，|年均|实际)*分别(?P<verb>[^\d，。；]{0,16})$"
)


def _shared_verb(words: str) -> str:
    """增长, 高于全省, 完成年计划: what a shared verb adds to each indicator of its list."""
    measured = _MEASURED_BY.search(words)
    if measured:
        return measured.group().removesuffix("的")
    return next(iter(re.findall(rf"{RISE}|{FALL}", words)), "")


def find_name(lead: str) -> str:
    """The noun phrase before a number, without the words that only lead to it."""
    words = _YEARS_BEFORE.sub("", lead)
    words = _TOTAL.sub("", words, count=1)
    words = _TAIL_WORDS.sub("", words)
    words = _TAIL_WORDS.sub("", re.sub(r"[（(][^）)]*[)）]?$", "", words))
    words = _HEAD_WORDS.sub("", words)
    words = words.removesuffix("预计").strip('、 　“”"').removesuffix("和")
    words = f"“{words}" if "”" in words and "“" not in words else words
    if words in ("首批", "第二批", "新一批", "总量", "总规模", "规模", "总值", "增速", "增幅", "同比", "转"):
        return ""  # of the indicator before
    words = words.removeprefix("的")
    return words.removesuffix("及") if not words.endswith("普及") else words


def strip_change(name: str) -> str:
    """An indicator without its change: 地区生产总值增长 → 地区生产总值."""
    return re.sub(rf"(?:{RISE}|{FALL})$", "", name) or name
