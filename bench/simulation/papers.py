"""How documents reach people in a simulation: most open them, some never do, some want paper, some paper comes back."""

from datetime import datetime

from bench.simulation.season import Life, Season
from core.actors import Actor
from core.clock import day_of
from notices import alerts, serving
from notices.models import Service

RECEIVER = "前台 孙女士（签收章）"
WITNESSES = "丁舟、许岚"


def turn(season: Season, life: Life) -> datetime | None:
    """What happens next with the service of a document."""
    it = season.at.get_one(Service, life.number, populate_existing=True)
    if it.state in {"SERVED", "VOID"}:
        return None
    if it.online:
        return _online(season, life, it)
    if it.state in {"READY", "UNDELIVERED"}:
        return _on_paper(season, life, it)
    if it.state == "POSTED":
        return _from_the_post(season, life, it)
    return season.later(1)


def _online(season: Season, life: Life, it: Service) -> datetime | None:
    """Most open it within days; what nobody opens counts as served by itself."""
    by = _recipient(season, it)
    if by is None or life.once("never", 0.08):
        return None
    if "first" not in life.said:
        life.said["first"] = True
        if life.chance(0.5):
            return season.later(life.dice.randint(1, 3))
    serving.open_(season.at, it.id, actor=by, now=season.now)
    return None


def _on_paper(season: Season, life: Life, it: Service) -> datetime:
    said = {"served_on": day_of(season.now), "receiver": RECEIVER}
    if it.party_id is not None and len(it.failed_ways) >= 2:
        serving.step(season.at, it.id, "post_publicly", **season.by("head"))
        return season.later(20)
    if it.party_id is not None and it.failed_ways:
        alerts.attempted(season.at, it, "已搬离", **season.by("officer"))
        return season.in_working_days(life, 1, 2)
    if life.once("post", 0.4):
        serving.step(season.at, it.id, "post", slip_no=f"EMS{it.id:09d}", **season.by("officer"))
        return season.in_working_days(life, 2, 5)
    way = "leave" if life.chance(0.1) else "hand_over"
    if way == "leave":
        said |= {"receiver": WITNESSES, "reason": "前台拒绝签收"}
    serving.step(season.at, it.id, way, **said, **season.by("officer"))
    return season.later(1)


def _from_the_post(season: Season, life: Life, it: Service) -> datetime:
    if life.once("returned", 0.25):
        serving.step(season.at, it.id, "returned", reason="地址不详", **season.by("officer"))
    else:
        serving.step(season.at, it.id, "slip_signed", served_on=day_of(season.now), **season.by("officer"))
    return season.in_working_days(life, 1, 2)


def _recipient(season: Season, it: Service) -> Actor | None:
    if it.complaint_id is not None:
        return Actor(None, frozenset({"complainant"}), subject_id=it.complaint_id)
    return season.leads.get(it.party_id or 0)
