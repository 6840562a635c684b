"""An answer as it comes about: what is being done, the extractive answer, a model's checked sentences, the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kb.agencies import Agencies
from kb.answer.ask import answer_question
from kb.answer.llm import LanguageModel
from kb.answer.proofs import find_proofs
from kb.answer.wording import Worded, merge_wording, word_answer
from kb.records import Answer
from kb.search.search import Searcher


@dataclass(frozen=True, slots=True)
class AnswerEvent:
    """答复进展.

    ``stage`` says in ``text`` what is being done; ``draft`` brings the extractive answer, complete and checked;
    ``sentence`` one checked sentence of the model's wording; ``answer``, always last, the answer to keep.
    """

    kind: Literal["stage", "draft", "sentence", "answer"]
    text: str = ""
    answer: Answer | None = None


def never() -> bool:
    """For callers that do not cancel."""
    return False


def ask_stream(
    searcher: Searcher,
    question: str,
    *,
    as_of: date,
    history: Sequence[str] = (),
    agencies: Agencies | None = None,
    model: LanguageModel | None = None,
    cancelled: Callable[[], bool] = never,
) -> Iterator[AnswerEvent]:
    """Events up to the final answer; with no model, or when it fails, the extractive answer is the final one."""
    yield AnswerEvent("stage", "正在查找依据…")
    answer = answer_question(searcher, question, as_of=as_of, history=history, agencies=agencies)
    if model is None or answer.status == "abstained" or not answer.citations:
        yield AnswerEvent("answer", answer=answer)
        return
    yield AnswerEvent("draft", answer=answer)
    yield AnswerEvent("stage", f"正在由语言模型 {model.name} 组织文字，逐句核对…")
    sentences: list[str] = []
    end = Worded(done=True)
    for worded in word_answer(model, answer, find_proofs(searcher, answer), cancelled):
        if worded.done:
            end = worded
        elif not cancelled():
            sentences.append(worded.sentence)
            yield AnswerEvent("sentence", worded.sentence)
    if cancelled():
        yield AnswerEvent("answer", answer=answer)
        return
    yield AnswerEvent("answer", answer=merge_wording(answer, sentences, end))
