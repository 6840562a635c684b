"""问答: a conversation whose every [n] opens its source beside it; the question is in the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape
from typing import Any

import gradio as gr

from kb.errors import KBError
from kb.web.api import QUESTION_LENGTH
from kb.web.render import format_answer_html, notice
from kb.workspace import Workspace

Turn = tuple[str, str]  # question as asked, answer as HTML
EXAMPLES = (
    "背街小巷由谁清扫保洁？",
    "小广告由谁清理、由谁处罚？",
    "责任区的责任人不明确时由谁确定？",
    "农贸市场由哪个部门监管？",
)
_TURNS = 30  # kept in view; a longer conversation drops its beginning
_PANEL = (
    '<aside class="dz-panel" id="dz-panel" tabindex="-1" aria-label="原文" aria-live="polite"><div class="dz-blank">'
    "<b>原文</b><p>点击答案中的序号，这里显示出处，并标出所引原文。</p></div></aside>"
)


def build_ask(space: Workspace, block: Any) -> None:
    """The components and events of the page, inside ``block``."""
    turns = gr.State([])
    with gr.Row(elem_classes="dz-work"):
        with gr.Column(scale=3, min_width=320):
            log = gr.HTML(_welcome(space), elem_id="dz-log", padding=False, apply_default_css=False)
            with gr.Column(elem_classes="dz-composer"):
                box = gr.Textbox(
                    placeholder="用大白话提问，如：无物业小区的垃圾谁来清？（回车发送）",
                    lines=1, max_lines=6, max_length=QUESTION_LENGTH, submit_btn="提问", show_label=False,
                    label="问题", elem_id="dz-question", autofocus=True,
                )  # fmt: skip
                with gr.Row(elem_classes="dz-under"):
                    day = gr.Textbox(
                        date.today().isoformat(), label="以此日效力为准", elem_id="dz-day", max_length=10,
                        html_attributes=gr.InputHTMLAttributes(spellcheck=False), min_width=150, scale=0,
                    )  # fmt: skip
                    fresh = gr.Button("新对话", size="sm", scale=0, min_width=90, elem_classes="dz-fresh")
        with gr.Column(scale=2, min_width=320, elem_classes="dz-side"):
            gr.HTML(_PANEL, padding=False, apply_default_css=False)

    def ask(question: str, as_of: str, held: list[Turn]) -> Iterator[tuple[Any, list[Turn], str]]:
        question = question.strip()[:QUESTION_LENGTH]
        if not question:
            yield gr.skip(), held, ""
            return
        yield _show(held, question), held, ""
        answer = _answer(space, question, as_of, [q for q, _ in held])
        held = [*held, (question, answer)][-_TURNS:]
        yield _show(held), held, ""

    def arrive(request: gr.Request) -> tuple[str, str]:
        query = request.query_params
        return query.get("q", "")[:QUESTION_LENGTH], query.get("as_of", date.today().isoformat())[:10]

    note = "(q, d) => { window.dingze && window.dingze.asked(q, d); }"
    box.submit(None, [box, day], None, js=note)
    box.submit(ask, [box, day, turns], [log, turns, box], show_progress="hidden", api_visibility="private")
    fresh.click(
        lambda: (_welcome(space), [], ""), None, [log, turns, box], show_progress="hidden", api_visibility="private"
    ).then(None, None, None, js="() => window.dingze && window.dingze.fresh()")
    block.load(arrive, None, [box, day], show_progress="hidden", api_visibility="private").then(
        ask, [box, day, turns], [log, turns, box], show_progress="hidden", api_visibility="private"
    )


def _answer(space: Workspace, question: str, as_of: str, history: Sequence[str]) -> str:
    try:
        day = date.fromisoformat(as_of.strip()) if as_of.strip() else date.today()
    except ValueError:
        return notice("日期有误", f"“{as_of}”应写成 2026-11-24 的样子，请改正后重新提问。", "error")
    try:
        return format_answer_html(space.ask(question, as_of=day, history=history))
    except KBError as e:
        return notice("未能回答", str(e), "error")


def _show(turns: Sequence[Turn], waiting: str | None = None) -> str:
    """The conversation so far; ``waiting`` is the question being worked on."""
    shown = "".join(f'<div class="dz-asked">{escape(q)}</div>{a}' for q, a in turns)
    if waiting is not None:
        shown += f'<div class="dz-asked">{escape(waiting)}</div><div class="dz-notice dz-waiting" role="status"><b>正在查找依据…</b></div>'
    return f'<div class="dz-turns" role="log" aria-label="对话">{shown}</div>'


def _welcome(space: Workspace) -> str:
    count = len(space.library.find_documents())
    if not count:
        return notice("文库还是空的", "请在“管理”页上传文件，或运行 kb ingest 文件夹，然后再来提问。")
    buttons = "".join(f'<button type="button" class="dz-example">{escape(q)}</button>' for q in EXAMPLES)
    return (
        '<div class="dz-welcome"><h2>谁负责、依据哪一条、现在还有效吗</h2>'
        f"<p>依据库中 {count:,} 份文件逐字引证作答；没有依据时直说没有。</p>"
        f'<div class="dz-examples">{buttons}</div></div>'
    )
