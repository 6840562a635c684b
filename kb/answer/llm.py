"""A language model behind any OpenAI-compatible endpoint or Ollama; the only home of LlamaIndex's LLM side.

The packages are imported when a model is first asked, never before: without one they cost nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event, Thread
from typing import Any, Protocol

from kb.config import Model
from kb.errors import ModelFailed, UsageError
from kb.records import Usage

_WAIT = 0.5  # seconds before the first retry; doubled each time
_CHARACTERS_A_TOKEN = 1.5  # of Chinese text, where an endpoint does not count tokens itself
_LOOK = 0.05  # seconds between looks at whether the user has cancelled
_CONTEXT = 16_384  # tokens Ollama makes room for; left to itself it takes all a model can, and with it the memory


@dataclass(frozen=True, slots=True)
class Piece:
    """片段: some words as they arrive; the last piece has no words and says what the answer cost."""

    text: str
    usage: Usage | None = None


class LanguageModel(Protocol):
    """语言模型: words for a prompt, piece by piece."""

    name: str

    def stream(self, system: str, user: str, cancelled: Callable[[], bool]) -> Iterator[Piece]:
        """The model's words; raises ModelFailed, also when it takes too long. Ends early when ``cancelled``."""
        ...


def open_model(settings: Model) -> LanguageModel | None:
    """The model of the settings, or None where none is set; UsageError for half a setting."""
    if not settings.kind:
        return None
    if settings.kind not in ("openai", "ollama"):
        raise UsageError(f"DINGZE_LLM 应为 openai 或 ollama，现为“{settings.kind}”，请改正或删去。")
    if not settings.name or (settings.kind == "openai" and not settings.url):
        raise UsageError("语言模型还缺设置：请同时设定 DINGZE_LLM_URL 与 DINGZE_LLM_MODEL，或都删去。")
    return RemoteModel(settings)


class RemoteModel:
    """远端模型: asked through LlamaIndex, retried while nothing has arrived, bounded in time from first to last."""

    def __init__(self, settings: Model) -> None:
        self.name = settings.name
        self._settings = settings
        self._client: Any = None

    def stream(self, system: str, user: str, cancelled: Callable[[], bool]) -> Iterator[Piece]:
        """The model's words, then what they cost."""
        said = ""
        raw: Any = None
        deadline = time.monotonic() + self._settings.seconds
        for attempt in range(self._settings.retries + 1):
            try:
                for delta, last in self._deltas(system, user, deadline, cancelled):
                    raw, said = last, said + delta
                    if delta:
                        yield Piece(delta)
                break
            except ModelFailed:
                raise
            except Exception as e:  # the client libraries raise many kinds
                wait = _WAIT * 2**attempt
                late = time.monotonic() + wait > deadline
                if said or attempt == self._settings.retries or late or not _may_pass(e):
                    raise ModelFailed(_describe(e, self._settings, bool(said))) from e
                time.sleep(wait)
        yield Piece("", _count(self._settings, raw, system + user, said))

    def _deltas(
        self, system: str, user: str, deadline: float, cancelled: Callable[[], bool]
    ) -> Iterator[tuple[str, Any]]:
        """The words as they arrive, read beside so that neither a silent endpoint nor a slow one holds up cancelling."""
        arrived: Queue[tuple[str, Any] | Exception | None] = Queue()
        enough = Event()
        Thread(target=self._read, args=(system, user, arrived, enough), daemon=True).start()
        try:
            while not cancelled():
                if time.monotonic() > deadline:
                    raise ModelFailed(f"语言模型在 {self._settings.seconds:g} 秒内没有写完")
                with suppress(Empty):
                    found = arrived.get(timeout=_LOOK)
                    if found is None:
                        return
                    if isinstance(found, Exception):
                        raise found
                    yield found
        finally:
            enough.set()

    def _read(self, system: str, user: str, arrived: Queue[tuple[str, Any] | Exception | None], enough: Event) -> None:
        from llama_index.core.llms import ChatMessage

        messages = [ChatMessage(role="system", content=system), ChatMessage(role="user", content=user)]
        try:
            responses = self._open().stream_chat(messages)
            try:
                for response in responses:
                    if enough.is_set():
                        return
                    arrived.put((response.delta or "", response.raw))
            finally:
                responses.close()
            arrived.put(None)
        except Exception as e:  # told where the words are waited for
            arrived.put(e)

    def _open(self) -> Any:
        if self._client is None:
            self._client = (
                _open_ollama(self._settings) if self._settings.kind == "ollama" else _open_openai(self._settings)
            )
        return self._client


