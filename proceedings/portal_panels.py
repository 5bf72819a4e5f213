"""What this room adds to a respondent's page of its case: statements, measures, offers, events."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from casework import party_requests, policies_recusals, policies_tracks, respondents_clocks
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.clock import day_of
from core.db import session as own_session
from core.db import transaction
from core.plainly import day, instant_text
from core.words import _, _n, joined
from notices import queries as notices
from notices.models import Document
from portal import places, portal_writing
from portal.labels_portal import TRACK_NOW, requests
from portal.portal_offers import only_lead, together
from portal.portal_panels import Happened, Panel, offer, on_paper, panel, standing, standing_in_lists, teller
from portal.queries_portal import Told, own_files, told_of
from proceedings import bulletin_page, queries_called_off, queries_respondents
from sanctions import (
    policies_execution,
    policies_extensions,
    policies_interview_times,
    policies_publications,
    policies_waivers,
    queries,
    record_pages,
    rounds,
)
from sanctions.labels import LEVEL
from sanctions.levels import INTERVIEW, LEVELS, RECTIFICATION, TRAINING
from sanctions.models_measures import Interview, Measure
from sanctions.statements import hearing_goes_too

MOVED = ("accept_time", "move_interview")
"""How an interview gets another time than its summons names: the company's own proposal, or a summons too late."""


def moved_since(session: Session, summons: Document) -> str:
    """For the page of a summons: the time that counts now, if the interview was moved since."""
    it = session.get(CaseTrack, summons.subject_id)
    last = notices.last_document(session, [summons.kind], "track", summons.subject_id)
    found = queries_respondents.one(session, it, INTERVIEW) if it is not None else None
    held = found.measure.interview if found is not None else None
    if it is None or held is None or last is None or last.id != summons.id:
        return ""
    moved = _moves(session, it).get(held.at)
    if moved is None:
        return ""
    said = {"day": day(moved.at, "long"), "time": instant_text(held.at, "long")}
    if moved.what == "accept_time":
        return _(
            "The interview was moved on %(day)s, as was asked for. "
            "It takes place on %(time)s; the time in this summons does not count any more.",
            **said,
        )
    return _(
        "The association gave the interview another time on %(day)s. "
        "It takes place on %(time)s; the time in this summons does not count any more.",
        **said,
    )


def _moves(session: Session, it: CaseTrack) -> dict[datetime | None, Told]:
    """By time, how the interview got it since its last summons: one ordered anew may name a time of before."""
    summons = rounds.document(session, it, LEVELS[INTERVIEW].document, even_void=True)
    told = told_of(session, it, *MOVED) if summons is not None else []
    return {each.moment: each for each in told if summons is not None and each.at >= summons.issued_at}


@panel
def measures(session: Session, it: CaseTrack, actor: Actor) -> Panel | None:
    """The measures ordered, each with what it asks for."""
    found = queries_respondents.ordered(session, it)
    if not found:
        return None
    shown = {"it": it, "measures": found, "moved": _moves(session, it), "lead": policies_tracks.may_submit(actor, it)}
    shown["today"] = clock.today()
    ordered = [each.measure for each in found]
    shown["requests"] = {each.id: requests(each.time_requests) for each in ordered if each.time_requests}
    held = {each.id: each.interview.proposals for each in ordered if each.interview}
    shown["proposals"] = {number: requests(kept) for number, kept in held.items() if kept}
    return Panel("proceedings/portal_measures.html", shown)


@panel
def to_publish(session: Session, it: CaseTrack, _actor: Actor) -> Panel | None:
    """A circular or public criticism that was decided and is not published yet: it has no notice of its own."""
    found = queries_respondents.to_publish(session, it)
    return Panel("proceedings/portal_to_publish.html", {"found": found}) if found else None


@panel
def set_aside(session: Session, it: CaseTrack, _actor: Actor) -> Panel | None:
    """Measures that a review put out of force: nothing is to be done for them, and what follows."""
    found = queries_respondents.set_aside(session, it)
    return Panel("proceedings/portal_set_aside.html", {"it": it, "found": found}) if found else None


@panel
def interview_off(session: Session, it: CaseTrack, _actor: Actor) -> Panel | None:
    """An interview that will not be held, and the entry that removes it from a calendar."""
    held = queries_called_off.interview(session, it, clock.now())
    return Panel("proceedings/portal_interview_off.html", {"it": it, "held": held}) if held is not None else None


