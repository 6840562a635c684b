"""The same answer in the shape of OpenAI's chat completions, whole or as server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from time import time
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kb.answer.stream import AnswerEvent
from kb.errors import KBError
from kb.formats import Json, format_answer
from kb.web.answering import in_turn
from kb.web.api import QUESTION_LENGTH, bad_request, count_answer
from kb.web.site import Site

MODEL = "dingze"
_PIECE = 24  # characters of one event


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: str = Field(max_length=40)
    text: str = Field("", max_length=20_000)


class ChatMessage(BaseModel):
    """一条消息."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Annotated[str, StringConstraints(max_length=20_000)] | Annotated[list[Part], Field(max_length=50)] | None

    def words(self) -> str:
        """The message's text."""
        if isinstance(self.content, list):
            return "".join(p.text for p in self.content if p.type == "text").strip()
        return (self.content or "").strip()


class ChatRequest(BaseModel):
    """对话; settings of a language model that other clients send are accepted and have no effect."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "责任不清时由谁确定？"}]}]
        },
    )
    model: str = Field(MODEL, max_length=200)
    messages: list[ChatMessage] = Field(min_length=1, max_length=200)
    stream: bool = False
    as_of: date | None = None


def build_completions(site: Site) -> APIRouter:
    """Routes that OpenAI clients call."""
    router = APIRouter(prefix="/v1", tags=["OpenAI 兼容"])

    @router.get("/models", summary="可用模型")
    def models() -> Json:
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}]}

    @router.post("/chat/completions", summary="问答，附 references")
    def completions(body: ChatRequest, request: Request) -> Any:
        asked = [m.words() for m in body.messages if m.role == "user"]
        asked = [words for words in asked if words]
        if not asked or body.messages[-1].role != "user":
            raise bad_request("最后一条消息应为 user 的文字问题。")
        if len(asked[-1]) > QUESTION_LENGTH:
            raise bad_request(f"问题过长，请缩短到 {QUESTION_LENGTH} 字以内。")
        history = [words[:QUESTION_LENGTH] for words in asked[-21:-1]]
        site.note(request, "ask", asked[-1])
        events = in_turn(site, site.space(request).ask_stream(asked[-1], as_of=body.as_of, history=history))
        head: Json = {"id": f"chatcmpl-{uuid4().hex}", "created": int(time()), "model": MODEL}
        if body.stream:
            return StreamingResponse(_events(site, head, events), media_type="text/event-stream")
        answer = _last(site, events)
        size = sum(len(m.words()) for m in body.messages)
        return {
            **head,
            "object": "chat.completion",
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": answer["text"]}, "finish_reason": "stop"}
            ],
            # Characters stand in for tokens: no tokenizer is involved in an answer by quotation.
            "usage": {
                "prompt_tokens": size,
                "completion_tokens": len(answer["text"]),
                "total_tokens": size + len(answer["text"]),
            },
            "references": answer["citations"],
            "answer": answer,
        }

    return router


def _last(site: Site, events: Iterator[AnswerEvent]) -> Json:
    *_, last = events
    assert last.answer is not None
    count_answer(site, last.answer)
    return format_answer(last.answer)


def _events(site: Site, head: Json, events: Iterator[AnswerEvent]) -> Iterator[str]:
    """Server-sent events; what is being done goes as comments, which keep the line alive and which clients skip."""

    def event(delta: Json, finish: str | None = None, **more: Any) -> str:
        body = {
            **head,
            "object": "chat.completion.chunk",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
            **more,
        }
        return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"

    yield event({"role": "assistant", "content": ""})
    answer: Json = {}
    try:
        for step in events:
            if step.kind == "stage":
                yield f": {step.text}\n\n"
            elif step.kind == "answer":
                answer = _last(site, iter([step]))
    except KBError as e:
        yield f"data: {json.dumps({'error': {'message': str(e)}}, ensure_ascii=False)}\n\ndata: [DONE]\n\n"
        return
    text = answer["text"]
    for at in range(0, len(text), _PIECE):
        yield event({"content": text[at : at + _PIECE]})
    yield event({}, "stop", references=answer["citations"], answer=answer)
    yield "data: [DONE]\n\n"
