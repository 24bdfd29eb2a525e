"""The mistakes that a user can mend, one sentence each."""


class UserError(Exception):
    """A mistake of the user's: one sentence that names the file or key, and the remedy.

    A script that meets one prints the sentence and exits with code 2; no traceback is shown.
    """


class Stopped(Exception):
    """The process was asked to stop; its state is saved and it exits with code 143."""


class Ended(Exception):
    """The processes that did this one's work have ended with a code, which becomes its own."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message)
        self.code = code
