"""What the staff's page of a case consists of: tracks with their stages and panels, findings, evidence, notices."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import g, render_template, url_for
from markupsafe import Markup

from casework import (
    cases,
    contact_papers,
    late_evidence,
    policies_contacts,
    policies_pages,
    policies_tracks,
    queries_cases,
    queries_erasing_cases,
    queries_recusals,
    taking_over,
    timelines,
)
from casework.forms_staff import opened
from casework.labels import TRACK as WORDS
from casework.models_cases import CaseFile, CaseTrack
from casework.models_erasures import ErasureHold
from casework.stages import joined
from casework.states import TRACK
from core import clock, drafting
from core.db import session
from core.forms import Form
from core.furniture import counting
from core.planned import ahead
from core.words import LazyString, _, _l, language
from desk import clock_cards, deeds, panels, queries_cases_pages, queries_rules, showing
from desk import forms_complaints as forms
from desk.deeds_cases import CASES, COMING, TRACKS, is_allowed, offered
from notices import policies_reading
from registry import queries as register
from registry import rulebook

STAGES: tuple[tuple[LazyString, tuple[str, ...]], ...] = (
    (_l("Lead"), (TRACK.initial, *joined("screening"))),
    (_l("Filing"), joined("filing")),
    (_l("Investigation"), joined("investigation")),
    (_l("Review of the report"), joined("check")),
    (_l("Advance notice"), joined("notice", "hearing")),
    (_l("Decision"), joined("deliberation", "decision")),
    (_l("Measures"), joined("order", "execution")),
    (_l("Verification"), joined("verification")),
    (_l("End"), tuple(sorted(TRACK.ends))),
)
SHORTENED = ("NOT_FILED", "NO_MEASURE", "REFERRED")
"""Ends that leave steps out; others do where nothing was decided."""


def page(it: CaseFile, given: dict[str, Any] | None = None, *, unmasked: bool = False) -> str:
    """The page; a form sent with errors is shown as it was sent. `unmasked`: the journal has noted the look."""
    at, given = session(), given or {}
    ahead(at, *counting("staff"), (register.ONLINE, {"parties": sorted({each.party_id for each in it.tracks})}))
    whole, rules = queries_cases_pages.whole(at, it), queries_rules.rules(at, it)
    works = policies_tracks.may_work_on(g.me) and it.erased_at is None
    asked = [("recusal", each.id, "") for each in queries_recusals.of_case(at, it.id)]
    named = [(each, each.party.name(language())) for each in it.tracks]
    hung = [(machine, thing, name) for each, name in named for machine, thing in panels.hanging(at, each)]
    every = [*(("track", each, name) for each, name in named), *hung]
    subjects = [("case", it.id, ""), *asked, *((machine, thing.id, name) for machine, thing, name in every)]
    many = len(it.tracks) > 1
    things = [(machine, thing, name if many else "") for machine, thing, name in every]
    names = showing.names_of_case(it)
    hide, held = showing.veil(names, revealed=unmasked), queries_erasing_cases.hold_of(at, it)
    told = timelines.entries(at, subjects, language(), whole.marks)
    letters = [each for each in whole.letters if policies_reading.may_read(at, each, g.me)]
    return render_template(
        "desk/staff_case.html",
        begun=_begun(it),
        rules=rules,
        case=it,
        hide=hide,
        unmasked=unmasked,
        whole=whole,
        tracks=[_track(each, whole, works=works) for each in it.tracks],
        clocks=clock_cards.cards(at, things, clock.today(), language()),
        evidence=_files(it, whole, names),
        letters=showing.letters(
            letters,
            {each.party_id: name for each, name in named},
            {(machine, thing.id): name for machine, thing, name in things},
        ),
        timeline=[each | {"text": hide(each["text"])} for each in told],
        told=timelines.whole(at, subjects, told),
        beside=[_rendered(each) for each in panels.of_case(at, it, g.me)],
        people={each.author_id: register.account_name(at, each.author_id) for each in whole.notes},
        officer=register.account_name(at, it.officer_id),
        form=given.get("note") or _note_form(it),
        wrong=next(iter(given.values()), None),
        deeds=_deeds(it, held) if works else {},
        works=works,
        reads_complaints=policies_pages.may_read_complaints(g.me),
        may_take_journal=policies_tracks.may_take_journal(g.me, it),
        held_back=held,
        held_by=register.account_name(at, held.held_by) if held is not None else "",
        erased_from=queries_erasing_cases.erased_on(at, it) if held is None and it.erased_at is None else None,
    )


def _begun(it: CaseFile) -> list[Any]:
    """Texts of colleagues that can still be handed in."""
    found: list[Any] = drafting.of_others(url_for("desk_cases.show", number=it.id))
    for track in it.tracks:
        found = deeds.still_open(found, TRACK, TRACKS, track, partial(_act_url, track))
    return found


def _act_url(track: CaseTrack, event: str) -> str:
    return url_for("desk_cases.act_on_track", number=track.case_id, track=track.id, event=event)


def _deeds(it: CaseFile, held: ErasureHold | None) -> dict[str, deeds.Deed]:
    """What this reader can do with the whole case."""
    shut = {"hold-back" if held is not None else "let-go"}
    shut |= set(COMING) if cases.has_ended(it) else set()
    is_left = taking_over.any_left(session(), it, queries_cases.told_for(it))
    shut |= set() if is_left else {"take_over"}
    return {event: each for event, each in CASES.items() if event not in shut and is_allowed(event, it, g.me)}


def _files(it: CaseFile, whole: queries_cases_pages.Whole, names: Sequence[str]) -> list[dict[str, Any]]:
    """The files of the case; only whoever may look at files gets links to the evidence room."""
    late = late_evidence.marks(session(), it, whole.evidence, language())
    said = showing.beside(it, whole.evidence, late)
    found = showing.files(whole.evidence, names, case=it.id, late=said)
    return found if policies_pages.may_see_originals(g.me) else [each | {"url": ""} for each in found]


def _note_form(it: CaseFile) -> Form | None:
    open_to = g.me.audience == "staff" and it.erased_at is None
    return opened(forms.NoteForm, prefix="note", about=it) if open_to else None


def _track(it: CaseTrack, whole: queries_cases_pages.Whole, *, works: bool) -> dict[str, Any]:
    at = session()
    before_report = it.state in policies_tracks.BEFORE_REPORT
    mine = it.investigator_id is not None and it.investigator_id == g.me.id
    return {
        "it": it,
        "steps": deeds.steps(
            at,
            TRACK,
            offered(at, it, g.me),
            it,
            actor=g.me,
            now=clock.now(),
            url=partial(_act_url, it),
        ),
        "waiting": showing.waiting(at, it),
        "rungs": rungs(it),
        "allegations": [_allegation(each, whole) for each in it.allegations],
        "may_allege": works and before_report,
        "may_find": mine and it.state == "INVESTIGATING",
        "may_reassign": policies_tracks.may_reassign(g.me) and it.investigator_id is not None and before_report,
        "investigator": register.account_name(at, it.investigator_id),
        "reviewer": register.account_name(at, it.reviewer_id),
        "panels": [_rendered(each) for each in panels.of_track(at, it, g.me)],
    }


def _allegation(it: Any, whole: queries_cases_pages.Whole) -> dict[str, Any]:  # noqa: ANN401 - an allegation
    day = policies_tracks.conduct_day(it.track.case)
    return {
        "it": it,
        "violation": rulebook.violation(session(), it.code),
        "provisions": [each.cited(language()) for each in rulebook.provisions_for(session(), it.code, day)],
        "table": contact_papers.current(session(), it.id),
        "counted": policies_contacts.counter_of(it.code) is not None,
        "marks": [(whole.marks[each.id], each.id) for each in it.evidence if each.id in whole.marks],
    }


def rungs(it: CaseTrack) -> list[dict[str, Any]]:
    """A track's stage in the procedure; after an early end, without the stages it did not reach."""
    here = next(place for place, (_words, states) in enumerate(STAGES) if it.state in states)
    if it.state in SHORTENED or (it.state in TRACK.ends and it.decided_level is None):
        reached = 1 if it.filed_by is None else 4 if it.proposed_level is None else 6
        shown = [{"text": words, "state": "done"} for words, _states in STAGES[:reached]]
        return [*shown, {"text": WORDS[it.state][0], "state": "now", "note": _("without further steps")}]
    found = []
    for place, (words, _states) in enumerate(STAGES):
        state = "done" if place < here else "now" if place == here else "open"
        over = it.state in TRACK.ends and place == here
        note = str(WORDS[it.state][0]) if place == here and str(WORDS[it.state][0]) != str(words) else ""
        found.append({"text": words, "state": "done" if over else state, "note": note})
    return found


def _rendered(found: Markup | panels.Shown) -> Markup:
    """A panel as markup, which its template has escaped."""
    if isinstance(found, Markup):
        return found
    return Markup(render_template(found.template, **found.context))  # noqa: S704 - the template has escaped it
