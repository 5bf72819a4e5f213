"""What must hold while measures are carried out and verified."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from casework import policies_recusals
from casework.models_cases import CaseTrack
from casework.policies_tracks import has_run_out, may_submit, require_submitter
from casework.states import TRACK
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask
from core.plainly import in_words
from core.words import LazyString, _, _l
from registry import calendar, settings
from registry.clock_hooks import HOOKS
from registry.counting import Due
from registry.models import Party
from registry.models_accounts import Account
from registry.queries import account_name
from sanctions import policies_interview_times, record_pages, rounds
from sanctions.levels import INTERVIEW, LEVELS, RECTIFICATION, TRAINING
from sanctions.models_measures import Interview, Measure, RectificationItem, Training
from sanctions.plans import Result, TrainingPlan
from sanctions.policies_interview_times import NOTICE, SUMMONS, given_notice

TWO = 2
OFFICERS = frozenset({"officer", "investigator", "head"})
STILL_TAKEN = ("ORDERED", "FAILED")
"""After its time a measure counts as failed; a report or a training that comes late is taken and marked."""
TO_REPORT = TRACK.states_for("report_correction")
"""States of the track in which a measure is still reported on."""
NO_TRAINING = _l("No training waits for you.")
TWO_PEOPLE = _l("An interview is held by two people.")


def may_hold(actor: Actor) -> bool:
    """Whether somebody holds interviews and trainings, with their days, records and attendance: an officer (S62)."""
    return TRACK.rows["S62"].is_for(actor)


def may_order(actor: Actor) -> bool:
    """Whether somebody orders what was decided (row S37), for one track or many: officers."""
    return TRACK.rows["S37"].is_for(actor)


def may_verify(actor: Actor) -> bool:
    """Whether somebody looks at what was corrected: officers, investigators and the head; each correction takes two."""
    return actor.audience == "staff" and actor.has(*OFFICERS)


def may_enrol(actor: Actor, track: CaseTrack) -> bool:
    """Whether somebody names who takes part in a training: the respondent, or whoever verifies for it."""
    return may_verify(actor) or may_submit(actor, track)


def is_opened(session: Session, track: CaseTrack, level: int) -> bool:
    """Whether the respondent has opened the notice of a measure, and so knows what it asks."""
    return rounds.served_on(session, track, LEVELS[level].document) is not None


def is_reported_on(track: CaseTrack, measure: Measure) -> bool:
    """Whether a measure can still be reported on."""
    return track.state in TO_REPORT and measure.state in STILL_TAKEN


def interview_notice(ask: Ask) -> int:
    """How many working days must lie between a summons made now and its interview."""
    return settings.days(ask.session, NOTICE)


def plan_problems(ask: Ask, levels: list[int], notice: int | None = None) -> Iterator[Refused]:
    """An interview has its day, place and two interviewers; a training its dates and place."""
    if INTERVIEW in levels and "interview" in ask.facts:
        yield from _interview_plan(ask, ask.facts["interview"], interview_notice(ask) if notice is None else notice)
    if TRAINING in levels and "training" in ask.facts:
        yield from _training_plan(ask, ask.facts["training"])


def _training_plan(ask: Ask, plan: TrainingPlan | None) -> Iterator[Refused]:
    """Its days are still to come, in order, within the notice's time limit; each session is on one of them."""
    if plan is None or plan.first is None or plan.ends is None or not plan.place.strip():
        yield BadInput("training", _l("Say when and where the training takes place."))
        return
    period = _period(ask, "K24", TRAINING)
    if out := list(begun(plan.first, ask.on)):
        yield from out
    elif plan.ends < plan.first:
        yield BadInput("last_on", _l("The last day of the training is not before its first."))
    elif period.due_on is not None and plan.ends > period.due_on:
        yield BadInput(
            "last_on" if plan.last else "first_on",
            _l("The training takes place within its period, counted from today: by %(day)s.", day=_end(period)),
        )
    else:
        yield from _sessions(ask, plan, (plan.first, plan.ends))


def _period(ask: Ask, key: str, level: int) -> Due:
    """Within what a measure ordered today takes place; the second attempt has a period of its own."""
    terms, held = HOOKS.terms(ask.session, key), rounds.measure(ask.session, ask.it, level)
    again = ask.facts.get("again") or (held is not None and held.attempt > 1)
    return calendar.deadline(ask.session, ask.on, (again and terms.again) or terms.length, terms.unit)


