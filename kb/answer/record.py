"""The record of an answer: what was asked, as of when, from which library, on which words; and whether it still holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from kb.answer.verify import MARK
from kb.errors import DocumentMissing, UsageError
from kb.formats import format_answer
from kb.library.library import Library
from kb.records import Answer

Json = dict[str, Any]
Verdict = Literal["right", "partial", "wrong"]
VERDICTS: Mapping[Verdict, str] = {"right": "正确", "partial": "部分正确", "wrong": "有误"}


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """答复记录: ``body`` is the stored JSON, with a digest over everything else in it."""

    id: str
    body: Json

    @property
    def answer(self) -> Json:
        """The answer as it was given."""
        answer: Json = self.body["answer"]
        return answer


@dataclass(frozen=True, slots=True)
class Verification:
    """复核: ``faults`` say what no longer holds; ``changes`` what has happened to the sources since."""

    id: str
    faults: tuple[str, ...]
    changes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every quotation is still what stands in the library."""
        return not self.faults


def make_record(library: Library, answer: Answer, asked_at: datetime, by: str = "") -> AnswerRecord:
    """The record of an answer; its id is made of the day and the digest, so that it can be read out."""
    evidence = []
    for c in answer.citations:
        version = library.get_version(c.document)
        evidence.append(
            {"n": c.n, "document": c.document, "version": version.id, "start": c.start, "end": c.end,
             "sha256": _hash(c.quote)}
        )  # fmt: skip
    body: Json = {
        "asked_at": asked_at.isoformat(timespec="seconds"),
        "question": answer.question,
        "as_of": answer.as_of.isoformat(),
        "library_version": find_library_version(library),
        "model": answer.usage.model if answer.usage else None,
        "evidence": evidence,
        "by": by,
        "answer": format_answer(answer),
    }
    digest = find_digest(body)
    id = f"{asked_at:%Y%m%d}-{digest[:10]}"
    body["answer"]["id"] = id
    return AnswerRecord(id, {"id": id, **body, "digest": find_digest(body)})


def find_library_version(library: Library) -> str:
    """A name for what the library holds: the same texts give the same name."""
    held = "\n".join(f"{i.document}\t{i.version}" for i in library.find_documents())
    return _hash(held)[:16]


def find_digest(body: Mapping[str, Any]) -> str:
    """A hash over a record without its own id and digest."""
    kept = {k: v for k, v in body.items() if k not in ("id", "digest")}
    return _hash(json.dumps(kept, ensure_ascii=False, sort_keys=True))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def get_record(library: Library, id: str) -> AnswerRecord:
    """A record by its id or the beginning of it; UsageError for one that is not there."""
    body = library.answers.get(id) if id else None
    if body is None:
        raise UsageError(f"没有编号以“{id}”开头的答复记录，或不止一条；可用 kb records 查看。")
    return AnswerRecord(body["id"], body)


def verify_record(library: Library, record: AnswerRecord, today: date) -> Verification:
    """Whether a record is unchanged and every quotation still stands where it was taken from."""
    faults: list[str] = []
    changes: list[str] = []
    body, answer = record.body, record.answer
    if find_digest(body) != body.get("digest"):
        faults.append("记录内容与入库时的校验值不符，可能被改动")
    cited = {c["n"]: c for c in answer["citations"]}
    used = {int(n) for n in MARK.findall(answer["text"])}
    if used != set(cited):
        faults.append("正文的序号与引证不一致")
    for e in body["evidence"]:
        citation = cited.get(e["n"])
        name = f"[{e['n']}] {e['document']}"
        try:
            version = library.get_version(e["document"], e["version"])
        except DocumentMissing:
            faults.append(f"{name}：所据版本已不在库中，无法核对")
            continue
        quote = version.text[e["start"] : e["end"]]
        if citation is None or quote != citation["quote"] or _hash(quote) != e["sha256"]:
            faults.append(f"{name}：引文与原文不符")
        changes += _find_changes(library, e, name, str(citation["status"]) if citation else "", today)
    return Verification(record.id, tuple(faults), tuple(changes))


def _find_changes(library: Library, evidence: Json, name: str, status: str, today: date) -> Iterable[str]:
    try:
        current = library.get_version(evidence["document"]).id
    except DocumentMissing:
        return [f"{name}：文件已从库中移除"]
    found = [f"{name}：库中已有更新的文本"] if current != evidence["version"] else []
    now = library.status_of(evidence["document"], today, at=evidence["start"])
    if status and now != status:
        found.append(f"{name}：效力状态由 {status} 变为 {now}")
    return found


# --- feedback --------------------------------------------------------------------------------------------------------


def give_feedback(library: Library, id: str, verdict: str, why: str, at: datetime, by: str = "") -> None:
    """Keep what someone said of an answer; UsageError for an unknown answer or verdict."""
    if verdict not in VERDICTS:
        raise UsageError(f"评价应为 {'、'.join(VERDICTS)} 之一，现为“{verdict}”。")
    record = get_record(library, id)
    library.answers.save_feedback(record.id, at.isoformat(timespec="seconds"), verdict, why.strip(), by)


def export_feedback(library: Library) -> list[Json]:
    """The answers people judged, as questions of an evaluation set; the last word on each answer counts.

    An answer called right must be found again: its quotations become ``must_contain`` and its documents ``documents``;
    an abstention called right becomes a question to refuse. A wrong one is kept with the reason, to be filled in.
    """
    last: dict[str, Json] = {}
    for row in library.answers.find_feedback():
        last[row["answer"]] = row
    exported = []
    for id, row in last.items():
        body = library.answers.get(id)
        if body is not None:
            exported.append(_as_question(body, row))
    return exported


def _as_question(body: Json, row: Json) -> Json:
    answer: Json = body["answer"]
    question: Json = {
        "id": body["id"],
        "question": body["question"],
        "as_of": body["as_of"],
        "verdict": row["verdict"],
        "note": row["why"],
    }
    documents = list(dict.fromkeys(c["document"] for c in answer["citations"]))
    if row["verdict"] == "right" and answer["status"] == "abstained":
        return question | {"reason": answer["reason"], "near_documents": documents}
    if row["verdict"] == "right":
        quotes: Sequence[str] = [c["quote"] for c in answer["citations"]]
        return question | {
            "documents": documents,
            "quote": quotes[0],
            "more_quotes": list(quotes[1:]),
            "must_contain": [quotes[0]],
        }
    return question | {"documents": documents, "must_contain": [], "given": answer["text"]}
