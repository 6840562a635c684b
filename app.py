"""The server: settings → library → web application; without a library of one's own, the demo city's."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from kb.config import Settings, read_settings
from kb.errors import KBError
from kb.web.app import serve
from kb.web.site import LOCAL, Site
from kb.workspace import Workspace, open_workspace

ROOT = Path(__file__).resolve().parent
CORPUS = ROOT / "corpus" / "documents"
DEMO = ROOT / ".demo-library"


def open_demo(settings: Settings) -> Workspace:
    """The demo library, empty the first time: the pages are there while the demo documents are read."""
    return open_workspace(replace(settings, library=DEMO), create=True)


def read_demo(site: Site) -> None:
    """Read the demo documents in the background; unchanged ones cost nothing."""
    site.jobs.submit("ingest", "读入演示文件", LOCAL.name, {"paths": [str(CORPUS)]})


def main() -> int:
    """Serve the configured library; the demo's where none is configured and none is in the usual place."""
    try:
        settings = read_settings()
        if "DINGZE_LIBRARY" in os.environ or (settings.library / "library.sqlite").exists():
            serve(settings, open_workspace(settings))
        else:
            serve(settings, open_demo(settings), begin=read_demo)
    except KBError as e:
        print(f"错误：{e}", file=sys.stderr)
        return e.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