def _end(period: Due) -> LazyString | str:
    last = in_words(period.due_on) if period.due_on is not None else ""
    return _l("%(day)s (provisional)", day=last) if period.provisional else last


def _sessions(ask: Ask, plan: TrainingPlan, between: tuple[date, date]) -> Iterator[Refused]:
    """Each session is on a day `between` the first and the last; together they last as long as the decision orders."""
    if (stray := plan.strays()) is not None:
        yield BadInput(
            "sessions",
            _l(
                "Each line begins with a day of the training, %(days)s: “%(line)s” does not.",
                days=LazyString(_days, between),
                line=stray,
            ),
        )
    elif (named := plan.hours()) is not None and (hours := _hours_ordered(ask)) not in {None, named}:
        yield BadInput(
            "sessions",
            _l(
                "The decision orders %(hours)s hours, and these sessions come to %(named)s.",
                hours=hours,
                named=f"{named:g}",
            ),
        )


def _days(between: tuple[date, date]) -> str:
    return " – ".join(str(in_words(each)) for each in dict.fromkeys(between))


def begun(first: date, today: date) -> Iterator[Refused]:
    """A training that is ordered begins today or later."""
    if first < today:
        yield BadInput("first_on", _l("This date has passed. Today is %(today)s.", today=in_words(today)))


def _hours_ordered(ask: Ask) -> int | None:
    """How many hours the training has, by the decision."""
    held = rounds.measure(ask.session, ask.it, TRAINING)
    if held is not None and held.training is not None:
        return held.training.hours
    found = rounds.decision(ask.session, ask.it)
    said = (found.terms.get(str(TRAINING)) or {}).get("hours") if found is not None else None
    return int(said) if said else None


def _interview_plan(ask: Ask, plan: Any, notice: int) -> Iterator[Refused]:  # noqa: ANN401 - measures.InterviewPlan
    if plan is None or not plan.place.strip():
        yield BadInput("interview", _l("Say when and where the interview takes place."))
        return
    if len(set(plan.interviewers)) < TWO:
        yield BadInput("interviewers", TWO_PEOPLE)
    yield from _impartial(ask, "interviewers", plan.interviewers)
    yield from policies_interview_times.too_early(ask.session, plan.at, ask.on, notice)
    yield from policies_interview_times.in_office_hours(ask.session, plan.at)
    period = _period(ask, "K23", INTERVIEW)
    if period.due_on is not None and day_of(plan.at) > period.due_on:
        yield BadInput(
            "at", _l("The interview takes place within its period, counted from today: by %(day)s.", day=_end(period))
        )


def _impartial(ask: Ask, field: str, people: Iterable[int]) -> Iterator[Refused]:
    """Whoever is recused, or to be recused, is given nothing to do in the case."""
    gone = policies_recusals.kept_out(ask.session, ask.it.case_id, ask.on)
    for number in dict.fromkeys(people):
        if number in gone:
            name = account_name(ask.session, number)
            yield BadInput(field, _l("%(name)s takes no part in this case: choose somebody else.", name=name))


@TRACK.guard("S37")
def can_be_executed(ask: Ask) -> Iterator[Refused]:
    """One notice for each measure ordered and no other, with everything it must say."""
    found = rounds.decision(ask.session, ask.it)
    if found is None or not found.measures:
        yield NotNow(_l("No measure was decided."))
        return
    yield from plan_problems(ask, rounds.to_order(ask.session, ask.it))


def measure_or_refuse(ask: Ask, level: int) -> Iterator[Refused]:
    """The measure, if it was ordered and is still to be carried out; otherwise a refusal."""
    found = rounds.measure(ask.session, ask.it, level)
    if found is None:
        yield NotNow(rounds.NOT_ORDERED)
    elif found.state not in (("ORDERED",) if level == INTERVIEW else STILL_TAKEN):
        yield NotNow(_l("This measure is already done."))


