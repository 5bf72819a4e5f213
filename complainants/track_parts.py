"""What else stands on the tracking page: stop contact, worse than before, terms, a new look; routes stand beside."""

from datetime import date
from typing import Any

from flask import g

from casework import (
    clauses,
    complainant_texts,
    policies,
    policies_stop_contacts,
    queries_recusals,
    queries_stop_contacts,
    settlements,
    taking_back,
)
from casework.models import Settlement
from casework.models_stop_contacts import StopContact
from casework.states import COMPLAINT, STOP_CONTACT
from complainants import forms as public
from complainants import queries_tracking, stages
from complainants.forms_stop_contacts import BreachForm, StopForm
from complainants.queries_tracking import Tracking
from core import clock, texts
from core.db import session, transaction
from core.forms import Form
from core.plainly import titled
from core.words import language
from notices import unopened
from notices.unopened import Latest
from registry import text_numbers
from registry.forms_notifications import CodeForm

Days = dict[int, date]
"""By request to stop contact, a day."""

REPORTABLE = STOP_CONTACT.states_for("breach")
"""States in which a contact to the number counts."""

WAITED_FOR = {"info": ("give_info", "facts"), "dispute": ("dispute", "why")}
"""Forms with a text that stand on the page while the complaint waits for what they do, and its field."""


def forms(found: Tracking, given: dict[str, Form], days: Days, *, again: bool = False) -> dict[str, Form]:
    """The forms, each as it was sent where it is wrong; `again`: with the former terms, to be proposed once more."""
    breach = given.get("breach") or BreachForm(prefix="b")
    breach.which.choices = which(found, days)
    agree = given.get("agree") or public.AgreeForm(prefix="g")
    settle = given.get("settle") or public.SettleForm(prefix="s")
    refuse = given.get("refuse") or public.RefuseForm(prefix="n")
    _say_what_changed(found.settlement, given)
    settle.read.data = 0
    if (terms := found.settlement) is not None:  # also after a refusal: the page shows the terms as they stand
        agree.terms.data, refuse.terms.data, settle.read.data = terms.terms, terms.terms, terms.turn
        settle.instead()
        if again and "settle" not in given:
            settle.terms.data = terms.former
    settle.read_by(found.settling)
    deleting = {f"file-{each.id}": public.DeleteFileForm(prefix=f"e{each.id}") for each in found.evidence}
    refused = {name: form for name, form in given.items() if name.startswith("file-")}  # also of a file that went
    return {
        **deleting,
        **refused,
        "stop": given.get("stop") or StopForm(prefix="t"),
        "breach": breach,
        "worse": given.get("worse") or public.WorseForm(prefix="x"),
        "agree": agree,
        "refuse": refuse,
        "settle": settle,
        "text_code": given.get("text_code") or CodeForm(prefix="k"),
        "recheck": given.get("recheck") or public.RecheckAskForm(prefix="r"),
    }


def _say_what_changed(terms: Settlement | None, given: dict[str, Form]) -> None:
    """A form that comes back bears the terms as they stand now: where it was sent for others, it says so."""
    if g.get("refused") is not None:  # the page says already what was wrong
        return
    for form in (given[name] for name in ("agree", "refuse") if name in given):
        form.form_errors += settlements.changed_since(terms, terms=form["terms"].data or "")
    if "settle" in given:
        given["settle"].form_errors += settlements.changed_since(terms, read=given["settle"]["read"].data)


def waits(found: Tracking) -> dict[str, bool]:
    """Which of these forms are waited for now."""
    return {name: found.complaint.state in COMPLAINT.states_for(event) for name, (event, _text) in WAITED_FOR.items()}


def hand_over(found: Tracking, given: dict[str, Form], forms_: dict[str, Form]) -> bool:
    """Whether something is waited for no longer: what was written for it goes as a message, its files as evidence.

    Its own card went while its person wrote: intake noted the same by telephone, or its time was over.
    """
    for name, (_event, text) in WAITED_FOR.items():
        form, message, files = given.get(name), forms_["message"], forms_["files"]
        if form is None or waits(found)[name]:
            continue
        message["body"].data = form[text].data
        if "files" in form:
            files["files"].data, files["shared"].data = form["files"].data, form["shared"].data
        return True
    return False


