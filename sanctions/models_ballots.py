"""What every secret ballot holds, whatever is voted on: a choice, the reasons kept with it, and when it was cast."""

from sqlalchemy.orm import Mapped

from core.db import Instant


class Cast:
    """One secret vote; its tables add whose it is, what it is about, and the possible choices."""

    choice: Mapped[str]
    reasons: Mapped[str]
    voted_at: Mapped[Instant]


class Ballot(Cast):
    """The vote of a member drawn for a body."""

    member_id: Mapped[int]
