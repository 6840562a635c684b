"""Whether a text holds on a given day, from what it says of itself; doubt stays unknown."""

from __future__ import annotations

from datetime import date

from kb.records import Identity, Status


def status_of(identity: Identity, as_of: date, *, superseded_on: date | None = None) -> Status:
    """The status of a version as of a date; ``superseded_on`` is when a later version of the same work took over."""
    if identity.proposed:
        return "proposed"
    if identity.repealed_on is not None and identity.repealed_on <= as_of:
        return "repealed"
    if identity.marked_invalid:
        return "repealed"  # the source says so without a date; it cannot be used as if in force
    if superseded_on is not None and superseded_on <= as_of:
        return "superseded"
    if identity.expires_on is not None and identity.expires_on < as_of:
        return "expired"
    begins = identity.effective_on or identity.issued_on or identity.adopted_on
    if begins is None:
        return "unknown"
    return "in-force" if begins <= as_of else "not-yet"