@panel
def training_off(session: Session, it: CaseTrack, _actor: Actor) -> Panel | None:
    """A training that will not be held, and the entries that remove its sessions from a calendar."""
    off, today = queries_called_off.training(session, it, clock.now()), clock.today()
    return Panel("proceedings/portal_training_off.html", {"it": it, "off": off, "today": today}) if off else None


@panel
def bulletins(session: Session, it: CaseTrack, actor: Actor) -> Panel | None:
    """The public bulletin and the circular about it; a circular leads on where this company reads circulars."""
    found = queries_respondents.bulletins(session, it)
    if not found:
        return None
    reads = policies_publications.may_read_circulars(session, actor.party_id, clock.today())
    shown = [{**vars(each), "address": _address(each, reads=reads)} for each in found]
    return Panel("proceedings/portal_bulletins.html", {"bulletins": shown})


def _address(it: queries_respondents.Bulletin, *, reads: bool) -> str:
    if it.scope == "PUBLIC":
        return bulletin_page.address(it)
    return url_for("proceedings_portal.circular", slug=it.slug) if reads and it.state == "PUBLISHED" else ""


@panel
def statements(session: Session, it: CaseTrack, actor: Actor) -> Panel | None:
    """What the company said to the measures proposed."""
    said = queries.statements_of(session, it)
    if not said:
        return None
    files = own_files(session, it, actor.party_id, "STATEMENT")
    by_time = {each.id: [file for file in files if file.at == each.stated_at] for each in said}
    return Panel("proceedings/portal_statements.html", {"said": said, "files": by_time})


def statements_over(it: CaseTrack) -> bool:
    """Whether statements are no longer taken; asked as the system, since a company sees nothing of votes."""
    with transaction() as at:
        return rounds.has_voted(at, at.get_one(CaseTrack, it.id))


@standing_in_lists
def voting(_session: Session, tracks: Sequence[CaseTrack]) -> dict[int, str]:
    """Whether voting has begun, which ends what the state says of statements, and from when it can begin or go on."""
    decided = [it for it in tracks if it.state == "DELIBERATION"]
    if not decided:
        return {}
    found = {it.id: policies_recusals.asks_until(it, clock.today()) for it in decided}
    with transaction() as at:
        begun = rounds.have_voted(at, found)
    return {number: _voting(last, begun=number in begun) for number, last in found.items()}


def _voting(last: date | None, *, begun: bool) -> str:
    """In a sentence; `last` is the day before whose end nobody votes, since a recusal can still be asked for."""
    if last is None:
        return str(
            _("Voting has begun, and statements are no longer taken. The decision comes to you by a notice.")
            if begun
            else TRACK_NOW["DELIBERATION"]
        )
    until = day(last, "long")
    if begun:
        return _(
            "Voting has begun, and statements are no longer taken. You can ask for a recusal until %(day)s; the vote "
            "goes on after that day. The decision comes to you by a notice.",
            day=until,
        )
    return _(
        "A panel was drawn; it votes after %(day)s at the earliest. Statements are taken until its vote begins; one "
        "that comes late is marked so.",
        day=until,
    )


@standing
def given_up(it: CaseTrack) -> str:
    """That the company gave up its time for a statement, and until when one is in time all the same."""
    if it.state != "DELIBERATION" or statements_over(it):
        return ""
    time = policies_waivers.time_given_up(own_session(), it)
    if time is None or time.ended_at is None or time.due_on is None:
        return ""
    return _(
        "On %(day)s you declared that no statement would follow. The panel decides; until its vote you can still add "
        "one, and after %(last)s it is marked late.",
        day=day(day_of(time.ended_at), "long"),
        last=day(time.due_on, "long"),
    )


@teller
def waived(session: Session, it: CaseTrack) -> Iterator[Happened]:
    """That the company declared that no statement would follow."""
    time = policies_waivers.time_given_up(session, it)
    if time is not None and time.ended_at is not None:
        yield Happened(time.ended_at, _("Your company"), _("gave up its time for a statement"), own=True)


@standing
def not_in_time(it: CaseTrack) -> str:
    """That something was not carried out: what is still handed in counts, marked as late (S61)."""
    if it.state != "VERIFYING" or all(each.state != "FAILED" for each in queries.measures_of(own_session(), it)):
        return ""
    return _(
        "A measure was not carried out in time. What you still hand in is taken and marked as late; two officers of "
        "the association check what was done."
    )


