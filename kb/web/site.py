"""What every route is built over: the library as each user may see it, people, jobs, logs."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from fastapi import Request

from kb.access.audit import Action, Audit
from kb.access.history import History
from kb.access.people import LOCAL, People, User
from kb.access.tables import open_desk
from kb.jobs import Jobs
from kb.library.view import LibraryView, Permits
from kb.records import DocumentInfo
from kb.web.access import Access
from kb.web.observe import Metrics
from kb.web.turns import Turns
from kb.workspace import Workspace

_VIEWS = 32  # kept; each holds a catalogue of the documents' names in memory
_WORD = 100  # characters of a filter
AT_ONCE = max(2, os.cpu_count() or 1)  # things worked on at once


@dataclass(frozen=True, slots=True)
class Chosen:
    """提问范围: what the asker narrows a question to; "" sets no limit."""

    place: str = ""
    agency: str = ""  # 发文机关, in part
    genre: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Chosen:
        """From an address or a form."""
        return cls(*(str(query.get(n) or "").strip()[:_WORD] for n in ("place", "agency", "genre")))

    def holds(self, info: DocumentInfo) -> bool:
        """Whether a document is inside; texts for the whole nation and without a place are kept with every place."""
        i = info.identity
        return (
            (not self.place or i.place in (None, "全国") or i.place.startswith(self.place) or self.place in i.place)
            and (not self.agency or self.agency in (i.issuer or "") or self.agency in i.title)
            and (not self.genre or i.genre == self.genre)
        )

    def __bool__(self) -> bool:
        return bool(self.place or self.agency or self.genre)


EVERYTHING = Chosen()


class Spaces:
    """视图集: one workspace for each set of documents that somebody may see or has narrowed a question to."""

    def __init__(self, whole: Workspace, people: People | None) -> None:
        self._whole = whole
        self._people = people
        self._lock = Lock()
        self._kept: OrderedDict[Any, Workspace] = OrderedDict()

    @property
    def whole(self) -> Workspace:
        """The workspace over everything; for jobs and administrators."""
        return self._whole

    def replace(self, whole: Workspace) -> None:
        """Go on with another workspace, as after a change of the dictionaries."""
        with self._lock:
            self._whole = whole
            self._kept.clear()

    def of(self, user: User, chosen: Chosen = EVERYTHING) -> Workspace:
        """The workspace of what a user may see, narrowed to what the user chose."""
        permits = self._people.permits(user) if self._people is not None else None
        if permits is None and not chosen:
            return self._whole
        closed = self._people.find_groups() if permits is not None and self._people is not None else ()
        key = (closed, user.groups if closed else None, chosen)
        with self._lock:
            space = self._kept.pop(key, None) or _narrow(self._whole, permits, chosen)
            self._kept[key] = space
            while len(self._kept) > _VIEWS:
                self._kept.popitem(last=False)
        return space


def _narrow(whole: Workspace, permits: Permits | None, chosen: Chosen) -> Workspace:
    library = whole.library if permits is None else LibraryView(whole.library, permits)
    return replace(whole, library=LibraryView(library, chosen.holds, narrowed=True) if chosen else library)


@dataclass(frozen=True, slots=True)
class Site:
    """站点: handed to whatever builds routes."""

    spaces: Spaces
    access: Access
    audit: Audit
    history: History
    jobs: Jobs
    people: People
    metrics: Metrics
    log: Any | None = None
    # How many questions are worked on at once: more would share the same cores, and each holds memory and a database
    # connection with its cache. Whoever waits here does not hold up who only reads.
    working: Turns = field(default_factory=lambda: Turns(AT_ONCE))
    # A search takes a twentieth of a question's time: in a line of their own nobody waits for questions to be answered.
    finding: Turns = field(default_factory=lambda: Turns(AT_ONCE))
    # What to ask next costs several questions that nobody has asked yet: one such at a time, among those asked.
    following: Turns = field(default_factory=lambda: Turns(1))

    def space(self, request: Request, chosen: Chosen = EVERYTHING) -> Workspace:
        """The library as the user of a request may see it."""
        return self.spaces.of(user_of(request), chosen)

    def note(self, request: Request, action: Action, what: str) -> None:
        """Write an entry of the audit log."""
        state = request.scope.get("state", {})
        self.audit.note(user_of(request).name, action, what, state.get("request", ""))


def user_of(request: Request) -> User:
    """The user whom the guard has let in."""
    user = request.scope.get("state", {}).get("user")
    return user if isinstance(user, User) else User("—")


def open_site(space: Workspace, access: Access, log: Any | None = None) -> Site:
    """A site over an opened library, its desk beside it."""
    from kb.web.exports import build_exporting
    from kb.web.work import build_work

    engine = open_desk(space.settings.library)
    people = access.people or People(engine)
    spaces = Spaces(space, people if access.required else None)
    working = Turns(AT_ONCE)
    kinds = {**build_work(spaces), "export": build_exporting(spaces, access, working)}
    jobs = Jobs(engine, kinds, {"export": "export"})  # a file to take away does not wait for one that is read in
    return Site(spaces, access, Audit(engine), History(engine), jobs, people, Metrics(), log, working)


__all__ = ["EVERYTHING", "LOCAL", "Chosen", "Site", "Spaces", "open_site", "user_of"]
