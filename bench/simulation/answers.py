"""Respondents in a simulation: forwardings answered in time, late or never; numbers that shall not be called again."""

from datetime import datetime, timedelta

from admin import demo_texts
from bench.simulation.complaints import forwarding_of
from bench.simulation.season import Life, Season
from casework import forwardings, stop_contacts
from casework.models import Complaint, Forwarding
from casework.models_stop_contacts import StopContact

HABITS = ("IN_TIME",) * 74 + ("LATE",) * 10 + ("NEVER",) * 5 + ("NOT_OURS",) * 4 + ("MORE_TIME",) * 7


def turn(season: Season, life: Life) -> datetime | None:
    """What happens next with a forwarding."""
    it = forwarding_of(season, life)
    if it.state == "CLOSED":
        return None
    if "habit" not in life.said:
        life.said["habit"] = life.dice.choice(HABITS) if season.leads.get(it.party_id) else "NEVER"
    return STATES[it.state](season, life, it)


def _sent(season: Season, life: Life, it: Forwarding) -> datetime:
    habit, days = life.said["habit"], (season.now - it.sent_at).days if it.sent_at else 0
    if it.time_asked_at is not None:
        return _on_time(season, life, it)
    if habit == "NEVER" or (habit == "LATE" and "late" not in life.said):
        return season.later(6)
    if habit == "NOT_OURS" and it.return_reason is None and not it.answers:
        forwardings.not_ours(season.at, it, why="经核对号码，我司无此客户。", **season.leading(it))
        return season.in_working_days(life, 1, 3)
    if habit == "MORE_TIME" and "asked" not in life.said:
        life.said["asked"] = True
        forwardings.ask_time(season.at, it, why="需向受托机构调取通话录音。", **season.leading(it))
        return season.in_working_days(life, 1, 4)
    if days < life.dice.randint(1, 9):
        return season.later(2)
    return _answer(season, life, it)


def _on_time(season: Season, life: Life, it: Forwarding) -> datetime:
    """The head decides on more time."""
    if life.chance(0.7) and it.return_reason is None:
        forwardings.extend(season.at, it, why="所述理由成立，同意延长。", **season.by("head"))
    else:
        forwardings.refuse_time(season.at, it, why="录音可由系统直接导出。", **season.by("head"))
    return season.later(life.dice.randint(3, 9))


def _answer(season: Season, life: Life, it: Forwarding) -> datetime:
    of = it.complaint
    outcome, inside, outside = demo_texts.answer(of.lang, [each.code for each in of.codes], life.dice.randrange(4))
    said = {"outcome": outcome, "to_association": inside, "to_complainant": outside}
    forwardings.answer(season.at, it, **said, **season.leading(it))
    return season.in_working_days(life, 1, 3)


def _answered(season: Season, life: Life, it: Forwarding) -> datetime:
    if len(it.answers) == 1 and life.once("gaps", 0.08):
        forwardings.send_back(season.at, it, gaps=["未说明单位号码的来源"], **season.by("intake"))
        return season.later(3)
    forwardings.release(season.at, it, read=True, warned=True, **season.by("intake"))
    return season.later(25)


def _returned(season: Season, life: Life, it: Forwarding) -> datetime:
    if life.once("insisted", 0.5):
        life.said["insisted"], life.said["habit"] = False, "IN_TIME"
        forwardings.insist(season.at, it, why="短信签名在贵司登记名录之内。", **season.by("intake"))
        return season.later(4)
    forwardings.accept_return(season.at, it, **season.by("intake"))
    return season.later(5)


def _overdue(season: Season, life: Life, it: Forwarding) -> datetime:
    """Some answer after the reminder, some long after it, some never."""
    if life.said["habit"] == "NEVER" and not life.once("in the end", 0.3):
        return season.later(40)
    life.said["late"] = True
    if life.said["habit"] == "NEVER" and season.leads.get(it.party_id) is None:
        return season.later(40)
    return _answer(season, life, it)


def _released(season: Season, life: Life, _it: Forwarding) -> datetime:
    return season.later(life.dice.randint(20, 40))


STATES = {
    "SENT": _sent,
    "ANSWERED": _answered,
    "RETURNED": _returned,
    "OVERDUE": _overdue,
    "RELEASED": _released,
}


def stop_turn(season: Season, life: Life) -> datetime | None:
    """What happens next with a number that shall not be called any more."""
    it = season.at.get_one(StopContact, life.number, populate_existing=True)
    complaint = season.at.get_one(Complaint, it.complaint_id)
    if it.state == "REQUESTED":
        if it.party_id is None or season.leads.get(it.party_id) is None:
            holder = {"holder": "GUARANTOR", "why": "该号码系担保人本人号码，可以依法联系。"}
            stop_contacts.decline(season.at, it, **holder, **season.by("intake"))
            return None
        stop_contacts.relay(season.at, it, **season.by("intake"))
        return season.in_working_days(life, 1, 4)
    if it.state == "RELAYED" and life.once("confirms", 0.8):
        stop_contacts.confirm(season.at, it, **season.leading(it))
        return season.later(life.dice.randint(3, 30))
    if it.state in {"CONFIRMED", "UNCONFIRMED"} and life.once("breaks", 0.12):
        at, said = season.now - timedelta(hours=3), "对方要求我转告还款。"
        call = {"at": at, "kind": "CALL_INTERACTIVE", "from_number": "05925550171", "said": said}
        stop_contacts.breach(season.at, it, **call, **season.speaking(complaint))
        return None
    return season.later(3) if it.state == "RELAYED" else None
