"""The far side of the pool: one process that parses one file at a time, and may be killed without loss."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path

from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Parsed

Parse = Callable[[str, bytes, Limits], Parsed]


def find_parse(name: str) -> Parse:
    """The function behind ``module:function``."""
    module, _, function = name.partition(":")
    found: Parse = getattr(import_module(module), function)
    return found


def parse_safely(parse: Parse, document: str, content: bytes, limits: Limits) -> Parsed | UnreadableFile:
    """What one file gives, or why it gives nothing; a parser's own fault is the file's failure, not the run's."""
    try:
        return parse(document, content, limits)
    except UnreadableFile as e:
        return e
    except MemoryError:
        return UnreadableFile("too-large", f"读取“{document}”时内存不足，请拆分后再读入。")
    except RecursionError:
        return UnreadableFile("too-deep", f"“{document}”的结构嵌套过深，不能读取，请另存为较简单的格式。")
    except Exception as e:
        return UnreadableFile(
            "damaged",
            f"解析“{document}”时出错（{type(e).__name__}：{e}），请核对文件能否正常打开；能打开的，请把文件交给维护者。",
        )


def main(descriptor: int) -> None:
    """Answer (document, content, limits) with Parsed or UnreadableFile's two fields until the other side closes."""
    with suppress(OSError):  # when memory runs out, this process goes first, not the one that writes the library
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    connection = Connection(descriptor)
    path, name = connection.recv()
    sys.path[:] = path
    parse = find_parse(name)
    connection.send(os.getpid())
    while True:
        try:
            document, content, limits = connection.recv()
        except EOFError:
            return
        outcome = parse_safely(parse, document, content, limits)
        # An exception with two fields does not survive pickling by itself.
        reply = (outcome.error, str(outcome)) if isinstance(outcome, UnreadableFile) else outcome
        try:
            connection.send(reply)
        except (BrokenPipeError, ConnectionResetError):  # the writer is gone
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
