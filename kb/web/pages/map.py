"""A small picture of who leads and who supports, as inline SVG: lists left and right of what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kb.records import Role
from kb.responsibility.entries import Entry

_LEFT: tuple[Role, ...] = ("lead", "own", "coordinate", "joint", "duty-holder")
_RIGHT: tuple[Role, ...] = ("support", "oversee", "enforce", "approve", "decide")
_NAMES: dict[Role, str] = {
    "lead": "牵头", "own": "负责", "coordinate": "统筹", "joint": "共同", "duty-holder": "责任人",
    "support": "配合", "oversee": "监督", "enforce": "执法", "approve": "审批", "decide": "裁定",
}  # fmt: skip
_MOST = 7  # boxes a side
_BOX, _GAP, _WIDE, _MIDDLE = 30, 8, 250, 180  # a box's height and the space below it; widths, in units of the picture
_ALL, _STEP = 920, 44  # the whole picture's width; how far a phone's boxes stand in
_CUT = 15  # characters of a name


def format_map(entries: Sequence[Entry], task: str, agency: str) -> str:
    """The picture: for a task its bodies, for an agency its tasks; nothing where there is too little to draw."""
    by_task = bool(task) or not agency
    left, right = (_collect(entries, roles, by_task) for roles in (_LEFT, _RIGHT))
    if len(left) + len(right) < 2:
        return ""
    height = max(len(left), len(right), 1) * (_BOX + _GAP) + _GAP
    centre = task or agency
    parts = [_centre(centre, height)]
    for boxes, x, edge, end in (
        (left, 0, _WIDE, (_ALL - _MIDDLE) / 2),
        (right, _ALL - _WIDE, _ALL - _WIDE, (_ALL + _MIDDLE) / 2),
    ):
        top = (height - len(boxes) * (_BOX + _GAP) + _GAP) / 2
        for n, (name, role) in enumerate(boxes):
            parts.append(_box(name, role, x, top + n * (_BOX + _GAP), edge, end, height / 2))
    said = "；".join(f"{name}{_NAMES[role]}" for name, role in [*left, *right])
    return (
        f'<div class="dz-scroll dz-mapped" tabindex="0" role="region" aria-label="职责图"><svg class="dz-map dz-broad" viewBox="0 0 {_ALL} {height}" role="img" '
        f'aria-label="{escape(centre)}：{escape(said)}">{"".join(parts)}</svg>{_tree(centre, [*left, *right], said)}</div>'
    )


def _tree(centre: str, boxes: Sequence[tuple[str, Role]], said: str) -> str:
    """The same for a phone: what was asked for on top, everybody below it."""
    top = 52
    height = top + len(boxes) * (_BOX + _GAP)
    last = height - _GAP - _BOX / 2
    parts = [
        f'<path class="dz-mapline" d="M18 40V{last - 8}"/>'
        f'<rect class="dz-mapcentre" x="0" y="0" width="{_MIDDLE}" height="40" rx="6"/>'
        f'<text class="dz-mapname" x="{_MIDDLE / 2}" y="25" text-anchor="middle">{escape(_short(centre, 11))}</text>'
    ]
    for n, (name, role) in enumerate(boxes):
        y = top + n * (_BOX + _GAP)
        at = y + _BOX / 2
        parts.append(_labelled(name, role, f"M18 {at - 8}Q18 {at} 26 {at}H{_STEP}", _STEP, y))
    return (
        f'<svg class="dz-map dz-tall" viewBox="0 0 {_STEP + _WIDE + 20} {height}" role="img" '
        f'aria-label="{escape(centre)}：{escape(said)}">{"".join(parts)}</svg>'
    )


def _collect(entries: Sequence[Entry], roles: Sequence[Role], by_task: bool) -> list[tuple[str, Role]]:
    found: dict[tuple[str, Role], int] = {}
    for e in entries:
        d = e.duty
        if d.role in roles and not d.negative and d.modality in ("norm", "target"):
            key = (d.agency if by_task else d.object or d.action, d.role)
            found[key] = found.get(key, 0) + 1
    order = sorted(found, key=lambda k: (roles.index(k[1]), -found[k], k[0]))
    return order[:_MOST]


def _centre(name: str, height: float) -> str:
    x, y = (_ALL - _MIDDLE) / 2, height / 2 - 20
    return (
        f'<rect class="dz-mapcentre" x="{x}" y="{y}" width="{_MIDDLE}" height="40" rx="6"/>'
        f'<text class="dz-mapname" x="{_ALL / 2}" y="{height / 2 + 5}" text-anchor="middle">{escape(_short(name, 11))}</text>'
    )


def _box(name: str, role: Role, x: float, y: float, edge: float, end: float, middle: float) -> str:
    at = y + _BOX / 2
    bend = (edge + end) / 2
    return _labelled(name, role, f"M{edge} {at}C{bend} {at} {bend} {middle} {end} {middle}", x, y)


def _labelled(name: str, role: Role, line: str, x: float, y: float) -> str:
    """A body in its box, with the line that leads to it."""
    at = y + _BOX / 2
    return (
        f'<path class="dz-mapline dz-maprole-{role}" d="{line}"/>'
        f'<g><title>{escape(name)}（{_NAMES[role]}）</title><rect class="dz-mapbox dz-maprole-{role}" x="{x}" y="{y}" width="{_WIDE}" height="{_BOX}" rx="4"/>'
        f'<text class="dz-maprolename" x="{x + 8}" y="{at + 4}">{_NAMES[role]}</text>'
        f'<text class="dz-maptext" x="{x + 50}" y="{at + 4.5}">{escape(_short(name, _CUT - 2))}</text></g>'
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
