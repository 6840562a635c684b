"""Quantities: values with their units made comparable, or said not to be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

# unit → what it measures, and how many of that kind's base unit one of it is.
_KINDS: dict[str, tuple[str, Decimal]] = {
    "平方米": ("面积", Decimal(1)), "㎡": ("面积", Decimal(1)), "平米": ("面积", Decimal(1)), "亩": ("面积", Decimal(2000) / 3),
    "公顷": ("面积", Decimal(10_000)), "平方公里": ("面积", Decimal(1_000_000)), "平方千米": ("面积", Decimal(1_000_000)),
    "米": ("长度", Decimal(1)), "公里": ("长度", Decimal(1000)), "千米": ("长度", Decimal(1000)), "里": ("长度", Decimal(500)),
    "元": ("金额", Decimal(1)), "公斤": ("重量", Decimal(1)), "斤": ("重量", Decimal("0.5")), "吨": ("重量", Decimal(1000)),
    "小时": ("时长", Decimal(60)), "分钟": ("时长", Decimal(1)), "天": ("时长", Decimal(1440)),
    "%": ("比例", Decimal(1)), "个百分点": ("百分点", Decimal(1)), "百分点": ("百分点", Decimal(1)), "‰": ("比例", Decimal("0.1")),
}  # fmt: skip
BASES = {"面积": "平方米", "长度": "米", "金额": "元", "重量": "公斤", "时长": "分钟"}  # the unit a change is shown in
_SCALES = {
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
    "千": Decimal(1000),
    "百": Decimal(100),
    "百万": Decimal(1_000_000),
    "千万": Decimal(10_000_000),
    "万亿": Decimal(10) ** 12,
}
_SCALED = re.compile(r"^(万亿|千万|百万|亿|万|千|百)?(.*)$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """数量: a value in the base unit of what it measures."""

    value: Decimal
    kind: str  # 面积, 长度, 金额, 比例 …; for things counted, the counting word
    base: str  # the unit its value is in, for showing


def read_quantity(value: str | None, unit: str | None) -> Quantity | None:
    """A value with its unit (31.2, 万处) as a quantity; None where the value is missing or no number."""
    if value is None:
        return None
    try:
        number = Decimal(value.replace(",", ""))
    except InvalidOperation:
        return None
    m = _SCALED.match((unit or "").replace("％", "%"))
    scale, plain = (m[1], m[2]) if m is not None else (None, "")
    if plain == "" and scale is not None:
        plain = ""
    kind, factor = _KINDS.get(plain, (plain or "数", Decimal(1)))
    return Quantity(number * (_SCALES[scale] if scale else 1) * factor, kind, plain)


def comparable(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities measure the same thing in units that convert into each other."""
    return a.kind == b.kind


def format_number(value: Decimal) -> str:
    """A number for people: 213000 → 21.3万; at most two decimals."""
    for scale, name in ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万")):
        if abs(value) >= scale:
            return f"{_short(value / scale)}{name}"
    return _short(value)


def _short(value: Decimal) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text if text not in ("", "-0") else "0"
