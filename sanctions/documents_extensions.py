"""What the notice of more time for a measure says (D06a)."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.machine import Ask
from notices.making import Draft, makes
from notices.papers import day_text, period_text
from notices.sentences import Pair, say, written_in
from registry import clocks
from sanctions import policies_extensions as policies
from sanctions.documents_execution import order_number
from sanctions.levels import LEVELS

MATTER: Pair = ("履行{measure}措施", "carrying out the measure “{measure}”")


def extended(session: Session, track: CaseTrack, level: int, to: int | None) -> tuple[int, str, date | None]:
    """The total length of a measure's time once it is extended, its unit, and its last day if that is certain."""
    clock = policies.period(session, track, level)
    if clock is None or clock.day0 is None:
        return 0, "CD", None
    step = next((total for total in clock.extend_to[len(clock.steps) :] if total > clock.length), clock.length)
    total = to or step
    return total, clock.unit.value, clocks.printed_end(session, clock, total)


@makes("track", "D06a")
def extension(ask: Ask) -> Iterator[Draft]:
    """How long the respondent has in total to carry out a measure."""
    track: CaseTrack = ask.it
    level: int = ask.facts["level"]
    lang = written_in(ask, track.party)
    total, unit, last = extended(ask.session, track, level, ask.facts.get("to"))
    yield Draft(
        values={
            "matter": say(MATTER, lang, measure=LEVELS[level].name(lang)),
            "basis_number": order_number(ask.session, track, LEVELS[level].document, lang),
            "reason": ask.facts["why"],
            "total_period": period_text(total, unit, lang),
            "new_due": day_text(last, lang) if last else "",
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
    )
