"""The mistakes that a user can mend, one sentence each."""


class UserError(Exception):
    """A mistake of the user's: one sentence that names the file or key, and the remedy.

    A script that meets one prints the sentence and exits with code 2; no traceback is shown.
    """


class Stopped(Exception):
    """The process was asked to stop; its state is saved and it exits with code 143."""