@standing
def verifying(it: CaseTrack) -> str:
    """That what was reported is checked, and until when."""
    theirs = respondents_clocks.theirs("K26", ("track", it.id)) if it.state == "VERIFYING" else ""
    return joined(TRACK_NOW[it.state], theirs) if theirs else ""


@offer
def stating(session: Session, it: CaseTrack, actor: Actor) -> Iterator[dict[str, Any]]:
    """The offer to state something, and to waive rights."""
    refused = only_lead(it, actor)
    if TRACK.row(it.state, "state") is not None and not statements_over(it):
        url = url_for("proceedings_portal.statement", number=it.id)
        title = _("State your view on the measures proposed")
        words = portal_writing.begun(places.statement(it), together(it, actor), _("Write"))
        yield {"title": title, "url": url, "refused": [], **words}
    url = url_for("proceedings_portal.waive", number=it.id)
    waiver: dict[str, Any] = {"url": url, "button": _("Waive"), "refused": refused}
    waiver["seldom"] = True  # what gives up a right is never what a page puts forward
    if TRACK.row(it.state, "waive_windows") is not None:
        note = _("The panel then waits for no statement.")
        title = _("Say that no statement will follow")
        if hearing_goes_too(session, it, clock.today()):
            title = _("Give up the statement and the hearing")
        yield {"title": title, "note": note, **waiver}
    if TRACK.row(it.state, "waive_review") is not None:
        title = _("Give up the review")
        note = _("The decision takes effect at once.")
        yield {"title": title, "note": note, **waiver}


@offer
def carrying_out(session: Session, it: CaseTrack, actor: Actor) -> Iterator[dict[str, Any]]:
    """Offers for each measure whose order was opened: to report, to ask for time, to come and sign, to name people."""
    if it.state not in policies_execution.TO_REPORT:
        return
    found = {each.measure.level: each for each in queries_respondents.ordered(session, it) if each.opened}
    if RECTIFICATION in found and queries_respondents.to_report(it, found[RECTIFICATION]):
        yield _reporting(it, found[RECTIFICATION].measure, actor)
    for level in policies_extensions.KEYS:
        if level in found and not list(policies_extensions.ask_refusals(session, it, level, clock.today())):
            held = found[level].measure.training
            over = held is not None and held.over_on(clock.today()) and not held.to_make_up
            yield {
                "title": _("Ask for more time: %(measure)s", measure=LEVEL[level][0]),
                "note": _("Only where somebody has still to make up for the training.") if over else "",
                "url": url_for("proceedings_portal_execution.more_time", number=it.id, level=level),
                "button": _("Ask for time"),
                "refused": only_lead(it, actor),
                "seldom": over,
            }
    summoned = found[INTERVIEW].measure if INTERVIEW in found else None
    if summoned is not None and summoned.interview is not None and summoned.state == "ORDERED":
        yield from _coming(it, summoned.interview, actor)
        yield from _signing(it, summoned.interview, actor)
    if TRAINING in found and queries_respondents.to_report(it, found[TRAINING]):
        yield _enrolling(it, found[TRAINING].measure, actor)


def _reporting(it: CaseTrack, order: Measure, actor: Actor) -> dict[str, Any]:
    place = places.report(it, order.id, order.attempt)
    words = portal_writing.begun(place, together(it, actor), _("Write the report"))
    url = url_for("proceedings_portal.report", number=it.id)
    return {"title": _("Report the corrections"), "url": url, "refused": [], **words}


def _enrolling(it: CaseTrack, order: Measure, actor: Actor) -> dict[str, Any]:
    over = order.training is not None and order.training.over_on(clock.today())
    title = _("Name people for a make-up of the training") if over else _("Say who takes part in the training")
    return {
        "title": title,
        "note": _("The sessions are over; agree on the make-up with the association first.") if over else "",
        "url": url_for("proceedings_portal.training", number=it.id),
        "button": _("Enrol people"),
        "refused": only_lead(it, actor),
        "seldom": over,
    }


def _signing(it: CaseTrack, held: Interview, actor: Actor) -> Iterator[dict[str, Any]]:
    if held.recorded_at and (left := record_pages.unsigned(held)):
        yield {
            "title": _("Read and sign the record of the interview"),
            "note": _("Page by page; what is wrong can be corrected."),
            "url": url_for("proceedings_portal_execution.record", number=it.id, page=left[0]),
            "button": _("Read and sign"),
            "refused": only_lead(it, actor),
        }


