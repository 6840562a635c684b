"""The server: settings → library → web application; without a library of one's own, the demo city's."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from kb.config import Settings, read_settings
from kb.errors import KBError
from kb.web.app import serve
from kb.workspace import Workspace, open_workspace

ROOT = Path(__file__).resolve().parent
CORPUS = ROOT / "corpus" / "documents"
DEMO = ROOT / ".demo-library"


def open_demo(settings: Settings) -> Workspace:
    """The demo library, made or brought up to date from the demo documents; unchanged ones cost nothing."""
    from ingest.pipeline import ingest

    space = open_workspace(replace(settings, library=DEMO), create=True)
    fresh = not space.library.find_documents()

    def progress(done: int, total: int, document: str) -> None:
        if fresh:
            print(
                f"\r首次启动，正在读入演示文件 [{done}/{total}] {document[-40:]}\x1b[K",
                end="",
                file=sys.stderr,
                flush=True,
            )

    report = ingest([CORPUS], space.library, space.settings, progress=progress)
    if fresh:
        print(f"\n已读入 {report.added} 份演示文件，用时 {report.seconds:.1f} 秒。", file=sys.stderr)
    for failure in report.failed:
        print(f"未读入 {failure['document']}：{failure['reason']}", file=sys.stderr)
    return space


def main() -> int:
    """Serve the configured library; the demo's where none is configured and none is in the usual place."""
    try:
        settings = read_settings()
        chosen = "DINGZE_LIBRARY" in os.environ or (settings.library / "library.sqlite").exists()
        space = open_workspace(settings) if chosen else open_demo(settings)
        serve(settings, space)
    except KBError as e:
        print(f"错误：{e}", file=sys.stderr)
        return e.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
