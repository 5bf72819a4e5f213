"""Bundles of a track: the volumes for the staff; with identities hidden for the respondent and who was drawn."""

import hashlib
import io
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casework import evidence
from casework.models_cases import CaseTrack
from core.actors import Actor
from core.clock import day_of
from core.errors import NotAllowed, NotNow
from filestore import files
from notices import bundles as papers
from notices import queries
from notices.bundle_files import MOST_TEXT
from notices.bundle_making import Made, proofs
from notices.bundle_papers import Contents, Piece
from notices.models import ServiceStep
from notices.models_bundles import Bundle
from proceedings import bundle_cards
from sanctions import bundle_contents, bundles, queries_volumes, verifications, volumes
from tests.builders_cases import actor
from tests.filestore import making_files
from tests.sanctions.hearing_room import HearingRoom
from tests.sanctions.test_archive import _closed
from tests.sanctions.test_file_views import _given


@pytest.fixture
def room(session: Session, now: datetime) -> HearingRoom:
    return HearingRoom(session, now)


def asked(room: HearingRoom, track: CaseTrack, variant: str, who: Actor) -> Bundle:
    return bundles.ask(room.session, track, ("track", track.id), variant, actor=who, now=room.later(6))


def made(room: HearingRoom, bundle: Bundle) -> None:
    """What the job would leave, without setting the pages."""
    at = room.session
    contents = papers.CONTENTS[bundle.subject_kind, bundle.variant](at, bundle.subject_id)
    kept = files.keep_made(at, making_files.pdf(), "bundle.pdf", "application/pdf")
    firsts = list(range(3, 3 + len(contents.pieces)))
    bundle.sha256, bundle.size, bundle.made_at = kept.sha256, kept.size, room.later(6)
    bundle.pages, bundle.made_of = firsts[-1], proofs(contents)
    at.flush()
    for settle in papers.SETTLED:
        settle(at, bundle, contents, Made(b"", firsts[-1], firsts))
    at.flush()


def said(contents: Contents) -> str:
    return "\n".join(f"{each.title}{each.number}{each.facts}{each.text}" for each in contents.pieces)


def test_the_main_and_the_internal_bundle_hold_what_the_volumes_hold_in_their_order(room: HearingRoom) -> None:
    track = room.asked()
    for variant, sheets in (("main", queries_volumes.main), ("internal", queries_volumes.internal)):
        contents = papers.CONTENTS["track", variant](room.session, track.id)
        assert [each.mark for each in contents.pieces] == [each.mark for each in sheets(room.session, track)]
    assert contents.ref == track.case.ref
    asked = next(each for each in bundle_contents.main(room.session, track.id).pieces if each.title == "听证申请")
    assert (asked.section, asked.text) == ("陈述申辩与听证", "对事实有异议")


def test_a_report_that_did_not_pass_stays_in_the_file_beside_the_next_one(room: HearingRoom) -> None:
    track = room.executing([1])
    room.report(track)
    room.verify(track, "FAIL")
    verifications.fail(room.session, track, actor=actor(room.officer), version=None, now=room.later(22))

    def told() -> str:
        pieces = bundle_contents.main(room.session, track.id).pieces
        return next(each.text for each in pieces if each.mark.startswith("report:"))

    assert told().count("已整改") == 1, "before anything is reported again"
    room.serve(track, "D23a", room.later(22))
    room.report(track, room.later(23))
    assert (told().count("已整改"), told().count("核对原始材料")) == (2, 1)


def test_what_each_officer_found_of_each_problem_is_in_the_file_after_the_reports(room: HearingRoom) -> None:
    track = room.executing([1])
    room.report(track)
    room.verify(track, "FAIL")
    verifications.fail(room.session, track, actor=actor(room.officer), version=None, now=room.later(22))
    room.serve(track, "D23a", room.later(22))
    room.report(track, room.later(23))
    room.verify(track, "PASS", room.later(24))
    pieces = bundle_contents.main(room.session, track.id).pieces
    place = next(no for no, each in enumerate(pieces) if each.mark.startswith("verification:"))
    it = pieces[place]
    assert pieces[place - 1].mark.startswith("report:")
    assert (it.title, it.section, it.day) == ("整改验收记录", "执行与验收", day_of(room.later(24)))
    names = [room.officer.name, room.second.name]
    for each in names:
        assert f"{each}：不合格。" in it.text
        assert f"再次通知后，{each}：合格。" in it.text
    assert f"验收结果：合格（{'、'.join(names)}）" in it.text


