"""What must hold before measures are proposed by the ladder: factors judged with reasons, departures explained."""

from collections.abc import Iterator, Mapping

from casework import clauses
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.errors import BadInput, Refused
from core.machine import Ask
from core.words import _l
from sanctions import ladder_history
from sanctions.ladder_departures import Departure, departure
from sanctions.ladder_factors import FACTORS, JUDGED, NO, answers
from sanctions.ladder_scores import Judged, counts
from sanctions.ladder_sheets import labels

CORRECTED = ("A1", "A10")
"""Numbers of the findings that the adjudication unit may correct."""


@TRACK.guard("S15", "S16")
def factors_are_judged(ask: Ask) -> Iterator[Refused]:
    """Each factor said to be given has its reasons, and is not part of the breach itself."""
    yield from wrong_factors(ask.it, ask.facts.get("judged") or {})


def wrong_factors(track: CaseTrack, judged: Mapping[str, Judged]) -> Iterator[Refused]:
    """What is wrong with the factors as judged, for a form before it is sent on."""
    codes = {each.code for each in clauses.established(track)}
    for name, said in judged.items():
        if name in CORRECTED:
            yield from _number(name, said)
        elif name not in JUDGED or said.answer not in answers(name):
            yield BadInput(name, _l("This is no factor of the ladder."))
        elif said.answer != NO:
            yield from _yes(name, said, codes)


def _number(name: str, said: Judged) -> Iterator[Refused]:
    if not said.answer.isdigit():
        yield BadInput(name, _l("Write a whole number in digits."))
    elif not said.reason.strip():
        yield BadInput(f"{name}_reason", _l("Say why the number of the findings is corrected."))


def _yes(name: str, said: Judged, codes: set[str]) -> Iterator[Refused]:
    if not counts(name, codes):
        yield BadInput(name, _l("%(code)s is this very thing: it does not count once more.", code=FACTORS[name].code))
    elif not said.reason.strip():
        yield BadInput(f"{name}_reason", _l("Give the reasons: %(factor)s.", factor=FACTORS[name].word))


@TRACK.guard("S15", "S16")
def departures_are_explained(ask: Ask) -> Iterator[Refused]:
    """What departs from the ladder, or skips steps of it, has written reasons."""
    if "measures" not in ask.facts or "suggestion" not in ask.facts:
        return
    found = ask.facts["suggestion"]
    apart = departure(found.band, ask.facts["measures"], ladder_history.ordered_before(ask.session, ask.it))
    yield from unexplained(apart, found.band, str(ask.facts.get("departure") or ""))


def unexplained(apart: Departure, band: list[int], why: str) -> Iterator[Refused]:
    """Refuse a departure without reasons."""
    if apart and not why.strip():
        yield _without_reasons(apart, band)


def _without_reasons(apart: Departure, band: list[int]) -> BadInput:
    if apart.skipped:
        return BadInput(
            "departure",
            _l(
                "The ladder suggests %(band)s, and this skips %(steps)s: give the reasons in writing.",
                band=labels(band) if band else _l("no measure"),
                steps=labels(apart.skipped),
            ),
        )
    return BadInput(
        "departure",
        _l(
            "The ladder suggests %(band)s: a departure from it needs written reasons.",
            band=labels(band) if band else _l("no measure"),
        ),
    )
