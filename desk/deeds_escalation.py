"""The deed of escalation: against whom the lead is, and who comes in as well because of an engagement."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import complaints, leads, policies, policies_tracks
from casework.models import Complaint
from core.actors import Actor
from core.errors import BadInput
from core.plainly import in_words
from core.words import LazyString, _, _l, joined, language
from registry.models import Party

Form = Any


def offer_parties(session: Session, it: Complaint, form: Form) -> None:
    """Offer those that were asked for an answer; each says who else gets a track when it is ticked."""
    sent = [each.party for each in it.forwardings if not each.let_off]
    form.parties.choices = [(str(each.id), each.name(language()), {"hint": _hint(session, it, each)}) for each in sent]
    form.parties.flags.required = bool(sent)  # one must stay ticked
    if form.untouched:
        form.parties.data = [value for value, *_rest in form.parties.choices]


def _hint(session: Session, it: Complaint, party: Party) -> str:
    return joined(_joins(session, it, party), _comes_in(session, it, party))


def _joins(session: Session, it: Complaint, party: Party) -> LazyString | str:
    """The case that covers these facts already (row S01): no second one is opened."""
    found = policies_tracks.covering(session, party.id, [it], leads.codes_of([it]))
    if found is None or found.state == leads.NOT_FILED:
        return ""
    if found.state in policies_tracks.BEFORE_REPORT:
        return _l("No new case is opened: it joins the case %(ref)s, which looks at these facts.", ref=found.case.ref)
    return _l(
        "The case %(ref)s looked at these facts and is past its report: nothing is opened or joined for this company.",
        ref=found.case.ref,
    )


def _comes_in(session: Session, it: Complaint, party: Party) -> LazyString | str:
    """Whom an engagement of that day brings in (domain 6.1), and why nobody can be left out."""
    found = [each for each in leads.respondents(session, [it], [party.id]) if each.party.id != party.id]
    if not found:
        return ""
    names = str(_(", ")).join(each.party.name(language()) for each in found)
    day = policies.conduct_day(it)
    if found[0].role == "COLLECTOR":
        return _l(
            "%(names)s comes in with it and gets a track of its own: the register shows that the firm collected for "
            "this institution on %(day)s, and the rules look at both. It cannot be left out here; where it had no "
            "part, its track is not filed, with reasons, after the screening.",
            names=names,
            day=in_words(day),
        )
    return _l(
        "%(names)s comes in with it and gets a track of its own: the register shows that this firm collected for the "
        "institution on %(day)s, and the rules look at both. It cannot be left out here; where it had no part, its "
        "track is not filed, with reasons, after the screening.",
        names=names,
        day=in_words(day),
    )


def escalate(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    """Escalate against each that is ticked and whoever comes in with it; if nobody was asked, against those named."""
    if form.parties.choices and not form.parties.data:
        raise BadInput("parties", _l("Choose at least one."))
    parties = [int(number) for number in form.parties.data or ()] or None
    complaints.escalate(at, it, why=form.why.data, parties=parties, actor=actor, version=form.version.data, now=now)
