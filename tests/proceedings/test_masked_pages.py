"""What is said and written on a track names no complainant on a page of the staff before somebody has it revealed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from casework.models import Complainant
from casework.models_cases import CaseTrack
from core.journal import JournalEntry
from sanctions import extensions, hearings, interview_times, rounds, statements
from tests.builders import account
from tests.builders_cases import actor
from tests.kept_states import brought_once
from tests.proceedings.test_pages import House, today  # noqa: F401 - the day on which it happens
from tests.sanctions.chain import Chain
from tests.sanctions.hearing_room import MAJOR, SEVERE

NAME, PHONE = "林晓芸", "13812345678"
SAID = f"投诉人{NAME}（电话{PHONE}）的同事从未被致电。"


@pytest.fixture
@brought_once
def house(app: Flask) -> House:
    def make(chain: Chain) -> CaseTrack:
        track = chain.proposed(MAJOR, SEVERE)
        chain.serve(track, "D17", chain.later(4))
        lead = actor(chain.lead)
        statements.state(chain.session, track, text=SAID, actor=lead, now=chain.later(5))
        hearings.ask_for(chain.session, track, wishes=SAID, actor=lead, now=chain.later(5))
        track.report = SAID
        return track

    house = House(app).fill(make)
    house.people["council"] = house.read(lambda at: account(at, "理事", "council").id)
    return house


def test_a_statement_a_wish_and_the_report_are_masked_on_the_page_of_a_track(house: House) -> None:
    assert house.read(lambda at: NAME in at.scalars(select(Complainant.name)).all())
    for who in ("head", "publisher", "council"):
        page = house.enter(who).get(f"/staff/tracks/{house.track}")
        assert "林某" in page, who
        assert (NAME in page, PHONE in page) == (False, False), who


def test_whoever_has_them_shown_as_written_stands_in_the_journal_of_the_case(house: House) -> None:
    where = f"/staff/tracks/{house.track}"
    assert "/unmask" not in house.enter("council").get(where)
    house.enter("council").post(f"{where}/unmask", 403)
    head = house.enter("head")
    assert f"{where}/unmask" in head.get(where)
    assert head.post(f"{where}/unmask", 200).count(SAID) == 3
    seen = select(JournalEntry.actor).where(JournalEntry.row == "case.revealed")
    assert house.read(lambda at: at.scalars(seen).all()) == [f"account:{house.people['head']}"]
    assert NAME not in head.get(where), "the next look is masked again"


def test_why_a_company_asks_for_more_or_another_time_is_masked_on_the_forms_of_the_answer(app: Flask) -> None:
    def make(chain: Chain) -> CaseTrack:
        track, said = chain.executing([1, 2]), {"actor": actor(chain.lead), "now": chain.later(9)}
        extensions.ask_for_time(chain.session, track, level=1, why=SAID, **said)  # type: ignore[arg-type]
        held = rounds.measure(chain.session, track, 2)
        assert held is not None
        assert held.interview is not None
        at = held.interview.at + timedelta(days=1)
        interview_times.propose(chain.session, track, at=at, why=SAID, **said)  # type: ignore[arg-type]
        return track

    house = House(app).fill(make)
    for who, form in (("head", "no-more-time"), ("head", "do/extend_execution"), ("officer", "interview-time")):
        page = house.enter(who).get(f"/staff/tracks/{house.track}/{form}")
        assert ("林某" in page, NAME in page, PHONE in page) == (True, False, False), form


def test_members_of_a_panel_read_no_telephone_in_what_was_said(app: Flask) -> None:
    def make(chain: Chain) -> CaseTrack:
        track = chain.deliberating([1])
        track.report = track.explanation = SAID
        chain.vote(track)
        return track

    house = House(app).fill(make)
    page = house.enter(house.drawn()).get(f"/staff/panel/{house.track}")
    assert (page.count("138****5678"), PHONE in page) == (2, False)
