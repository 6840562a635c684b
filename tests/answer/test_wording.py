"""A model may only word the evidence: every lie of a scripted endpoint is caught, every failure leaves the extract standing."""

from __future__ import annotations

import json
from urllib.request import urlopen

import pytest

from benchmarks.lying_model import CLAUSES, LIES, Reply, ask, draft, never, serve
from kb.answer.llm import open_model
from kb.answer.wording import Worded, format_prompt, merge_wording, split_ready, word_answer
from kb.config import Model, read_settings
from kb.errors import UsageError
from kb.records import Usage

TRUE = "乱张贴的小广告由街道办事处负责组织清除[1]。"


KINDS = ("openai", "ollama")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reply", LIES, ids=lambda r: f"{r.lie}：{r.text}")
def test_every_lie_is_caught_and_every_truth_passes(reply: Reply, kind: str) -> None:
    with serve([reply.text], kind=kind) as url:
        shown, end = ask(url, kind=kind)
    assert (shown, len(end.faults)) == (([reply.text], 0) if reply.true else ([], 1))


@pytest.mark.parametrize("kind", KINDS)
def test_a_lie_among_truths_is_left_out_and_counted(kind: str) -> None:
    with serve([f"{TRUE}\n乱张贴的，可以处一百元以上五千元以下罚款[2]。\n- {LIES[2].text}"], kind=kind) as url:
        shown, end = ask(url, kind=kind)
    assert shown == [TRUE, LIES[2].text]
    text = merge_wording(draft(), shown, end).text
    assert text.startswith(f"{TRUE}\n{LIES[2].text}\n\n依据：\n")
    assert text.endswith("- 语言模型有 1 句话未获资料支持，已略去。")
    assert "五千元" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_usage_is_the_endpoints_and_costs_what_the_prices_say(kind: str) -> None:
    with serve([TRUE], kind=kind) as url:
        _, end = ask(url, kind=kind, price_in=2.0, price_out=8.0)
    assert end.usage == Usage("liar", 900, 100, pytest.approx(0.0026), "元")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("replies", "retries", "said", "why"),
    [
        ([500, TRUE], 1, [TRUE], ""),  # 服务器出错一次，重试成功
        ([500], 1, [], "语言模型端点返回错误 500"),  # 一直出错
        ([401], 2, [], "语言模型拒绝了密钥，请检查 DINGZE_LLM_KEY"),  # 不重试
        ([404], 2, [], "语言模型端点没有模型“liar”，请检查 DINGZE_LLM_MODEL 与 DINGZE_LLM_URL"),
        ([f"{TRUE}\n对乱张贴行为…"], 1, [TRUE], "语言模型端点中途断开"),  # 核对过的句子留下，不再从头问
        (["…"], 0, [], "连不上语言模型端点"),  # 一个字也没有就断开
    ],
)
def test_a_failing_endpoint_leaves_the_extract(
    replies: list[str | int], retries: int, said: list[str], why: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.answer.llm._WAIT", 0)
    with serve(replies, kind=kind) as url:
        shown, end = ask(url, kind=kind, retries=retries)
    assert (shown, end.failed[: len(why)]) == (said, why)
    assert bool(end.failed) == bool(why)
    text = merge_wording(draft(), shown, end).text
    assert draft().text in text
    assert not why or text.endswith(f"\n\n待核实：\n- {end.failed}；以下为原文摘录。")


@pytest.mark.parametrize("kind", KINDS)
def test_an_endpoint_that_is_not_there(kind: str) -> None:
    with serve([TRUE], kind=kind) as url:
        pass
    shown, end = ask(url, kind=kind)
    assert shown == []
    assert end.failed.startswith("连不上语言模型端点")


@pytest.mark.parametrize("kind", KINDS)
def test_a_slow_endpoint_is_given_up(kind: str) -> None:
    with serve([TRUE * 20], kind=kind, delay=0.05) as url:
        _, end = ask(url, kind=kind, seconds=0.4)
    assert end.failed == "语言模型在 0.4 秒内没有写完"


@pytest.mark.parametrize("kind", KINDS)
def test_a_silent_endpoint_is_given_up_however_often_it_may_be_asked(kind: str) -> None:
    with serve([TRUE], kind=kind, delay=5.0) as url:
        shown, end = ask(url, kind=kind, seconds=0.2, retries=9)
    assert shown == []
    assert end.failed.startswith("语言模型在 0.2 秒内没有")


@pytest.mark.parametrize("kind", KINDS)
def test_cancelling_stops_reading(kind: str) -> None:
    with serve([f"{TRUE}\n" * 50], kind=kind) as url:
        model = open_model(Model(kind=kind, url=url, name="liar", retries=0))
        assert model is not None
        seen: list[Worded] = []
        for event in word_answer(model, draft(), CLAUSES, lambda: bool(seen)):
            seen.append(event)
    assert [e.sentence for e in seen] == [TRUE, ""]


@pytest.mark.parametrize("kind", KINDS)
def test_cancelling_does_not_wait_for_a_silent_endpoint(kind: str) -> None:
    looks = iter([False, False])
    with serve([TRUE], kind=kind, delay=5.0) as url:
        model = open_model(Model(kind=kind, url=url, name="liar", retries=0, seconds=60))
        assert model is not None
        events = list(word_answer(model, draft(), CLAUSES, lambda: next(looks, True)))
    assert [(e.sentence, e.failed) for e in events] == [("", "")]


def test_what_ollama_is_asked_and_what_it_says_of_itself() -> None:
    with serve([f"!{TRUE}\n对乱张贴行为"], kind="ollama") as url:
        told = json.loads(urlopen(f"{url}/api/tags").read())
        shown, end = ask(url, kind="ollama")
        _, unknown = ask(url, kind="ollama", name="qwen3")
    assert [m["name"] for m in told["models"]] == ["liar"]
    assert (shown, end.failed) == ([TRUE], "语言模型端点中途断开（ResponseError）")  # 流中报错，如显存不足
    assert unknown.failed == "语言模型端点没有模型“qwen3”，请检查 DINGZE_LLM_MODEL 与 DINGZE_LLM_URL"


def test_documents_are_fenced_as_data_and_orders_in_them_are_not_passed_on() -> None:
    prompt = format_prompt(draft(), CLAUSES)
    assert prompt.count("<<\n") == len(CLAUSES)
    seen: list[str] = []

    class Spy:
        name = "spy"

        def stream(self, system: str, user: str, cancelled: object) -> list[object]:
            seen.append(user)
            return []

    list(word_answer(Spy(), draft(), CLAUSES, never))  # type: ignore[arg-type]
    assert "市长" not in seen[0]
    assert "责任单位应当于每月5日前报送清扫保洁情况。" in seen[0]


@pytest.mark.parametrize(
    ("text", "ready", "pending"),
    [
        ("由街道负责[1]。由区", ["由街道负责[1]。"], "由区"),  # 下一句已经开始
        ("由街道负责。", [], "由街道负责。"),  # 句号后可能还有 [1]
        ("由街道负责。[1]\n", ["由街道负责。[1]"], "\n"),  # 换行表示写完
        ("由街道负责[", [], "由街道负责["),
    ],
)
def test_a_sentence_is_over_when_nothing_can_follow(text: str, ready: list[str], pending: str) -> None:
    assert split_ready(text) == (ready, pending)


def test_settings_of_a_model() -> None:
    assert open_model(Model()) is None
    given = read_settings(
        {
            "DINGZE_LLM_URL": "http://h/v1",
            "DINGZE_LLM_MODEL": "m",
            "DINGZE_LLM_PRICE_IN": "1.5",
            "DINGZE_LLM_PRICE_OUT": "6",
        }
    )
    assert (given.model.kind, given.model.price_in, given.model.price_out) == ("openai", 1.5, 6.0)
    with pytest.raises(UsageError, match="还缺设置"):
        open_model(Model(kind="openai", url="http://h/v1"))
    with pytest.raises(UsageError, match="openai 或 ollama"):
        open_model(Model(kind="gpt", name="m"))
    with pytest.raises(UsageError, match="DINGZE_LLM_PRICE_IN"):
        read_settings({"DINGZE_LLM_PRICE_IN": "贵"})
