"""The users' own dictionaries: lay words with their official wording, and agencies; checked, saved, in force at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kb.agencies import Agencies
from kb.errors import UsageError
from kb.web.site import Spaces
from kb.words import Words
from kb.workspace import Workspace, own_file

HINTS: Mapping[str, str] = {
    "synonyms": "# 每行：俗称 = 规范说法（左右都可写多个，空格隔开）\n# 例：牛皮癣 野广告 = 小广告 乱张贴\n",
    "agencies": '# [[body]] 机构；[[reform]] 改革；[[concrete]] 泛称所指的具体机关。例：\n# [[concrete]]\n# generic = "城市管理部门"\n# place = "云泽市"\n# name = "云泽市城市管理局"\n',
}


@dataclass(frozen=True, slots=True)
class Dictionary:
    """一部词典."""

    name: str
    title: str
    path: Path
    text: str


def find_dictionaries(space: Workspace) -> tuple[Dictionary, ...]:
    """Both, with what they hold; a hint on how to write them where nothing is there yet."""
    found = []
    for name, title, set_path in (
        ("synonyms", "俗称与规范说法", space.settings.dictionary),
        ("agencies", "机构名录", space.settings.agencies),
    ):
        path = set_path or own_file(space.settings, name)
        text = path.read_text(encoding="utf-8") if path.is_file() else HINTS[name]
        found.append(Dictionary(name, title, path, text))
    return tuple(found)


def save_dictionary(spaces: Spaces, name: str, text: str) -> None:
    """Check a dictionary, keep it, and go on with it; UsageError names the bad line and nothing is changed."""
    space = spaces.whole
    held = get_dictionary(space, name)
    fresh = held.path.with_name(f".{held.path.name}.new")
    fresh.write_text(text.replace("\r\n", "\n"), encoding="utf-8")
    checks: Mapping[str, Callable[[Path], object]] = {"synonyms": Words.load, "agencies": Agencies.load}
    try:
        checks[name](fresh)
    except Exception:
        fresh.unlink(missing_ok=True)
        raise
    fresh.replace(held.path)
    if name == "synonyms":
        settings = replace(space.settings, dictionary=held.path)
        spaces.replace(replace(space, settings=settings, words=Words.load(held.path)))
    else:
        spaces.replace(replace(space, settings=replace(space.settings, agencies=held.path)))


def get_dictionary(space: Workspace, name: str) -> Dictionary:
    """One dictionary; UsageError for an unknown name."""
    found = next((d for d in find_dictionaries(space) if d.name == name), None)
    if found is None:
        raise UsageError(f"没有“{name[:40]}”这部词典。")
    return found
