"""Files → library: unchanged files cost nothing, each version is one transaction, a bad file never stops the run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from ingest.pool import Job, Outcome, Pool
from ingest.readers.sources import Source, expand
from kb.config import Limits, Settings
from kb.errors import UnreadableFile
from kb.library.library import Library

Progress = Callable[[int, int, str], None]
PARSE = "ingest.parse:parse_document"
_FLUSH = 20_000  # passages after which the derived stores catch up: a kill costs seconds of work, readers see progress
# Formats that may be scans: recognition is outside Limits.seconds and gets its own allowance, by what a page weighs.
_SCANS = frozenset([".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".ofd", ".docx"])
_OLD = frozenset([".doc", ".wps", ".rtf", ".xls", ".et", ".odt", ".ods"])
_WINDOW, _WINDOW_BYTES = 48, 16 * 1024 * 1024  # jobs looked ahead for such files
_PICTURES = frozenset([".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"])
_SCAN_BYTES = 20_000  # a legible scanned page is larger than this
_SCAN_SECONDS = 8.0  # 2 s a page on an idle core, measured; slower where two workers share it


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
    parse: str = PARSE,
    again: Collection[str] = (),
) -> IngestReport:
    """Read files and folders into the library; UsageError while another process writes to it.

    ``progress`` gets (files done, files in all, document); ``parse`` names the parser as ``module:function``;
    ``again`` names documents to read though their files have not changed, as after an upgrade of the readers.
    """
    began = perf_counter()
    report = IngestReport()
    with library.writing():
        library.flush()  # what an interrupted run has left
        sources, roots = _find_sources(paths, settings.limits, report)
        _Run(library, settings, sources, report, progress, frozenset(again)).read(parse)
        if prune:
            _prune(library, {s.document for s in sources}, roots, report)
        library.flush()
    library.lineage()  # texts of one name are compared now, and not while the first question waits
    report.documents = len(library.find_documents())
    report.passages = library.count("passages")
    report.duties = library.count("duties")
    report.seconds = round(perf_counter() - began, 2)
    return report


def _find_sources(paths: Sequence[Path], limits: Limits, report: IngestReport) -> tuple[list[Source], set[str]]:
    """Every file under the paths, the first of a name winning; and the folders that could be listed to the end."""
    found: dict[str, Source] = {}
    roots: set[str] = set()
    for path in paths:
        try:
            for source in expand(path, limits):
                if source.document in found:
                    if found[source.document].root != source.root:
                        reason = f"“{source.document}”在几个来源文件夹中重名，只读入了第一个，请改名后重试。"
                        report.fail(source.document, "duplicate", reason)
                    continue
                found[source.document] = source
            if path.is_dir():
                roots.add(str(path.resolve()))
        except UnreadableFile as e:
            report.fail(str(path), e.error, e.reason)
        except OSError as e:
            report.fail(str(path), "forbidden", f"“{path}”不能列出（{e.strerror}），请检查权限。")
    # What may need recognition comes last: results are handed on in order, and a scan would hold back all the others.
    return sorted(found.values(), key=lambda s: PurePosixPath(s.document).suffix.lower() in _PICTURES), roots


class _Run:
    """One pass over the sources: what is unchanged, what is parsed, what failed."""

    def __init__(
        self,
        library: Library,
        settings: Settings,
        sources: Sequence[Source],
        report: IngestReport,
        progress: Progress | None,
        again: frozenset[str],
    ) -> None:
        self._again = again
        self._library = library
        self._settings = settings
        self._sources = sources
        self._report = report
        self._progress = progress
        self._done = 0
        self._fresh = 0

    def read(self, parse: str) -> None:
        """Parse what has changed and store it, in the order of the sources."""
        with TemporaryDirectory(prefix="dingze-") as folder:
            limits = replace(self._settings.limits, converted=Path(folder))
            pool = Pool(self._settings.workers, parse, limits)
            for job, outcome in pool.run(_convert_ahead(self._find_changed(), limits)):
                self._store(self._sources[job.number], outcome)

    def _store(self, source: Source, outcome: Outcome) -> None:
        if isinstance(outcome, UnreadableFile):
            self._report.fail(source.document, outcome.error, outcome.reason)
        else:
            note, again = _note(source, outcome.version.content_hash), source.document in self._again
            what = self._library.add(outcome, source=note, again=again)
            setattr(self._report, what, getattr(self._report, what) + 1)
            self._fresh += len(outcome.passages)
        self._step(source)
        if self._fresh >= _FLUSH:
            self._library.flush()
            self._fresh = 0

    def _step(self, source: Source) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, len(self._sources), source.document)

    def _find_changed(self) -> Iterator[Job]:
        """The files whose size, time or bytes are not those last read; a moved or touched one is noted as unchanged."""
        known = self._library.sources()
        hashes = self._library.content_hashes()
        for number, source in enumerate(self._sources):
            seen = known.get(source.document)
            stored = hashes.get(source.document)
            again = source.document in self._again
            if not again and seen is not None and stored == seen["content_hash"] and _looks_the_same(source, seen):
                self._unchanged(source)
                continue
            content = self._load(source)
            if content is None:
                continue
            digest = hashlib.sha256(content).hexdigest()
            if digest == stored and not again:
                self._library.touch(source.document, _note(source, digest))
                self._unchanged(source)
                continue
            yield Job(number, source.document, content, _seconds(source, self._settings.limits))

    def _unchanged(self, source: Source) -> None:
        self._report.unchanged += 1
        self._step(source)

    def _load(self, source: Source) -> bytes | None:
        """The bytes of a source, or None where it cannot be read, which is reported."""
        limit = self._settings.limits.file_bytes
        try:
            if source.size <= limit:
                return source.load()
            reason = f"“{source.document}”有 {source.size >> 20} MB，超过 {limit >> 20} MB 的上限，请拆分后再读入。"
            self._report.fail(source.document, "too-large", reason)
        except UnreadableFile as e:
            self._report.fail(source.document, e.error, e.reason)
        except FileNotFoundError:
            self._report.fail(source.document, "missing", f"“{source.document}”已不在原处，请重新运行 kb ingest。")
        except OSError as e:
            reason = f"“{source.document}”打不开（{e.strerror}），请检查文件权限。"
            self._report.fail(source.document, "forbidden", reason)
        self._step(source)
        return None


def _convert_ahead(jobs: Iterator[Job], limits: Limits) -> Iterator[Job]:
    """The same jobs, the old Office files among the next ones converted in one run: its start costs a second a file."""
    window: list[Job] = []
    held = 0
    for job in jobs:
        window.append(job)
        held += len(job.content)
        if len(window) >= _WINDOW or held >= _WINDOW_BYTES:
            yield from _converted(window, limits)
            window, held = [], 0
    yield from _converted(window, limits)


def _converted(window: list[Job], limits: Limits) -> list[Job]:
    old = [(j.document, j.content) for j in window if PurePosixPath(j.document).suffix.lower() in _OLD]
    if limits.converted is not None and len(old) > 1:
        from ingest.readers.office import convert_ahead  # only here, so that a run without such files starts at once

        convert_ahead(old, limits.converted, limits)
    return window


def _looks_the_same(source: Source, seen: dict[str, Any]) -> bool:
    return bool(seen["root"] == source.root and seen["size"] == source.size and seen["modified"] == source.modified)


def _note(source: Source, content_hash: str) -> dict[str, Any]:
    return {"root": source.root, "size": source.size, "modified": source.modified, "content_hash": content_hash}


def _seconds(source: Source, limits: Limits) -> float:
    """The time one file may take, with an allowance for recognition where it may be a scan."""
    if PurePosixPath(source.document).suffix.lower() not in _SCANS:
        return limits.seconds
    pages = min(limits.ocr_pages, source.size // _SCAN_BYTES + 1)
    return limits.seconds + pages * _SCAN_SECONDS


def _prune(library: Library, present: set[str], roots: set[str], report: IngestReport) -> None:
    """Take out what was read from these folders before and is there no more."""
    for document, seen in library.sources().items():
        if seen["root"] in roots and document not in present:
            library.remove(document)
            report.removed += 1
