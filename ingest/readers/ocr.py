"""Scans: RapidOCR offline; its boxes grouped into lines from the top down, left to right."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

Box = tuple[float, float, float, float]


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The recogniser, loaded once a process: its models take a second."""
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error"})


def find_lines(image: Any) -> list[tuple[str, Box, float]]:
    """(text, box in pixels, confidence) of each line of an image, in reading order."""
    result = _engine()(image)
    if result is None or result.boxes is None:
        return []
    pieces = []
    for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        points = np.asarray(corners, dtype=float)
        pieces.append(
            (points[:, 0].min(), points[:, 1].min(), points[:, 0].max(), points[:, 1].max(), text, float(score))
        )
    pieces.sort(key=lambda p: (p[1] + p[3]) / 2)
    lines: list[tuple[str, Box, float]] = []
    row: list[Any] = []
    for piece in [*pieces, None]:
        if piece is None or (
            row and (piece[1] + piece[3]) / 2 > (row[0][1] + row[0][3]) / 2 + (row[0][3] - row[0][1]) / 2
        ):
            if row:
                row.sort(key=lambda r: r[0])
                box = (
                    float(row[0][0]),
                    float(min(r[1] for r in row)),
                    float(max(r[2] for r in row)),
                    float(max(r[3] for r in row)),
                )
                lines.append(("".join(r[4] for r in row), box, min(r[5] for r in row)))
            row = []
        if piece is not None:
            row.append(piece)
    return lines
