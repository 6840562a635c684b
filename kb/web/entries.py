"""Entries of the users' own dictionaries, each added, changed or removed by itself: the rest of the file stays as written."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kb.agencies import Agencies
from kb.agency_names import plain_name
from kb.errors import UsageError

KINDS = {"synonym": "俗称", "body": "机构", "reform": "机构改革", "concrete": "泛称所指"}
DICTIONARY = {"synonym": "synonyms", "body": "agencies", "reform": "agencies", "concrete": "agencies"}
_HEADER = re.compile(r"^\[\[(body|reform|concrete)\]\]\s*(?:#.*)?$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MOVED = "词典已被改动，这一条不在原处了；请刷新页面后再改，填好的内容可先复制。"
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """词条: one entry as a form shows it; ``source`` is its text in the file, which tells whether it is still there."""

    kind: str
    fields: dict[str, str]
    source: str


def find_entries(name: str, text: str, registry: Agencies) -> tuple[Entry, ...]:
    """The entries of a dictionary in order; bodies by their names."""
    found = []
    for kind, source in _split(name, text):
        if kind == "synonym":
            lay, _, official = source.split("#", 1)[0].partition("=")
            found.append(Entry(kind, {"lay": lay.strip(), "official": official.strip()}, source))
        elif kind:
            table = tomllib.loads(source)[kind][0]
            found.append(Entry(kind, _show(kind, table, registry), source))
    return tuple(found)


def put_entry(name: str, text: str, kind: str, fields: Fields, registry: Agencies, was: str = "") -> str:
    """The dictionary's text with an entry added, or changed in the place of the text ``was``.

    Raises UsageError where a field is wrong, the entry is there already, or ``was`` has gone.
    """
    if DICTIONARY.get(kind) != name:
        raise UsageError(f"没有“{kind[:20]}”这种词条。")
    given = {n: " ".join(_CONTROL.sub(" ", v).split()) for n, v in fields.items()}
    others = [e for e in find_entries(name, text, registry) if e.source != was]
    written = _WRITERS[kind](given, others, registry)
    if not was:
        body = text.rstrip("\n")
        gap = "\n" if name == "synonyms" else "\n\n"
        return f"{body}{gap if body else ''}{written}\n"
    _, mark, remark = was.partition("#") if kind == "synonym" else ("", "", "")
    return _replace(name, text, was, [f"{written}  #{remark}" if mark else written])


def drop_entry(name: str, text: str, was: str) -> str:
    """The text without one entry; UsageError where it is not there any more."""
    return _replace(name, text, was, [])


def _replace(name: str, text: str, was: str, by: list[str]) -> str:
    parts = _split(name, text)
    at = next((n for n, (kind, source) in enumerate(parts) if kind and source == was), None)
    if at is None:
        raise UsageError(_MOVED)
    sources = [source for _, source in parts]
    return "\n".join([*sources[:at], *by, *sources[at + 1 :]]).rstrip("\n") + "\n"


# --- the file as it is written ----------------------------------------------------------------------------------------


def _split(name: str, text: str) -> list[tuple[str, str]]:
    """(kind, text) in order, kind "" for what is between entries; comments before an entry are between."""
    parts: list[tuple[str, str]] = []
    lines = text.splitlines()
    if name == "synonyms":
        return [("synonym" if line.split("#", 1)[0].strip() else "", line) for line in lines]
    held: list[str] = []
    kind = ""

    def close() -> None:
        # Comments and blank lines at the end of an entry stand before the next one, or at the end of the file.
        last = max((n for n, line in enumerate(held) if line.strip() and not line.lstrip().startswith("#")), default=-1)
        cut = last + 1 if kind else 0
        if kind:
            parts.append((kind, "\n".join(held[:cut])))
        if held[cut:]:
            parts.append(("", "\n".join(held[cut:])))

    for line in lines:
        if m := _HEADER.match(line.strip()):
            close()
            held, kind = [], m[1]
        held.append(line)
    close()
    return parts


def _show(kind: str, table: Mapping[str, Any], registry: Agencies) -> dict[str, str]:
    def name(id: str) -> str:
        body = registry.bodies.get(id)
        return body.name if body is not None else id

    if kind == "body":
        return {"name": table["name"], "aliases": " ".join(table.get("aliases", [])), "id": table["id"]}
    if kind == "reform":
        shown = {"old": " ".join(name(o) for o in table["old"]), "new": name(table["new"])}
        return {**shown, "on": str(table["on"]), "note": table.get("note", "")}
    days = {n: str(table[n]) if table.get(n) else "" for n in ("from", "to")}
    return {"generic": table["generic"], "place": table["place"], "name": table["name"], **days}


# --- what a form may say ----------------------------------------------------------------------------------------------


def _write_synonym(given: Fields, others: Sequence[Entry], registry: Agencies) -> str:
    lay, official = _need(given, "lay", "俗称").split(), _need(given, "official", "规范说法")
    for part in (*lay, official):
        if "=" in part or "#" in part:
            raise UsageError(f"“{part}”里不能有 = 和 #，请去掉。")
    for entry in others:
        if twice := set(lay) & set(entry.fields["lay"].split()):
            raise UsageError(
                f"“{sorted(twice)[0]}”已有一条（{entry.fields['lay']} = {entry.fields['official']}），请改那一条。"
            )
    return f"{' '.join(lay)} = {official}"


def _write_body(given: Fields, others: Sequence[Entry], registry: Agencies) -> str:
    name, aliases = _need(given, "name", "规范名称"), given.get("aliases", "").split()
    for entry in others:
        if entry.kind != "body":
            continue
        taken = {plain_name(n) for n in (entry.fields["name"], *entry.fields["aliases"].split())}
        if twice := [n for n in (name, *aliases) if plain_name(n) in taken]:
            raise UsageError(f"“{twice[0]}”已登记在“{entry.fields['name']}”下，一个名称只能属于一个机构。")
    known = registry.find_body(name)
    made = f"own-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    id = given.get("id") or (known.id if known is not None and plain_name(known.name) == plain_name(name) else made)
    return f"[[body]]\nid = {_quote(id)}\nname = {_quote(name)}\naliases = [{', '.join(map(_quote, aliases))}]"


def _write_reform(given: Fields, others: Sequence[Entry], registry: Agencies) -> str:
    old, new = _need(given, "old", "原机构").split(), _need(given, "new", "承接机构")
    ids = []
    for name in (*old, new):
        body = registry.bodies.get(registry.spellings.get(plain_name(name), ""))
        if body is None:
            raise UsageError(f"“{name}”还没有登记，请先在“机构”里添加。")
        ids.append(body.id)
    if ids[-1] in ids[:-1]:
        raise UsageError(f"“{new}”既是原机构又是承接机构，请核对。")
    day = _day(_need(given, "on", "施行日期"), "施行日期")
    note = given.get("note") or "机构改革"
    return f"[[reform]]\nold = [{', '.join(map(_quote, ids[:-1]))}]\nnew = {_quote(ids[-1])}\non = {day}\nnote = {_quote(note)}"


def _write_concrete(given: Fields, others: Sequence[Entry], registry: Agencies) -> str:
    wanted = (("generic", "泛称"), ("place", "地域"), ("name", "具体机关"))
    lines = ["[[concrete]]", *(f"{field} = {_quote(_need(given, field, label))}" for field, label in wanted)]
    days = [_day(given[n], label) if given.get(n) else None for n, label in (("from", "起"), ("to", "止"))]
    if days[0] and days[1] and days[1] < days[0]:
        raise UsageError(f"止于 {days[1]}，早于起始的 {days[0]}，请核对。")
    lines += [f"{field} = {day}" for field, day in zip(("from", "to"), days, strict=True) if day]
    return "\n".join(lines)


_WRITERS: Mapping[str, Callable[[Fields, Sequence[Entry], Agencies], str]] = {
    "synonym": _write_synonym,
    "body": _write_body,
    "reform": _write_reform,
    "concrete": _write_concrete,
}


def _need(given: Fields, field: str, label: str) -> str:
    value = given.get(field, "").strip()
    if not value:
        raise UsageError(f"请填写“{label}”。")
    return value


def _day(value: str, label: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{label}“{value[:20]}”应写成 2026-11-24 的样子。") from None


def _quote(value: str) -> str:
    """A TOML string; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False)
