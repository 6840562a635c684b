"""Whether a text holds on a given day, from what it says of itself; doubt stays unknown."""

from __future__ import annotations

from datetime import date

from kb.records import Identity, Status


def status_of(identity: Identity, as_of: date, *, superseded_on: date | None = None) -> Status:
    """The status of a version as of a date; ``superseded_on`` is when a later version of the same work took over.

    The last day of a printed term still counts; a source's mark 废止或失效 without a date counts from the first day,
    for a text that has ended at an unknown time must not be cited as if it held.
    """
    begins = identity.effective_on or identity.issued_on or identity.adopted_on
    if identity.proposed:
        return "proposed"
    if identity.repealed_on is not None and identity.repealed_on <= as_of:
        return "repealed"
    if begins is not None and begins > as_of:
        return "not-yet"
    if identity.marked_invalid and identity.repealed_on is None:
        return "repealed"
    if superseded_on is not None and superseded_on <= as_of:
        return "superseded"
    if identity.expires_on is not None and identity.expires_on < as_of:
        return "expired"
    return "unknown" if begins is None else "in-force"
