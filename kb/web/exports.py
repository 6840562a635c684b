"""Files to take away: an answer as .docx, the responsibility table as .xlsx; each over what the user may see."""

from __future__ import annotations

from fastapi import APIRouter

from kb.web.site import Site


def build_exports(site: Site) -> APIRouter:
    """Routes of the exports."""
    return APIRouter(prefix="/export", include_in_schema=False)
