"""Bodies that others set up or seat: 政府设立B，负责O; 领导小组办公室设在X."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.duty.draft import Found
from ingest.duty.names import NOT_IN_NAME, ends_with_name
from ingest.duty.segments import State, make_found
from ingest.duty.subjects import Predicate, trim_name

# 领导小组办公室设在市城管局，负责日常工作
SEATED = re.compile(r"(?P<who>[^，。；：]{0,40}(?:办公室|办事机构))(?P<seat>设在(?P<host>[^，的]{2,30}))$")
# 政府设立教育督导委员会，负责…: from there on the new body is meant
_FOUNDED = re.compile(
    r"(?:依法)?(?:设立|成立|建立|组建)(?P<who>[^，。；：]{2,30}(?:委员会|领导小组|指挥部|(?<!常设)机构))$"
)
_TAKES_CHARGE = re.compile(r"(?:具体|统一|全面)?(?:负责|承担|统筹|领导)(?!人)")


def find_host(seated: re.Match[str], state: State) -> Iterator[Found]:
    """领导小组办公室设在X: X runs the office, which is the subject of what follows."""
    office, host = trim_name(seated["who"].rpartition("下设办公室")[2] or seated["who"]), trim_name(seated["host"])
    state.subject, state.modal = office, ""
    if ends_with_name(host) and not NOT_IN_NAME.search(host):
        yield make_found(state, host, "own", "设在", seated["seat"], office)


def take_founded(read: Predicate, state: State) -> None:
    """政府设立B，负责O: B is who takes charge of O, not who set it up."""
    founded = _FOUNDED.match(read.text)
    if founded and state.following and _TAKES_CHARGE.match(state.following[0]):
        state.subject, state.modal = trim_name(founded["who"]), ""
