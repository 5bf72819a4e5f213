"""Secret ballots, whatever is voted on: each member casts one, once, with reasons that are kept with it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.words import _l
from sanctions.models_ballots import Ballot, Cast
from sanctions.models_decisions import Panel, PanelMember
from sanctions.models_reviews import Review, ReviewMember
from sanctions.tallies import Put, Rules, is_lighter

ABSTAIN = "ABSTAIN"
DRAWN, VOTE = "drawn", "vote"
Body = Panel | Review
Member = TypeVar("Member", PanelMember, ReviewMember)
CHOOSE_VOTE = _l("Choose how you vote.")


@dataclass(frozen=True)
class Question:
    """What members can answer; `lighter` is the answer that names measures, fewer or lighter than those before them."""

    choices: tuple[str, ...]
    lighter: str = ""


def sitting(members: Iterable[Member]) -> list[Member]:
    """Those drawn who take part: a recused one is out from the moment of the recusal."""
    return [each for each in members if each.recused_at is None]


def seat(members: Iterable[Member], account_id: int | None) -> Member | None:
    """Somebody's place among those drawn; none after a recusal."""
    return next((each for each in sitting(members) if each.account_id == account_id), None)


def rules_of(body: Body) -> Rules:
    """By which rules a body votes: those laid down when it was drawn."""
    return Rules.of(body.rules)


def needed(body: Body) -> int:
    """How many of a body must have voted, as was laid down when it was drawn."""
    return rules_of(body).quorum(body.size or 0)


def enough(cast: int, quorum: int) -> Iterator[Refused]:
    """Nothing is announced before its quorum has voted."""
    if cast < quorum:
        yield NotNow(_l("Not enough members have voted: %(quorum)s are needed.", quorum=quorum))


def once(member_id: int, cast: Iterable[Ballot]) -> Iterator[Refused]:
    """A vote can't be changed, and nobody has two."""
    if any(each.member_id == member_id for each in cast):
        yield NotNow(_l("You have voted already."))


def last_cast(cast: Iterable[Cast]) -> datetime | None:
    """When the last of these votes was cast: then a body had decided, whenever its papers are signed and go out."""
    return max((each.voted_at for each in cast), default=None)


def checked(
    question: Question, choice: str, reasons: str, measures: Sequence[int] = (), than: Sequence[int] = ()
) -> list[int]:
    """A known answer with its reasons; the measures it names, which are never more than those before the members."""
    if choice not in question.choices:
        raise BadInput("choice", CHOOSE_VOTE)
    if not reasons.strip():
        raise BadInput("reasons", _l("Give your reasons; they are kept with the vote."))
    if choice != question.lighter:
        return []
    wanted = sorted(set(measures))
    if not is_lighter(wanted, than):
        raise BadInput("measures", _l("Choose fewer or lighter measures than those put before you."))
    return wanted


def is_to_announce(member: PanelMember | ReviewMember, put: Put, behind: bool | None) -> bool:
    """Whether a member announces what was decided: the chair, and who voted for it; where nobody did, whoever voted.

    `behind` says whether the member's vote was for it, and is None before it is cast. Else somebody outvoted could
    write the reasons of what he voted against.
    """
    return member.chair or bool(behind) or (behind is not None and not put.yes)


def outvoted(announces: bool) -> Iterator[Refused]:
    """Nobody else announces what the votes come to."""
    if not announces:
        yield NotAllowed(_l("The chair announces the decision, or a member who voted for what was decided."))