def which(found: Tracking, reached: Days) -> list[tuple[str, str]]:
    """The requests against which a contact can be reported, from the day after their letter reached the company."""
    names = _names(found)
    counting = [one for one in _stops(found) if one.id in reached and reached[one.id] < clock.today()]
    return [(str(one.id), f"{names.get(one.party_id, '')} · {one.number}") for one in counting]


def reached(complaint_id: int | None) -> Days:
    """On which day the letter of each request that was passed on reached its company, as far as it has.

    Read as the system, for the letter is the company's; asked first of all, since what was read before is let go.
    """
    stops = queries_stop_contacts.of_complaint(session(), complaint_id) if complaint_id is not None else ()
    passed_on = [one.id for one in stops if one.state in REPORTABLE]
    if not passed_on:
        return {}
    with transaction() as at:
        days = {number: policies_stop_contacts.reached_on(at, at.get_one(StopContact, number)) for number in passed_on}
    return {number: day for number, day in days.items() if day is not None}


def context(found: Tracking) -> dict[str, Any]:
    """What the parts of the page show."""
    return {
        **_texts(found),
        "ticked": (ticked := _ticked(found)),
        "held": held if (held := _held(found)) != ticked else [],
        "waits": waits(found),
        "may_take_back": taking_back.is_still_here(session(), found.complaint),
        "stages": stages.of(found, _begins(found)),
        "recusals": (asked := queries_recusals.of_complaint(session(), found.complaint.id)),
        "asked_about": queries_recusals.i_asked_about(session()) if asked else {},
        "may_ask_recusal": not found.ended and bool(queries_recusals.people(session())),
        "stops": _stops(found),
        "stop_names": _names(found),
        "was_taken_back": policies_stop_contacts.was_taken_back,
        "stop_offered": policies_stop_contacts.is_offered(found.complaint),
        "own_debt": policies_stop_contacts.is_own_debt(found.complaint),
        "stop_contacts_noted": queries_stop_contacts.contacts(session(), found.complaint.id),
        "erased_from": (day := queries_tracking.erased_from(session(), found.complaint)),
        "erasing_taken_back": queries_tracking.erasing_taken_back(session(), found.complaint) if day is None else None,
        "erasing_waits": day is not None and queries_tracking.erasing_waits(session(), found.complaint),
        "may_ask_recheck": policies.may_ask_recheck(session(), found.complaint, clock.today()),
    }


def _ticked(found: Tracking) -> list[str]:
    """What they did, as the person ticked it on the form; of one that came otherwise, what the form has words for."""
    it = found.complaint
    codes = it.ticked if it.ticked is not None else [each.code for each in it.codes]
    return public.conduct_words([*codes, public.OTHER] if it.other_conduct or not codes else codes)


def _held(found: Tracking) -> list[str]:
    """As what the association takes it: in the words of the form, or of the rulebook where the form has none."""
    codes = [each.code for each in found.complaint.codes]
    others = [code for code in codes if code not in dict(public.CONDUCT)]
    named = clauses.violation_names(session(), others, language()) if others else []
    return public.conduct_words(codes) + [titled(each) for each in named]


def _begins(found: Tracking) -> dict[int, Latest]:
    """From when the time limits run that wait for a letter, where nobody opens it."""
    days = unopened.served_at_latest(session(), None, found.complaint.id)
    return unopened.latest(session(), found.live_clocks, days)


def _texts(found: Tracking) -> dict[str, Any]:
    it = found.complaint
    if not complainant_texts.is_offered(it):
        return {"texts_offered": False}
    contact = it.complainant.contact if it.complainant else ""
    return {
        "texts_offered": True,
        "texts_stay": texts.stays(),
        "texts_number": texts.masked(texts.number_of(contact or "")),
        "texts_standing": text_numbers.seen(session(), it.id, contact or "", clock.now()),
    }


def _stops(found: Tracking) -> list[StopContact]:
    return list(queries_stop_contacts.of_complaint(session(), found.complaint.id))


def whose(found: Tracking) -> dict[tuple[str, int], str]:
    """Whose a time limit is: the company's, and while nobody knows which one, that of the number itself."""
    names = _names(found)
    stops = {("stop_contact", one.id): names.get(one.party_id) or one.number for one in _stops(found)}
    return {("forwarding", number): name for number, name in found.names.items()} | stops


def _names(found: Tracking) -> dict[int | None, str]:
    named = {each.party_id: each.party for each in _stops(found) if each.party is not None}
    return {number: party.name(language()) for number, party in named.items()}
