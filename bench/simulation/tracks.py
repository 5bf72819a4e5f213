"""Tracks in a simulation: each state, and what people do next in it."""

from datetime import datetime

from bench.simulation import deciding, executing, inquiries
from bench.simulation.season import Life, Season
from casework.models_cases import CaseTrack
from sanctions import policies_archives, reviews, volumes

STATES = {
    "SCREENING": inquiries.screening,
    "FILED": inquiries.filed,
    "INVESTIGATING": inquiries.investigating,
    "SUSPENDED": inquiries.suspended,
    "REVIEWING": deciding.reviewing,
    "NOTICE_ISSUED": deciding.waiting,
    "PRE_NOTICE": deciding.defending,
    "ADMITTED": deciding.admitted,
    "HEARING_ASKED": deciding.hearing_asked,
    "HEARING_SET": deciding.hearing_set,
    "DELIBERATION": deciding.deliberating,
    "DECIDED": deciding.waiting,
    "SERVED": deciding.served,
    "IN_REVIEW": deciding.waiting,
    "EFFECTIVE": executing.effective,
    "EXECUTING": executing.executing,
    "VERIFYING": executing.verifying,
}


def turn(season: Season, life: Life) -> datetime | None:
    """What happens next with a track."""
    it = season.at.get_one(CaseTrack, life.number, populate_existing=True)
    if it.state == "ARCHIVED":
        return _archived(season, life, it)
    if it.state in STATES:
        return STATES[it.state](season, life, it)
    return _ended(season, life, it)


def _ended(season: Season, life: Life, it: CaseTrack) -> datetime:
    """The file is bound and goes to the archive once nothing of it is on its way."""
    open_clocks = policies_archives.still_running(season.at, it)
    if open_clocks or policies_archives.review_open(season.at, it):
        return season.in_working_days(life, 3, 6)
    volumes.bind(season.at, it, **season.by("officer"))
    volumes.archive(season.at, it, version=None, **season.by("officer"))
    return season.later(life.dice.randint(10, 60))


def _archived(season: Season, life: Life, it: CaseTrack) -> datetime | None:
    """Now and then the head has an old decision looked at again, in the company's favour."""
    if life.said.get("moved"):
        return season.later(20) if policies_archives.review_open(season.at, it) else None
    if not it.decided_level or not deciding.is_one_of(life, deciding.MOVED):
        return None
    life.said["moved"] = True
    said = {"basis": "ERROR", "grounds": "统计口径有误。", "favour": True}
    reviews.own_motion(season.at, it, **said, **season.by("head"))
    return season.later(60)
