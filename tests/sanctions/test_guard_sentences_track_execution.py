"""While it is carried out, and to its end, a track refuses each guarded row with its sentence, in both languages."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from casework import tasks
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import SYSTEM
from core.machine import Ask
from notices import queries as notices
from notices.models import Document
from notices.states import SERVICE
from registry import calendar, successions
from registry.models_lineage import SuccessionKind
from sanctions import corrections, endings, measures, policies_interview_times, reviews, rounds, verifications
from sanctions.plans import Person, Result
from tests.builders_cases import actor, party
from tests.refusals import Refusal, Scene, all_refused
from tests.sanctions.chain import Chain


class Stage(Chain):
    """Everybody, and the track that is to move."""

    it: CaseTrack
    letter: Document


def executing(stage: Stage) -> CaseTrack:
    return stage.executing([1, 2, 3])


def summoned(stage: Stage) -> CaseTrack:
    """Ordered; the summons is on its way."""
    track, now = stage.effective([2]), stage.later(9)
    said = {"interview": stage.plan(now), "training": None, "version": None, "now": now}
    measures.execute(stage.session, track, actor=actor(stage.officer), **said)  # type: ignore[arg-type]
    return track


def published_later(stage: Stage) -> CaseTrack:
    """The bulletin is not out."""
    return stage.executing([5], "V-I02")


def verifying(stage: Stage) -> CaseTrack:
    track = stage.executing([1])
    stage.report(track)
    return track


def tampered(stage: Stage) -> None:
    """The filing notice was made void; then its digest is another one: the database lets nobody write so."""
    letter = stage.letter = stage.session.query(Document).filter_by(kind="D11b", subject_id=stage.it.id).one()
    for service in letter.services:
        SERVICE.carry_out(Ask(stage.session, service, actor(stage.head), {"reason": "误发"}, stage.now), "void")
    stage.session.flush()
    set_committed_value(letter, "paper_sha256", "0" * 64)


def terminated(stage: Stage) -> CaseTrack:
    track, said = stage.filed(), {"ground": "MISTAKE", "reasons": "误立"}
    endings.terminate(stage.session, track, **said, actor=actor(stage.head), version=None, now=stage.later(1))
    return track


def untold_and_dissolved(stage: Stage) -> None:
    """What tells it of the end was made void, and then it was gone."""
    letter = stage.session.query(Document).filter_by(kind="D16c", subject_id=stage.it.id).one()
    for service in letter.services:
        SERVICE.carry_out(Ask(stage.session, service, actor(stage.head), {"reason": "误发"}, stage.now), "void")
    dissolved(stage)


def enrolled(stage: Stage) -> None:
    people = [Person(f"学员{place}", "催收主管") for place in "甲乙丙"]
    measures.enrol(stage.session, stage.it, people=people, actor=actor(stage.lead), now=stage.later(10))


def missing(stage: Stage) -> None:
    """The attendance says that the first of them missed a session."""
    enrolled(stage)
    found = rounds.measure(stage.session, stage.it, 3)
    assert found is not None
    assert found.training is not None
    found.training.people[0].attended = False


def confirming(mark: int) -> Callable[[Stage], dict[str, Any]]:
    """Everybody enrolled came and reached this mark."""

    def facts(stage: Stage) -> dict[str, Any]:
        found = rounds.measure(stage.session, stage.it, 3)
        assert found is not None
        assert found.training is not None
        return {"results": {each.id: Result(True, mark) for each in found.training.people}}

    return facts


def away(stage: Stage) -> dict[str, Any]:
    """Nobody came, and everybody has a mark."""
    said = confirming(95)(stage)["results"]
    return {"results": {number: each._replace(attended=False) for number, each in said.items()}}


def making_up(mark: int, day: date | None, again: int | None) -> Callable[[Stage], dict[str, Any]]:
    """Everybody enrolled came, reached this mark, and made up for it."""

    def facts(stage: Stage) -> dict[str, Any]:
        found = confirming(mark)(stage)["results"]
        return {"results": {number: said._replace(makeup_on=day, makeup_mark=again) for number, said in found.items()}}

    return facts


def moved_up(stage: Stage) -> None:
    """The interview takes place the day after its summons."""
    found = rounds.measure(stage.session, stage.it, 2)
    assert found is not None
    assert found.interview is not None
    found.interview.at = stage.later(10)


def untold(stage: Stage) -> None:
    """Somebody who reaches the table wrote so into the record."""
    stage.recorded(stage.it)
    found = rounds.measure(stage.session, stage.it, 2)
    assert found is not None
    assert found.interview is not None
    found.interview.rights_told = False


def alone(stage: Stage) -> None:
    """Somebody who reaches the table wrote that one person held it."""
    stage.recorded(stage.it)
    found = rounds.measure(stage.session, stage.it, 2)
    assert found is not None
    assert found.interview is not None
    found.interview.interviewers = found.interview.interviewers[:1]


def succeeded(stage: Stage) -> None:
    """The register says who goes on for the company."""
    heir = party(stage.session, "远岬消费金融有限公司", basis=None)
    said = {"from_on": stage.now.date(), "evidence": "吸收合并协议", "matters": [], "version": None, "now": stage.now}
    successions.record(
        stage.session,
        stage.lender,
        heir,
        kind=SuccessionKind.ABSORBED,
        actor=actor(stage.head),
        **said,  # type: ignore[arg-type]
    )


def dissolved(stage: Stage) -> None:
    """The register says that nobody goes on for the company."""
    stage.lender.ceased_on, stage.lender.ceased_evidence = stage.now.date(), "注销登记"


def extended(stage: Stage) -> None:
    for each in rounds.measures(stage.session, stage.it):
        each.extended_on = stage.now.date()


def asked_for_more(level: int) -> Callable[[Stage], None]:
    """The respondent asks for more time."""

    def before(stage: Stage) -> None:
        found = rounds.measure(stage.session, stage.it, level)
        assert found is not None
        found.more_time_asked_at = stage.later(10)

    return before


def long_asked(stage: Stage) -> None:
    """Nobody decided, and every day since is certain."""
    calendar.load_year(stage.session, 2027, {date(2027, 1, 1): False}, "示例〔2026〕1号", SYSTEM, stage.now)
    asked_for_more(1)(stage)


def done(level: int) -> Callable[[Stage], None]:
    def before(stage: Stage) -> None:
        found = rounds.measure(stage.session, stage.it, level)
        assert found is not None
        found.state, found.done_on = "DONE", stage.later(10).date()

    return before


def missed_before(stage: Stage) -> None:
    found = rounds.measure(stage.session, stage.it, 2)
    assert found is not None
    assert found.interview is not None
    found.interview.missed = 1


def another_time(stage: Stage) -> None:
    """The company proposed another time for the interview."""
    found = rounds.measure(stage.session, stage.it, 2)
    assert found is not None
    assert found.interview is not None
    held = found.interview
    held.proposed_for, held.proposed_why, held.proposed_at = stage.later(20), "出差", stage.later(10)


def told_by_nobody(stage: Stage) -> None:
    """Another time counts, and the company is served on paper."""
    about = ("track", stage.it.id, stage.it.ref)
    tasks.put(stage.session, policies_interview_times.TELL, about, role="officer", now=stage.later(10))


def on_a_day_off(stage: Stage) -> None:
    """A notice published since has made its day one of rest."""
    found = rounds.measure(stage.session, stage.it, 2)
    assert found is not None
    assert found.interview is not None
    found.interview.at += timedelta(days=5 - found.interview.at.weekday())


def recorded(stage: Stage) -> None:
    stage.recorded(stage.it)


def passed(stage: Stage) -> None:
    stage.verify(stage.it)


def found_wanting(stage: Stage) -> None:
    stage.verify(stage.it, "FAIL")


def wanting_again(stage: Stage) -> None:
    stage.it.failures = 1
    found_wanting(stage)


MADE_UP, LATER = date(2026, 12, 1), date(2027, 5, 1)
ONLY_THE_LEAD = "Only an authorised person of the company concerned can submit this."
NOT_ENDED = "The time to carry out the measure has not ended."
NOT_HELD = "The interview has not taken place yet."
DONE = "This measure is already done."
ONCE = {"level": 1, "why": "系统改造"}
EXECUTING = [
    Refusal("S61", ONLY_THE_LEAD, "firm_lead"),
    Refusal("S61", "Say what was done about problem 1.", "lead", {"reports": {}}),
    Refusal("S61", "Problem 1 has no proof yet.", "lead", {"reports": {1: "已整改"}}),
    Refusal(
        "S61",
        "The report is signed by the senior executive named for collection.",
        "lead",
        {"reports": {1: "已整改"}, "signed_by": ""},
    ),
    Refusal(
        "S61",
        "The association's register names * as your senior executive for collection, and this person signs. Has "
        "somebody else taken over? Write to the association, so that it changes its register first.",
        "lead",
        {"reports": {1: "已整改"}, "signed_by": "他人"},
    ),
    Refusal("S62", NOT_HELD, "officer"),
    Refusal("S62", "The summons was not served * working days before the interview.", "officer", before=moved_up),
    Refusal("S62", "The attendee must be told of his rights first.", "officer", before=untold, days=20),
    Refusal("S62", "The interview is not on record yet.", "officer"),
    Refusal("S62", "An interview is held by two people.", "officer", before=alone, days=20),
    Refusal("S62", DONE, "officer", before=done(2)),
    Refusal(
        "S62",
        "Not every page is signed: note why the signature was refused.",
        "officer",
        before=recorded,
        days=20,
    ),
    Refusal("S62", "A second officer notes it together with you.", "officer", before=recorded, days=20),
    Refusal("S63", "At least * people must be enrolled.", "officer", {"results": {}}),
    Refusal("S63", "The training ends on *: enter the results from then on.", "officer", {"results": {}}),
    Refusal("S63", "Enter attendance and result of everybody enrolled.", "officer", {"results": {}}, enrolled),
    Refusal("S63", "At least * people must have passed.", "officer", confirming(10), enrolled),
    Refusal("S63", "Of a make-up enter the day and the mark.", "officer", making_up(10, MADE_UP, None), enrolled),
    Refusal(
        "S63",
        "By the attendance kept, * missed a session: put that right, or enter the make-up.",
        "officer",
        confirming(90),
        missing,
    ),
    Refusal(
        "S63",
        "By the attendance kept, * came to no session, and so has no mark: put the attendance right first, or take "
        "the mark out.",
        "officer",
        away,
        enrolled,
    ),
    Refusal("S63", "The day of the make-up has not come yet.", "officer", making_up(10, LATER, 90), enrolled),
    Refusal(
        "S63",
        "Nobody makes up for a training before it: it began on *.",
        "officer",
        making_up(10, MADE_UP, 90),
        enrolled,
        days=25,
    ),
    Refusal(
        "S63",
        "Only who missed a session or failed the test makes up for it.",
        "officer",
        making_up(95, MADE_UP, 90),
        enrolled,
    ),
    Refusal("S63", DONE, "officer", before=done(3)),
    Refusal("S73", "Choose the measure that gets more time.", "head"),
    Refusal(
        "S73",
        "More time must have been asked for before the time limit ended.",
        "head",
        {**ONCE, "asked_on": None},
    ),
    Refusal("S73", "Give the reasons.", "head", {"level": 1, "why": " "}, asked_for_more(1), days=2),
    Refusal(
        "S73",
        "Even the longest time that can be given would have ended on *: refuse it.",
        "head",
        ONCE,
        long_asked,
        days=100,
    ),
    Refusal("S73", "So much time in total would have ended on *.", "head", {**ONCE, "to": 35}, long_asked, days=50),
    Refusal(
        "S73",
        "No measure can be given more time: once each, while its time limit runs.",
        "head",
        before=extended,
    ),
    Refusal("S39", NOT_ENDED),
    Refusal("S39", "A request for more time has not been decided.", before=asked_for_more(1)),
    Refusal("S39", "This measure is not waiting to be carried out.", before=done(1)),
    Refusal("S44", NOT_ENDED),
    Refusal("S44", "A request for more time has not been decided.", before=asked_for_more(3)),
    Refusal("S43", NOT_HELD, "officer"),
    Refusal(
        "S43",
        "The company proposed another time and waits for your answer: answer it first.",
        "officer",
        before=another_time,
    ),
    Refusal(
        "S43",
        "Nobody has told the company yet which time of its interview counts: tell it by letter, and close the task for "
        "that.",
        "officer",
        before=told_by_nobody,
    ),
    Refusal(
        "S43",
        "The interview is on a day off by the calendar published since, and nobody is absent: give it another day.",
        "officer",
        before=on_a_day_off,
    ),
    Refusal("S43", "A second officer notes it together with you.", "officer", {"second": None}),
    Refusal("S43", "A missed interview is summoned again only once.", "officer", before=missed_before),
    Refusal("S79", NOT_HELD, "officer"),
    Refusal("S79", "A first absence is followed by a new summons.", "officer"),
    Refusal("S38", "A measure still waits to be carried out."),
    Refusal("S68", "No document that the track waits for was made void before its service.", "head"),
    Refusal(
        "S68",
        "The company has ceased to exist and has no successor: close the track instead.",
        "head",
        before=dissolved,
    ),
]
ENDED = [
    Refusal("S68", "No document that the track waits for was made void before its service.", "head"),
    Refusal(
        "S68",
        "The company has ceased to exist: nobody is left to whom its end is told.",
        "head",
        before=untold_and_dissolved,
    ),
]
UNPUBLISHED = [
    Refusal("S61", "This measure was not ordered.", "lead"),
    Refusal("S64", "The publication is not out yet."),
    Refusal("S75", "The circular or bulletin is not out yet: it needs nothing of the respondent.", "head"),
    Refusal("S75", "Choose why the measures can't be carried out.", "head", {"reasons": "停业", "binding": True}),
    Refusal("S75", "Give the reasons.", "head", {"ground": "UNABLE"}),
    Refusal(
        "S75",
        "Confirm that the order stays binding although it is not carried out now.",
        "head",
        {"ground": "UNABLE", "reasons": "停业"},
    ),
    Refusal(
        "S75",
        "The register does not say that * ceased to exist: note it first on the company's page, with the paper that "
        "shows it.",
        "head",
        {"ground": "CEASED", "reasons": "注销", "binding": True},
    ),
]
VERIFYING = [
    Refusal("S40", "Two officers have not yet verified these problems: 1.", "officer"),
    Refusal("S40", "A measure was not carried out, or did not pass.", "officer", before=found_wanting),
    Refusal("S41", "Nothing failed: let it pass.", "officer", before=passed),
    Refusal(
        "S41",
        "The second try has failed as well; the head closes the track.",
        "officer",
        before=wanting_again,
    ),
    Refusal("S42", "A first failure is followed by a second try.", "head", before=found_wanting),
    Refusal("S42", "Nothing failed: let it pass.", "head", before=passed),
]
FILED = [
    Refusal(
        "S68",
        "The words of the void document are no longer those that were issued.",
        "head",
        before=tampered,
    ),
    Refusal("S68", "No document that the track waits for was made void before its service.", "head"),
    Refusal(
        "S68",
        "The company has ceased to exist and has no successor: terminate the track instead.",
        "head",
        before=dissolved,
    ),
    Refusal("S68", "* went on as *: pass the track on to it on the company's page.", "head", before=succeeded),
    Refusal("S76", "Choose why the track is terminated.", "head", {"reasons": "误立"}),
    Refusal("S76", "Give the reasons.", "head", {"ground": "MISTAKE"}),
    Refusal(
        "S76",
        "The register does not say that * ceased to exist: note it first on the company's page, with the paper that "
        "shows it.",
        "head",
        {"ground": "CEASED", "reasons": "注销"},
    ),
    Refusal(
        "S76",
        "* went on as *: pass the track on to it on the company's page.",
        "head",
        {"ground": "CEASED", "reasons": "注销"},
        succeeded,
    ),
]


def closed(stage: Stage) -> CaseTrack:
    """Passed, and not bound."""
    track = verifying(stage)
    stage.verify(track)
    verifications.pass_(stage.session, track, actor=actor(stage.officer), version=None, now=stage.later(22))
    return track


def reviewed(stage: Stage) -> None:
    """The head has the decision reviewed."""
    said = {"basis": "ERROR", "grounds": "人数有误", "favour": True, "now": stage.later(23)}
    reviews.own_motion(stage.session, stage.it, **said, actor=actor(stage.head))  # type: ignore[arg-type]


def correcting(stage: Stage) -> None:
    """A correction of the decision is before the panel."""
    letter = notices.last_document(stage.session, ["D20"], "track", stage.it.id)
    said = {"wrong": "证据充分", "right": "证据确实、充分", "reason": "漏字", "version": None, "now": stage.later(23)}
    corrections.put(stage.session, stage.it, document=letter, **said, actor=actor(stage.head))  # type: ignore[arg-type]


SCENES = [
    Scene("filed", Chain.filed, FILED),
    Scene("ended", terminated, ENDED, day=2),
    Scene("executing", executing, EXECUTING, day=10),
    Scene("summoned", summoned, [Refusal("S62", "The summons has not been served.", "officer")], day=10),
    Scene("unpublished", published_later, UNPUBLISHED, day=10),
    Scene("verifying", verifying, VERIFYING, day=22),
    Scene(
        "closed",
        closed,
        [
            Refusal("S67", "Bind the volumes first: something of the file is in none of them.", "officer"),
            Refusal("S67", "A time limit still runs: *.", "officer"),
            Refusal("S67", "A review is open.", "officer", before=reviewed),
            Refusal(
                "S67", "A correction is before those who decided: it is voted on first.", "officer", before=correcting
            ),
        ],
        day=23,
    ),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_carried_out_a_track_refuses_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(TRACK, Stage(session, now), scene)
