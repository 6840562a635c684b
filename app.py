"""The server: settings → library → web application; without a library of one's own, the demo city's."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from kb.config import Settings, read_settings
from kb.errors import KBError, LibraryDamaged
from kb.web.app import serve
from kb.web.site import LOCAL, Site
from kb.workspace import Workspace, open_workspace

ROOT = Path(__file__).resolve().parent
CORPUS = ROOT / "corpus" / "documents"
DEMO = ROOT / ".demo-library"


def open_demo(settings: Settings) -> Workspace:
    """The demo library, empty the first time: the pages are there while the demo documents are read.

    One of an earlier edition of the program is put aside: it can be made anew, and nobody should have to repair a demo.
    """
    chosen = replace(settings, library=DEMO)
    try:
        return open_workspace(chosen, create=True)
    except LibraryDamaged:
        aside = DEMO.with_name(f"{DEMO.name}.old")
        shutil.rmtree(aside, ignore_errors=True)
        DEMO.rename(aside)
        print(f"演示库是旧版程序建立的，已移到 {aside.name}，正在重新读入。", file=sys.stderr)
        return open_workspace(chosen, create=True)


def read_demo(site: Site) -> None:
    """Read the demo documents in the background; unchanged ones cost nothing."""
    site.jobs.submit("ingest", "读入演示文件", LOCAL.name, {"paths": [str(CORPUS)]})


def main() -> int:
    """Serve the configured library; the demo's where none is configured and none is in the usual place."""
    try:
        settings = read_settings()
        if os.environ.get("DINGZE_LIBRARY") or (settings.library / "library.sqlite").exists():
            serve(settings, open_workspace(settings))
        else:
            serve(settings, open_demo(settings), begin=read_demo)
    except KBError as e:
        print(f"错误：{e}", file=sys.stderr)
        return e.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
