"""The command line: parses arguments, calls one command, turns errors into exit codes.

Results go to stdout, progress and errors to stderr; each command lives in a module of :mod:`kb.commands`.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Sequence

from kb.commands.arguments import Run
from kb.config import read_settings
from kb.errors import KBError

# New objects between two looks for rings among them. To start makes some millions of objects that all stay: to go
# through them again and again took a seventh of a question's time.
_NEW_OBJECTS = 200_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 some inputs failed, 2 usage, 3 library missing or damaged)."""
    gc.set_threshold(_NEW_OBJECTS)
    atexit.register(gc.freeze)  # … and at the end, to look among them for rings once more takes a quarter of a second
    args = build_parser().parse_args(argv)
    try:
        run: Run = args.run
        return run(args, read_settings(library=getattr(args, "library", None)))
    except KBError as e:
        print(f"错误：{e}", file=sys.stderr)
        return e.exit_code
    except BrokenPipeError:  # the reader of the output, such as head, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("已中断；已入库的文件不受影响，重新运行即可继续。", file=sys.stderr)
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    from kb.commands import asking, duties, lineage, people, reading, records, upkeep, versions

    parser = argparse.ArgumentParser(prog="kb", description="定责：政务职责知识库")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")

    def add(name: str, run: Run, help: str, *, library: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help)
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="输出 JSON")
        if library:
            sub.add_argument("--library", metavar="DIR", help="知识库目录")
        return sub

    for module in (reading, asking, records, duties, versions, lineage, upkeep, people):
        module.add_commands(add)
    return parser


if __name__ == "__main__":
    sys.exit(main())
