"""What the commands share: one way to add a command, to read a date and to print JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import date
from typing import Any, Protocol

from kb.config import Settings

Run = Callable[[argparse.Namespace, Settings], int]


class AddCommand(Protocol):
    """Adds one command with its ``--json`` and, where it touches a library, ``--library``."""

    def __call__(self, name: str, run: Run, help: str, *, library: bool = True) -> argparse.ArgumentParser:
        """The parser of the new command, for its own arguments."""
        ...


def parse_day(text: str) -> date:
    """An ISO date of the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期“{text}”应写成 2026-11-24 的样子") from None


def print_json(value: Any) -> None:
    """One object on one line of standard output."""
    print(json.dumps(value, ensure_ascii=False))