@TRACK.guard("S61")
def report_is_whole(ask: Ask) -> Iterator[Refused]:
    """Every item has its report and proof, and the named executive signed."""
    yield from require_submitter(ask)
    yield from measure_or_refuse(ask, RECTIFICATION)
    found = rounds.measure(ask.session, ask.it, RECTIFICATION)
    if found is None or "reports" not in ask.facts:
        return
    items = [item for item in found.items if item.result != "PASS"]
    proven = {item.no for item in items if rounds.proofs(ask.session, item, ask.now)}
    said = {"reports": ask.facts["reports"], "signed_by": ask.facts.get("signed_by", "")}
    own = ask.actor.party_id is not None and ask.actor.party_id == ask.it.party_id
    yield from report_lacks(ask.it.party, items, proven=proven, own=own, **said)


def report_lacks(
    party: Party,
    items: Iterable[RectificationItem],
    *,
    reports: Mapping[int, str],
    proven: AbstractSet[int],
    signed_by: str,
    own: bool,
) -> Iterator[Refused]:
    """What a report on these problems still lacks; of some of them there is proof.

    Only the company's `own` people are told whose name the register holds.
    """
    for item in items:
        if not str(reports.get(item.no, "")).strip():
            yield BadInput("reports", _l("Say what was done about problem %(no)s.", no=item.no))
        if item.no not in proven:
            yield BadInput("files", _l("Problem %(no)s has no proof yet.", no=item.no))
    named, signed = party.named_executive.strip(), str(signed_by).strip()
    if named and signed and signed != named and own:
        yield BadInput(
            "signed_by",
            _l(
                "The association's register names %(name)s as your senior executive for collection, and this person "
                "signs. Has somebody else taken over? Write to the association, so that it changes its register first.",
                name=named,
            ),
        )
    elif not signed or (named and signed != named):
        yield BadInput("signed_by", _l("The report is signed by the senior executive named for collection."))


@TRACK.guard("S62", "S43", "S79")
def summoned_in_time(ask: Ask) -> Iterator[Refused]:
    """The summons was served as many working days before as the rules demand."""
    yield from measure_or_refuse(ask, INTERVIEW)
    served = rounds.served_on(ask.session, ask.it, SUMMONS)
    if served is None:
        yield NotNow(_l("The summons has not been served."))
        return
    found = rounds.measure(ask.session, ask.it, INTERVIEW)
    interview = found.interview if found else None
    planned = (interview.started_at or interview.at) if interview is not None else None
    held: datetime | None = ask.facts.get("started_at") or planned
    notice = given_notice(ask.session, ask.it)
    earliest = rounds.working_day_after(ask.session, served, notice)
    if held is not None and (earliest is None or day_of(held) < earliest + timedelta(days=1)):
        yield NotNow(_l("The summons was not served %(days)s working days before the interview.", days=notice))
    if held is not None and held > ask.now:
        yield NotNow(_l("The interview has not taken place yet."))


def is_off(session: Session, held: Interview) -> bool:
    """Whether its day has become a day off by the calendar published since, and it did not take place all the same."""
    return held.recorded_at is None and calendar.is_certainly_free(session, day_of(held.at))


def move_refusals(ask: Ask) -> Iterator[Refused]:
    """An interview is moved only if its summons came too late, or its day has become a day off.

    The new day leaves the time for notice.
    """
    if not may_hold(ask.actor):
        yield NotAllowed()
    yield from measure_or_refuse(ask, INTERVIEW)
    found = rounds.measure(ask.session, ask.it, INTERVIEW)
    held, served = found.interview if found else None, rounds.served_on(ask.session, ask.it, SUMMONS)
    if held is None or served is None:
        yield NotNow(_l("The summons has not been served."))
        return
    notice = given_notice(ask.session, ask.it)
    earliest = rounds.working_day_after(ask.session, served, notice)
    if earliest is not None and day_of(held.at) > earliest and not is_off(ask.session, held):
        yield NotNow(_l("The interview leaves time enough after its summons: its day stays."))
    if "interview" in ask.facts:
        yield from plan_problems(ask, [INTERVIEW], notice)


