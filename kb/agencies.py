"""Agency names: aliases of one body, as a table users can edit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Agencies:
    """机构名录: each alias → the name it stands for."""

    aliases: dict[str, str]

    @classmethod
    def load(cls, path: Path | None) -> Agencies:
        """The user's registry of lines ``规范名称 = 别名 别名``; an empty one without a file."""
        if path is None:
            return cls({})
        lines = (line.split("#", 1)[0].partition("=") for line in path.read_text(encoding="utf-8").splitlines())
        return cls({alias: name.strip() for name, mark, rest in lines if mark for alias in rest.split()})

    def same(self, a: str, b: str) -> bool:
        """Whether two names stand for one body."""
        return self.aliases.get(a, a) == self.aliases.get(b, b)
