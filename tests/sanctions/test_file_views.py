"""The file as a respondent sees it: its own track, nobody named who did not consent, each view kept and journalled."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import evidence
from casework.models import Complainant
from casework.models_cases import CaseTrack, Evidence
from casework.states import TRACK
from core import outbox
from core.db import transaction
from core.errors import NotAllowed, NotNow, Unavailable
from core.forgetting import forget_later
from core.journal import JournalEntry
from core.machine import Ask
from filestore import files
from notices import queries as notices
from sanctions import bundle_contents, file_views, rounds, statements
from sanctions.files_made import SECTIONS, Entry, Made, made_for
from sanctions.models_admissions import Admission
from sanctions.models_file_views import FileView
from sanctions.models_hearings import Hearing
from sanctions.models_resolutions import Restoration
from sanctions.models_reviews import Review
from tests.builders import account
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.proceedings.test_hearing_pages import Place
from tests.sanctions.hearing_room import HearingRoom


@pytest.fixture
def room(session: Session, now: datetime) -> HearingRoom:
    return HearingRoom(session, now)


def _told(found: FileView) -> str:
    return "\n".join(f"{each['title']}{each['number']}{each['text']}" for each in found.entries)


def _look(room: HearingRoom, track: CaseTrack) -> FileView:
    return file_views.view(room.session, track, actor=actor(room.lead), now=room.later(5))


def _given(room: HearingRoom, track: CaseTrack, **changed: Any) -> Evidence:
    """A complainant's file of the case."""
    kept = evidence.add(
        room.session,
        track.case,
        BytesIO(made.picture()),
        "a.png",
        actor=actor(room.officer),
        now=room.now,
        shows="林晓芸的通话截图，13812345678",
    )
    kept.given_by, kept.track_id = "COMPLAINANT", track.id
    for name, value in changed.items():
        setattr(kept, name, value)
    room.session.flush()
    room.session.expire(track.case, ["evidence"])
    return kept


def test_the_file_holds_what_was_served_and_said_in_the_order_of_the_volume(room: HearingRoom) -> None:
    track = room.noticed()
    statements.state(room.session, track, text="次数有误。", actor=actor(room.lead), now=room.later(5))
    found = _look(room, track)
    kinds = [each["kind"] for each in found.entries if each["kind"]]
    assert [kind for kind in ("D11b", "D30", "D17") if kind in kinds] == ["D11b", "D30", "D17"]
    sections = [list(SECTIONS).index(each["section"]) for each in found.entries]
    assert sections == sorted(sections)
    assert "次数有误。" in _told(found)
    assert "情况说明" in _told(found)
    assert any(each["sha256"] for each in found.entries)


def test_internal_papers_and_what_was_not_served_are_no_part_of_it(room: HearingRoom) -> None:
    track = room.decided([1])
    track.state = "EFFECTIVE"
    room.session.flush()
    kinds = {each.kind for each in made_for(room.session, track).entries}
    assert not kinds & {"D10", "D11a", "D15", "D31", "D32", "D34", "D42", "D20"}
    assert "D17" in kinds


def test_nobody_is_named_who_did_not_consent_and_whoever_did_is(room: HearingRoom) -> None:
    track = room.noticed()
    shared = _given(room, track, shared=True, stripped_sha256=None)
    shared.stripped_sha256 = shared.sha256
    _given(room, track, shared=False)
    text = _told(_look(room, track))
    assert "林晓芸" not in text
    assert "13812345678" not in text
    assert "林某的通话截图" in text
    shown = [each for each in made_for(room.session, track).entries if each.title.startswith("投诉人提供")]
    assert len(shown) == 1
    person = room.session.scalars(select(Complainant)).one()
    person.share_identity, person.consented_at = True, room.now
    assert "林晓芸的通话截图" in _told(_look(room, track))


def _joined(room: HearingRoom, track: CaseTrack) -> None:
    """Somebody whose complaint was merged into the one on which the case rests."""
    follower = room.complaint("RECEIVED", name="韩冰洁")
    follower.lead_id, follower.state = track.case.complaints[0].id, "MERGED"
    room.session.flush()


def test_nobody_is_named_whose_complaint_was_merged_into_one_of_the_case(room: HearingRoom) -> None:
    track = room.noticed()
    _joined(room, track)
    shared = _given(room, track, shared=True, shows="林晓芸和韩冰洁的通话截图")
    shared.stripped_sha256 = shared.sha256
    text = _told(_look(room, track))
    assert "林某和韩某的通话截图" in text
    assert "韩冰洁" not in text


def test_who_agreed_for_the_company_complained_about_is_named_to_no_other(room: HearingRoom) -> None:
    track = room.noticed()
    other = next(each for each in track.case.tracks if each.id != track.id)
    person = room.session.scalars(select(Complainant)).one()
    person.share_identity, person.consented_at = True, room.now
    for each in (track, other):
        shared = _given(room, each, shared=True)
        shared.stripped_sha256 = shared.sha256
    assert "林晓芸" in str(made_for(room.session, track).plain)
    assert "林晓芸" not in str(made_for(room.session, other).plain)


