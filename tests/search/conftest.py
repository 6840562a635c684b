"""A small library of invented texts: a nation's law, two cities' rules, versions, a notice, a report."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from kb.embedding import HashingEncoder
from kb.library.library import Library
from kb.records import Clause, Identity, Parsed, Passage, Version
from kb.search.search import Searcher
from kb.words import Words

TEXTS: dict[str, tuple[Identity, tuple[str, ...]]] = {
    "国/市容法.md": (
        Identity("中华人民共和国市容管理法", level="法律", place="全国", effective_on=date(2010, 1, 1)),
        (
            "第一条 为了加强市容管理,制定本法。",
            "第二条 禁止在建筑物上乱张贴、乱涂写。违反规定的,由城市管理部门责令清除,可以处二百元以下罚款。",
            "第三条 街道、广场的清扫保洁,由城市人民政府确定的单位负责。",
        ),
    ),
    "甲/云泽市市容条例(2018).md": (
        Identity("云泽市市容和环境卫生管理条例", level="地方性法规", place="云泽市", effective_on=date(2018, 6, 1)),
        (
            "第九条 背街小巷的清扫保洁,由城市管理部门负责。",
            "第十二条 流动摊贩占道经营的,由城市管理部门处五十元以上二百元以下罚款。",
        ),
    ),
    "甲/云泽市市容条例(2023).md": (
        Identity("云泽市市容和环境卫生管理条例", level="地方性法规", place="云泽市", effective_on=date(2023, 9, 1)),
        (
            "第九条 背街小巷的清扫保洁,由街道办事处负责。",
            "第十一条 设置在道路上的架空线应当入地;私拉乱接的,由产权单位清理。",
            "第十二条 流动摊贩占道经营的,由城市管理部门处五十元以上二百元以下罚款。",
        ),
    ),
    "乙/临江市市容条例.md": (
        Identity("临江市市容管理条例", level="地方性法规", place="临江市", effective_on=date(2020, 1, 1)),
        (
            "第七条 背街小巷的清扫保洁,由社区负责。",
            "第八条 乱张贴、乱涂写的,处五百元以下罚款。",
            "第十二条 流动摊贩占道经营的,由城市管理部门处五十元以上二百元以下罚款。",
        ),
    ),
    "北京/北京市控制吸烟条例.md": (
        Identity("北京市控制吸烟条例", level="地方性法规", place="北京市", effective_on=date(2015, 6, 1)),
        (
            "第九条 公共场所、工作场所的室内区域禁止吸烟。",
            "第二十五条 个人在禁止吸烟场所吸烟的,由卫生健康部门责令改正,可以处五十元罚款;拒不改正的,处二百元罚款。",
        ),
    ),
    "通知/云政办发7号.md": (
        Identity("关于开展环境卫生整治的通知", doc_number="云政办发〔2022〕7号", place="云泽市", issued_on=date(2022, 3, 1)),
        ("各区政府: 四月底前完成农贸市场整治,由市场监管部门牵头,街道办事处配合。",),
    ),
    "报告/云泽市2024年政府工作报告.md": (
        Identity("云泽市政府工作报告", genre="报告", place="云泽市", issued_on=date(2025, 1, 10)),
        ("2024年全市地区生产总值增长百分之五点二,新增停车泊位三千个。",),
    ),
    "报告/云泽市2023年政府工作报告.md": (
        Identity("云泽市政府工作报告", genre="报告", place="云泽市", issued_on=date(2024, 1, 10)),
        ("2023年全市地区生产总值增长百分之四点八,新增停车泊位两千个。",),
    ),
}  # fmt: skip


def parsed(document: str, identity: Identity, articles: tuple[str, ...]) -> Parsed:
    text = "\n".join(articles)
    id = hashlib.sha256(document.encode()).hexdigest()[:16]
    clauses, passages, at = [], [], 0
    for n, article in enumerate(articles):
        label = article.split(" ")[0]
        end = at + len(article)
        clauses.append(Clause(label, "article", 1, label, "", label, at, end, at + len(label)))
        passages.append(Passage(f"{id}:{n}", id, document, n, label, label, at, end, identity.title))
        at = end + 1
    return Parsed(Version(id, document, text, "md", id, identity, tuple(clauses)), tuple(passages))


@pytest.fixture(scope="session")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    words, encoder = Words.load(), HashingEncoder()
    library = Library.open(tmp_path_factory.mktemp("search") / "lib", encoder, words, create=True)
    for document, (identity, articles) in TEXTS.items():
        library.add(parsed(document, identity, articles))
    library.flush()
    return Searcher(library, encoder, words)