def _open_openai(settings: Model) -> Any:
    from llama_index.llms.openai_like import OpenAILike

    return OpenAILike(
        model=settings.name,
        api_base=settings.url,
        api_key=settings.key or "none",
        is_chat_model=True,
        temperature=0.0,
        timeout=settings.seconds,
        max_retries=0,  # retried here, where cancelling and what has already been said are known
        additional_kwargs={"stream_options": {"include_usage": True}},
    )


def _open_ollama(settings: Model) -> Any:
    from llama_index.llms.ollama import Ollama

    return Ollama(
        model=settings.name,
        base_url=settings.url or "http://127.0.0.1:11434",
        temperature=0.0,
        request_timeout=settings.seconds,
        context_window=_CONTEXT,
        thinking=False,  # the words are given; weighing them aloud only costs time
    )


def _may_pass(error: Exception) -> bool:
    """Whether asking again may help: a refused key or an unknown model will be refused again."""
    status = _status(error)
    return status is None or status in (408, 409, 429) or status >= 500


def _status(error: Exception) -> int | None:
    """The HTTP status of an error; Ollama's client gives -1 for one told in the midst of a stream."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status > 0 else None


def _describe(error: Exception, settings: Model, began: bool) -> str:
    """What went wrong, in words and without the key; ``began``: after some words had come."""
    status = _status(error)
    kind = type(error).__name__
    if status in (401, 403):
        return "语言模型拒绝了密钥，请检查 DINGZE_LLM_KEY"
    if status == 404:
        return f"语言模型端点没有模型“{settings.name}”，请检查 DINGZE_LLM_MODEL 与 DINGZE_LLM_URL"
    if status is not None:
        return f"语言模型端点返回错误 {status}"
    if "Timeout" in kind:
        return f"语言模型在 {settings.seconds:g} 秒内没有回应"
    if began:
        return f"语言模型端点中途断开（{kind}）"
    return f"连不上语言模型端点（{kind}），请检查 DINGZE_LLM_URL"


def _count(settings: Model, raw: Any, prompt: str, said: str) -> Usage:
    """Tokens as the endpoint counts them, else estimated by characters; money where prices are set."""
    found = _find_usage(raw)
    asked, answered = found or (round(len(prompt) / _CHARACTERS_A_TOKEN), round(len(said) / _CHARACTERS_A_TOKEN))
    cost = None
    if settings.price_in is not None and settings.price_out is not None:
        cost = (asked * settings.price_in + answered * settings.price_out) / 1_000_000
    return Usage(settings.name, asked, answered, cost, settings.currency if cost is not None else None, found is None)


def _find_usage(raw: Any) -> tuple[int, int] | None:
    if raw is None:
        return None
    usage = _field(raw, "usage")
    if usage is not None:
        asked, answered = _field(usage, "prompt_tokens"), _field(usage, "completion_tokens")
    else:  # Ollama
        asked, answered = _field(raw, "prompt_eval_count"), _field(raw, "eval_count")
    return (int(asked), int(answered)) if asked is not None and answered is not None else None


def _field(body: Any, name: str) -> Any:
    return body.get(name) if isinstance(body, dict) else getattr(body, name, None)