def test_what_staff_added_is_shown_without_its_author_and_its_place(room: HearingRoom) -> None:
    track = room.noticed()
    by: Any = {"actor": actor(room.officer), "now": room.now, "track": track}
    evidence.add(room.session, track.case, BytesIO(made.photograph()), "a.jpg", **by)
    broken = made.with_part(made.document(), "word/_rels/document.xml.rels", b"<Relationships")
    evidence.add(room.session, track.case, BytesIO(broken), "b.docx", **by)
    shown = {each["media_type"]: each["sha256"] for each in _look(room, track).entries}
    assert made.PLACE.encode() not in files.read(shown["image/jpeg"])
    letter = next(kind for kind in shown if kind.endswith("wordprocessingml.document"))
    assert shown[letter] == "", "of what no copy can be made the file is left out"


def test_a_letter_names_nobody_whom_staff_noted_beside_the_evidence(room: HearingRoom) -> None:
    track = room.reported()
    _joined(room, track)
    proof = track.allegations[0].evidence[0]
    proof.shows = "林晓芸和韩冰洁的通话截图，13812345678"
    room.session.flush()
    room.propose(track, [1])
    notice = notices.last_document(room.session, ["D17"], "track", track.id)
    assert notice is not None
    assert "林某和韩某的通话截图，138****5678" in str(notice.paper)


def test_letters_to_complainants_and_papers_of_others_stay_out(room: HearingRoom) -> None:
    track = room.noticed()
    other = next(each for each in track.case.tracks if each.id != track.id)
    evidence.hand_in(
        room.session,
        track,
        BytesIO(made.picture()),
        "b.png",
        purpose="STATEMENT",
        actor=actor(room.lead),
        now=room.later(5),
    )
    theirs = room.session.scalars(select(Evidence).order_by(Evidence.id.desc())).first()
    assert theirs is not None
    theirs.party_id, theirs.track_id = room.firm.id, other.id
    room.session.flush()
    room.session.expire(track.case, ["evidence"])
    made_now = made_for(room.session, track)
    assert all(each.party_id in {None, track.party_id} for each in made_now.entries)
    assert all(each.volume == "main" for each in made_now.entries)


@pytest.mark.parametrize(
    "wrong",
    [{"volume": "complainant"}, {"volume": "internal"}, {"party_id": 10**6}, {"text": "致电林晓芸", "inward": True}],
)
def test_a_file_made_wrong_is_not_shown(room: HearingRoom, wrong: dict[str, Any]) -> None:
    """The guard, tried with each thing that must not be in it."""
    track = room.noticed()
    right = Entry("NOTICE", "告知书", date(2026, 11, 25))
    facts = {"made": Made(track.party_id, ("林晓芸",), [right, replace(right, **wrong)])}
    refused = TRACK.refusals(Ask(room.session, track, actor(room.lead), facts, room.later(5)), "view_file")
    assert [type(each) for each in refused] == [NotNow]
    facts = {"made": Made(track.party_id, ("林晓芸",), [right])}
    assert not TRACK.refusals(Ask(room.session, track, actor(room.lead), facts, room.later(5)), "view_file")


def test_members_look_as_well_and_other_companies_never(room: HearingRoom) -> None:
    track = room.noticed()
    member = account(room.session, "同事", "respondent", "member", party=room.lender)
    assert file_views.view(room.session, track, actor=actor(member), now=room.later(5)).made_for == member.id
    for person in (room.firm_lead, room.officer):
        with pytest.raises(NotAllowed):
            file_views.view(room.session, track, actor=actor(person), now=room.later(5))
        assert TRACK.refusals(Ask(room.session, track, actor(person), {}, room.later(5)), "view_file")


def test_before_the_notice_is_served_there_is_no_view(room: HearingRoom) -> None:
    track = room.proposed([1])
    with pytest.raises(NotNow):
        _look(room, track)


