"""Memory of a server that runs for weeks: what a request no longer needs goes back to the system."""

from __future__ import annotations

import ctypes
import sys

# glibc's malloc.h. By default each thread that finds the heap in use gets one of its own, up to eight a core, and what
# is freed in one heap is of no use to the others: fifty users left 200 MB of such holes within two minutes.
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
_HEAPS = 2
_LARGE = 1 << 20  # bytes; texts and score lists from here on stand apart from the heap and leave no hole


def keep_memory_level() -> bool:
    """Few heaps for many threads, to be called before there are threads; False where the system has no such setting."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none, and keeps one heap anyway
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, _HEAPS)) and bool(mallopt(_M_MMAP_THRESHOLD, _LARGE))
