"""Texts that stand on another: an interpretation or implementing regulation of a law that was repealed no longer applies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kb.lineage.editions import Edition, Ending
from kb.lineage.names import parse_work_name
from kb.records import Act
from kb.text import normalise

Key = tuple[str, str]  # document, version

# 关于适用《X》若干问题的解释, 关于贯彻执行《X》若干问题的意见: the whole text is about X
_APPLIES = re.compile(r"(?:适用|执行|实施)(?:中华人民共和国)?《(?:中华人民共和国)?(?P<law>[^《》]{2,40})》")
_IMPLEMENTS = re.compile(r"^(?P<law>.{2,40}?法)(?:实施|施行)(?:条例|细则|办法)$")
_NATIONAL = frozenset({"法律", "行政法规", "司法解释"})
_SURE = 0.7  # nobody has said it: a court may still apply it to what happened before


def lapse_dependents(editions: dict[Key, Edition], acts: Mapping[str, Sequence[Act]], told: frozenset[str]) -> None:
    """End, as an inference, what only interprets or implements a national law that another law repealed by name.

    ``told``: documents whose days a user has given, which stay as they were told.
    """
    gone = dict(_repealed_laws(editions, acts))
    for key, edition in editions.items():
        law = find_statute(edition.title, edition.level) if gone else None
        if law is None or law not in gone:
            continue
        act, by, on = gone[law]
        if edition.made_on is not None and edition.made_on < on and not edition.endings and key[0] not in told:
            reason = f"所依据的《{law}》自{on.isoformat()}起废止，推断随之失效"
            ended = Ending("repealed", on, by, act, _SURE, reason, inferred=True)
            editions[key] = replace(edition, endings=(ended,))


def find_statute(title: str, level: str | None) -> str | None:
    """The law that a national text interprets or implements by its title; None for any other text."""
    if level not in _NATIONAL:
        return None
    plain = "".join(normalise(title).split())
    found = _APPLIES.search(plain) or _IMPLEMENTS.match(parse_work_name(title).core)
    return parse_work_name(found["law"]).core if found else None


def _repealed_laws(
    editions: Mapping[Key, Edition], acts: Mapping[str, Sequence[Act]]
) -> Iterable[tuple[str, tuple[Act, str, date]]]:
    """Law by name → the words, document and day of its repeal, unless a text of that name took its place."""
    begun: dict[str, date] = {}
    for edition in editions.values():
        if edition.begins is not None and edition.name.core:
            begun[edition.name.core] = max(edition.begins, begun.get(edition.name.core, edition.begins))
    for by in editions.values():
        if not by.current or by.proposed or by.level != "法律":
            continue
        for act in acts.get(by.version, ()):
            on = act.on or by.closing
            if act.kind != "repeal" or act.listed or act.title is None or on is None:
                continue
            law = parse_work_name(act.title).core
            if law.endswith(("法", "通则", "总则")) and law != by.name.core and begun.get(law, date.min) < on:
                yield law, (act, by.document, on)
