"""What the staff's page of a complaint consists of: its forms, its steps, and everything that hangs on it."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from flask import g, render_template, url_for

from casework import (
    cases,
    copies,
    messages,
    personal_strings,
    policies,
    policies_forwardings,
    policies_stop_contacts,
    policies_tracks,
    queries_answering,
    queries_erasures,
    scripts,
    taking_over,
    tasks,
    timelines,
    undoing,
)
from casework.forms_staff import opened
from casework.labels import ALL_LATE, TO_CHECK, UNHURRIED, WAITING, told
from casework.models import Complaint, Forwarding
from casework.models_erasures import ErasureHold, ErasureRequest
from casework.policies_assignment import DONE_WITH, NEEDS
from casework.queries_assignment import AT_WORK
from casework.states import COMPLAINT, FORWARDING
from core import clock, drafting
from core.at_hand import once
from core.db import session
from core.forms import Form
from core.words import _, _l, language
from desk import approving, clock_cards, deeds, deeds_notes, queries_complaint, showing, stop_contact_cards
from desk import forms_complaints as forms
from desk.choices import by_name, code_choices, people_choices, standing_for, with_chosen
from desk.deeds_complaints import DEEDS
from desk.deeds_forwardings import DEEDS as FORWARDING_DEEDS
from desk.deeds_triage import TRIAGE
from desk.queries_people import people
from desk.queries_queue_lines import title_of
from notices import queries as notices
from notices.models import Dossier
from registry import queries as register
from registry import rulebook
from registry.models import PartyKind

UNDO = _l("What was decided can still be taken back; nothing else is done with the complaint until then.")
BACK = _l("Documents were sent back to be changed; nothing else is done with the complaint until then.")


def codes_form(it: Complaint) -> Form:
    """The form to correct what is alleged."""
    form: Form = opened(forms.CodesForm, it, prefix="codes")
    codes = [each.code for each in it.codes]
    form.codes.choices = code_choices(session(), *codes)
    form.holds(codes=codes)
    return form


def company_form(company: Any) -> Any:  # noqa: ANN401 - a named company, a form
    """The form to say which party of the register a named company is."""
    form = opened(forms.IdentifyForm, company, prefix=f"company{company.id}")
    kind, unmatched = (
        PartyKind(company.kind),
        company.party_id is None and company.how in {"NAME", "APP", "SMS_SIGNATURE"},
    )
    near = [each.party for each in register.found(session(), company.value, kind=kind)] if unmatched else []
    if company.party_id is None:  # a signature or number may be that of several
        borne = register.match(session(), company.value, company.how)
        borne = borne or (register.borne_anyhow(session(), company.value) if unmatched else [])
        near += [each for each in borne if each.kind is kind and each not in near]
    by_name(session(), form.party, kind, near=near)
    form.holds(party=standing_for(form.party, company.party))
    if unmatched and form.untouched:
        likely = register.resembling(session(), company.value, kind)
        if likely is not None:
            form.party.data = standing_for(form.party, register.party(session(), likely))
            form.party.description = _("Chosen because of its name: save it if this is the company that is meant.")
    return form


def assign_form(it: Complaint) -> Form:
    """The form to say who handles it."""
    form: Form = opened(forms.AssignForm, it, prefix="assign")
    roles = (NEEDS[it.state][0],) if it.state in NEEDS else AT_WORK
    present = str(it.officer_id) if it.officer_id else ""
    form.officer.choices = with_chosen(session(), people_choices(session(), people(session(), *roles)), present)
    form.holds(officer=present or None)
    return form


def page(it: Complaint, given: dict[str, Any] | None = None, *, revealed: bool = False, unmasked: bool = False) -> str:
    """The page; a form that was sent with errors is shown as it was sent.

    `revealed` shows who complains, `unmasked` what people wrote; the journal has noted either.
    """
    if it.erased_at is not None:
        return _erased(it)
    hide = showing.veil(showing.names(it), revealed=unmasked)
    if it.state == "HISTORIC":
        return _historic(it, hide, unmasked=unmasked)
    whole, in_time = queries_complaint.whole(session(), it, clock.now()), _in_time(it)
    return render_template(
        "desk/staff_complaint.html",
        begun=_begun(it),
        complaint=it,
        title=title_of(it.facts, () if unmasked else showing.names(it)),
        hide=hide,
        unmasked=unmasked,
        whole=whole,
        person=showing.person(it, revealed=revealed),
        revealed=revealed,
        people=_people(whole),
        officer=register.account_name(session(), it.officer_id),
        standing=_standing(it, in_time),
        told_staff=timelines.told_staff,
        in_time=in_time,
        **_matter(it, whole, hide),
        **_deeds(it, whole, given or {}),
        **_course(it, hide),
    )


def _begun(it: Complaint) -> list[Any]:
    """Texts of colleagues that can still be handed in: none for a step that the complaint has behind it."""
    over = tuple(f"#{event}-" for event in TRIAGE if COMPLAINT.row(it.state, event) is None)
    found = drafting.of_others(url_for("desk_complaints.show", ref=it.ref))
    return [each for each in found if not any(step in each.place for step in over)]


def _in_time(it: Complaint) -> dict[int, date]:
    """Its forwardings that are reminded though an answer is in time yet, by a calendar corrected since."""
    at, late = session(), [it.id] if any(each.state == "OVERDUE" for each in it.forwardings) else []
    found = once(at, ("in time", it.id), lambda: queries_answering.in_time(at, late, clock.today()))
    return found.get(it.id, {})


def _standing(it: Complaint, in_time: Collection[int]) -> dict[str, Any]:
    """How it stands, as its line in the queue counts it."""
    late = any(each.state == "OVERDUE" and each.id not in in_time for each in it.forwardings)
    return {
        "state": it.state,
        "to_check": sum(each.state in TO_CHECK for each in it.forwardings),
        "late": it.state != "ESCALATED" and late,
        "time_asked": any(each.time_waits for each in it.forwardings),
    }


def _matter(it: Complaint, whole: queries_complaint.Whole, hide: showing.Veil) -> dict[str, Any]:
    """What it is about, what was written and handed in, and which complaints may belong to it."""
    at, names = session(), showing.names(it)
    return {
        "candidates": queries_complaint.candidates(at, it),
        "engagements": {
            each.id: queries_complaint.engagement_of(at, it, each.party) for each in it.companies if each.party
        },
        "violations": rulebook.by_code(at, [each.code for each in it.codes]),
        "marked": showing.marked(copies.whole(it), names, hide, personal_strings.companies_own(it)),
        "evidence": showing.files(whole.given, names, among=whole.evidence),
        "forwardings": _forwardings(it, whole, names),
        "alike": (alike := _to_compare(it)),
        "followers": scripts.followers(at, it) if alike else 0,
        "letters": showing.letters(whole.letters, *_companies(it)),
        "thread": showing.thread(whole.messages, _people(whole), hide),
    }


def _companies(it: Complaint) -> tuple[dict[int, str], dict[tuple[str, int], str]]:
    """The companies it was put before: by their numbers, and by the forwarding that a letter to its person is about."""
    named = {each.id: each.party.name(language()) for each in it.forwardings}
    about = {(FORWARDING.name, number): name for number, name in named.items()} if len(named) > 1 else {}
    return {each.party_id: named[each.id] for each in it.forwardings}, about


def _to_compare(it: Complaint) -> list[Any]:
    """What tells the same, but for what was compared already: what it follows, and what follows it."""
    told = scripts.alike(session(), it)
    return [each for each in told if it.id != each.complaint.lead_id and it.lead_id != each.complaint.id]


def _deeds(it: Complaint, whole: queries_complaint.Whole, given: dict[str, Any]) -> dict[str, Any]:
    """What this reader can do now, each deed with its form, and why some of it has to wait."""
    at, now, held = session(), clock.now(), _held(it)
    held_back, works = queries_erasures.hold_of(at, it), policies.may_work(g.me)
    asked = queries_erasures.request_of(at, it)
    kept = deeds_notes.kept_early(at, g.me, it, asked)
    checking = it.state == "RECEIVED" and policies.may_receive(g.me) and not held
    return {
        "forms_of": {**(_page_forms(it) if works else {}), **_triage(it, checking=checking), **given},
        "wrong": next(iter(given.values()), None),
        "kept": next((form for event, form in given.items() if event in TRIAGE and not checking), None),
        "triage": _triage_steps(it) if checking else {},
        **({"steps": [], "seldom": []} if held else _steps(it, checking=checking)),
        "waiting": _waiting(it, held),
        "may_ask_stop": policies_stop_contacts.may_ask(g.me, it),
        "notes_offered": [
            *deeds_notes.offered(it, g.me),
            *deeds_notes.of_terms(at, it),
            *(refusing := deeds_notes.of_recheck(at, g.me, it)),
            *deeds_notes.of_erasing(g.me, it, held=held_back, asked=asked, kept=kept),
        ],
        "refuses_recheck": bool(refusing),
        **_kept(it, held_back, asked),
        "kept_early": kept,
        "called": told,
        "works": works,
        "may_assign": works and it.state not in DONE_WITH,
        "undo": undoing.last(at, it, actor=g.me, now=now) if works else None,
        "to_take_over_in": _cases_it_adds_to(it, whole),
        "may_open": policies_tracks.may_open(g.me) and it.state not in cases.UNFIT and not whole.cases,
    }


def _cases_it_adds_to(it: Complaint, whole: queries_complaint.Whole) -> list[Any]:
    """Cases of which something that was answered about this complaint is not evidence yet."""
    if not policies_tracks.may_work_on(g.me) or not any(each.answers for each in it.forwardings):
        return []
    return [each for each in whole.cases if taking_over.any_left(session(), each, [it])]


def _course(it: Complaint, hide: showing.Veil) -> dict[str, Any]:
    """How it went so far, with what hangs on it: stopped numbers, clocks, tasks, and everything that happened."""
    at = session()
    things: list[tuple[str, Any, str]] = [("complaint", it, "")]
    things += [("forwarding", each, each.party.name(language())) for each in it.forwardings]
    stops = stop_contact_cards.cards(it)
    things += [("stop_contact", each["it"], each["name"] or each["it"].ref) for each in stops]
    subjects = [(machine, thing.id, name) for machine, thing, name in things]
    happened, open_tasks = timelines.entries(at, subjects, language()), _tasks(things)
    return {
        "stops": stops,
        "clocks": clock_cards.cards(at, things, clock.today(), language()),
        "timeline": [each | {"text": hide(each["text"])} for each in happened],
        "told": timelines.whole(at, subjects, happened),
        "tasks": open_tasks,
        "may_leave": any(task.kind == "message" for task, *_said in open_tasks)
        and messages.may_leave(at, g.me, it, now=clock.now()),
    }


def _waiting(it: Complaint, held: Dossier | None) -> Any:  # noqa: ANN401 - text in the reader's language
    """What it waits for; of respondents that have not answered, whether any has time left."""
    if held is not None:
        return UNDO if held.undo_until else BACK if held.sent_back else policies.DOCUMENTS_WAIT
    states = {each.state for each in it.forwardings}
    late = it.state == "FORWARDED" and "OVERDUE" in states and "SENT" not in states and not _in_time(it)
    return ALL_LATE if late else WAITING.get(it.state, "")


def _held(it: Complaint) -> Dossier | None:
    """The dossier of what was decided and waits, to be taken back or for approval: until then nothing else is done."""
    found = notices.open_dossier(session(), "complaint", it.id)
    return found if found is not None and found.deed else None


def _erased(it: Complaint) -> str:
    """What is left of an erased complaint: numbers, days, companies, codes and the outcome."""
    at, papers = session(), queries_erasures.papers(session(), queries_erasures.subjects(session(), it))
    return render_template(
        "desk/staff_erased.html",
        complaint=it,
        asked=queries_erasures.carried_out(at, it),
        violations=rulebook.by_code(at, [each.code for each in it.codes]),
        letters=showing.letters(papers, *_companies(it)),
    )


def _kept(it: Complaint, held: ErasureHold | None, asked: ErasureRequest | None) -> dict[str, Any]:
    """Who holds it back from erasing, or wants it erased early; if it has ended, from when on it may be erased."""
    at = session()
    by = (asked.proposed_by, asked.decided_by) if asked is not None else ()
    ended = held is None and it.ended and not queries_erasures.is_of_case(at, it)
    return {
        "held_back": held,
        "held_by": register.account_name(at, held.held_by) if held is not None else "",
        "asked_early": asked,
        "early_by": [register.account_name(at, each) for each in by],
        "erased_from": queries_erasures.erased_on(at, it) if ended else None,
    }


def _historic(it: Complaint, hide: showing.Veil, *, unmasked: bool) -> str:
    whole = queries_complaint.whole(session(), it, clock.now())
    held, asked = queries_erasures.hold_of(session(), it), queries_erasures.request_of(session(), it)
    kept = deeds_notes.kept_early(session(), g.me, it, asked)
    return render_template(
        "desk/staff_historic.html",
        complaint=it,
        whole=whole,
        title=title_of(it.facts, () if unmasked else showing.names(it)),
        hide=hide,
        unmasked=unmasked,
        shown_fields=[(name, hide(str(value))) for name, value in (it.source_fields or {}).items()],
        may_take_up=policies.may_receive(g.me),
        notes_offered=deeds_notes.of_erasing(g.me, it, held=held, asked=asked, kept=kept),
        kept_early=kept,
        **_kept(it, held, asked),
    )


def _page_forms(it: Complaint) -> dict[str, Any]:
    """The small forms that are always on the page."""
    return {
        "note": opened(forms.NoteForm, prefix="note", about=it),
        "message": opened(forms.MessageForm, prefix="message", about=it),
        "evidence": opened(forms.EvidenceForm, prefix="evidence"),
        "codes": codes_form(it),
        "assign": assign_form(it),
        **{f"company{each.id}": company_form(each) for each in it.companies},
    }


def _triage(it: Complaint, *, checking: bool) -> dict[str, Any]:
    return {event: approving.form_of(session(), deed, it) for event, deed in TRIAGE.items()} if checking else {}


def _triage_steps(it: Complaint) -> dict[str, Any]:
    return {step["event"]: step for step in _steps_of(it, TRIAGE)}


def _steps(it: Complaint, *, checking: bool) -> dict[str, Any]:
    """What comes next and what is secondary; everything, if others have the next step or an answer is to be checked."""
    found = _steps_of(it, {event: deed for event, deed in DEEDS.items() if not (checking and event in TRIAGE)})
    waits = it.state in UNHURRIED or any(each.state in TO_CHECK for each in it.forwardings)
    return {
        "steps": [] if waits else [step for step in found if not step["aside"]],
        "seldom": [step for step in found if waits or step["aside"]],
    }


def _steps_of(it: Complaint, every: dict[str, deeds.Deed]) -> list[dict[str, Any]]:
    return deeds.steps(
        session(),
        COMPLAINT,
        every.values(),
        it,
        actor=g.me,
        now=clock.now(),
        url=lambda event: url_for("desk_complaints.act", ref=it.ref, event=event),
    )


def _forwardings(it: Complaint, whole: queries_complaint.Whole, names: list[str]) -> list[dict[str, Any]]:
    """Each respondent with its answers, its files, and what can be done."""
    found = []
    answers = [answer for each in it.forwardings for answer in each.answers]
    given = register.companies_of(session(), [each.submitted_by for each in answers])
    for each in it.forwardings:
        steps = deeds.steps(
            session(),
            FORWARDING,
            FORWARDING_DEEDS.values(),
            each,
            actor=g.me,
            now=clock.now(),
            url=_deed_of(each),
        )
        found.append(
            {
                "it": each,
                "by": given,
                "files": showing.files(whole.files_of(each), names, among=whole.evidence),
                "to_check": each.state in TO_CHECK,
                "to_decide": each.time_waits and any(step["event"] == "extend" for step in steps),
                "sent_again": whole.sent_again(each),
                "returned": each.return_reason is not None and not each.answers,
                "warns": policies_forwardings.needs_warning(each) and bool(each.answers) and each.state in TO_CHECK,
                "releases": {
                    release.answer_id: release for release in whole.releases if release.forwarding_id == each.id
                },
                "steps": steps,
            }
        )
    return found


def _people(whole: queries_complaint.Whole) -> dict[int, str]:
    authors = [each.author_id for each in whole.notes] + [each.author_id for each in whole.messages]
    return {number: register.account_name(session(), number) for number in set(authors) if number}


def _deed_of(it: Forwarding) -> Callable[[str], str]:
    return lambda event: url_for("desk_forwardings.act", number=it.id, event=event)


def _tasks(things: list[tuple[str, Any, str]]) -> list[tuple[Any, str, bool]]:
    """Open tasks on the complaint and its forwardings, in words, and whether this reader may close them."""
    found = [task for machine, thing, _name in things for task in tasks.open_of(session(), (machine, thing.id))]
    return [(task, tasks.sentence(task), tasks.may_finish(g.me, task)) for task in found]
