"""Which texts are editions of one work and until when each holds: small libraries, whole values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from ingest.parse import parse_document
from kb.config import Limits
from kb.lineage.dependents import find_statute
from kb.lineage.names import parse_work_name
from kb.lineage.works import Lineage, build_lineage
from kb.records import Act, Correction, DocumentInfo, Identity

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("title", "core"),
    [
        ("中华人民共和国公司法（2018年修正）", "公司法"),
        ("云泽市人民政府关于印发云泽市农贸市场管理办法（暂行）的通知", "云泽市农贸市场管理办法"),
        ("云泽市农贸市场管理暂行办法", "云泽市农贸市场管理办法"),
        ("上海市实施《中华人民共和国义务教育法》办法", "上海市实施义务教育法办法"),
        ("最高人民法院关于适用某法若干问题的解释（二）", "最高人民法院关于适用某法若干问题的解释(二)"),  # 编号不是版次
        ("关于印发某病诊疗方案（试行第六版）的通知", "某病诊疗方案"),
        ("云泽市数字化城市管理指挥手册（2020年版）", "云泽市数字化城市管理指挥手册"),
        ("临河街道办事处主要职责内设机构和人员编制规定", "临河街道办事处三定规定"),
        ("临河街道办事处职能配置、内设机构和人员编制规定", "临河街道办事处三定规定"),
        ("2025年云泽市政府工作报告", "云泽市政府工作报告"),
        ("[[中华人民共和国环境保护法]]", "环境保护法"),  # 来源把名称写成链接
    ],
)
def test_names(title: str, core: str) -> None:
    assert parse_work_name(title).core == core


def info(document: str, identity: Identity) -> DocumentInfo:
    return DocumentInfo(document, f"v-{document}", "md", identity, 100, 1)


def lineage(
    infos: Sequence[DocumentInfo],
    acts: dict[str, Sequence[Act]] | None = None,
    corrections: Sequence[Correction] = (),
    alike: float = 0.5,
) -> Lineage:
    by_version = {f"v-{document}": said for document, said in (acts or {}).items()}
    return build_lineage(infos, [], by_version, corrections, lambda a, b: alike)


def law(effective: date | None, *revised: date, title: str = "云泽市养犬条例", **more: object) -> Identity:
    return Identity(title, effective_on=effective, revised_on=revised, level="地方性法规", place="云泽市", **more)  # type: ignore[arg-type]


OLD, NEW = info("旧.md", law(date(2018, 11, 1))), info("新.md", law(date(2018, 11, 1), date(2023, 3, 1)))


def test_revised_text_takes_over_from_its_revision() -> None:
    """The closing article still says 2018; the text as it stands holds from the revision on."""
    found = lineage([OLD, NEW])
    assert [(e.document, e.begins, e.ends) for e in found.works[0].editions] == [
        ("旧.md", date(2018, 11, 1), date(2023, 3, 1)),
        ("新.md", date(2023, 3, 1), None),
    ]
    assert [found.status_of(d, day) for d in ("旧.md", "新.md") for day in (date(2020, 1, 1), DAY)] == [
        "in-force", "superseded", "not-yet", "in-force",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "alike", "kind"),
    [
        (law(date(2018, 1, 1)), law(date(2020, 1, 1)), 0.5, "edition"),
        (law(date(2018, 1, 1)), law(date(2018, 1, 1)), 1.0, "copy"),  # 同一文本的两个文件
        (law(date(2018, 1, 1)), law(None), 0.8, "copy"),  # 一份没有题注
        (law(date(2018, 1, 1)), Identity("云泽市养犬条例", level="地方性法规", place="云泉市"), 0.5, None),  # 两地
        (law(date(2018, 1, 1)), Identity("云泽市养犬条例", level="部门规章", place="云泽市"), 0.5, None),  # 两级
        (Identity("关于做好防汛工作的通知"), Identity("关于做好防汛工作的通知"), 0.1, None),  # 同名通知各是一件
        (Identity("2024年政府工作报告"), Identity("2025年政府工作报告"), 0.1, "series"),
        (law(date(2021, 1, 1), title="某某法典"), law(date(2021, 1, 1), title="某某法典"), 0.0, None),  # 一部法典的两编
    ],
)
def test_which_texts_belong_together(one: Identity, other: Identity, alike: float, kind: str | None) -> None:
    links = lineage([info("a.md", one), info("b.md", other)], alike=alike).links
    assert [k.kind for k in links] == ([kind] if kind else [])


def parsed(document: str, text: str) -> tuple[DocumentInfo, tuple[Act, ...]]:
    found = parse_document(document, text.encode(), Limits())
    return info(document, found.version.identity), found.acts


TERM = "第一条 为了加强管理，制定本办法。\n\n第二条 本办法自2016年5月1日起施行，有效期五年。"
AFTER = (
    "第一条 为了加强管理，制定本办法。\n\n第二条 本办法自2021年7月1日起施行，有效期五年。"
    "《云泽市责任区办法》（云泽政发〔2016〕9号）同时废止。"
)
NOTICE = "附件：继续有效的行政规范性文件目录\n\n1. 《云泽市责任区办法》（云泽政规〔2021〕3号）"


def texts(*given: tuple[str, str]) -> tuple[list[DocumentInfo], dict[str, Sequence[Act]]]:
    both = {document: parsed(document, text) for document, text in given}
    return [i for i, _ in both.values()], {d: a for d, (_, a) in both.items()}


def test_term_window_repeal_and_hidden_expiry() -> None:
    infos, acts = texts(
        ("旧.md", f"# 云泽市责任区办法\n\n云泽政发〔2016〕9号\n\n{TERM}"),
        ("新.md", f"# 云泽市责任区办法\n\n云泽政规〔2021〕3号\n\n{AFTER}"),
        ("清理.md", f"# 云泽市人民政府关于公布规范性文件清理结果的公告\n\n{NOTICE}\n\n云泽市人民政府\n\n2023年6月20日"),
    )
    found = lineage(infos, acts)
    assert [found.status_of("旧.md", d) for d in (date(2021, 4, 30), date(2021, 5, 1), date(2021, 7, 1))] == [
        "in-force", "expired", "repealed",
    ]  # fmt: skip
    assert [found.status_of("新.md", d) for d in (date(2021, 6, 30), date(2021, 7, 1), date(2026, 7, 1))] == [
        "not-yet", "in-force", "expired",
    ]  # fmt: skip
    assert [a.kind for a in found.listed["新.md", "v-新.md"]] == ["valid"]
    assert {(k.kind, k.older[0], k.newer[0]) for k in found.links} == {
        ("edition", "旧.md", "新.md"), ("replaces", "旧.md", "新.md"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("云泽市市容责任区管理规定", "repealed"),
        ("云泽市市容责任区管理规定（征求意见稿）", "in-force"),  # 草案还没有废止什么
        ("云泽市市容责任区管理规定（草案）", "in-force"),
    ],
)
def test_a_draft_ends_nothing(title: str, status: str) -> None:
    closing = "第一条 为了加强管理，制定本规定。\n\n第二条 本规定自2021年3月1日起施行。《云泽市责任区办法》同时废止。"
    infos, acts = texts(("旧.md", f"# 云泽市责任区办法\n\n{TERM}"), ("新.md", f"# {title}\n\n{closing}"))
    found = lineage(infos, acts)
    assert found.status_of("旧.md", date(2021, 3, 1)) == status
    assert [k.kind for k in found.links] == (["replaces"] if status == "repealed" else [])


def test_number_tells_two_texts_of_one_name_apart() -> None:
    infos, acts = texts(
        ("甲.md", f"# 云泽市责任区办法\n\n云泽政发〔2012〕1号\n\n{TERM}"),
        ("新.md", f"# 云泽市责任区办法\n\n云泽政规〔2021〕3号\n\n{AFTER}"),
    )
    assert [k.kind for k in lineage(infos, acts).links] == ["edition"]  # 废止的是〔2016〕9号，不在库中


def test_repeal_clause_of_the_first_text_stays_behind() -> None:
    """A revised text repeats 同时废止 of its first day; it repeals no edition that is younger than that day."""
    text = (
        "根据2024年12月6日《国务院关于修改部分行政法规的决定》修订\n\n第一条 为了加强管理，制定本条例。\n\n"
        "第二条 本条例自2001年8月2日起施行。1997年3月8日国务院发布的《印刷业条例》同时废止。"
    )
    infos, acts = texts(("印刷业条例(2024-12-06).md", f"# 印刷业条例\n\n{text}"))
    earlier = info(
        "印刷业条例(2020-11-29).md",
        Identity("印刷业条例", effective_on=date(2001, 8, 2), revised_on=(date(2020, 11, 29),)),
    )
    found = lineage([earlier, *infos], acts)
    assert found.status_of(earlier.document, date(2022, 1, 1)) == "in-force"
    assert found.status_of(earlier.document, DAY) == "superseded"


def correction(kind: str, document: str, other: str | None = None, **days: date | None) -> Correction:
    return Correction(kind, document, other, days.get("begins"), days.get("ends"), "", "王芳", "2026-11-24T09:00")  # type: ignore[arg-type]


def test_a_user_is_believed_over_the_texts() -> None:
    apart = lineage([OLD, NEW], corrections=[correction("unlink", "旧.md", "新.md")])
    assert apart.links == () and apart.status_of("旧.md", DAY) == "in-force"
    third = info("别名.md", law(date(2010, 1, 1), title="云泽市限制养犬规定"))
    joined = lineage([third, OLD], corrections=[correction("link", "旧.md", "别名.md")])
    assert joined.status_of("别名.md", DAY) == "superseded"
    dated = lineage([OLD], corrections=[correction("dates", "旧.md", begins=date(2019, 1, 1), ends=date(2020, 1, 1))])
    assert [dated.status_of("旧.md", date(year, 6, 1)) for year in (2018, 2019, 2020)] == [
        "not-yet", "in-force", "repealed",
    ]  # fmt: skip


def test_earlier_text_of_one_document_is_an_edition() -> None:
    earlier = DocumentInfo("甲.md", "v0", "md", law(date(2018, 11, 1)), 100, 1)
    newer = info("甲.md", law(date(2018, 11, 1), date(2023, 3, 1)))
    found = build_lineage([newer], [earlier], {}, [], lambda a, b: 0.9)
    assert found.status_of("甲.md", DAY) == "in-force"
    assert found.status_of("甲.md", DAY, "v0") == "superseded"


@pytest.mark.parametrize(
    ("title", "level", "law"),
    [
        ("最高人民法院关于适用《中华人民共和国担保法》若干问题的解释", "司法解释", "担保法"),
        ("最高人民法院关于贯彻执行《中华人民共和国民法通则》若干问题的意见（试行）", "司法解释", "民法通则"),
        ("中华人民共和国公民出境入境管理法实施细则", "行政法规", "公民出境入境管理法"),
        ("最高人民法院关于审理建设工程施工合同纠纷案件适用法律问题的解释", "司法解释", None),  # 不为某一部法律而作
        ("上海市实施《中华人民共和国义务教育法》办法", "地方性法规", None),  # 地方性法规由地方人大废止
        ("劳动合同法实施条例", "行政法规", "劳动合同法"),  # 不是合同法
    ],
)
def test_what_a_text_interprets_or_implements(title: str, level: str, law: str | None) -> None:
    assert find_statute(title, level) == law


def test_an_interpretation_lapses_with_its_law_as_an_inference() -> None:
    """民法典 repeals 担保法 by name; nobody says a word of the interpretation, so it is an inference and a user is believed over it."""
    infos, acts = texts(
        ("民法典.md", "# 中华人民共和国民法典\n\n第一条 为了保护民事主体的合法权益，制定本法。\n\n第二条 本法自2021年1月1日起施行。《中华人民共和国担保法》《中华人民共和国收养法》同时废止。"),
    )  # fmt: skip
    code = replace(infos[0], identity=replace(infos[0].identity, level="法律"))
    old = info(
        "解释.md", interpretation("最高人民法院关于适用《中华人民共和国担保法》若干问题的解释", date(2000, 12, 13))
    )
    new = info(
        "新解释.md", interpretation("最高人民法院关于适用《中华人民共和国民法典》有关担保制度的解释", date(2021, 1, 1))
    )
    found = lineage([code, old, new], acts)
    assert [found.status_of("解释.md", d) for d in (date(2020, 12, 31), date(2021, 1, 1))] == ["in-force", "repealed"]
    edition = found.edition("解释.md")
    assert edition is not None
    assert [(e.inferred, e.by, e.reason) for e in edition.endings] == [
        (True, "民法典.md", "所依据的《担保法》自2021-01-01起废止，推断随之失效")
    ]
    assert found.status_of("新解释.md", DAY) == "in-force"
    told = lineage([code, old], acts, [correction("dates", "解释.md", begins=date(2000, 12, 13))])
    assert told.status_of("解释.md", DAY) == "in-force"
    again = info(
        "担保法.md", Identity("中华人民共和国担保法", effective_on=date(2022, 1, 1), level="法律")
    )  # 同名的新法
    assert lineage([code, old, again], acts).status_of("解释.md", DAY) == "in-force"


def interpretation(title: str, effective: date) -> Identity:
    return Identity(title, issued_on=effective, effective_on=effective, level="司法解释")


def test_one_part_of_a_code_is_not_repealed_alone() -> None:
    """The archive marks 附则 as 废止或失效 and the other books of the same code not: the mark is of no worth."""
    book = law(date(2021, 1, 1), title="云泽市城市管理法典")
    marked = replace(book, marked_invalid=True)
    found = lineage([info("总则.md", book), info("附则.md", marked)], alike=0.0)
    assert found.status_of("附则.md", DAY) == "in-force"
    assert lineage([info("附则.md", marked)]).status_of("附则.md", DAY) == "repealed"
