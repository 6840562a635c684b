"""Names of works: a title without what tells one edition from another (years, 修订, 试行, 印发…的通知)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kb.text import normalise

_LONGEST = 160  # characters; beyond, the reader took a paragraph for the title
# （2021年修订）（修正）（试行）（第五版）（试行第六版）（2020年版）（合成样例…）: remarks on the edition, not （一）or（十一）
_REMARK = re.compile(
    r"\((?:[^()]*(?:修[订正改]|试行|暂行|草案|征求意见|送审稿|通过|公布|第[一二三四五六七八九十\d]+版|版|(?:19|20)\d\d)[^()]*)\)"
)
_EDITION = re.compile(r"第[一二三四五六七八九十\d]+版$|(?:19|20)\d\d年?版$")
# X关于印发《Y》的通知, 关于印发Y的通知: the work is Y; a text passed on (转发) is somebody else's
_ISSUED = re.compile(r"关于(?:印发|公布|发布|下发|颁布)(?:实施)?(?P<name>.{4,120}?)的?(?:通知|公告|决定|函)$")
_TRIAL = re.compile(r"(?:暂行|试行)(?=法|条例|办法|规定|细则|规则|标准|规程|制度|意见|方案)")
# The plan that fixes an agency's functions has had three official names.
_FUNCTIONS = re.compile(r"(?:主要职责|职能配置)、?内设机构(?:和|、|及)人员编制(?:规定|方案)?(?:\(三定\))?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?:年度?|-(?:19|20)\d\d年)")
# Acts done once: two of one name are two acts, unless one of them says otherwise.
_ONCE = re.compile(
    r"(?:决定|决议|通知|公告|通告|批复|函|报告|纪要|意见|答复|复函|通报|命令|令|公报|讲话|名单|解读|要点|计划|台账|情况|修正案)$"
)


@dataclass(frozen=True, slots=True)
class WorkName:
    """作品名: what all editions of a text are called."""

    core: str  # normalised, without place remarks of edition; "" for none
    year: str | None = None  # a year that is part of the name: 2025年政府工作报告 is one of a series
    once: bool = False  # a notice, decision, report: of a kind that does not come in editions
    trial: bool = False  # 暂行, 试行


@lru_cache(maxsize=20_000)
def parse_work_name(title: str) -> WorkName:
    """The name of the work a title belongs to.

    >>> parse_work_name("云泽市人民政府关于印发云泽市农贸市场管理办法（暂行）的通知").core
    '云泽市农贸市场管理办法'
    >>> parse_work_name("中华人民共和国公司法（2018年修正）").core
    '公司法'
    """
    plain = "".join(normalise(title[:_LONGEST]).split())
    plain = re.sub(r"[《》〈〉<>\"'“”]|\[\[|\]\]", "", plain).replace(
        "中华人民共和国", ""
    )  # [[X]]: a link of the source
    issued = _ISSUED.search(plain)
    name = issued["name"] if issued else plain
    trial = "暂行" in name or "试行" in name
    name = _TRIAL.sub("", _REMARK.sub("", name))
    name = _EDITION.sub("", name)
    name = _FUNCTIONS.sub("三定规定", name)
    year = _YEAR.search(name)
    core = _YEAR.sub("", name).strip("、，,。:：")
    return WorkName(core, year.group() if year else None, bool(_ONCE.search(core)), trial)


def plain_number(number: str) -> str:
    """A 文号 with every kind of bracket and space made the same: 国办发[2019]6号."""
    return (
        re.sub(r"[\[\](){}\s]+", " ", normalise(number)).strip().replace("第", "").replace("﹝", " ").replace("﹞", " ")
    )
