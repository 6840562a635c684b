"""The ways this product fails; each docstring is the meaning, each message names the thing and the remedy."""


class KBError(Exception):
    """Something the user can act on; the message is shown as it stands, in Chinese."""

    exit_code = 1


class UsageError(KBError):
    """The command was called in a way that has no meaning."""

    exit_code = 2


class LibraryMissing(KBError):
    """There is no library where one was expected."""

    exit_code = 3


class LibraryDamaged(KBError):
    """A library is there but cannot be trusted as it stands; ``kb doctor`` says what to do."""

    exit_code = 3


class EncoderMismatch(LibraryDamaged):
    """The library was embedded with another model than the one configured."""


class DocumentMissing(KBError):
    """No document of that name is in the library."""


class UnreadableFile(KBError):
    """One file could not be read; ``error`` is a stable code, ``reason`` the Chinese explanation with its remedy.

    Codes: empty, encrypted, damaged, wrong-extension, unsupported, too-large, too-deep, timeout,
    no-text, missing-tool, missing, forbidden.
    """

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(error, reason)  # both, so that it survives the way back from a worker process
        self.error = error
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class ModelFailed(KBError):
    """The configured language model did not give a usable reply; the extractive answer stands."""
