"""The errors that reach a person, by consequence.

Every error carries one sentence that says what is wrong and what to do.
The command line turns the class into an exit code; pure rooms raise
``BadInput`` only.
"""


class ComityError(Exception):
    """Base of every error whose text is meant for a person."""


class BadInput(ComityError):
    """What was given cannot be used; giving something else helps (exit code 2)."""


class Unavailable(ComityError):
    """The disk, a lock or the node itself stands in the way (exit code 3)."""


class Refused(ComityError):
    """Whoever asks may not do this; somebody with another role may."""