def test_how_somebody_voted_is_printed_only_once_the_track_has_ended(room: HearingRoom) -> None:
    track = room.decided([1])
    votes = [each for each in bundle_contents.internal(room.session, track.id).pieces if each.mark.startswith("vote")]
    assert votes
    assert all("保密" in each.text and not each.facts for each in votes)


def test_the_file_for_outsiders_names_nobody_who_did_not_consent(room: HearingRoom) -> None:
    track = room.noticed()
    shared = _given(room, track, shared=True)
    shared.stripped_sha256 = files.stripped(room.session, shared.sha256).sha256
    _given(room, track, shared=False)
    room.session.flush()
    contents = bundle_contents.shown(room.session, track.id)
    assert "林晓芸" not in said(contents) + contents.title
    assert "13812345678" not in said(contents)
    assert "林某" in said(contents)
    assert track.case.title not in contents.title
    kinds = {each.title for each in contents.pieces}
    assert not kinds & {"调查报告", "立案审批表", "审议记录", "线索登记表"}


def test_a_complainants_text_is_masked_and_what_nobody_can_look_into_stays_out(room: HearingRoom) -> None:
    track = room.noticed()
    note = io.BytesIO("我是林晓芸，电话13812345678。".encode())
    kept = files.keep(room.session, note, "a.txt")
    _given(
        room,
        track,
        shared=True,
        sha256=kept.sha256,
        stripped_sha256=kept.sha256,
        media_type="text/plain",
        size=kept.size,
    )
    sheet = files.keep(room.session, io.BytesIO(making_files.sheet()), "b.xlsx")
    _given(
        room,
        track,
        shared=True,
        sha256=sheet.sha256,
        stripped_sha256=sheet.sha256,
        media_type=sheet.media_type,
        size=sheet.size,
    )
    told, withheld = [
        each for each in bundle_contents.shown(room.session, track.id).pieces if each.title.startswith("投诉人提供")
    ]
    assert told.told
    assert "林晓芸" not in told.text
    assert "1381234" not in told.text
    assert withheld.withheld


def test_of_a_long_text_no_more_is_masked_than_may_come_to_be_shown(room: HearingRoom) -> None:
    track = room.noticed()
    kept = files.keep(room.session, io.BytesIO("电话13812345678。".encode() * 60_000), "a.txt")
    proof = {"sha256": kept.sha256, "stripped_sha256": kept.sha256, "media_type": "text/plain", "size": kept.size}
    _given(room, track, shared=True, **proof)
    pieces = bundle_contents.shown(room.session, track.id).pieces
    told = next(each for each in pieces if each.title.startswith("投诉人提供"))
    assert MOST_TEXT < len(told.text) <= bundle_contents.MOST_READ, "that it is cut is told all the same"
    assert "1381234" not in told.text[:MOST_TEXT]


def test_what_staff_added_is_in_the_file_for_outsiders_without_its_author_whoever_asks(
    room: HearingRoom,
) -> None:
    track = room.noticed()
    by: Any = {"actor": actor(room.officer), "now": room.now, "track": track}
    sound = io.BytesIO(making_files.sound_mp3(making_files.PLACE.encode()))
    added = evidence.add(room.session, track.case, sound, "a.mp3", **by)
    mark = f"evidence:{added.id}"

    def piece() -> Piece:
        return next(each for each in bundle_contents.shown(room.session, track.id).pieces if each.mark == mark)

    assert piece().withheld, "never as it came"
    asked(room, track, "shown", actor(room.officer))
    assert making_files.PLACE.encode() not in files.read(piece().sha256)
    assert added.sha256 in dict(piece().facts)["原件"], "the list of evidence beside it has the original's digest"


def test_only_the_staff_on_the_file_has_the_volumes(room: HearingRoom) -> None:
    track = room.noticed()
    outsiders = [actor(room.lead), actor(room.panel[0]), actor(room.firm_lead)]
    for who in outsiders:
        for variant in ("main", "internal"):
            with pytest.raises(NotAllowed):
                asked(room, track, variant, who)
    with pytest.raises(NotAllowed):
        asked(room, track, "shown", actor(room.firm_lead))
    for who in (actor(room.panel[0]), actor(room.lead)):
        with pytest.raises(NotAllowed):
            asked(room, track, "panel", who)
    assert asked(room, track, "shown", actor(room.lead)).variant == "shown"


def test_a_respondent_has_no_bundle_before_it_may_view_its_file(room: HearingRoom) -> None:
    track = room.filed()
    with pytest.raises(NotAllowed):
        asked(room, track, "shown", actor(room.lead))


