"""Scans: RapidOCR offline; the page set straight, its pieces grouped into lines and ruled tables in reading order."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import fmean, median
from threading import get_ident
from typing import Any

import numpy as np

from ingest.readers.lines import Box, Grid, Line
from ingest.readers.ruling import Rule, find_cells, make_grid

# Pixels of the longer side in which text is looked for: 82 dpi of an A4 page takes 0.4 s, 150 dpi 1.2 s, and both find
# all of it; recognition then reads the full image. Small print is looked for again in a finer one.
_SIDE, _FINE_SIDE = 960, 1920
_SMALL = 11.0  # pixels of height in the coarse image
_PAGES_AT_ONCE = 4  # at most one a core: a page on one thread costs two thirds of the work of a page on two
_SURE = 0.85  # mean confidence under which a page may stand on its head; a legible one has 0.95
_SKEW = 0.05  # degrees that do not matter
_RULE = 40  # a ruled line is at least this part of the page's width long
_CHINESE = re.compile(r"[\u2e80-\u9fff]")
# The recogniser does not tell the two widths of a mark apart; between Chinese characters print has the wide one.
_WIDE = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！", "(": "（", ")": "）"}
_NARROW = re.compile(r"(?<![A-Za-z0-9])[,:;?!]|[,:;?!](?![A-Za-z0-9])|[()]")
_NUMBER = re.compile(r"(?<=[\u4e00-\u9fff])[\[(（〔【［]+((?:19|20)\d\d)[\])）〕】］]+(?=\s*第?\d{1,4}\s*号)")


@dataclass(frozen=True, slots=True)
class _Piece:
    """What the recogniser read in one place, in points of the page set straight."""

    text: str
    box: Box
    confidence: float

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


def read_page(image: Any, page: int, scale: float) -> list[Line | Grid]:
    """Lines and ruled tables of one page in reading order; ``image`` is BGR or grey, ``scale`` its pixels a point."""
    image, found = _recognise(image)
    angle = _skew(found)
    height, width = image.shape[:2]
    pieces = [_Piece(text, _box(_turn(corners, angle, width, height), scale), score) for corners, text, score in found]
    items: list[Line | Grid] = []
    inside: set[int] = set()
    for cells in find_cells(_find_rules(image, angle, scale)):
        taken = {n: cell for n, p in enumerate(pieces) for cell in cells if _holds(cell, p.box)}
        if len(taken) < 2 or inside & taken.keys():
            continue
        inside |= taken.keys()
        items.append(make_grid(page, cells, lambda cell, t=taken: _words(pieces, t, cell)))  # type: ignore[misc]
    items += _lines([p for n, p in enumerate(pieces) if n not in inside], page)
    return sorted(items, key=lambda i: i.box[1])


class Recogniser:
    """识别器: reads pages side by side while the caller draws the next ones; results come in the order asked for."""

    def __init__(self) -> None:
        self._count = min(_PAGES_AT_ONCE, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(self._count)
        self._asked: list[Future[list[Line | Grid]]] = []

    def __enter__(self) -> Recogniser:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def ask(self, image: Any, page: int, scale: float) -> Future[list[Line | Grid]]:
        """Begin one page; waits while as many pages as there are cores lie ahead, so that few are held in memory."""
        if len(self._asked) >= 2 * self._count:
            wait([self._asked[-2 * self._count]])
        self._asked.append(self._pool.submit(read_page, image, page, scale))
        return self._asked[-1]


@lru_cache(maxsize=2 * _PAGES_AT_ONCE)
def _engine(side: int, thread: int) -> Any:
    """The recogniser that looks for text in an image of this size, one a thread: its models load in a second."""
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,  # lines on their head are met page by page, see _recognise
            "Rec.rec_batch_num": 1,  # on a CPU a batch only adds padding
            "Det.limit_type": "max",
            "Det.limit_side_len": side,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        }
    )


def _recognise(image: Any) -> tuple[Any, list[tuple[Any, str, float]]]:
    """The image as it should be held, and (corners, text, confidence) of every piece."""
    found = _run(image, _SIDE)
    upright = sum(_height(c) > 1.5 * _width(c) for c, t, _ in found if len(t) > 1)
    turns: tuple[int, ...] = ()
    if found and upright > len(found) / 2:
        turns = (1, 3)
    elif found and fmean(s for *_, s in found) < _SURE:
        turns = (2,)
    for turn in turns:
        turned = np.ascontiguousarray(np.rot90(image, turn))
        other = _run(turned, _SIDE)
        if other and _weight(other) > _weight(found):
            image, found = turned, other
    shrunk = _SIDE / max(*image.shape[:2], _SIDE)
    if found and median(min(_height(c), _width(c)) for c, *_ in found) * shrunk < _SMALL:
        finer = _run(image, _FINE_SIDE)
        if _weight(finer) > _weight(found):
            found = finer
    return image, found


def _run(image: Any, side: int) -> list[tuple[Any, str, float]]:
    result = _engine(side, get_ident())(image)
    if result is None or result.boxes is None or result.txts is None:
        return []
    corners = [np.asarray(c, dtype=float) for c in result.boxes]
    return [(c, t, float(s)) for c, t, s in zip(corners, result.txts, result.scores, strict=True) if t.strip()]


def _weight(found: Sequence[tuple[Any, str, float]]) -> float:
    return sum(len(t) * s for _, t, s in found)


def _width(corners: Any) -> float:
    return float(np.hypot(*(corners[1] - corners[0])))


def _height(corners: Any) -> float:
    return float(np.hypot(*(corners[3] - corners[0])))


def _skew(found: Sequence[tuple[Any, str, float]]) -> float:
    """How far the page lies askew, in radians: the median over the long lines."""
    angles = [math.atan2(c[1][1] - c[0][1], c[1][0] - c[0][0]) for c, *_ in found if _width(c) > 8 * max(_height(c), 1)]
    angle = median(angles) if angles else 0.0
    return angle if abs(angle) > math.radians(_SKEW) else 0.0


def _turn(points: Any, angle: float, width: int, height: int) -> Any:
    """Points as they would stand on the page set straight."""
    if not angle:
        return points
    centre = np.array([width / 2, height / 2])
    c, s = math.cos(-angle), math.sin(-angle)
    return (points - centre) @ np.array([[c, s], [-s, c]]) + centre


def _box(points: Any, scale: float) -> Box:
    """The box of a piece in points: the middles of its short sides, so that what is left of the skew does not widen it."""
    left, top = points[:, 0].min(), (points[0][1] + points[1][1]) / 2
    right, bottom = points[:, 0].max(), (points[2][1] + points[3][1]) / 2
    return float(left) / scale, float(top) / scale, float(right) / scale, float(bottom) / scale


def _widen(text: str) -> str:
    """Marks at the width that Chinese print has; a year in brackets before 号 stands in 〔〕."""
    if not _CHINESE.search(text):
        return text
    return _NUMBER.sub(r"〔\1〕", _NARROW.sub(lambda m: _WIDE[m[0]], text))


def _lines(pieces: Sequence[_Piece], page: int) -> Iterator[Line]:
    """Pieces on one height make one line."""
    row: list[_Piece] = []
    for piece in [*sorted(pieces, key=lambda p: p.middle), None]:
        if row and (piece is None or piece.middle > row[0].middle + (row[0].box[3] - row[0].box[1]) / 2):
            row.sort(key=lambda p: p.box[0])
            box = (row[0].box[0], min(p.box[1] for p in row), row[-1].box[2], max(p.box[3] for p in row))
            yield Line(_widen(_side_by_side(row)), page, box, min(p.confidence for p in row))
            row = []
        if piece is not None:
            row.append(piece)


def _side_by_side(row: Sequence[_Piece]) -> str:
    words = row[0].text
    for last, piece in pairwise(row):
        wide = piece.box[0] - last.box[2] > 0.8 * (last.box[3] - last.box[1])
        words += ("　" if wide else "") + piece.text
    return words


def _holds(cell: Box, box: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]


def _words(pieces: Sequence[_Piece], taken: dict[int, Box], cell: Box) -> tuple[str, float | None]:
    lines = list(_lines([pieces[n] for n, c in taken.items() if c == cell], 0))
    return "".join(x.text for x in lines), min((x.confidence or 0.0 for x in lines), default=None)


def _find_rules(image: Any, angle: float, scale: float) -> list[Rule]:
    """Ruled lines of a page: what stays of its dark points after opening with a long, thin shape."""
    import cv2

    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    if angle:
        turn = cv2.getRotationMatrix2D((grey.shape[1] / 2, grey.shape[0] / 2), math.degrees(angle), 1.0)
        grey = cv2.warpAffine(grey, turn, (grey.shape[1], grey.shape[0]), borderValue=255)
    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 15, 10)
    length = max(grey.shape[1] // _RULE, 20)
    rules: list[Rule] = []
    for shape in ((length, 1), (1, length)):
        opened = cv2.morphologyEx(dark, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, shape))
        opened = cv2.dilate(opened, np.ones((3, 3), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
        for x, y, w, h, _ in stats[1:]:
            x0, y0, x1, y1 = x / scale, y / scale, (x + w) / scale, (y + h) / scale
            if shape[0] > 1 and w > 3 * h and w > 2 * length:
                rules.append(Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2))
            elif shape[0] == 1 and h > 3 * w:
                rules.append(Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1))
    return rules
