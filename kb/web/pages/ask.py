"""问答: a conversation whose every [n] opens its source beside it; question, date and scope are in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from html import escape
from typing import Any

import gradio as gr

from kb.access.history import Turn
from kb.access.people import User
from kb.errors import KBError
from kb.records import Answer
from kb.web.answering import ask_and_record
from kb.web.api import QUESTION_LENGTH, count_answer
from kb.web.render import format_answer_html, notice
from kb.web.site import Chosen, Site

EXAMPLES = (
    "背街小巷由谁清扫保洁？",
    "小广告由谁清理、由谁处罚？",
    "责任区的责任人不明确时由谁确定？",
    "农贸市场由哪个部门监管？",
)
_AT_ONCE = 40  # as many as there are threads
_TURNS = 30  # kept in view; a longer conversation drops its beginning
PANEL = (
    '<aside class="dz-panel" id="dz-panel" tabindex="-1" aria-label="原文"><div class="dz-blank">'
    "<b>原文</b><p>点击答案中的序号，这里显示出处，并标出所引原文。</p></div></aside>"
)
COMPOSER = f"""
<form class="dz-composer" id="dz-composer">
  <div class="dz-askrow">
    <textarea id="dz-question" rows="1" maxlength="{QUESTION_LENGTH}" aria-label="问题"
      placeholder="如：无物业小区的垃圾谁来清？"></textarea>
    <button type="submit" class="dz-go">提问</button>
  </div>
  <div class="dz-under">
    <label>效力日期<input type="date" id="dz-day" name="as_of" min="1949-10-01" max="2099-12-31"></label>
    <details class="dz-narrow" open><summary>范围</summary><span class="dz-scope" id="dz-scope" data-load="/fragment/scope"></span></details>
  </div>
</form>
"""
# The form is the page's own; what it is asked goes to the server as one event of the component.
_ON_LOAD = """
const send = (more) => trigger('submit', more);
window.dingze && window.dingze.compose(element, send, (id) => trigger('select', { conversation: id }), () => trigger('clear', {}));
"""
Held = Mapping[str, Any]  # conversation: id, questions: those asked so far


def build_ask(site: Site, block: Any) -> None:
    """The components and events of the page, inside ``block``."""
    held = gr.State({"conversation": "", "questions": []})
    plain: dict[str, Any] = {"padding": False, "apply_default_css": False}
    with gr.Row(elem_classes="dz-work"):
        with gr.Column(elem_classes="dz-past", min_width=0):
            past = gr.HTML("", elem_id="dz-history", **plain)
        with gr.Column(elem_classes="dz-talk", min_width=0):
            log = gr.HTML("", elem_id="dz-log", **plain)
            live = gr.HTML("", elem_id="dz-live", **plain)
            composer = gr.HTML(COMPOSER, elem_id="dz-composing", js_on_load=_ON_LOAD, **plain)
        with gr.Column(elem_classes="dz-side", min_width=0):
            gr.HTML(PANEL, **plain)
    outputs = [log, live, past, held]

    def submit(state: Held, shown: str, evt: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        user = site.access.named(request.username)
        if user is not None:
            asked = dict(evt._data or {})
            state = take_up(site, user, state, str(asked.get("conversation", ""))[:40])
            yield from answer_turn(site, user, asked, state, shown, _number(request))

    def select(evt: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        user = site.access.named(request.username)
        return open_conversation(site, user, str((evt._data or {}).get("conversation", ""))) if user else _nothing()

    def clear(request: gr.Request) -> tuple[Any, ...]:
        user = site.access.named(request.username)
        return open_conversation(site, user, "") if user else _nothing()

    def arrive(request: gr.Request) -> Iterator[tuple[Any, ...]]:
        user = site.access.named(request.username)
        query = dict(request.query_params)
        if user is None:
            return
        yield open_conversation(site, user, query.get("c", "")[:40])
        if query.get("q", "").strip():
            asked = {**query, "question": query["q"]}
            yield from answer_turn(site, user, asked, {"conversation": "", "questions": []}, "", _number(request))

    # Gradio would take one at a time; how much is worked on at once is for Site.working to say.
    private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": _AT_ONCE}
    composer.submit(submit, [held, live], outputs, **private)
    composer.select(select, None, outputs, **private)
    composer.clear(clear, None, outputs, **private)
    block.load(arrive, None, outputs, **private)


def _nothing() -> tuple[Any, ...]:
    return gr.skip(), gr.skip(), gr.skip(), gr.skip()


def open_conversation(site: Site, user: User, id: str) -> tuple[str, str, str, Held]:
    """What the page shows of a user's conversation, or of none: log, current turn, list of conversations, state."""
    readable = {i.document for i in site.spaces.of(user).library.find_documents()}
    turns = site.history.get_turns(user.name, id, readable) if id else ()
    turns = turns[-_TURNS:]
    current = id if turns else ""
    state = {"conversation": current, "questions": [t.question for t in turns]}
    log = "".join(_asked(t.question) + t.html for t in turns) or _welcome(site, user)
    return _log(log), "", format_history(site, user, current), state


def take_up(site: Site, user: User, state: Held, conversation: str) -> Held:
    """The state of a page that the server has forgotten, after a restart or many other visitors, from what is kept."""
    if state.get("conversation") or not conversation:
        return state
    readable = {i.document for i in site.spaces.of(user).library.find_documents()}
    turns = site.history.get_turns(user.name, conversation, readable)[-_TURNS:]
    return {"conversation": conversation, "questions": [t.question for t in turns]} if turns else state