@TRACK.guard("S62")
def record_is_whole(ask: Ask) -> Iterator[Refused]:
    """Two interviewers, rights told, no recusal open; each page signed in the portal, or the refusal witnessed."""
    found = rounds.measure(ask.session, ask.it, INTERVIEW)
    held = found.interview if found else None
    if held is None or held.recorded_at is None:
        yield NotNow(_l("The interview is not on record yet."))
        return
    if len(set(held.interviewers)) < TWO:
        yield NotNow(TWO_PEOPLE)
    if not held.rights_told:
        yield NotNow(_l("The attendee must be told of his rights first."))
    yield from policies_recusals.no_recusal_is_open(ask.session, ask.it.case_id)
    if not record_pages.unsigned(held):
        return
    if not str(ask.facts.get("refused_because") or "").strip():
        yield BadInput("refused_because", _l("Not every page is signed: note why the signature was refused."))
    yield from second_officer(ask)


@TRACK.guard("S63")
def trained_as_ordered(ask: Ask) -> Iterator[Refused]:
    """Attendance and results of all who had to come."""
    yield from measure_or_refuse(ask, TRAINING)
    found = rounds.measure(ask.session, ask.it, TRAINING)
    training = found.training if found else None
    if training is None:
        return
    if training.last_on is not None and ask.on < training.last_on:
        yield NotNow(
            _l("The training ends on %(day)s: enter the results from then on.", day=in_words(training.last_on))
        )
    if len(training.people) < training.minimum:
        yield NotNow(_l("At least %(minimum)s people must be enrolled.", minimum=training.minimum))
    if "results" not in ask.facts:
        return
    results = ask.facts["results"]
    if any(person.id not in results for person in training.people):
        yield BadInput("results", _l("Enter attendance and result of everybody enrolled."))
    yield from _as_noted(ask, training)
    yield from _made_up(ask, training)
    if too_few_passed(training, results):
        yield NotNow(_l("At least %(minimum)s people must have passed.", minimum=training.minimum))


def too_few_passed(training: Training, results: Mapping[int, Result]) -> bool:
    """Whether these results do not confirm the training."""
    return sum(each.passes(training.pass_mark) for each in results.values()) < training.minimum


def _as_noted(ask: Ask, training: Training) -> Iterator[Refused]:
    """Nobody has a certificate, which names all hours, who missed a session; and no mark, who came to none."""
    for person in training.people:
        said = ask.facts["results"].get(person.id)
        if said is not None and said.attended and person.attended is False:
            yield BadInput(
                f"came_{person.id}",
                _l(
                    "By the attendance kept, %(name)s missed a session: put that right, or enter the make-up.",
                    name=person.name,
                ),
            )
        elif said is not None and not said.attended and said.mark is not None and not person.sessions:
            yield BadInput(
                f"mark_{person.id}",
                _l(
                    "By the attendance kept, %(name)s came to no session, and so has no mark: put the attendance right "
                    "first, or take the mark out.",
                    name=person.name,
                ),
            )


def _made_up(ask: Ask, training: Training) -> Iterator[Refused]:
    """Made up once, on a day after the training began that has come, by somebody who missed a session or failed."""
    for number, said in ask.facts["results"].items():
        day, mark = f"again_{number}", f"remark_{number}"
        if (said.makeup_on is None) != (said.makeup_mark is None):
            yield BadInput(day if said.makeup_on is None else mark, _l("Of a make-up enter the day and the mark."))
        elif said.makeup_on is not None and said.passes_at_once(training.pass_mark):
            yield BadInput(day, _l("Only who missed a session or failed the test makes up for it."))
        elif said.makeup_on is not None and said.makeup_on > ask.on:
            yield BadInput(day, _l("The day of the make-up has not come yet."))
        elif said.makeup_on is not None and training.first_on is not None and said.makeup_on < training.first_on:
            began = in_words(training.first_on)
            yield BadInput(day, _l("Nobody makes up for a training before it: it began on %(day)s.", day=began))


@TRACK.guard("S64")
def is_out(ask: Ask) -> Iterator[Refused]:
    """The circular or bulletin has been published."""
    found = rounds.publication(ask.session, ask.it)
    if found is None or found.state != "PUBLISHED":
        yield NotNow(_l("The publication is not out yet."))


