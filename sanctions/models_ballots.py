"""What every secret ballot is, whatever is voted on: a choice, the reasons kept with it, and when it was cast."""

from sqlalchemy.orm import Mapped

from core.db import Instant


class Ballot:
    """One member's secret vote; tables add what it is about, and which choices there are."""

    member_id: Mapped[int]
    choice: Mapped[str]
    reasons: Mapped[str]
    voted_at: Mapped[Instant]