def _number(request: gr.Request) -> str:
    """The number under which the log has the request that brought an event."""
    scope = getattr(request.request, "scope", {})
    return str(scope.get("state", {}).get("request", ""))


def answer_turn(
    site: Site, user: User, asked: Mapping[str, Any], state: Held, shown: str, number: str = ""
) -> Iterator[tuple[Any, ...]]:
    """The turn as it comes: the question with a waiting note, then the answer; the turn before joins the log."""
    question = str(asked.get("question", "")).strip()[:QUESTION_LENGTH]
    questions = list(state.get("questions", []))
    if not question:
        yield _nothing()
        return
    # The first turn takes the place of the welcome; later ones join what is there, without sending it again.
    log: Any = gr.skip() if questions and not shown else _log(_held(site, user, state)) if questions else _log("")
    yield log, _live(_asked(question) + _waiting("正在查找依据…")), gr.skip(), state
    html, text, answer = "", "", None
    for step in _answer(site, user, question, asked, questions, number):
        html, text, answer = step
        yield gr.skip(), _live(_asked(question) + html), gr.skip(), state
    documents = tuple(dict.fromkeys(c.document for c in answer.citations)) if answer else ()
    turn = Turn(question, html, text, answer.id or "" if answer else "", documents)
    conversation = site.history.add(user.name, str(state.get("conversation", "")), turn)
    state = {"conversation": conversation, "questions": [*questions, question][-_TURNS:]}
    yield gr.skip(), _live(_asked(question) + html), format_history(site, user, conversation), state


def _held(site: Site, user: User, state: Held) -> str:
    readable = {i.document for i in site.spaces.of(user).library.find_documents()}
    turns = site.history.get_turns(user.name, str(state.get("conversation", "")), readable)
    return "".join(_asked(t.question) + t.html for t in turns[-_TURNS:])


def _answer(
    site: Site, user: User, question: str, asked: Mapping[str, Any], history: list[str], number: str
) -> Iterator[tuple[str, str, Answer | None]]:
    """HTML, plain text and the answer as it comes about; a message in its place where it cannot be given."""
    given = str(asked.get("as_of", "") or "").strip()
    try:
        day = date.fromisoformat(given) if given else date.today()
    except ValueError:
        message = f"“{given[:20]}”应写成 2026-11-24 的样子，请改正后重新提问。"
        yield notice("日期有误", message, "error"), message, None
        return
    chosen = Chosen.read(asked)
    site.audit.note(user.name, "ask", question, number)
    draft, worded = "", ""
    try:
        for event in ask_and_record(site, user, question, as_of=day, history=history, chosen=chosen):
            if event.kind == "draft" and event.answer is not None:
                draft = format_answer_html(event.answer)
                yield draft, "", None
            elif event.kind == "stage":
                yield draft + _waiting(event.text), "", None
            elif event.kind == "sentence":
                worded += event.text
                yield f'<p class="dz-worded">{escape(worded)}</p>{draft}', "", None
            elif event.answer is not None:
                count_answer(site, event.answer)
                yield format_answer_html(event.answer, chosen), event.answer.text, event.answer
    except KBError as e:
        yield notice("未能回答", str(e), "error"), str(e), None


def _asked(question: str) -> str:
    return f'<div class="dz-asked">{escape(question)}</div>'


def _waiting(said: str) -> str:
    return f'<div class="dz-notice dz-waiting" role="status"><b>{escape(said)}</b></div>'


def _log(html: str) -> str:
    return f'<div class="dz-turns" role="log" aria-label="对话">{html}</div>'


def _live(html: str) -> str:
    return f'<div class="dz-turns dz-now" aria-live="polite">{html}</div>'


def format_history(site: Site, user: User, current: str) -> str:
    """The user's conversations, the one shown marked."""
    rows = "".join(
        f'<li{" aria-current=true" if c.id == current else ""}><a href="/?c={escape(c.id)}" data-conversation="{escape(c.id)}" title="{escape(c.title)}">{escape(c.title)}</a>'
        f'<button type="button" class="dz-forget" data-forget="{escape(c.id)}" aria-label="删除对话：{escape(c.title)}">×</button></li>'
        for c in site.history.find(user.name)
    )
    listed = f"<ol>{rows}</ol>" if rows else "<p>提问后，对话保存在这里，只有您自己能看到。</p>"
    return (
        '<button type="button" class="dz-plainbutton" id="dz-fresh">新对话</button>'
        f'<details class="dz-pastlist" open><summary>我的对话</summary>{listed}</details>'
    )


def _welcome(site: Site, user: User) -> str:
    count = len(site.spaces.of(user).library.find_documents())
    if not count and not any(j.state == "running" for j in site.jobs.find(5, without="export")):
        return notice("文库还是空的", "请在“管理”页上传文件，或运行 kb ingest 文件夹，然后再来提问。")
    buttons = "".join(f'<button type="button" class="dz-example">{escape(q)}</button>' for q in EXAMPLES)
    said = f"依据库中 {count:,} 份文件逐字引证作答；没有依据时直说没有。" if count else "正在读入文件，读好的可以先问。"
    return (
        '<div class="dz-welcome"><h1>谁负责、依据哪一条、现在还有效吗</h1>'
        f'<p>{said}</p><div class="dz-examples">{buttons}</div></div>'
    )