@TRACK.guard("S39", "S44")
def time_to_carry_out_over(ask: Ask) -> Iterator[Refused]:
    """A measure is marked failed only when its time has ended without a report."""
    level, key = (RECTIFICATION, "K22") if ask.row and ask.row.id == "S39" else (TRAINING, "K24")
    found = rounds.measure(ask.session, ask.it, level)
    if found is None or found.state != "ORDERED":
        yield NotNow(_l("This measure is not waiting to be carried out."))
    elif not has_run_out(ask.session, ask.it, key, day_of(ask.now)):
        yield NotNow(_l("The time to carry out the measure has not ended."))


@TRACK.guard("S43", "S79")
def absence_noted_by_two(ask: Ask) -> Iterator[Refused]:
    """Absent without good reason, as two officers noted; summoned again once."""
    found = rounds.measure(ask.session, ask.it, INTERVIEW)
    held = found.interview if found else None
    missed = held.missed if held else 0
    if held and held.proposed_at is not None:
        yield NotNow(_l("The company proposed another time and waits for your answer: answer it first."))
    if policies_interview_times.is_untold(ask.session, ask.it):
        yield NotNow(
            _l(
                "Nobody has told the company yet which time of its interview counts: tell it by letter, and close the "
                "task for that."
            )
        )
    if held and is_off(ask.session, held):
        yield NotNow(
            _l(
                "The interview is on a day off by the calendar published since, and nobody is absent: give it another "
                "day."
            )
        )
    if ask.row and ask.row.id == "S43" and missed:
        yield NotNow(_l("A missed interview is summoned again only once."))
    if ask.row and ask.row.id == "S79" and not missed:
        yield NotNow(_l("A first absence is followed by a new summons."))
    if "second" in ask.facts:
        yield from second_officer(ask)
    if ask.row and ask.row.id == "S43":
        yield from plan_problems(ask, [INTERVIEW])


def second_officer(ask: Ask) -> Iterator[Refused]:
    """A second officer, other than the one who acts."""
    second: Account | None = ask.facts.get("second")
    if second is None or second.id == ask.actor.id or not second.works or not second.role_words & OFFICERS:
        yield BadInput("second", _l("A second officer notes it together with you."))
    else:
        yield from _impartial(ask, "second", [second.id])


@TRACK.guard("S38")
def nothing_is_open(ask: Ask) -> Iterator[Refused]:
    """Every measure was reported on, held, confirmed, published, or has failed."""
    ordered = rounds.measures(ask.session, ask.it)
    if not ordered or any(each.state == "ORDERED" for each in ordered):
        yield NotNow(_l("A measure still waits to be carried out."))


def failed(measures: list[Measure]) -> list[Measure]:
    """Measures not carried out, or with an item that failed."""
    return [each for each in measures if each.state == "FAILED" or any(item.result == "FAIL" for item in each.items)]


def unverified(measures: list[Measure]) -> list[int]:
    """Numbers of the problems that two officers have not yet verified."""
    return [item.no for each in measures if each.state == "DONE" for item in each.items if item.second_by is None]


@TRACK.guard("S40", "S41", "S42")
def verified_by_two(ask: Ask) -> Iterator[Refused]:
    """Two officers looked at each item; the result is what they found."""
    measures = list(rounds.measures(ask.session, ask.it))
    numbers = unverified(measures)
    if numbers:
        said = _(", ").join(str(number) for number in numbers)
        yield NotNow(_l("Two officers have not yet verified these problems: %(numbers)s.", numbers=said))
    wrong = failed(measures)
    if ask.row and ask.row.id == "S40":
        if wrong:
            yield NotNow(_l("A measure was not carried out, or did not pass."))
        if not any(each.items for each in measures) and "second" in ask.facts:
            yield from second_officer(ask)
    elif not wrong and not numbers:
        yield NotNow(_l("Nothing failed: let it pass."))


@TRACK.guard("S41")
def first_failure(ask: Ask) -> Iterator[Refused]:
    """A second try is given once."""
    if ask.it.failures:
        yield NotNow(_l("The second try has failed as well; the head closes the track."))
    yield from plan_problems(ask, [each.level for each in failed(list(rounds.measures(ask.session, ask.it)))])


@TRACK.guard("S42")
def second_failure(ask: Ask) -> Iterator[Refused]:
    """Only after the second try."""
    if not ask.it.failures:
        yield NotNow(_l("A first failure is followed by a second try."))
