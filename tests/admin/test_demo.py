"""The demonstration: one story that reaches every state by the verbs, told once, whole or not at all."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from admin import demo
from admin.demo_texts import CALLED, proof
from casework import debt_words, receipts, triage
from casework.contact_tables import NAMES
from casework.models import Answer, Complainant, Complaint, Forwarding, Message, Note, Settlement, Task
from casework.models_cases import Allegation, CaseFile, CaseTrack, Evidence
from casework.models_recusals import Recusal
from casework.models_stop_contacts import StopContact
from casework.policies_stop_contacts import OWN_DEBT
from casework.states import COMPLAINT, FORWARDING, STOP_CONTACT, TRACK
from casework.states_recusals import RECUSAL
from core import journal
from core.clock import now as present
from core.clock import today
from core.db import SYSTEM_READER, attempt, read_as, transaction
from core.db import session as current
from core.drafts import Draft
from core.machine import Machine
from notices import queries_approval
from notices.kinds import KINDS
from notices.models import Document, Dossier, SeriesCounter
from notices.papers import Lang, Paper
from registry import accounts
from registry.models import Basis, BasisKind, Engagement, Party, ServiceAddress
from registry.models_accounts import ROLES, AccountRole, Audience
from registry.models_clocks import Clock, ClockState
from registry.models_settings import Setting
from sanctions.models_decisions import Vote
from sanctions.models_hearings import Hearing
from sanctions.models_measures import Interview, Measure, RectificationItem, Training
from sanctions.models_publications import Publication
from sanctions.models_reviews import STAYED, Review, ReviewVote
from sanctions.states import PUBLICATION, REVIEW
from tests.builders import actor_of
from tests.conftest import NOW
from tests.demonstration import Told
from tests.notices.sample_shapes import ISSUED_BY_SCENES, drifts


def _states(model: type, *where: object) -> set[str]:
    return set(current().scalars(select(model.state).where(*where)))


def _count(model: type, *where: object) -> int:
    return current().scalar(select(func.count()).select_from(model).where(*where)) or 0


@pytest.fixture
def told(demonstration: Told) -> Iterator[Told]:
    """Told once for the journeys as well (tests/sharing_out.py); nothing here changes it."""
    with time_machine.travel(NOW):
        yield demonstration


def test_the_story_reaches_every_state_and_everything_in_it_is_consistent(told: Told) -> None:
    _whoever_waits_heard_how_far_it_was(told.heard)
    assert told.refused == []
    assert "clocks apart" not in told.events
    with told.app.app_context(), transaction():
        _everybody_is_there()
        _every_state_is_reached()
        _numbers_follow_time()
        _clocks_and_journal_hold()
        _no_code_of_the_house_leaves_it()
        _samples_are_built_as_what_is_issued()
        _a_chain_is_at_work()
        _what_proves_a_breach_is_of_its_kind()
        _a_text_to_somebody_who_is_not_the_debtor_names_a_debt()
        _no_two_files_of_a_case_are_the_same()
        _what_is_argued_is_about_the_case()
        _a_review_follows_a_hearing_and_a_training_is_over()
        _a_code_says_how_many_companies_there_are_by_now()
    runner = told.app.test_cli_runner()
    again = runner.invoke(args=["demo"])
    assert (again.exit_code, "already" in again.stderr) == (0, True)
    said = runner.invoke(args=["demo", "--accounts"]).stdout
    assert re.search(r"^ +officer@lanwan\.example .*陈若安$", said, re.MULTILINE), "who is meant by a name on a page"
    assert "lead@lanqiao.example" in said
    _codes_tell_where_their_complaints_stand(told, said)
    assert "The journal holds." in runner.invoke(args=["verify-journal"]).stdout


def _codes_tell_where_their_complaints_stand(told: Told, said: str) -> None:
    found = re.findall(r"^ +((?:[0-9A-Z]{4}-){5}[0-9A-Z]{4})  .+：(.+) / ", said, re.MULTILINE)
    assert len(found) == len(demo.SHOWN_CODES)
    for code, standing in found:
        browser = told.client(lang="zh")
        assert browser.post("/track/", data={"code": code}).status_code == 303
        assert f">{standing}<" in browser.get("/track/complaint").text


def _whoever_waits_heard_how_far_it_was(heard: list[str]) -> None:
    found = [re.match(r"(\d+) of (\d+) stories have begun; it is 20", each) for each in heard]
    begun = [(int(each[1]), int(each[2])) for each in found if each]
    assert begun == sorted(begun)
    assert (begun[0][0], len({every for _, every in begun})) == (1, 1)
    assert begun[-1][0] == begun[-1][1] > len(demo.LIVES) + len(demo.CASES)
    assert heard[-2].startswith(f"All {begun[-1][1]} stories are told")
    assert "will be rendered" in heard[-1]


def _no_code_of_the_house_leaves_it() -> None:
    """What is breached is said in words and articles, and so is what a document rests on."""
    ours = re.compile(r"\bV-[A-Z][0-9]{2}\b|\b[CFKMPRS][0-9]{2}\b|\b[A-Z]{3,}[0-9]{4}\b|{[a-z_]+}")
    for document in current().scalars(select(Document).where(Document.outward)):
        frozen = json.dumps(document.paper["paper"] | {"kind": ""}, ensure_ascii=False)
        assert not (found := ours.search(frozen)), (document.kind, frozen[: found.end()][-80:])


def _samples_are_built_as_what_is_issued() -> None:
    """What the builders issue, kind by kind, beside the samples by which people judge wordings and layouts."""
    every = [(each.kind, each.head.lang, each) for each in current().scalars(select(Document))]
    papers = [(kind, lang, each.frozen) for kind, lang, each in every]
    editions: list[tuple[str, Lang, Paper]] = [(kind, "en", it.translation) for kind, _, it in papers if it.translation]
    assert {kind for kind, _lang, _it in editions} >= {"D23e", "D23f"}
    assert list(drifts([*papers, *editions])) == []
    never = {kind for kind in KINDS if (kind, "zh") not in {(kind, lang) for kind, lang, _each in every}}
    assert never <= ISSUED_BY_SCENES, "a kind that the demonstration no longer issues is compared nowhere"


def _everybody_is_there() -> None:
    at = current()
    assert (_count(Party, Party.kind == "INSTITUTION"), _count(Party, Party.kind == "FIRM")) == (12, 6)
    bound = select(Basis.party_id)
    outside = at.scalars(select(Party).where(Party.id.not_in(bound))).all()
    assert len(outside) == 2
    assert {engaged.firm_id for engaged in at.scalars(select(Engagement))} >= {party.id for party in outside}
    assert _count(Basis, Basis.kind == BasisKind.UNDERTAKING)
    assert _count(ServiceAddress) > 10
    wanted = {role for audience in Audience for role in ROLES[audience]}
    assert set(at.scalars(select(AccountRole.role))) == wanted


def _every_state_is_reached() -> None:
    assert _states(Complaint) == (COMPLAINT.states - {"NEW"}) | {"HISTORIC"}
    assert _states(Forwarding) == FORWARDING.states - {"NEW"}
    assert _states(CaseTrack) == {row.target for row in TRACK.rows.values()} - {"SAME"}
    assert _states(Publication) == PUBLICATION.states - {"NEW"}
    assert _states(StopContact) == STOP_CONTACT.states - {"NEW"}
    assert _states(Review) == (REVIEW.states - {"NEW"}) | {STAYED}
    assert _states(Recusal) == RECUSAL.states - {"NEW"}
    _every_machine_is_looked_at()
    assert set(current().scalars(select(Publication.scope).where(Publication.state == "PUBLISHED"))) == {
        "MEMBERS",
        "PUBLIC",
    }
    assert (_count(Complaint), _count(CaseFile)) == (63, 17)
    assert set(current().scalars(select(Complaint.lang))) == {"zh", "en"}
    assert set(current().scalars(select(Measure.level))) == {1, 2, 3, 4, 5}
    assert {"ORDERED", "DONE", "PASSED"} <= _states(Measure)
    kinds = {media.split("/")[0] for media in current().scalars(select(Evidence.media_type))}
    assert kinds == {"image", "audio", "application", "text"}
    assert all(_count(model) for model in (Answer, Message, Note, Settlement, Task, Vote))
    assert _count(Task, Task.done_at.is_(None))


def _every_machine_is_looked_at() -> None:
    """Dossiers and services are passed through while papers are made: what is left of them is where they rest."""
    looked_at = {COMPLAINT, FORWARDING, TRACK, PUBLICATION, STOP_CONTACT, REVIEW, RECUSAL}
    assert {machine.name for machine in looked_at} | {"approval", "service"} == set(Machine.all)


def _a_chain_is_at_work() -> None:
    """A letter in each stage: not looked at, checked, come back with a comment, and signed."""
    at = current()
    found = at.scalars(select(Dossier).where(Dossier.deed.is_not(None)).order_by(Dossier.id)).all()
    taken = {each.id: [step.done_by is not None for step in queries_approval.steps_of(at, each.id)] for each in found}
    assert sorted((each.state, taken[each.id]) for each in found) == [
        ("DRAFTED", [False, False]),
        ("IN_APPROVAL", [False, False]),
        ("IN_APPROVAL", [True, False]),
        ("ISSUED", [True, True]),
    ]
    back = next(each for each in found if each.state == "DRAFTED")
    assert queries_approval.has_comments(at, back.id)
    assert _count(Task, Task.kind == "dossier_approve", Task.done_at.is_(None)) == 2
    chain = at.scalars(select(Setting).where(Setting.key == "APPROVAL_CHAIN.D02")).one()
    assert chain.confirmed_at is not None


def _what_proves_a_breach_is_of_its_kind() -> None:
    """No posted paper is proved by a call, and no call by a page of an app."""
    at = current()
    found = at.scalars(select(Allegation).where(Allegation.finding == "ESTABLISHED")).all()
    shown = {(each.code, file.name) for each in found for file in each.evidence if file.name not in NAMES.values()}
    assert shown
    for code, name in shown:
        assert name in {piece[1] for piece in (proof(code).first, proof(code).obtained)}, (code, name)
    told = at.execute(select(Complaint.facts, Evidence.name).join(Evidence, Evidence.complaint_id == Complaint.id))
    assert {name for facts, name in told if "贴着" in facts} == {"现场照片.png"}


def _a_text_to_somebody_who_is_not_the_debtor_names_a_debt() -> None:
    """So that whoever tries it sees the marks, on the staff's page of the answer and on the company's last look."""
    at = current()
    waiting = select(Answer.to_complainant).join(Forwarding).join(Complaint).join(Complainant)
    waiting = waiting.where(Forwarding.state == "ANSWERED", Complainant.role.not_in(OWN_DEBT))
    written = select(Draft.fields).where(Draft.place.startswith("answer:"))
    for texts in (at.scalars(waiting).all(), [str(each) for each in at.scalars(written)]):
        assert any(each.shows for text in texts for each in debt_words.stretches(text)), texts


def _no_two_files_of_a_case_are_the_same() -> None:
    at = current()
    for case in at.scalars(select(CaseFile)):
        rests_on = [each.id for each in case.complaints]
        mine = (Evidence.case_id == case.id) | Evidence.complaint_id.in_(rests_on)
        found = at.execute(select(Evidence.sha256, Evidence.name).where(mine).order_by(Evidence.id)).all()
        assert len({sha for sha, _name in found}) == len(found), (case.ref, found)


def _what_is_argued_is_about_the_case() -> None:
    """Calls that were counted twice are argued where calls are what the case is about, and nowhere else."""
    at, calls = current(), re.compile("来电|外呼|重拨|拨出")
    for track in at.scalars(select(CaseTrack)):
        if not track.allegations or proof(track.allegations[0].code) is CALLED:
            continue
        hearing = at.scalar(select(Hearing).where(Hearing.track_id == track.id))
        review = at.scalars(select(Review).where(Review.track_id == track.id)).all()
        said = [
            track.explanation,
            hearing and (hearing.wishes, hearing.record),
            [(it.grounds, it.reasons) for it in review],
        ]
        voted = select(ReviewVote.reasons).where(ReviewVote.review_id.in_([it.id for it in review]))
        reported = select(RectificationItem.report).join(Measure).where(Measure.track_id == track.id)
        talked = select(Interview.entries).join(Measure).where(Measure.track_id == track.id)
        said += [at.scalars(each).all() for each in (voted, reported, talked)]
        assert not calls.search(str(said)), (track.ref, said)


def _a_review_follows_a_hearing_and_a_training_is_over() -> None:
    """Whoever reviews reads the minutes of a hearing; an officer has attendance, and a training's results to enter."""
    at = current()
    heard = select(Review.id).join(Hearing, Hearing.track_id == Review.track_id)
    assert at.scalars(heard.where(Review.ended_at.is_(None), Hearing.ended_at.is_not(None))).all()
    held = [it for it in at.scalars(select(Training).join(Measure).where(Measure.state == "ORDERED")) if it.last_on]
    over = [it for it in held if it.last_on and it.last_on < today()]
    assert [len(it.sessions) for it in over] == [3]
    assert {person.attended for person in over[0].people} == {True, False}
    assert {person.result for person in over[0].people} == {None}


