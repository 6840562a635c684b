"""A parser small enough to see through, with the faults a real one may have; run inside the real workers."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from dataclasses import replace

from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Identity, Parsed, Passage, Version


def parse(document: str, content: bytes, limits: Limits) -> Parsed:
    """One passage a line; the first line may ask for a fault instead."""
    text = content.decode("utf-8")
    if text.startswith("!hang"):
        while True:
            time.sleep(60)
    if text.startswith("!kill"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if text.startswith("!memory"):
        raise MemoryError
    if text.startswith("!bug"):
        raise KeyError("第三条")
    if text.startswith("!print"):
        print("a library that chatters on stdout")
    if not text.strip():
        raise UnreadableFile("empty", f"“{document}”是空文件。")
    digest = hashlib.sha256(content).hexdigest()
    id = hashlib.sha256(f"{document}\0{digest}".encode()).hexdigest()[:16]
    title = document.rsplit("/", 1)[-1].removesuffix(".md")
    passages, at = [], 0
    for line in text.splitlines():
        if line:
            passages.append(
                Passage(f"{id}:{len(passages)}", id, document, len(passages), "", "", at, at + len(line), title)
            )
        at += len(line) + 1
    return Parsed(Version(id, document, text, "md", digest, Identity(title)), tuple(passages))


def parse_better(document: str, content: bytes, limits: Limits) -> Parsed:
    """The reader's next edition, which finds more in the same bytes."""
    found = parse(document, content, limits)
    text = f"{found.version.text}（已校）"
    last = replace(found.passages[-1], end=len(text))
    return replace(found, version=replace(found.version, text=text), passages=(*found.passages[:-1], last))


def parse_nothing(document: str, content: bytes, limits: Limits) -> Parsed:
    """A reader that can do nothing with any file."""
    raise UnreadableFile("damaged", f"“{document}”已损坏。")
