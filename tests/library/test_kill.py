"""kill -9 at any moment of an ingest: nothing committed is lost or doubled, and the next run finishes the work."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kb.embedding import HashingEncoder
from kb.library.library import Library
from kb.words import Words

FILES = 40
KILLS = 20
ROOT = Path(__file__).resolve().parents[2]
# One line a step, so that the test can kill after any of them: each file stored, each flush begun and ended.
INGEST = """
import sys
from pathlib import Path
from ingest import pipeline
from kb.config import Settings
from kb.embedding import HashingEncoder
from kb.library.library import Library
from kb.words import Words

def say(line):
    print(line, flush=True)

class Watched(Library):
    def flush(self):
        say("flush begins")
        super().flush()
        say("flush ends")

pipeline._FLUSH = 25  # several flushes in a small run
library = Watched.open(Path(sys.argv[2]), HashingEncoder(64), Words(), create=True)
say("opened")
report = pipeline.ingest(
    [Path(sys.argv[1])], library, Settings(library.folder, workers=2),
    progress=lambda done, total, document: say(document), parse="tests.fake_parse:parse",
)
say("done")
"""


def start(folder: Path, library: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", INGEST, str(folder), str(library)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)


def kill_after(process: subprocess.Popen[str], steps: int) -> bool:
    """Whether the process was still running when it had said so many lines and was killed."""
    assert process.stdout is not None
    for n, _ in enumerate(process.stdout, 1):
        if n >= steps:
            process.send_signal(signal.SIGKILL)
            break
    process.stdout.close()
    return process.wait() == -signal.SIGKILL


def texts(folder: Path) -> dict[str, str]:
    return {p.name: p.read_text(encoding="utf-8") for p in folder.iterdir()}


def assert_whole(library: Library, sources: dict[str, str]) -> None:
    """Every document in the library is there once, with its text as it was or is, in all three stores."""
    assert library.check() == ()
    for info in library.find_documents():
        version = library.get_version(info.document)
        marker = info.document.removesuffix(".md")
        by_word = [id for id, _ in library.search_text("words", [(marker, 1.0)], 50)]
        assert sorted(by_word) == sorted(f"{version.id}:{n}" for n in range(info.passages))
        for passage, text in library.get_passages(by_word[:1]):
            assert version.text[passage.start : passage.end] == text
            vector = HashingEncoder(64).encode([f"{passage.context}\n{text}"])[0]
            (nearest, score), *_ = library.search_vectors(vector, 1)
            assert (nearest, round(score, 3)) == (passage.id, 1.0)
    assert {i.document for i in library.find_documents()} <= set(sources)


@pytest.mark.slow
def test_killed_twenty_times(tmp_path: Path) -> None:
    rng = random.Random(20261124)
    folder, place = tmp_path / "docs", tmp_path / "lib"
    folder.mkdir()

    def write(n: int, edition: int) -> None:
        lines = [f"doc{n:02} 第{k}条 第{edition}稿：街道办事处负责第{n}号片区第{k}段的清扫保洁。" for k in range(1, 4)]
        (folder / f"doc{n:02}.md").write_text("\n".join(lines), encoding="utf-8")

    for n in range(FILES):
        write(n, 0)
    killed = 0
    for edition in range(1, KILLS + 1):
        committed = {}
        if (place / "library.sqlite").exists():
            committed = Library.open(place, HashingEncoder(64), Words(), create=True).content_hashes()
        killed += kill_after(start(folder, place), rng.randint(1, FILES + 10))
        library = Library.open(place, HashingEncoder(64), Words(), create=True)  # it opens, whatever was going on
        assert set(committed) <= set(library.content_hashes())  # what was committed before is still there
        if edition % 4 == 0:
            library.flush()
            assert_whole(library, texts(folder))
        library.close()
        for n in rng.sample(range(FILES), 8):  # the next run finds some files changed
            write(n, edition)
    assert killed >= KILLS * 3 // 4
    assert not kill_after(start(folder, place), 10_000)
    library = Library.open(place, HashingEncoder(64), Words())
    assert {i.document: library.get_version(i.document).text for i in library.find_documents()} == texts(folder)
    assert_whole(library, texts(folder))
