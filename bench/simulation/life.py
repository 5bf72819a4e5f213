"""A whole association's life: arrivals planned over the years, everybody's turns, and the end of all of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bench.simulation import answers, complaints, deciding, executing, papers, register, tracks
from bench.simulation.hands import Hands
from bench.simulation.season import Life, Season
from bench.simulation.unrendered import unrendered
from casework import cases
from core.clock import day_of
from core.db import transaction
from filestore import files
from registry import seeds

BEGIN = datetime(2024, 1, 2, 0, 30, tzinfo=UTC)
"""Three years from here end with the last year of which the calendar is known."""
QUIET = 25
"""In the last days of the years only what is there goes on."""
INSPECTED = 0.08
"""How many cases begin with an inspection or the press, without a complaint."""


def live(
    seed: int, years: int, wanted: int, tell: Callable[[Season], None] = lambda _season: None, hands: int = 1
) -> Season:
    """Years of an association with about so many cases, and on until everything has come to its end."""
    end = BEGIN.replace(year=BEGIN.year + years)
    season = Season(seed, BEGIN, end, TURNS)
    season.tell = tell
    with unrendered(season):
        with transaction() as season.at:
            seeds.sow(season.at, mode="demonstration", now=BEGIN)
            season.read_calendar()
            season.paper = files.keep_made(season.at, season.page, "page.pdf", "application/pdf").sha256
            register.set_up(season, wanted)
        season.each_morning(Season.tidy)
        if hands > 1:
            season.hands = Hands(season, hands)
        _plan(season, wanted)
        season.play()
        if season.hands is not None:
            season.hands.let_go()
    return season


def _plan(season: Season, wanted: int) -> None:
    """Arrivals, evenly over the years: what becomes a case, and as much that does not."""
    span = (season.end - season.begin) - timedelta(days=QUIET)
    for place in range(2 * wanted):
        breach = place % 2 == 0
        life = season.life("inspection" if breach and season.dice.random() < INSPECTED else "complaint", place)
        life.number = 0
        life.said |= {"breach": breach, "place": place}
        season.enrol(life, season.begin + timedelta(days=1) + span * season.dice.random())


def _inspected(season: Season, life: Life) -> datetime | None:
    """An officer opens a case on what an inspection or the press brought."""
    dice, day = life.dice, day_of(season.now)
    lender, firm = dice.choice(season.firms)
    parties = [lender, firm] if life.chance(0.4) else [lender]
    cases.open(
        season.at, [], title="检查发现的催收问题", source=dice.choice(("INSPECTION", "MEDIA", "REGULATOR")),
        parties=[season.at.merge(each) for each in parties], lead="现场检查发现外呼名单未经核对。",
        conduct=(day - timedelta(days=9), day - timedelta(days=4)), **season.by("officer"),
    )  # fmt: skip
    return None


TURNS = {
    "complaint": complaints.turn,
    "inspection": _inspected,
    "forwarding": answers.turn,
    "stop_contact": answers.stop_turn,
    "service": papers.turn,
    "track": tracks.turn,
    "review": deciding.review_turn,
    "recusal": deciding.recusal_turn,
    "publication": executing.publication_turn,
}
