"""Sentences of responsibility → (agencies, role, action, negative), whole values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.duty.draft import build_duties
from ingest.duty.names import split_agencies
from ingest.duty.sentences import find_in_sentence
from ingest.duty.verbs import role_of
from kb.records import Identity, Version

VERSION = Version("v", "d.md", "", "md", "h", Identity(""))


def read(sentence: str) -> list[tuple[tuple[str, ...], str, str]]:
    """(agencies, role, action) of each statement, in order; a list of bodies is one statement."""
    version = replace(VERSION, text=sentence)
    out: list[tuple[tuple[str, ...], str, str]] = []
    for f in find_in_sentence(sentence, 0, len(sentence)):
        duties = build_duties(version, "", f, "norm")
        for role in dict.fromkeys(d.role for d in duties):
            out.append((tuple(d.agency for d in duties if d.role == role), role, duties[0].action))
    return out


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        # V of 负责O的V工作 gives the role: the same 负责 is supervision here and plain work there
        ("价格部门负责停车收费的监督管理工作。", [(("价格部门",), "oversee", "负责停车收费的监督管理工作")]),
        ("规划部门负责停车专项规划的编制工作。", [(("规划部门",), "own", "负责停车专项规划的编制工作")]),
        ("公安部门负责对网吧的控烟工作进行监督执法。", [(("公安部门",), "enforce", "负责对网吧的控烟工作进行监督执法")]),
        # the passive form, and a shared object before it
        ("无法确定权属单位的井盖，由区城市管理部门负责处置。", [(("区城市管理部门",), "own", "负责处置")]),
        # with and without property management: two records
        (
            "居民住宅区，实行物业管理的，由物业服务企业负责，未实行物业管理的，由街道办事处负责。",
            [(("物业服务企业",), "duty-holder", "负责"), (("街道办事处",), "own", "负责")],
        ),
        # two 由 in one sentence: ordering removal and fining belong to different bodies
        (
            "随意倾倒垃圾的，由城市管理局责令限期清理，并由城管执法部门处一千元以下罚款。",
            [(("城市管理局",), "enforce", "责令限期清理"), (("城管执法部门",), "enforce", "处一千元以下罚款")],
        ),
        # 会同: the subject leads
        (
            "镇人民政府应当会同市政部门划定摊贩经营区域。",
            [(("镇人民政府",), "lead", "划定摊贩经营区域"), (("市政部门",), "joint", "划定摊贩经营区域")],
        ),
        # 确定 decides only where responsibility is unclear
        ("责任人不明确的，由所在地街道办事处确定。", [(("所在地街道办事处",), "decide", "确定")]),
        ("收费标准由市人民政府确定。", [(("市人民政府",), "own", "确定")]),
        # 报X批准: the body at the other end
        ("设置方案报省人民政府批准。", [(("省人民政府",), "approve", "报省人民政府批准")]),
        # 是…的主管部门
        ("市卫生健康部门是控烟工作的主管部门。", [(("市卫生健康部门",), "lead", "控烟工作的主管部门")]),
        # a prohibition names nobody responsible
        ("街道办事处不得擅自收费。", []),
        # 交由…承担的 is a clause about something else
        ("未经批准，不得将行政事务委托或者交由街道办事处承担。", []),
        # 要求 is no modal 要 with 求
        ("市场举办者应当要求经营者亮证经营。", [(("市场举办者",), "duty-holder", "要求经营者亮证经营")]),
    ],
)  # fmt: skip
def test_sentences_give_agency_role_and_action(sentence: str, found: list[tuple[tuple[str, ...], str, str]]) -> None:
    assert read(sentence) == found


def test_guided_body_does_and_the_guide_oversees() -> None:
    assert read("住房城乡建设部门督促指导物业服务企业做好小区停车管理工作。") == [
        (("住房城乡建设部门",), "oversee", "督促指导物业服务企业做好小区停车管理工作"),
        (("物业服务企业",), "duty-holder", "做好小区停车管理工作"),
    ]


def test_a_power_given_up_is_negative() -> None:
    sentence = "有关行政管理部门不得再行使处罚权。"
    found = list(find_in_sentence(sentence, 0, len(sentence)))
    assert [(f.agencies, f.role, f.negative) for f in found] == [("有关行政管理部门", "enforce", True)]


def test_what_is_suggested_is_a_proposal() -> None:
    sentence = "建议街道办事处负责背街小巷的清扫保洁。"
    assert {f.modality for f in find_in_sentence(sentence, 0, len(sentence))} <= {"proposal"}


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        ("公安、城市管理、市场监管等部门", ("公安部门", "城市管理部门", "市场监管部门")),  # the tail is shared
        ("乡、镇人民政府", ("乡、镇人民政府",)),  # levels of one body, not two bodies
        ("市和区卫生健康部门", ("市和区卫生健康部门",)),
        ("街道办事处、镇人民政府", ("街道办事处", "镇人民政府")),
        ("城管执法、公安、市场监管等执法和管理机构", ("城管执法", "公安", "市场监管")),  # a family: members stay bare
        ("商务部、供销合作总社等和各有关省级人民政府", ("商务部", "供销合作总社", "各有关省级人民政府")),
    ],
)  # fmt: skip
def test_lists_of_agencies_are_split_without_tearing_names(phrase: str, names: tuple[str, ...]) -> None:
    assert split_agencies(phrase) == names


@pytest.mark.parametrize(
    ("predicate", "role"),
    [
        ("负责统筹、协调和指导工作", "coordinate"),
        ("牵头考核", "oversee"),  # examining is not leading
        ("配合和监督", "support"),  # the first verb counts
        ("组织实施", "own"),
        ("审批", "approve"),
        ("处五百元罚款", "enforce"),
    ],
)
def test_role_of_a_predicate(predicate: str, role: str) -> None:
    assert role_of(predicate)[0] == role