def test_whoever_was_drawn_has_the_file_with_identities_hidden_and_sees_no_other_row(room: HearingRoom) -> None:
    track = room.deliberating([1])
    member = room.vote(track, "PROPOSED")[0]
    hidden, whole = asked(room, track, "panel", member), asked(room, track, "main", actor(room.officer))
    asked(room, track, "shown", actor(room.officer))
    room.session.flush()
    room.session.execute(text("SET LOCAL ROLE zilu_panel"))
    room.session.execute(text("SELECT set_config('zilu.account', :me, true)"), {"me": str(member.id)})
    seen = set(room.session.scalars(select(Bundle.id)))
    room.session.execute(text("SELECT set_config('zilu.account', '0', true)"))
    stranger = set(room.session.scalars(select(Bundle.id)))
    room.session.execute(text("SET LOCAL ROLE zilu_system"))
    assert seen == {hidden.id}
    assert whole.id not in seen
    assert stranger == set()


def test_asking_and_downloading_are_journalled(room: HearingRoom) -> None:
    track = room.noticed()
    bundle = asked(room, track, "main", actor(room.officer))
    made(room, bundle)
    bundles.download(room.session, track, bundle, actor=actor(room.officer), now=room.later(7))
    noted = [each for each in room.session.info["journal"] if each["row"].startswith("case.bundle")]
    assert [each["row"] for each in noted] == ["case.bundle", "case.bundle_out"]
    assert noted[1]["changes"]["sha256"] == bundle.sha256


def test_one_in_the_making_is_not_asked_for_twice_and_an_empty_one_not_at_all(room: HearingRoom) -> None:
    track = room.noticed()
    first = asked(room, track, "main", actor(room.officer))
    assert asked(room, track, "main", actor(room.officer)).id == first.id
    other = next(each for each in track.case.tracks if each.id != track.id)
    if not bundle_contents.shown(room.session, other.id).pieces:
        with pytest.raises(NotNow):
            asked(room, other, "shown", actor(room.officer))


def test_the_card_tells_what_has_come_since(room: HearingRoom) -> None:
    track = room.noticed()
    bundle = asked(room, track, "main", actor(room.officer))
    made(room, bundle)
    assert bundle_cards.one(room.session, ("track", track.id), "main").since == 0
    track.explanation = "补充说明"
    room.session.flush()
    assert bundle_cards.one(room.session, ("track", track.id), "main").since == 1


def test_a_bound_volume_has_the_digest_of_its_pdf_and_the_pages_of_it(room: HearingRoom) -> None:
    track = _closed(room)
    main, internal, *_ = volumes.bind(room.session, track, actor=actor(room.officer), now=room.later(30))
    bundle = papers.newest(room.session, ("track", track.id), "main")
    assert bundle is not None
    made(room, bundle)
    assert main.pdf_sha256 == bundle.sha256
    assert [each.first_page for each in main.entries] == list(range(3, 3 + len(main.entries)))
    assert main.pages == 2 + len(main.entries)
    assert internal.pdf_sha256 is None
    assert queries_volumes.is_bound(room.session, track)


def test_a_bundle_of_other_papers_is_not_the_volumes(room: HearingRoom) -> None:
    track = _closed(room)
    main, *_ = volumes.bind(room.session, track, actor=actor(room.officer), now=room.later(30))
    bundle = papers.newest(room.session, ("track", track.id), "main")
    assert bundle is not None
    main.entries[0].sha256 = hashlib.sha256(b"another").hexdigest()
    room.session.flush()
    made(room, bundle)
    assert main.pdf_sha256 is None


def test_what_proves_how_a_letter_was_served_follows_its_proof_of_service(room: HearingRoom) -> None:
    track, at = room.asked(), room.session
    letter = queries.last_document(at, ["D17"], "track", track.id)
    assert letter is not None
    kept = files.keep(at, io.BytesIO(making_files.picture()), "回执.png")
    told = {"place": "前台", "file_name": "回执.png", "file_type": kept.media_type}
    step = {"service_id": letter.services[0].id, "noted_at": room.now, "said": told}
    at.add_all(
        ServiceStep(event=event, day=letter.issued_on, sha256=sha256, **step)
        for event, sha256 in (("attempted", kept.sha256), ("hand_over", None))
    )
    at.flush()
    pieces = bundle_contents.main(at, track.id).pieces
    (place,) = [place for place, each in enumerate(pieces) if each.mark.startswith("service_step:")]
    found, before = pieces[place], pieces[place - 1]
    assert (found.title, found.sha256, found.media_type) == ("送达凭证（直接送达未成）", kept.sha256, "image/png")
    assert ("地点", "前台") in found.facts
    assert before.title == "送达回证"
    assert found.section == before.section