def _coming(it: CaseTrack, held: Interview, actor: Actor) -> Iterator[dict[str, Any]]:
    """The offer to confirm the interview, or to propose another time."""
    if not held.confirmed_at and not list(policies_interview_times.confirming(held, clock.now())):
        yield {
            "title": _("Confirm that you will come to the interview"),
            "url": url_for("proceedings_portal.confirm", number=it.id),
            "button": _("We will come"),
            "method": "post",
            "fields": {"moves": held.moves},
            "refused": only_lead(it, actor),
        }
    if not list(policies_interview_times.proposing(held, clock.now())):
        yield {
            "title": _("Propose another time for the interview"),
            "url": url_for("proceedings_portal_execution.other_time", number=it.id),
            "button": _("Another time…"),
            "refused": only_lead(it, actor),
        }


@teller
def stated(session: Session, it: CaseTrack) -> Iterator[Happened]:
    """Statements, reports and confirmations of the company."""
    ours = _("Your company")
    for each in queries.statements_of(session, it):
        text = _("sent a statement, late") if each.late else _("sent a statement")
        yield Happened(each.stated_at, ours, on_paper(text, each.came_on), own=True)
    for measure in queries.measures_of(session, it):
        times = {each.at: each.came_on for item in measure.items for each in item.reports}
        for at, came_on in times.items():
            yield Happened(at, ours, on_paper(_("reported the corrections"), came_on), own=True)
        held = measure.interview
        if held is not None and held.ended_at:
            yield Happened(held.ended_at, _("The Association"), _("held the interview"), own=False)


@teller
def more_time(session: Session, it: CaseTrack) -> Iterator[Happened]:
    """More time for a measure: asked for by the company, granted or refused by the association."""
    for measure in queries.measures_of(session, it):
        name = LEVEL[measure.level][0]
        for each in party_requests.told(measure.time_requests):
            yield Happened(each.at, _("Your company"), _("asked for more time: %(measure)s", measure=name), own=True)
            if each.ended_at and each.how == party_requests.GIVEN:
                text = _("gave more time: %(measure)s", measure=name)
                yield Happened(each.ended_at, _("The Association"), text, own=False)
            elif each.ended_at and each.how == party_requests.REFUSED:
                text = _("gave no more time: %(measure)s", measure=name)
                yield Happened(each.ended_at, _("The Association"), text, own=False)


@teller
def enrolled(session: Session, it: CaseTrack) -> Iterator[Happened]:
    """People put on the list of a training and taken off it, by the company or by the association for it."""
    for each in told_of(session, it, "enrol", "unenrol"):
        who, count = _("Your company") if each.own else _("The Association"), each.people or 0
        text = _("took a person off the list of the training")
        if each.what == "enrol":
            text = _n("enrolled %(num)d person in the training", "enrolled %(num)d people in the training", count)
        yield Happened(each.at, who, text, own=each.own)


@teller
def other_times(session: Session, it: CaseTrack) -> Iterator[Happened]:
    """The time of the interview: confirmed, another one proposed, accepted or refused, or set by the association."""
    held = [each.interview for each in queries.measures_of(session, it) if each.interview is not None]
    came_on = {each.at: each.came_on for one in held for each in party_requests.told(one.proposals)}
    for each in told_of(session, it, "confirm_attendance", "propose_time", *MOVED, "refuse_time_of_interview"):
        when = instant_text(each.moment, "long")
        if each.what == "propose_time":
            text = on_paper(_("proposed another time for the interview: %(when)s", when=when), came_on.get(each.at))
            yield Happened(each.at, _("Your company"), text, own=True)
        elif each.what == "confirm_attendance":
            yield Happened(each.at, _("Your company"), _("confirmed that it comes to the interview"), own=True)
        elif each.what == "accept_time":
            text = _("moved the interview as was proposed, to %(when)s", when=when)
            yield Happened(each.at, _("The Association"), text, own=False)
        elif each.what == "move_interview":
            text = _("gave the interview another time: %(when)s", when=when)
            yield Happened(each.at, _("The Association"), text, own=False)
        else:
            text = _("refused another time for the interview: the time that counted stays")
            yield Happened(each.at, _("The Association"), text, own=False)