def _a_code_says_how_many_companies_there_are_by_now() -> None:
    at = current()
    read_as(at, SYSTEM_READER)
    before = [en.partition(":")[0] for _code, _zh, en in demo.codes(at)]
    assert before == ["one company", "two companies", "in English"]
    with attempt(at):
        complaint = at.get_one(Complaint, receipts.find(at, list(demo.codes(at))[1][0]))
        named = {each.party_id for each in complaint.forwardings}
        more = at.scalars(select(Party.id).where(Party.kind == "INSTITUTION", Party.id.not_in(named))).first()
        clerk = accounts.by_mail(at, "intake@lanwan.example")
        assert clerk
        triage.add_respondent(at, complaint, respondents=[more], actor=actor_of(clerk), now=present())
        at.expire(complaint, ["forwardings"])
        assert [en.partition(":")[0] for _code, _zh, en in demo.codes(at)][1] == "three companies"


def _numbers_follow_time() -> None:
    for counter in current().scalars(select(SeriesCounter)):
        mine = select(Document).where(Document.series == counter.series, Document.year == counter.year)
        found = current().scalars(mine.order_by(Document.serial)).all()
        if found:
            assert [each.serial for each in found] == list(range(1, counter.last + 1))
            times = [each.issued_at for each in found]
            assert times == sorted(times), counter.series
    assert current().scalar(select(func.max(Document.issued_at))) <= present()


def _clocks_and_journal_hold() -> None:
    over = _count(
        Clock, Clock.state == ClockState.RUNNING, ~Clock.provisional, Clock.due_on < today() - timedelta(days=1)
    )
    waits = _count(Forwarding, Forwarding.time_asked_at.is_not(None))
    assert over <= waits
    assert list(journal.verify(current())) == []
    assert _count(Document, Document.pdf_sha256 == "0" * 64) == 0


def test_an_interrupted_story_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_stage: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "_plan", interrupted)
    with app.app_context():
        with pytest.raises(KeyboardInterrupt):
            demo.fill()
        assert not demo.is_there()
        with transaction():
            assert _count(Party) == 0


def test_production_refuses_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.extensions["zilu"]
    monkeypatch.setitem(app.extensions, "zilu", type(settings)(**{**vars(settings), "mode": "production"}))
    answer = app.test_cli_runner().invoke(args=["demo"])
    assert answer.exit_code == 1
    assert "production" in answer.stderr
