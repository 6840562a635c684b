"""Tasks side by side: what a duty is about and what is done about it, so that two texts can be told to give one task."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from kb.records import Duty
from kb.text import normalise

# What is done, by its words; the last one of a phrase counts: 负责保洁质量的考核 is assessing. Order breaks ties.
_DEEDS: tuple[tuple[str, str], ...] = (
    ("punish", r"行政处罚|处罚|罚款|查处|责令|没收|吊销|行政强制|执法"),
    ("assess", r"考核|考评|评比|评价|评估|验收"),
    ("guide", r"业务指导|指导"),
    ("oversee", r"监督管理|监管|监督检查|监督|检查|督查|督促|督办|稽查"),
    ("approve", r"审批|批准|许可|核准|备案|审核|审查|核发|登记"),
    ("decide", r"(?:予以|负责|决定|裁定|指定|协调)?(?:确定|裁决|裁定|指定管辖)"),
    ("explain", r"解释"),
    ("plan", r"规划|编制|拟订|制定|制订|起草|草案|计划"),
    ("fund", r"经费|资金|财政保障|拨付|预算"),
    ("patrol", r"日常巡查|巡查|劝阻|劝导|发现"),
    ("report", r"报告|上报|移交|通报|反映"),
    ("demolish", r"拆除"),
    ("clean", r"清扫保洁|清扫|保洁|清除|清理|清运|清洗|打扫|消杀|收运"),
    ("build", r"建设|改造|新建|改建|扩建|施工|整治|治理"),
    ("maintain", r"维护|养护|维修|修复|管护|运行|运营"),
    ("publicise", r"宣传|教育|培训|公布|公示"),
    ("collect", r"采集|统计|调查|收集"),
)  # fmt: skip
_DEED = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _DEEDS))
# Deeds that a bare 负责 or 管理 does not claim: whoever cleans a lane does not thereby assess or punish.
_OF_THEIR_OWN = frozenset({"punish", "assess", "guide", "oversee", "approve", "decide", "explain", "plan", "fund"})
# Words of the role, which stand before the task and are not of it.
_ROLE_WORDS = re.compile(
    r"负责|牵头|主管|承担|组织实施|组织|实施|具体|做好|协助(?:[^，。；]{2,16}?(?:部门|机关|局|委))?|配合(?:[^，。；]{2,16}?(?:部门|机关|局|委))?|参与|"
    r"应当|依法|统一|归口|经[^，。；]{2,20}?(?=审|批|同意|核|备)|会同[^，。；]{2,20}?(?:部门|机关|局|委)|按照[^，。；]{0,12}分工|由[^，。；]{2,20}?(?=负责|承担|实施)|予以|进行|落实|开展|推进|加强"
)
_EMPTY = re.compile(
    r"(?:全市|本市|全区|本区|全省|本省|全县|本县|市区|中心城区|市中心城区|本?辖区内?|本?行政区域内?|所在地|各自|相关|有关|其他|日常|工作|事项|事务|任务|职责|责任|问题|活动|等|的)"
)
_DATE = re.compile(r"(?:自|于|从|至)?\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?底?(?:起|前|之前|以前|以后)?")
_MANAGING = re.compile(r"(?:(?<=..)(?:统一|综合|日常)?|^)管理$")
_WITHOUT = re.compile(
    r"(?:未|没有|没|无|尚未|不)(?:依法)?(?:实行|实施|聘请|选聘|委托|请)?[^，。；、]{0,2}物业(?:管理|服务)?"
)
_WITH = re.compile(
    r"(?:已经?|实行|实施|有|委托|选聘|请)[^，。；、]{0,2}物业(?:管理|服务)?|物业(?=(?:管理)?的?(?:居住|住宅)?小区)|住宅物业"
)
_MANAGER = re.compile(r"物业(?:服务|管理)?(?:企业|公司|单位|人)")  # a body that is only where there is 物业
_GRADES = re.compile(r"([一二三四五](?:级?(?:、|和|及|至|到)[一二三四五])*)级?(?:城市)?道路")
_SPLIT = re.compile(r"[，,。；;、：:]|以及|及|和|与|或者?|并")
_SMALLEST = 2  # characters of a part that can say what a task is about
_TELLING = 4  # characters of an item that can say alone what a task is about
_ALIKE = 0.66  # shared bigrams (Dice) from which two objects name one thing
_ALIKE_ITEM = 0.75  # and two items of longer lists
_IN_BRACKET = re.compile(r"[（(][^）)]*$")  # what stands before a body in a bracket is another body
_AHEAD = 80  # characters before the body in which its topic is looked for
_COMMON = 60  # parts with one bigram beyond which it no longer leads to candidates; keeps the search linear


@dataclass(frozen=True, slots=True)
class Task:
    """事项: the parts a duty is about, the deed, and what limits it."""

    parts: tuple[str, ...]  # everything it names
    items: tuple[str, ...]  # what its object names; what the action names where there is no object
    deed: str  # "" where the text only says 负责
    property_managed: bool | None  # 实行物业管理 or not; None where unsaid
    grades: frozenset[str]  # of roads; empty where unsaid


@lru_cache(maxsize=8_192)  # the duties of one question are asked for their task many times
def parse_task(duty: Duty) -> Task:
    """What a duty is about: its object and action, scope taken out and kept apart.

    A row's object is its task name alone; what follows the first ； is the standard it must meet.
    """
    obj = duty.object.split("；", 1)[0]
    action = "" if obj and duty.action.startswith(f"{obj}；") else duty.action
    task = _parse(action, obj, duty.scope.condition or "", duty.role)
    if task.property_managed is None and _MANAGER.match(duty.agency):
        task = replace(task, property_managed=True)
    if task.parts:
        return task
    # 小区的环境卫生，由X负责监督、Y负责指导: the topic stands once, before the first body.
    ahead = duty.basis.quote.partition(duty.agency)[0][-_AHEAD:].rpartition("。")[2]
    return _parse(duty.action, "" if _IN_BRACKET.search(ahead) else ahead, duty.scope.condition or "", duty.role)


@lru_cache(maxsize=20_000)  # about 20 MB; one question reads a few hundred
def _parse(action: str, obj: str, condition: str, role: str) -> Task:
    action, obj, condition = (normalise(x) for x in (action, obj, condition))
    whole = f"{condition}，{obj}，{action}"
    managed = False if _WITHOUT.search(whole) else True if _WITH.search(whole) else None
    grades = frozenset(g for m in _GRADES.finditer(whole) for g in _grades(m.group(1)))
    deed = "punish" if role == "enforce" else _find_deed(action) or _find_deed(obj)
    items = find_parts(obj) or find_parts(action) or find_parts(condition)
    parts = dict.fromkeys((*items, *find_parts(condition), *find_parts(action)))
    return Task(tuple(parts), items, deed, managed, grades)


def read_scope(text: str) -> Task:
    """The case a question is about: with or without 物业 (None for both), which grade of road; no task."""
    task = replace(_parse(text, "", "", ""), parts=(), items=(), deed="")
    return replace(task, property_managed=None) if len(find_cases(text)) > 1 else task


def find_cases(text: str) -> frozenset[bool]:
    """Which cases a text names: with 物业 (True), without (False), both or neither."""
    plain = normalise(text)
    rest = _WITHOUT.sub("", plain)
    return frozenset(([False] if rest != plain else []) + ([True] if _WITH.search(rest) else []))


def find_parts(text: str) -> tuple[str, ...]:
    """The things a phrase names, without deeds, roles and scope: 背街小巷和居民小区的清扫保洁 → 背街小巷, 居民小区."""
    bare = _WITH.sub("", _WITHOUT.sub("", _GRADES.sub("道路", _DATE.sub("", normalise(text)))))
    found: dict[str, None] = {}
    for piece in _SPLIT.split(_ROLE_WORDS.sub("，", bare)):
        part = _MANAGING.sub("", _EMPTY.sub("", _DEED.sub("", piece)).strip())
        if len(part) >= _SMALLEST:
            found.setdefault(part)
    return tuple(found)


def _find_deed(text: str) -> str:
    found = ""
    for m in _DEED.finditer(_WITH.sub("", _WITHOUT.sub("", text))):
        found = str(m.lastgroup)
    return found


def _grades(written: str) -> Iterator[str]:
    listed = re.findall("[一二三四五]", written)
    if re.search("[至到]", written) and len(listed) == 2:
        order = "一二三四五"
        yield from order[order.index(listed[0]) : order.index(listed[1]) + 1]
    else:
        yield from listed


def fits_scope(one: Task, other: Task) -> bool:
    """Whether two tasks can be of the same case: with or without 物业, the same grade of road."""
    if None not in (one.property_managed, other.property_managed) and one.property_managed != other.property_managed:
        return False
    return not one.grades or not other.grades or bool(one.grades & other.grades)


def fits_deed(one: Task, other: Task) -> bool:
    """Whether the same is done; a bare 负责 covers the doing and none of supervising, approving or punishing."""
    if one.deed == other.deed:
        return True
    return (not one.deed and other.deed not in _OF_THEIR_OWN) or (not other.deed and one.deed not in _OF_THEIR_OWN)


def is_doing(task: Task) -> bool:
    """Whether the work itself is done, not supervised, assessed, approved or punished."""
    return task.deed not in _OF_THEIR_OWN


@lru_cache(maxsize=20_000)  # about 40 MB; what one question compares, it compares many times
def grams(text: str) -> frozenset[str]:
    """Character bigrams of a text."""
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def likeness(one: str, other: str) -> float:
    """Share of common bigrams, 0–1."""
    a, b = grams(one), grams(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def shared_item(one: Task, other: Task) -> str | None:
    """What two tasks have as their object in common, in the words of the first; None where they are about other things.

    A list distributes (背街小巷和小区 is about both), so one item is enough; a short one is not: 出租 of 出租、出借居民身份证
    says nothing by itself.
    """
    if one.grades & other.grades and "道路" in one.items and "道路" in other.items:
        return "、".join(f"{g}级" for g in "一二三四五" if g in one.grades & other.grades) + "道路"
    whole, against = "".join(one.items), "".join(other.items)
    if min(len(whole), len(against)) >= _TELLING and likeness(whole, against) >= _ALIKE:
        return "、".join(one.items)
    best, found = 0.0, None
    for a in one.items:
        for b in other.items:
            if min(len(a), len(b)) >= _TELLING and (alike := likeness(a, b)) >= _ALIKE_ITEM and alike > best:
                best, found = alike, a
    return found


def covers(text: str, topic: str, least: float = 0.6) -> bool:
    """Whether a text carries most of what a topic is called by."""
    wanted = grams(topic)
    return bool(wanted) and len(wanted & grams(text)) >= least * len(wanted)


@dataclass(slots=True)
class TaskIndex:
    """事项索引: which tasks share a bigram, so that likely pairs are found without comparing every two.

    A part leads to others by its rarest bigrams only; a bigram that more than ``_COMMON`` parts have leads nowhere.
    """

    tasks: Sequence[Task]
    sought: Sequence[Task] | None = None  # the only tasks that anything near is looked for to; None for all
    posts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        if self.sought is None:
            found = ({g for item in task.items for g in grams(item)} for task in self.tasks)
        else:
            wanted = {g for task in self.sought for item in task.items for g in grams(item)}
            found = ({g for item in task.items for g in wanted if g in item} for task in self.tasks)
        for n, (task, held) in enumerate(zip(self.tasks, found, strict=True)):
            for gram in held | {f"{g}级" for g in task.grades}:
                self.posts[gram].append(n)

    def find_near(self, task: Task) -> list[int]:
        """Indices of the tasks that may name one thing with this one, in order."""
        near: set[int] = set()
        for g in task.grades:
            near.update(self._posted(f"{g}级"))
        for item in task.items:
            # Two items that share two thirds of their bigrams share one of the rarest half.
            ordered = sorted(grams(item), key=lambda g: (len(self.posts.get(g, ())), g))
            for gram in ordered[: max(2, len(ordered) // 2)]:
                near.update(self._posted(gram))
        return sorted(near)

    def _posted(self, gram: str) -> Sequence[int]:
        posted = self.posts.get(gram, ())
        return posted if len(posted) <= _COMMON else ()
