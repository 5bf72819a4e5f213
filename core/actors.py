"""Who acts: an id and roles as plain data, filled by the door."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """The person (or the system) on whose behalf a verb runs."""

    id: int | None
    roles: frozenset[str] = frozenset()
    party_id: int | None = None
    name: str = ""
    audience: str = "public"
    subject_id: int | None = field(default=None)
    """For somebody who came by receipt code: the one thing the code opens."""
    covers: frozenset[int] = frozenset()
    """Accounts of colleagues who are away today, and for whom this person stands in."""

    def has(self, *roles: str) -> bool:
        """Whether the actor holds at least one of these roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def who(self) -> str:
        """How the journal calls the actor: account number, party or role, never a name."""
        if self.id is not None:
            return f"account:{self.id}"
        return ",".join(sorted(self.roles)) or "nobody"


SYSTEM = Actor(None, frozenset({"system"}), name="system", audience="system")
NOBODY = Actor(None)