def test_each_view_is_kept_and_journalled(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            room = HearingRoom(at, NOW)
            track = room.noticed()
            first, second = _look(room, track), _look(room, track)
            assert first.id != second.id
            assert first.sha256 == second.sha256
            assert track.state == "PRE_NOTICE"
        with transaction() as at:
            shown = select(JournalEntry).where(JournalEntry.row == "S49").order_by(JournalEntry.id)
            rows = at.scalars(shown).all()
            assert [row.changes["view"] for row in rows if row.changes] == [first.id, second.id]
            assert all(row.changes and row.changes["sha256"] == first.sha256 for row in rows)


def _wrote(room: HearingRoom, track: CaseTrack, who: str) -> None:
    """Everything that a company can ask for and report besides its statement, each thing on a day of its own."""
    by, of = {"asked_by": room.lead.id}, {"track_id": track.id, "round": track.round}
    decided = rounds.decision(room.session, track)
    days = [date(2026, 12, number) for number in range(1, 5)]
    room.session.add_all(
        [
            Hearing(**of, **by, wishes=f"{who}要求听证", asked_at=room.now, came_on=days[0]),
            Restoration(
                **of, **by, obstacle=f"{who}遇台风停电", ended_on=days[0], asked_on=days[1], asked_at=room.now
            ),
            Admission(
                **of, body=f"{who}认可事实", signed_by="周岚", position="总经理", told=True, admitted_at=room.now,
                withdrawn_at=room.now,
            ),
        ]
    )  # fmt: skip
    if decided is not None:
        asked = {"asked_at": room.now, "ended_at": room.now, "outcome": "WITHDRAWN", "state": "WITHDRAWN"}
        room.session.add(
            Review(
                track_id=track.id, decision=decided, basis="MINOR", grounds=f"{who}请求从轻", came_on=days[2], **asked
            )
        )
        for measure in rounds.measures(room.session, track):
            for item in measure.items:
                item.report, item.reported_at, item.came_on = f"{who}已整改", room.now, days[3]
                item.signed_by = "周岚"
    room.session.flush()


def test_what_the_company_admitted_asked_for_and_reported_is_in_its_file_with_the_day(room: HearingRoom) -> None:
    track = room.executing([1])
    other = next(each for each in track.case.tracks if each.id != track.id)
    _wrote(room, track, "本公司")
    _wrote(room, other, "别家")
    found = {each.title: each for each in made_for(room.session, track).entries}
    said = {
        "听证申请": ("DEFENCE", 1, "要求听证"),
        "恢复期限申请": ("DEFENCE", 2, "遇台风停电"),
        "复核申请": ("REVIEW", 3, "请求从轻"),
        "整改报告（问题1）": ("EXECUTION", 4, "已整改"),
    }
    for title, (section, day, words) in said.items():
        assert (found[title].section, found[title].day) == (section, date(2026, 12, day))
        assert f"本公司{words}" in found[title].text
    assert "本公司认可事实" in found["事实认可"].text
    assert "撤回" in found["事实认可"].text
    assert "别家" not in str(made_for(room.session, track).plain)
    read = bundle_contents.shown(room.session, track.id).pieces
    assert {*said, "事实认可"} <= {each.title for each in read}


def test_the_panel_reads_the_same_file_without_an_admission(room: HearingRoom) -> None:
    track = room.executing([1])
    _wrote(room, track, "本公司")
    whole, theirs = (kind(room.session, track.id).pieces for kind in (bundle_contents.shown, bundle_contents.panel))
    assert {each.title for each in whole} - {each.title for each in theirs} == {"事实认可"}
    assert "认可事实" not in str(theirs)


@pytest.fixture
def place(app: Flask) -> Iterator[Place]:
    with time_machine.travel(NOW):
        yield Place(app).open(lambda room: room.noticed())


def test_the_file_on_its_pages(place: Place) -> None:
    lead, case = place.enter("lead"), f"/portal/cases/{place.track}"
    assert "Look at the file" in lead.get(case)
    assert "Identities of complainants are masked" in lead.get(f"{case}/file")
    lead.post(f"{case}/file")
    view = place.read(lambda at: at.scalars(select(FileView)).one())
    page = lead.get(f"{case}/file/{view.id}")
    assert view.sha256 in page
    assert "自律措施事先告知书" in page
    assert "林晓芸" not in page
    spot = next(n for n, each in enumerate(view.entries) if each["sha256"])
    assert lead.client.get(f"{case}/file/{view.id}/evidence/{spot}").data.startswith(b"\x89PNG")
    lead.get(f"{case}/file/{view.id}/evidence/999", status=404)
    assert "looked at the file" in lead.get(case)
    other = place.enter("firm_lead")
    for path in ("file", f"file/{view.id}", f"file/{view.id}/evidence/{spot}"):
        other.get(f"{case}/{path}", status=404)
    other.post(f"{case}/file", status=404)


def test_what_was_shown_stays_when_its_evidence_has_another_copy_until_the_view_is_emptied(place: Place) -> None:
    lead, case = place.enter("lead"), f"/portal/cases/{place.track}"
    lead.post(f"{case}/file")
    view = place.read(lambda at: at.scalars(select(FileView)).one())
    spot = next(n for n, each in enumerate(view.entries) if each["sha256"])
    shown = view.entries[spot]["sha256"]
    with place.app.app_context():
        with transaction() as at:
            other = files.keep(at, BytesIO(made.photograph()), "b.jpg").sha256
            named = [Evidence.sha256, Evidence.stripped_sha256]
            for column in named:
                at.execute(update(Evidence).where(column == shown).values({column: other}))
            forget_later(at, [shown])
        outbox.run_all()
    assert lead.client.get(f"{case}/file/{view.id}/evidence/{spot}").data.startswith(b"\x89PNG")
    with place.app.app_context():
        with transaction() as at:
            at.get_one(FileView, view.id).entries = []
            forget_later(at, [shown])
        outbox.run_all()
        with pytest.raises(Unavailable):
            files.read(shown)
