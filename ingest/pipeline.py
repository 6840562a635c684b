"""Files → library: unchanged files cost nothing, each version is one transaction, a bad file never stops the run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from ingest.parse import parse_document
from ingest.readers.registry import Source, expand
from kb.config import Limits, Settings
from kb.errors import UnreadableFile
from kb.library.library import Library
from kb.records import Parsed

Progress = Callable[[int, int, str], None]
_AHEAD = 4  # files in flight a worker: enough to keep it busy, few enough to bound memory
_FLUSH = 20_000  # passages after which the derived stores catch up, so that a kill costs little work


@dataclass(slots=True)
class IngestReport:
    """入库报告: what one run did, in the words of the interface."""

    documents: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: list[dict[str, str]] = field(default_factory=list)
    passages: int = 0
    duties: int = 0
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``kb ingest --json``."""
        return {name: getattr(self, name) for name in self.__slots__}

    def fail(self, document: str, error: str, reason: str) -> None:
        """Note a file that was not read."""
        self.failed.append({"document": document, "error": error, "reason": reason})


def ingest(
    paths: Sequence[Path],
    library: Library,
    settings: Settings,
    *,
    prune: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Read files and folders into the library; UsageError while another process writes to it."""
    began = perf_counter()
    report = IngestReport()
    with library.writing():
        sources, roots = _find_sources(paths, settings.limits, report)
        changed = list(_find_changed(sources, library, report, progress))
        fresh = 0
        done = len(sources) - len(changed)
        for source, result in _parse_all(changed, settings):
            done += 1
            if isinstance(result, UnreadableFile):
                report.fail(source.document, result.error, result.reason)
            else:
                what = library.add(result, source=_note(source, result.version.content_hash))
                setattr(report, what, getattr(report, what) + 1)
                fresh += len(result.passages)
                if fresh >= _FLUSH:
                    library.flush()
                    fresh = 0
            if progress is not None:
                progress(done, len(sources), source.document)
        if prune:
            _prune(library, {s.document for s in sources}, roots, report)
        library.flush()
    report.documents = len(library.find_documents())
    report.passages = library.count("passages")
    report.duties = library.count("duties")
    report.seconds = round(perf_counter() - began, 2)
    return report


def _find_sources(paths: Sequence[Path], limits: Limits, report: IngestReport) -> tuple[list[Source], set[str]]:
    """Every file under the paths, the first of a name winning; and the folders they were found under."""
    found: dict[str, Source] = {}
    roots: set[str] = set()
    for path in paths:
        try:
            for source in expand(path, limits):
                if source.document in found:
                    reason = f"“{source.document}”在几个来源文件夹中重名，只读入了第一个，请改名后重试。"
                    report.fail(source.document, "duplicate", reason)
                    continue
                found[source.document] = source
            if path.is_dir():
                roots.add(str(path.resolve()))
        except UnreadableFile as e:
            report.fail(str(path), e.error, e.reason)
    return list(found.values()), roots


def _find_changed(
    sources: Iterable[Source], library: Library, report: IngestReport, progress: Progress | None
) -> Iterator[Source]:
    """The files whose size, time or bytes are not those last read."""
    known = library.sources()
    hashes = library.content_hashes()
    for source in sources:
        seen = known.get(source.document)
        if seen is None or source.document not in hashes:
            yield source
            continue
        same = seen["size"] == source.size and seen["modified"] == source.modified
        if not same and seen["size"] == source.size and _hash(source) == seen["content_hash"]:
            library.touch(source.document, _note(source, seen["content_hash"]))
            same = True
        if same:
            report.unchanged += 1
        else:
            yield source


def _note(source: Source, content_hash: str) -> dict[str, Any]:
    return {"root": source.root, "size": source.size, "modified": source.modified, "content_hash": content_hash}


def _hash(source: Source) -> str:
    try:
        return hashlib.sha256(source.load()).hexdigest()
    except OSError:
        return ""


def _read(document: str, load: Callable[[], bytes], limits: Limits) -> Parsed | UnreadableFile:
    """In a worker: one file parsed, or why not; never an exception of another kind."""
    try:
        return parse_document(document, load(), limits)
    except UnreadableFile as e:
        return UnreadableFile(e.error, e.reason)
    except OSError as e:
        return UnreadableFile("forbidden", f"“{document}”打不开（{e.strerror}），请检查文件权限。")
    except MemoryError:
        return UnreadableFile("too-large", f"“{document}”所需内存超过限制，请拆分后再读入。")
    except Exception as e:  # a reader's own fault must not end the run; the file is named and the run goes on
        return UnreadableFile("damaged", f"“{document}”读取时出错（{type(e).__name__}：{e}），请核对文件是否完好。")


def _parse_all(sources: Sequence[Source], settings: Settings) -> Iterator[tuple[Source, Parsed | UnreadableFile]]:
    """Results in the order of the sources; a worker that dies or hangs costs only its file."""
    waiting = list(sources)
    while waiting:
        pool = ProcessPoolExecutor(max_workers=settings.workers)
        flight: list[tuple[Source, Future[Parsed | UnreadableFile]]] = []
        try:
            while waiting or flight:
                while waiting and len(flight) < _AHEAD * settings.workers:
                    source = waiting.pop(0)
                    flight.append((source, pool.submit(_read, source.document, source.load, settings.limits)))
                source, future = flight[0]
                try:
                    result = future.result(timeout=settings.limits.seconds)
                except (BrokenProcessPool, FutureTimeout) as e:
                    timeout = isinstance(e, FutureTimeout)
                    yield source, _lost(source, settings.limits, timeout)
                    waiting = [s for s, _ in flight[1:]] + waiting
                    break
                flight.pop(0)
                yield source, result
        finally:
            for process in list((pool._processes or {}).values()):
                if waiting or flight:
                    process.kill()
            pool.shutdown(wait=True, cancel_futures=True)


def _lost(source: Source, limits: Limits, timeout: bool) -> UnreadableFile:
    if timeout:
        return UnreadableFile(
            "timeout", f"“{source.document}”在 {limits.seconds:.0f} 秒内未读完，请拆分或转换格式后再试。"
        )
    return UnreadableFile("damaged", f"“{source.document}”使读取程序意外终止，请核对文件是否完好。")


def _prune(library: Library, present: set[str], roots: set[str], report: IngestReport) -> None:
    """Take out what was read from these folders before and is there no more."""
    for document, seen in library.sources().items():
        if seen["root"] in roots and document not in present:
            library.remove(document)
            report.removed += 1
