"""A question of the pages: asked within what the user may see and chose, its answer recorded, follow-ups proved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from kb.access.people import User
from kb.answer.record import AnswerRecord
from kb.answer.stream import AnswerEvent
from kb.errors import UsageError
from kb.formats import Json
from kb.web.site import EVERYTHING, Chosen, Site
from kb.workspace import Workspace

_FOLLOW_UPS = 3
_TRIED = 4  # candidates asked to find those; each costs about as much as the question itself
_TITLE = 30  # characters of a title that reads well inside a question
_TOPIC = 16  # characters of a task that read well inside a question
_UNFIT = re.compile(r"^(?:不|无权|依法)|[局厅委]|部门")  # a negative or another body inside makes a wrong question
_TAIL = re.compile(r"[，。；：、,;:（(\s].*$")


def ask_and_record(
    site: Site, user: User, question: str, *, as_of: date, history: Sequence[str] = (), chosen: Chosen = EVERYTHING
) -> Iterator[AnswerEvent]:
    """The answer as it comes about; the last event's is kept under an id, so that it can be exported and judged."""
    space = site.spaces.of(user, chosen)
    for event in in_turn(site, space.ask_stream(question, as_of=as_of, history=history)):
        if event.kind == "answer" and event.answer is not None:
            yield replace(event, answer=space.record(event.answer, user.name))
        else:
            yield event


def in_turn(site: Site, events: Iterator[AnswerEvent]) -> Iterator[AnswerEvent]:
    """The events of an answer, worked out in its turn among the other questions; it stands in line once.

    What comes before the first answer is said without work; after it only a language model is waited for, which costs
    this machine nothing and keeps nobody back.
    """
    yield from islice(events, 1)
    with site.working:
        answered = next(events, None)
    if answered is not None:
        yield answered
        yield from events


def get_own_record(site: Site, user: User, id: str) -> AnswerRecord:
    """A record that a user may see: the user's own, or anybody's for an editor; never one that quotes what is hidden."""
    space = site.spaces.of(user)
    record = space.get_record(id)
    readable = {i.document for i in space.library.find_documents()}
    mine = record.body.get("by") == user.name or user.may("editor")
    if not mine or any(c["document"] not in readable for c in record.answer["citations"]):
        raise UsageError(f"没有编号为“{id[:40]}”的答复记录。")
    return record


def find_follow_ups(site: Site, space: Workspace, answer: Json) -> tuple[str, ...]:
    """Questions that go on from an answer in its JSON shape, each of which has one."""
    as_of = date.fromisoformat(answer["as_of"])
    found: list[str] = []
    for candidate in islice(dict.fromkeys(_candidates(answer)), _TRIED):
        if candidate == answer["question"]:
            continue
        with site.following, site.working:
            given = space.ask(candidate, as_of=as_of)
        if given.status == "answered":
            found.append(candidate)
        if len(found) == _FOLLOW_UPS:
            break
    return tuple(found)


def _candidates(answer: Json) -> Iterator[str]:
    tasks = list(dict.fromkeys(t for a in answer["agencies"] if (t := _short(a["action"]))))
    held = {a["role"] for a in answer["agencies"]}
    for task in tasks[:1]:
        if "enforce" not in held:
            yield f"{task}不到位由谁处罚？"
        if not held & {"oversee", "coordinate"}:
            yield f"{task}由谁监督检查？"
    for name in list(dict.fromkeys(a["name"] for a in answer["agencies"]))[:1]:
        yield f"{name}负责哪些工作？"
    for figure in answer["figures"][:1]:
        year = re.search(r"(?:19|20)\d\d", figure["period"])
        if year:
            yield f"{int(year[0]) - 1}年{figure['indicator']}是多少？"
            yield f"{int(year[0]) + 1}年{figure['indicator']}是多少？"
    for citation in answer["citations"][:2]:
        title = citation["title"].strip("《》")
        if len(title) <= _TITLE:
            yield f"《{title}》现在还有效吗？"


def _short(action: str) -> str:
    plain = _TAIL.sub("", action).removeprefix("负责")
    return plain if 2 <= len(plain) <= _TOPIC and not _UNFIT.search(plain) else ""
