"""Why a verb was refused, in words for the person who tried it."""


class Refused(Exception):
    """A move that the rules do not allow now. ``str()`` is a Japanese sentence that says how to go on."""


class NotAllowed(Refused):
    """The transition table has no such move from where the renewal stands."""


class Closed(Refused):
    """The season is not open to this member: not yet opened, or the last day to answer has passed."""


class UnderReview(Refused):
    """The secretariat has begun to look at the submission, so the member can no longer take it back."""


class Stale(Refused):
    """The renewal changed since the person looked at it; nothing was decided."""
