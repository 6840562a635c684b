"""How much two texts have in common, kept in a file beside the library: lineage asks it of the same pairs at every start."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from kb.library.texts import Texts

_SHORTEST = 6  # characters of a sentence that tells texts apart; shorter ones are labels and dates


class Likenesses:
    """文句相同率: of two versions, whose texts never change; the file may be lost or deleted at any time."""

    def __init__(self, path: Path, texts: Texts) -> None:
        self._path = path
        self._texts = texts
        self._kept: dict[str, float] | None = None
        self._asked: dict[str, float] = {}  # since the last keep
        self._sentences: dict[str, frozenset[int]] = {}  # by version

    def get(self, one: str, other: str) -> float:
        """Share of their sentences that two texts have in common, 0–1."""
        if self._kept is None:
            self._kept = self._read()
        pair = f"{one} {other}"
        share = self._kept.get(pair)
        if share is None:
            a, b = self._fingerprint(one), self._fingerprint(other)
            share = len(a & b) / max(len(a | b), 1)
        self._asked[pair] = share
        return share

    def keep(self) -> None:
        """Write what was asked for since the last time, where it is not what the file holds; a folder that is read only is left alone."""
        asked, self._asked = self._asked, {}
        if asked and asked != self._kept:
            fresh = self._path.with_suffix(".tmp")
            with suppress(OSError):
                fresh.write_text(json.dumps(asked), encoding="ascii")
                fresh.replace(self._path)
            self._kept = asked
        self._sentences.clear()

    def _read(self) -> dict[str, float]:
        with suppress(OSError, ValueError):
            kept = json.loads(self._path.read_text(encoding="ascii"))
            if isinstance(kept, dict) and all(isinstance(share, float) for share in kept.values()):
                return kept
        return {}

    def _fingerprint(self, version: str) -> frozenset[int]:
        found = self._sentences.get(version)
        if found is None:
            text = "".join(self._texts.get([version]).get(version, "").split())  # readers differ in spaces only
            found = frozenset(hash(s) for s in text.replace("；", "。").split("。") if len(s) > _SHORTEST)
            self._sentences[version] = found
        return found
