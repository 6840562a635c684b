"""Memory of a server that runs for weeks: what a request no longer needs goes back to the system."""

from __future__ import annotations

import ctypes
import sys

# glibc's malloc.h. By default each thread that finds the heap in use gets one of its own, up to eight a core, and what
# is freed in one heap is of no use to the others: fifty users left 200 MB of such holes within two minutes.
_M_ARENA_MAX, _M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD = -8, -3, -1
_HEAPS = 2
# Bytes. What is larger stands apart from the heap and leaves no hole; the lists of scores of a question are smaller, and
# taking them from the system anew for each would cost a fifth of a search. Naming one threshold fixes both.
_LARGE, _SPARE = 8 << 20, 32 << 20


def keep_memory_level() -> bool:
    """Few heaps for many threads, to be called before there are threads; False where the system has no such setting."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none, and keeps one heap anyway
    wanted = ((_M_ARENA_MAX, _HEAPS), (_M_MMAP_THRESHOLD, _LARGE), (_M_TRIM_THRESHOLD, _SPARE))
    return mallopt is not None and all(mallopt(*setting) for setting in wanted)
