"""Secret ballots, whatever is voted on: each member votes once, with reasons that are kept with the vote."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.words import _l
from registry.models_accounts import Account, AccountRole
from sanctions.models_ballots import Ballot, Cast
from sanctions.models_decisions import Panel, PanelMember, Vote
from sanctions.models_reviews import Review, ReviewMember, ReviewVote
from sanctions.tallies import Put, Rules, is_lighter

ABSTAIN = "ABSTAIN"
DRAWN, VOTE = "drawn", "vote"
ROLES: dict[type, str] = {PanelMember: "panel", ReviewMember: "review body"}
"""The role from which members of each sort are drawn, and without which they no longer sit."""
Body = Panel | Review
Member = TypeVar("Member", PanelMember, ReviewMember)
CHOOSE_VOTE = _l("Choose how you vote.")


@dataclass(frozen=True)
class Question:
    """The possible answers; `lighter` is the one that names measures, fewer or lighter than those put."""

    choices: tuple[str, ...]
    lighter: str = ""


def sitting(members: Iterable[Member]) -> list[Member]:
    """The members who take part; a recused one is out from the moment of the recusal."""
    return [each for each in members if each.recused_at is None]


def seat(members: Iterable[Member], account_id: int | None) -> Member | None:
    """A person's seat among these members; None after a recusal."""
    return next((each for each in sitting(members) if each.account_id == account_id), None)


def seated(members: Iterable[Member], actor: Actor) -> Member | None:
    """The seat in which somebody acts and reads: none for whoever has the role no more, whatever was voted before."""
    found = seat(members, actor.id)
    return found if found is not None and actor.has(ROLES[type(found)]) else None


def rules_of(body: Body) -> Rules:
    """The voting rules of a body: those that held when it was drawn."""
    return Rules.of(body.rules)


def needed(body: Body) -> int:
    """How many of a body must have voted, by the rules that held when it was drawn."""
    return rules_of(body).quorum(body.size or 0)


def enough(cast: int, quorum: int) -> Iterator[Refused]:
    """Nothing is announced before its quorum has voted."""
    if cast < quorum:
        yield NotNow(_l("Not enough members have voted: %(quorum)s are needed.", quorum=quorum))


def once(member_id: int, cast: Iterable[Ballot]) -> Iterator[Refused]:
    """Nobody votes twice, or changes a vote."""
    if any(each.member_id == member_id for each in cast):
        yield NotNow(_l("You have voted already."))


def last_cast(cast: Iterable[Cast]) -> datetime | None:
    """When the last vote was cast: by then the body had decided, whenever its documents are signed and go out."""
    return max((each.voted_at for each in cast), default=None)


def checked(
    question: Question, choice: str, reasons: str, measures: Sequence[int] = (), than: Sequence[int] = ()
) -> list[int]:
    """The measures that a vote names; raises for an unknown answer, no reasons, or measures that do not go with it."""
    if choice not in question.choices:
        raise BadInput("choice", CHOOSE_VOTE)
    if not reasons.strip():
        raise BadInput("reasons", _l("Give your reasons; they are kept with the vote."))
    if choice != question.lighter:
        if measures:  # which of the two is meant cannot be asked later
            raise BadInput(
                "measures", _l("Measures are ticked, but the vote is not for some of them: put one of the two right.")
            )
        return []
    wanted = sorted(set(measures))
    if not wanted:
        raise BadInput(
            "measures", _l("Tick the measures that shall remain; if none shall, choose the answer that says so.")
        )
    if not is_lighter(wanted, than):
        raise BadInput("measures", _l("Choose fewer or lighter measures than those that you decide on."))
    return wanted


def is_to_announce(member: PanelMember | ReviewMember, put: Put, behind: bool | None) -> bool:
    """Whether a member announces the decision: the chair, and whoever voted for it; if nobody did, whoever voted.

    `behind` says whether the member's vote was for it; it is None before the vote. Otherwise somebody outvoted could
    write the reasons of a decision they voted against.
    """
    return member.chair or bool(behind) or (behind is not None and not put.yes)


def able(session: Session, people: Sequence[int], role: str) -> set[int]:
    """Of these people, those who can sign in, and have come in once, and have the role."""
    held = select(AccountRole.account_id).where(AccountRole.role == role)
    mine = select(Account.id).where(Account.id.in_(people), Account.works)
    return set(session.scalars(mine.where(Account.id.in_(held)).order_by(Account.id)))


def stands_in(
    session: Session,
    seats: type[Member],
    votes: type[Vote | ReviewVote],
    of: ColumnElement[bool],
    member_id: int,
    announcing: Callable[[Any], bool],
) -> bool:
    """Whether a member who was outvoted announces: of those who should, nobody can act any more.

    By columns alone, for a page asks it as the system: votes are secret.
    """
    asked = select(seats.id, seats.account_id, seats.chair, votes.choice, votes.measures)
    asked = asked.outerjoin(votes, votes.member_id == seats.id).where(of, seats.recused_at.is_(None))
    found = session.execute(asked).all()
    if not any(each.id == member_id and each.choice for each in found):
        return False
    return not able(session, [each.account_id for each in found if announcing(each)], ROLES[seats])


def outvoted(announces: bool) -> Iterator[Refused]:
    """Nobody else announces what the votes come to."""
    if not announces:
        yield NotAllowed(_l("The chair announces the decision, or a member who voted for what was decided."))
