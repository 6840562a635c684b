"""The long work that the application does in the background: reading files, reading again, rebuilding the indexes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from time import monotonic

from ingest.pipeline import IngestReport, ingest
from kb.errors import DocumentMissing, UsageError
from kb.jobs import Handle, Json, Work
from kb.library.library import Library
from kb.web.site import Spaces

FOLDER = "上传"  # uploaded files are documents below this name, apart from those read from folders
_NAME = 120  # characters of a file name kept
_FLUSH_EVERY = 4.0  # seconds after which what was read so far can be searched
_UNSAFE = re.compile(r"[\x00-\x1f/\\:*?\"<>|]+")


def build_work(spaces: Spaces) -> Mapping[str, Work]:
    """Kind of job → what it does."""
    return {
        "ingest": lambda request, handle: _ingest(spaces, request, handle),
        "reread": lambda request, handle: _reread(spaces, request, handle),
        "rebuild": lambda request, handle: _rebuild(spaces, handle),
    }


def uploads(library: Library) -> Path:
    """The folder that holds what was uploaded, beside the library's own files."""
    return library.folder / "uploads"


def safe_name(name: str) -> str:
    """A file name without folders or signs that some system refuses; its suffix stays."""
    plain = _UNSAFE.sub("_", PurePosixPath(name.replace("\\", "/")).name).strip(" .") or "未命名"
    suffix = PurePosixPath(plain).suffix[:12]
    return plain if len(plain) <= _NAME else plain[: _NAME - len(suffix)] + suffix


def _ingest(spaces: Spaces, request: Json, handle: Handle) -> Json:
    space = spaces.whole
    paths = [Path(p) for p in request["paths"]]
    report = ingest(
        paths,
        space.library,
        space.settings,
        prune=bool(request.get("prune")),
        progress=_stepping(space.library, handle),
    )
    space.library.refresh()
    return _result(space.library, report, request.get("documents"))


def _stepping(library: Library, handle: Handle) -> Callable[[int, int, str], None]:
    """Progress that now and then lets searches see what was read; the job's thread holds the writer's lock."""
    last = monotonic()

    def progress(done: int, total: int, document: str) -> None:
        nonlocal last
        handle.step(done, total, document)
        if monotonic() - last >= _FLUSH_EVERY:
            library.flush()
            last = monotonic()

    return progress


def _result(library: Library, report: IngestReport, documents: Sequence[str] | None) -> Json:
    """The report, with one line for each document that was asked for."""
    failed = {f["document"]: f["reason"] for f in report.failed}
    result: Json = report.to_json()
    if documents is not None:
        result["files"] = [line for d in documents for line in _lines(library, d, failed)]
    return result


def _lines(library: Library, document: str, failed: Mapping[str, str]) -> list[Json]:
    if reason := failed.get(document):
        return [{"document": document, "ok": False, "reason": reason}]
    inside = f"{document}/"  # an archive's members
    lines: list[Json] = [
        {"document": d, "ok": False, "reason": reason} for d, reason in failed.items() if d.startswith(inside)
    ]
    for info in library.find_documents():
        if info.document == document or info.document.startswith(inside):
            version = library.get_version(info.document)
            lines.append(
                {
                    "document": info.document, "ok": True, "title": info.identity.title, "characters": info.characters,
                    "clauses": len(version.clauses), "passages": info.passages, "format": info.format,
                    "doubts": [d.message for d in version.doubts[:5]], "doubt_count": len(version.doubts),
                }
            )  # fmt: skip
    return lines or [{"document": document, "ok": False, "reason": "没有读出内容，请查看任务报告。"}]


def _reread(spaces: Spaces, request: Json, handle: Handle) -> Json:
    """Read documents again from where they came from, as after an upgrade of the readers; nothing stored is lost."""
    space = spaces.whole
    sources = space.library.sources()
    documents = [d for d in request["documents"] if d in sources]
    if not documents:
        raise UsageError("所选文件不在库中，请刷新页面后重选。")
    gone = [d for d in documents if not _file(sources[d]["root"], d).is_file()]
    if gone:
        raise UsageError(f"找不到“{gone[0]}”的原件（{len(gone)} 份），没有改动文库；请先重新上传或恢复原文件夹。")
    roots = [Path(r) for r in dict.fromkeys(sources[d]["root"] for d in documents)]
    progress = _stepping(space.library, handle)
    report = ingest(roots, space.library, space.settings, progress=progress, again=documents)
    return _result(space.library, report, documents)


def _file(root: str, document: str) -> Path:
    """The file a document was read from; a member of an archive is found in the archive's file."""
    path = Path(root) / document
    while not path.is_file() and path != Path(root) and path.parent != path:
        path = path.parent
    return path


def _rebuild(spaces: Spaces, handle: Handle) -> Json:
    began = monotonic()
    spaces.whole.library.rebuild(lambda done, total: handle.step(done, total, "段"))
    return {"documents": len(spaces.whole.library.find_documents()), "seconds": round(monotonic() - began, 1)}


def remove_documents(library: Library, documents: Sequence[str]) -> list[str]:
    """Take documents out of the library, and the files of those that were uploaded here; what was taken out."""
    sources = library.sources()
    mine = str(uploads(library).resolve())
    done: list[str] = []
    with library.writing():
        for document in dict.fromkeys(documents):
            try:
                library.remove(document)
            except DocumentMissing:
                continue
            seen = sources.get(document)
            if seen is not None and seen["root"] == mine:
                (uploads(library) / document).unlink(missing_ok=True)
            done.append(document)
        library.flush()
    return done
