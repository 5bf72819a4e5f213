"""Deeds on tracks and cases: filed or declined, investigated and reported; what is alleged, found and added."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import (
    cases,
    erasures,
    evidence,
    leads,
    masking,
    policies_recusals,
    policies_tracks,
    queries_cases,
    queries_evidence,
    taking_over,
    tracks,
)
from casework.models_cases import Allegation, CaseFile, CaseTrack, Evidence
from casework.passing_on import noted
from casework.policies_stop_contacts import noted_at_the_letter
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.plainly import day
from core.words import _, _l, joined, language
from desk import deeds, deeds_inquiry, queries_complaint, showing
from desk import forms_cases as forms
from desk.choices import by_name, code_choices, people_choices, with_chosen
from desk.deeds import Deed, table
from desk.forms_notes import HoldForm
from registry import queries as register
from registry.models_accounts import Account

Form = Any


def _offer_investigators(session: Session, it: CaseTrack, form: Form) -> None:
    gone = policies_recusals.kept_out(session, it.case_id, clock.today())
    fit = [each for each in queries_cases.investigators(session) if each.id not in gone]
    form.investigator.choices = people_choices(session, fit)


def account(session: Session, number: str | None) -> Account:
    """The account chosen from a list."""
    found = session.get(Account, int(number)) if number else None
    if found is None:
        raise BadInput("investigator", policies_tracks.NAME_INVESTIGATOR)
    return found


def _file(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    tracks.file(
        at,
        it,
        investigator=account(at, form.investigator.data),
        opinion=form.opinion.data or "",
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _decline(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    tracks.decline(at, it, reasons=form.reasons.data, actor=actor, version=form.version.data, now=now)


def _report(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    tracks.report(
        at,
        it,
        course=form.course.data,
        conclusion=form.conclusion.data,
        proposal=form.proposal.data,
        handling=form.handling.data or "",
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _reassign(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    chosen = account(at, form.investigator.data)
    tracks.reassign(at, it, chosen, actor=actor, version=form.version.data, now=now)


def _while_bound(session: Session, it: CaseTrack, facts: Form) -> None:
    """For a company that left while the conduct went on: remind the writer to leave out what it does not answer for."""
    last = policies_tracks.bound_until(session, it)
    if last is not None:
        said = {"day": day(last, "long")}
        words = _("It left the association and answers for nothing after %(day)s: leave out what came later.", **said)
        facts.description = joined(facts.description, words)


def _offer_codes(session: Session, it: CaseTrack, form: Form) -> None:
    known = {each.code for each in it.allegations}
    likely = queries_cases.suggested_codes(it.case, it)
    offered = [each for each in code_choices(session) if each[0] not in known and _here(session, it, each[0])]
    form.code.choices = sorted(offered, key=lambda each: each[0] not in likely)
    if likely and form.untouched:
        form.code.data = likely[0]
    _while_bound(session, it, form.facts)


def _here(session: Session, it: CaseTrack, code: str) -> bool:
    return not any(True for _refusal in noted_at_the_letter(session, it, code))


def _allege(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    cases.allege(
        at,
        it,
        code=form.code.data,
        facts=form.facts.data,
        persons=form.persons.data,
        acts=form.acts.data,
        actor=actor,
        version=form.version.data,
        now=now,
    )


MOVES = table(
    Deed(
        "file",
        _l("File and name the investigator"),
        _l("File…"),
        _file,
        forms.FileForm,
        _l("The respondent is told in a filing notice and may explain itself."),
        said=_l("Filed; the notice goes out."),
        offer=_offer_investigators,
    ),
    Deed(
        "decline",
        _l("Do not file"),
        _l("Decline…"),
        noted(_decline),
        forms.DeclineForm,
        _l("The complainants read the reasons in a letter."),
        said=_l("Not filed; the complainants are told why."),
        aside=True,
    ),
    Deed(
        "report",
        _l("File the report of the investigation"),
        _l("Report…"),
        _report,
        forms.ReportForm,
        _l("Every allegation has a finding with its reasons; the adjudication unit checks the report."),
        said=_l("The report is filed."),
    ),
)
"""Rows of the table of tracks that this room carries out."""


def _offer_revise(session: Session, it: Allegation, form: Form) -> None:
    _while_bound(session, it.track, form.facts)
    form.holds(facts=it.facts, persons=it.persons, acts=it.acts)


def _revise(at: Session, it: Allegation, form: Form, actor: Actor, now: datetime) -> None:
    said = {"facts": form.facts.data, "persons": form.persons.data, "acts": form.acts.data}
    cases.revise(at, it, **said, actor=actor, version=form.version.data, now=now)


def _offer_evidence(session: Session, it: Allegation, form: Form) -> None:
    """Offer everything that the respondent may be shown, since a finding rests on nothing else."""
    every, names = queries_cases.evidence_of(session, it.track.case), showing.names_of_case(it.track.case)
    form.evidence.choices = [
        queries_evidence.choice(place, each, names)
        for place, each in enumerate(every, 1)
        if leads.may_be_shown(session, each, it.track)
    ]
    _while_bound(session, it.track, form.reason)
    if it.finding:
        form.holds(finding=it.finding, reason=it.reason, evidence=[str(each.id) for each in it.evidence])


def _find(at: Session, it: Allegation, form: Form, actor: Actor, now: datetime) -> None:
    wanted = {int(number) for number in form.evidence.data or ()}
    chosen = [each for each in queries_cases.evidence_of(at, it.track.case) if each.id in wanted]
    said = {"finding": form.finding.data, "reason": form.reason.data, "evidence": chosen}
    cases.find(at, it, **said, actor=actor, version=form.version.data, now=now)


ALLEGATIONS = table(
    Deed(
        "find",
        _l("Finding"),
        _l("Finding…"),
        noted(_find),
        forms.FindForm,
        _l("Only evidence that the respondent may be shown can be cited."),
        said=_l("The finding is made."),
        offer=_offer_evidence,
    ),
    Deed(
        "revise",
        _l("Put the allegation more exactly"),
        _l("Revise…"),
        noted(_revise),
        forms.ReviseForm,
        said=_l("The allegation is put more exactly."),
        offer=_offer_revise,
    ),
)
"""What is done with one allegation."""

MOVES |= deeds_inquiry.DEEDS


def offered(session: Session, it: CaseTrack, actor: Actor) -> list[Deed]:
    """Which deeds make sense on this track."""
    gone = deeds_inquiry.out_of_question(session, it, actor)
    return [deed for deed in MOVES.values() if deed.event not in gone]


TRACKS = MOVES | table(
    Deed(
        "allege",
        _l("Name an alleged violation"),
        _l("Allege…"),
        noted(_allege),
        forms.AllegeForm,
        said=_l("The alleged violation is named."),
        offer=_offer_codes,
    ),
    Deed(
        "reassign",
        _l("Give the investigation to somebody else"),
        _l("Reassign…"),
        _reassign,
        forms.ReassignForm,
        said=_l("The investigation is given to somebody else."),
        offer=_offer_investigators,
    ),
)
"""What is done with one track."""


def closed(
    session: Session,
    deed: Deed,
    it: Any,  # noqa: ANN401 - a case, or a part of one
    actor: Actor,
    now: datetime,
) -> Refused | None:
    """Why the form of a deed on a case, or on a part of one, does not open."""
    track = it if isinstance(it, CaseTrack) else it.track if isinstance(it, Allegation) else None
    if track is not None and deed.event in MOVES:
        return deeds.closed(session, TRACK, deed, track, actor, now)
    if not is_allowed(deed.event, it, actor):
        return NotAllowed()
    if deed.event == "take_over" and not taking_over.offers(session, it):
        return NotNow(taking_over.NOTHING)
    if deed.event in COMING and cases.has_ended(it):
        return NotNow(cases.OVER)
    if track is not None and deed.event == "reassign":
        return next(policies_recusals.changes_hands(session, track), None)
    late = track is not None and track.state not in policies_tracks.BEFORE_REPORT
    return NotNow(_l("After the report nothing is added to what is alleged.")) if late else None


ALLOWED: dict[str, Callable[[Actor, Any], bool]] = {
    "add_track": lambda actor, _it: policies_tracks.may_open(actor),
    "assign": lambda actor, _it: policies_tracks.may_assign(actor),
    "hold-back": lambda actor, _it: erasures.may_hold(actor),
    "let-go": lambda actor, _it: erasures.may_hold(actor),
    "reassign": lambda actor, _it: policies_tracks.may_reassign(actor),
    "find": lambda actor, it: actor.id is not None and actor.id == it.track.investigator_id,
}
"""Who may do what not everybody does who works on cases."""


def is_allowed(event: str, it: Any, actor: Actor) -> bool:  # noqa: ANN401 - a case, or a part of one
    """Whether somebody does this with a case, or with a part of one, however it stands now."""
    return policies_tracks.may_work_on(actor) and (event not in ALLOWED or ALLOWED[event](actor, it))


def _offer_officers(session: Session, it: CaseFile, form: Form) -> None:
    fit, present = people_choices(session, queries_cases.officers(session)), str(it.officer_id or "")
    form.officer.choices = with_chosen(session, fit, present, _l("no case officer any more"))
    form.holds(officer=present or None)


def _assign(at: Session, it: CaseFile, form: Form, actor: Actor, now: datetime) -> None:
    cases.assign(at, it, account(at, form.officer.data), actor=actor, version=form.version.data, now=now)


def _offer_title(_session: Session, it: CaseFile, form: Form) -> None:
    form.holds(title=it.title)


def _rename(at: Session, it: CaseFile, form: Form, actor: Actor, now: datetime) -> None:
    cases.rename(at, it, title=form.title.data, actor=actor, version=form.version.data, now=now)


def _attach(at: Session, it: CaseFile, form: Form, actor: Actor, now: datetime) -> None:
    found = queries_complaint.named(at, form.complaint.data, actor)
    if found is None:
        raise BadInput("complaint", _l("There is no complaint of this number."))
    cases.attach(at, it, found, actor=actor, now=now)


def _offer_companies(session: Session, _it: CaseFile, form: Form) -> None:
    by_name(session, form.party)


def _add_track(at: Session, it: CaseFile, form: Form, actor: Actor, now: datetime) -> None:
    party = register.party(at, form.party.number)
    if party is None:
        raise NotAllowed
    cases.add_track(at, it, party, lead=form.lead.data or "", actor=actor, version=form.version.data, now=now)


def _offer_tracks(_session: Session, it: CaseFile, form: Form) -> None:
    form.track.choices = [(str(each.id), each.party.name(language())) for each in it.tracks]


def _add_evidence(at: Session, it: CaseFile, form: Form, actor: Actor, now: datetime) -> None:
    track = next((each for each in it.tracks if str(each.id) == form.track.data), None)
    for each in form.files.data:
        shows = form.shows.data or ""
        evidence.add(at, it, each.stream, each.filename, shows=shows, track=track, actor=actor, now=now)


def _offer_answers(session: Session, it: CaseFile, form: Form) -> None:
    names, lang = showing.names_of_case(it), language()
    form.chosen.choices = [
        (
            each.mark,
            masking.masked(each.name, names) if each.file is not None else _("The answer itself, as a file"),
            {
                "hint": " · ".join(
                    (
                        each.giver.name(lang),
                        each.forwarding.ref,
                        each.complaint.ref,
                        day(each.answer.day, "page"),
                    )
                )
            },
        )
        for each in taking_over.offers(session, it)
    ]


def _take_over(at: Session, it: CaseFile, form: Form, actor: Actor, now: datetime) -> None:
    taking_over.take_over(at, it, form.chosen.data or (), shows=form.shows.data or "", actor=actor, now=now)


def _keep(at: Session, it: CaseFile, form: Form, actor: Actor, now: datetime) -> None:
    erasures.hold_case(at, it, reason=form.reason.data, actor=actor, version=form.version.data, now=now)


def _let_go(at: Session, it: CaseFile, _form: Form, actor: Actor, now: datetime) -> None:
    erasures.let_case_go(at, it, actor=actor, now=now)


CASES = table(
    Deed(
        "evidence",
        _l("Add evidence"),
        _l("Add"),
        _add_evidence,
        forms.CaseEvidenceForm,
        said=_l("Added."),
        offer=_offer_tracks,
    ),
    Deed(
        "take_over",
        _l("Take over what companies answered"),
        _l("Make it evidence"),
        _take_over,
        forms.TakeOverForm,
        _l("It becomes evidence of the case as it came. A finding against another company cannot cite it."),
        said=_l("It is evidence of the case now."),
        offer=_offer_answers,
    ),
    Deed("attach", _l("Rest it on one more complaint"), _l("Attach"), _attach, forms.AttachForm, said=_l("Attached.")),
    Deed(
        "add_track",
        _l("Open a track on one more company"),
        _l("Open"),
        _add_track,
        forms.AddTrackForm,
        said=_l("The track is open."),
        offer=_offer_companies,
    ),
    Deed(
        "assign",
        _l("Assign the case"),
        _l("Assign"),
        _assign,
        forms.AssignCaseForm,
        said=_l("Assigned."),
        offer=_offer_officers,
    ),
    Deed(
        "rename",
        _l("Change the title"),
        _l("Save"),
        noted(_rename),
        forms.RenameForm,
        said=_l("Saved."),
        offer=_offer_title,
    ),
    Deed(
        "hold-back",
        _l("Hold back from erasing"),
        _l("Hold back"),
        _keep,
        HoldForm,
        _l("Its file and the complaints on which it rests stay whole beyond their years, until somebody lets it go."),
        said=_l("It is held back from erasing."),
    ),
    Deed(
        "let-go",
        _l("Hold back no longer"),
        _l("Hold back no longer"),
        _let_go,
        note=_l("Once the years of its file have passed what was told for it is erased in the next night, for good."),
        said=_l("It is held back no longer."),
        confirm=_l("Is the reason over for which it was held back?"),
    ),
)
"""What is done with a whole case."""
ADDING = ("evidence", "take_over", "attach")
"""What brings evidence, also to a track that is past it: whoever does so is told."""
COMING = ("attach", "add_track")
"""What brings something to a case, as long as it goes on."""


def _offer_words(_session: Session, it: Evidence, form: Form) -> None:
    form.holds(shows=it.shows)


def describing(case: CaseFile) -> Deed:
    """The deed that says what a piece of evidence of this case shows."""

    def describe(at: Session, it: Evidence, form: Form, actor: Actor, now: datetime) -> None:
        evidence.describe(at, case, it, shows=form.shows.data or "", actor=actor, version=form.version.data, now=now)

    title, said = _l("Say what it shows"), _l("Saved.")
    return Deed("describe", title, _l("Save"), describe, forms.DescribeForm, said=said, offer=_offer_words)
