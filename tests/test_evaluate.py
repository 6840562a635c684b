"""Evaluation: every kind of set recognised by its fields, each measure on a case worked out by hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.errors import UsageError
from kb.evaluate import (
    Runners,
    evaluate,
    find_suite_kind,
    format_scores,
    is_gold,
    rank_scores,
    read_suite,
    rouge_l,
    same_clause,
    summarise,
)
from kb.records import Hit, Passage


def hit(document: str, path: str, text: str = "") -> Hit:
    passage = Passage(f"{document}:{path}", "v", document, 0, path, path, 0, len(text), "")
    return Hit(passage, document, text, 1.0, {})


def runners(hits: list[Hit] | None = None, answer: dict[str, Any] | None = None, **more: Any) -> Runners:
    empty = {"text": "", "status": "abstained", "agencies": [], "figures": [], "citations": []}

    def ask(question: str, as_of: date | None) -> Any:
        return empty | (answer or {})

    return Runners(
        ask=ask,
        search=lambda question, k: tuple(hits or ())[:k],
        outline=more.get("outline", lambda document: {}),
        compare=more.get("compare", lambda old, new: {}),
    )


def scores(tmp_path: Path, row: dict[str, Any], run: Runners) -> dict[str, float]:
    suite = tmp_path / "suite.jsonl"
    suite.write_text(json.dumps({"id": "q1", "question": "问"} | row, ensure_ascii=False) + "\n", encoding="utf-8")
    return {name: s["mean"] for name, s in evaluate(suite, run)["scores"].items()}


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"alignment": [], "facts": []}, "compare"),
        ({"headings": [], "document": "a"}, "outline"),
        ({"gold": [], "answer": "答"}, "articles"),  # 也有 answer，先认 gold
        ({"agencies": [], "clauses": []}, "duties"),
        ({"values": []}, "figures"),
        ({"near_documents": [], "reason": "r"}, "refusals"),
        ({"must_contain": [], "clauses": []}, "requirements"),
        ({"must_contain": []}, "facts"),
        ({"answer": "答", "documents": []}, "documents"),
    ],
)
def test_a_set_is_known_by_its_fields(fields: dict[str, Any], kind: str) -> None:
    assert find_suite_kind(fields) == kind


def test_an_unknown_or_broken_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="题目 x 的字段不属于任何已知题集"):
        find_suite_kind({"id": "x"})
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": 1}\n{', encoding="utf-8")
    with pytest.raises(UsageError, match="第 2 行不是 JSON"):
        read_suite(broken)
    broken.write_text("\n", encoding="utf-8")
    with pytest.raises(UsageError, match="是空的"):
        read_suite(broken)


@pytest.mark.parametrize(
    ("gold", "path", "same"),
    [
        ("第十五条", "第二章 第十五条", True),
        ("第十五条", "第二章 第五条", False),
        ("第十五条", "", False),  # 没有条款的段落不算
        ("三、（六）加快流通服务网点建设", "三、 （六）", True),  # 题集连着标题，路径只有标号
        ("三、（六）加快流通服务网点建设", "二、 （六）", False),
        ("附件：二、（四）47．", "附件 二、 （四） 47.", True),  # 附件以下的标号，全角点
        ("机构设置及职能：4. 科研处", "机构设置及职能 4.", True),  # 无编号标题
    ],
)
def test_same_clause(gold: str, path: str, same: bool) -> None:
    assert same_clause(gold, path) is same


def test_a_quotation_marks_gold_where_no_label_does() -> None:
    row = {"documents": ["a.txt"], "quote": "由市城管局负责清除"}
    assert is_gold(row, "a.txt", "", "小广告由市城管局负责清除。")
    assert not is_gold(row, "b.txt", "", "小广告由市城管局负责清除。")
    assert not is_gold(row, "a.txt", "", "由市城管局")  # 太短的引文不算


def test_rank_scores() -> None:
    assert rank_scores([1], 1) == {"hit@1": 1.0, "hit@10": 1.0, "nDCG@10": 1.0, "MRR": 1.0}
    assert rank_scores([3], 1) == {"hit@1": 0.0, "hit@10": 1.0, "nDCG@10": 0.5, "MRR": 1 / 3}
    assert rank_scores([11], 1) == {"hit@1": 0.0, "hit@10": 0.0, "nDCG@10": 0.0, "MRR": 1 / 11}
    assert rank_scores([], 1) == {"hit@1": 0.0, "hit@10": 0.0, "nDCG@10": 0.0, "MRR": 0.0}
    assert rank_scores([1, 2], 2)["nDCG@10"] == 1.0


@pytest.mark.parametrize(
    ("found", "wanted", "score"),
    [
        ("暂停办公", "暂停办公", 1.0),
        ("暂停办公[1]。", "暂停，办公", 1.0),  # 角标和标点不计
        ("暂停对外办公", "暂停办公", 2 * 4 / 10),
        ("甲乙", "丙丁", 0.0),
        ("", "丙丁", 0.0),
    ],
)
def test_rouge_l(found: str, wanted: str, score: float) -> None:
    assert rouge_l(found, wanted) == pytest.approx(score)


def test_intervals_hold_the_mean_and_repeat() -> None:
    rows = [{"hit@1": float(n % 2)} for n in range(100)]
    first = summarise(rows)["hit@1"]
    assert first == summarise(rows)["hit@1"]
    assert first["mean"] == 0.5 and first["n"] == 100
    assert 0.35 < first["low"] < 0.5 < first["high"] < 0.65


def test_documents_are_ranked_once_each(tmp_path: Path) -> None:
    hits = [hit("b.txt", "一、"), hit("b.txt", "二、"), hit("a.txt", "一、")]
    row = {"documents": ["a.txt"], "answer": "暂停办公"}
    found = scores(tmp_path, row, runners(hits, {"text": "暂停办公[1]"}))
    assert found == {"hit@1": 0.0, "hit@10": 1.0, "nDCG@10": 0.6309, "MRR": 0.5, "ROUGE-L": 1.0}


def test_any_listed_path_of_an_article_counts_once(tmp_path: Path) -> None:
    gold = [{"documents": ["old.md", "new.md"], "clause": "第二条"}, {"documents": ["b.md"], "clause": "第一条"}]
    hits = [hit("new.md", "第一章 第二条"), hit("old.md", "第二条"), hit("b.md", "第一条")]
    found = scores(tmp_path, {"gold": gold, "answer": ""}, runners(hits))
    ideal = 1 + 1 / 1.5849625007211562
    assert found == {"hit@1": 1.0, "hit@10": 1.0, "nDCG@10": round((1 + 0.5) / ideal, 4), "MRR": 1.0}


CITED = [{"n": 1, "document": "a.md", "clause": "第二条", "quote": "由街道办事处负责"}]


def test_duties(tmp_path: Path) -> None:
    row = {
        "documents": ["a.md"], "clauses": ["第二条"], "quote": "由街道办事处负责",
        "agencies": [
            {"name": "街道办事处", "aliases": ["街道"], "role": "own"},
            {"name": "区人民政府", "role": "decide", "alt_roles": ["coordinate"]},
        ],
        "not_agencies": ["居民委员会"],
    }  # fmt: skip
    given = [
        {"name": "街道", "role": "own"},
        {"name": "区人民政府", "role": "coordinate"},  # 另认的角色
        {"name": "居民委员会", "role": "own"},  # 题目说不是它
    ]
    found = scores(tmp_path, row, runners([hit("a.md", "第二条")], {"agencies": given, "citations": CITED}))
    assert found == {
        "gold@1": 1.0, "gold@5": 1.0, "gold first": 1.0, "gold cited": 1.0, "precision": 0.6667, "recall": 1.0,
        "F1": 0.8, "role": 1.0, "no wrong agency": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("该文件建议（拟议，尚非现行职责），环保总局（负责）：环保总局拟推广节水经验。", 1.0),
        ("环保总局（负责）：推广节水经验。", 0.0),  # an intention told as a duty
        (
            "该文件建议（拟议），环保总局（负责）：拟推广。\n环保总局：推广节水经验。",
            0.0,
        ),  # and told twice, once as a duty
        ("科技部（负责）：拟安排课题。", 0.0),  # of another body
    ],
)
def test_what_is_only_planned_must_be_said_as_such(tmp_path: Path, text: str, right: float) -> None:
    row = {
        "documents": ["a.md"], "clauses": ["三、"], "quote": "环保总局拟推广节水经验", "expect": "planned",
        "agencies": [{"name": "环保总局", "role": "own"}],
    }  # fmt: skip
    assert scores(tmp_path, row, runners([], {"text": text}))["expected mood"] == right


def test_facts_need_the_words_and_the_source(tmp_path: Path) -> None:
    row = {"documents": ["a.md"], "quote": "由街道办事处负责", "must_contain": ["二年|两年"]}
    said = {"text": "两年[1]", "citations": CITED}
    found = scores(tmp_path, row, runners([], said))
    assert found == {
        "gold@1": 0.0, "gold@5": 0.0, "gold first": 1.0, "gold cited": 1.0, "contains all": 1.0, "right": 1.0,
    }  # fmt: skip
    elsewhere = [CITED[0] | {"document": "b.md"}]
    assert scores(tmp_path, row, runners([], said | {"citations": elsewhere}))["right"] == 0.0


@pytest.mark.parametrize(
    ("figure", "right"),
    [
        ({"value": "3614.6", "unit": "亿元", "period": "2024"}, 1.0),
        ({"value": "３６１４．６", "unit": "亿元", "period": "2024年"}, 1.0),  # 全角数字
        ({"value": "3614.6", "unit": "万元", "period": "2024"}, 0.0),  # 单位不同
        ({"value": "3614.6", "unit": "亿元", "period": "2025"}, 0.0),  # 年份不同
        ({"value": "5945.8", "unit": "亿元", "period": "2024"}, 0.0),  # 相邻指标
    ],
)
def test_figures(tmp_path: Path, figure: dict[str, str], right: float) -> None:
    value = {"document": "a.md", "indicator": "收入", "value": "3614.6", "unit": "亿元", "period": "2024"}
    answer = {"figures": [figure | {"citation": 1}], "citations": CITED}
    assert scores(tmp_path, {"values": [value]}, runners([], answer)) == {"values": right, "all values": right}


def test_refusals(tmp_path: Path) -> None:
    row = {"near_documents": [], "reason": "not-in-corpus"}
    assert scores(tmp_path, row, runners([], {"status": "abstained"})) == {"refused": 1.0, "abstained": 1.0}
    assert scores(tmp_path, row, runners([], {"status": "partial"})) == {"refused": 1.0, "abstained": 0.0}
    assert scores(tmp_path, row, runners([], {"status": "answered"})) == {"refused": 0.0, "abstained": 0.0}


def test_outline(tmp_path: Path) -> None:
    row = {
        "document": "a.md", "title": "云泽市条例", "doc_number": None, "issuer": None, "adopted_on": None,
        "effective_on": "2019-01-01", "articles": 2, "not_headings": ["小标题"], "items": [],
        "headings": [{"label": "第一章", "title": "总则"}, {"label": "第二章", "title": "附则"}],
    }  # fmt: skip
    result = {
        "title": "云泽市条例", "doc_number": None, "issuer": "市人大", "adopted_on": None,
        "effective_on": "2019-01-01", "articles": 2, "headings": [{"label": "第一章", "title": "总　则"}],
    }  # fmt: skip
    found = scores(tmp_path, row, runners(outline=lambda document: result))
    assert found == {"heading F1": 0.6667, "fields": 0.8, "no false heading": 1.0, "articles": 1.0}


def test_compare(tmp_path: Path) -> None:
    row = {
        "old": "a", "new": "b",
        "alignment": [
            {"old": ["第一条"], "new": ["第一条"], "change": "unchanged"},
            {"old": ["第二条"], "new": ["第三条"], "change": "reworded"},
        ],
        "facts": [{"old_quote": "协助清扫", "new_quote": "负责清扫", "kind": "role", "note": "由协助改为负责"}],
    }  # fmt: skip
    rows = [
        {"old": ["第一章 第一条"], "new": ["第一章 第一条"], "change": "unchanged", "flags": []},
        {
            "old": ["第二条"], "new": ["第三条"], "change": "renumbered", "flags": [{"kind": "role"}],
            "old_text": "街道办事处协助清扫。", "new_text": "街道办事处负责清扫。",
        },
    ]  # fmt: skip
    found = scores(tmp_path, row, runners(compare=lambda old, new: {"rows": rows}))
    assert found == {"row F1": 1.0, "facts": 1.0, "label": 0.5}


def test_the_table_for_people(tmp_path: Path) -> None:
    suite = tmp_path / "refusals.jsonl"
    suite.write_text('{"id": "r1", "question": "问", "near_documents": [], "reason": "x"}\n', encoding="utf-8")
    result = evaluate(suite, runners([], {"status": "answered", "text": "答"}))
    assert result["errors"] == [{"id": "r1", "question": "问", "wanted": ["x"], "found": ["答"]}]
    assert format_scores(result).splitlines() == [
        "refusals.jsonl（refusals，1 题）",
        "  refused               0.000  [0.000, 0.000]  n=1",
        "  abstained             0.000  [0.000, 0.000]  n=1",
        "  [x]",
        "  refused               0.000  [0.000, 0.000]  n=1",
        "  abstained             0.000  [0.000, 0.000]  n=1",
        "  有误 1 题；--errors N 列出前 N 题，--json 给出全部。",
    ]
