"""What a company wrote in its case is among its own papers, each text under its own day."""

from datetime import timedelta
from typing import Any

from flask import Flask

from casework import recusals
from casework.models_cases import CaseTrack
from core.clock import day_of
from core.db import Reader, read_as, transaction
from core.db import session as current
from portal import company_archives
from portal.company_archives import Asked, Entry
from proceedings import portal_receipts
from sanctions import documents_results, milestones, records, rounds, verifications
from sanctions.models_hearings import Hearing
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.sanctions.chain import Chain


def _written(party_id: int, year: int | None = None) -> list[Entry]:
    """As the job makes them: read as the company itself."""
    session, asked = current(), Asked(party_id, year, "zh")
    read_as(session, Reader("zilu_party", (("zilu.party", str(party_id)),)))
    found = [each for part in company_archives.PARTS for each in part(session, asked) if asked.covers(each.day)]
    session.rollback()
    return found


def test_steps_corrections_and_requests_for_a_recusal_are_among_a_companys_papers(app: Flask) -> None:
    with app.test_request_context():
        with transaction() as at:
            chain = Chain(at, NOW)
            track, lead = chain.executing([1, 2]), actor(chain.lead)
            now: dict[str, Any] = {"actor": lead, "now": chain.later(12)}
            step = milestones.add(at, track, no=1, text="开展专项培训", due_on=day_of(chain.later(13)), **now)
            milestones.finish(at, track, step, done_on=day_of(now["now"]), note="已培训二十人", files=[], **now)
            party, moment = track.party_id, chain.recorded(track)
            records.sign(at, track, page=1, name="周岚", correction="应为三次", seen=None, actor=lead, now=moment)
            said: dict[str, Any] = {"ground": "SHARES", "facts": "持有对方股份", "actor": lead, "now": moment}
            recusals.ask(at, track.case, chain.officer.id or 0, **said)
            hearing: dict[str, Any] = {"asked_at": NOW, "wishes": "次数", "signed_by": "周岚", "signed_at": NOW}
            at.add(Hearing(track_id=track.id, round=1, corrections="第二段有误", **hearing))
        texts = {(each.what, each.text) for each in _written(party)}
        for what, text in (
            ("整改计划步骤", "开展专项培训"),
            ("整改计划步骤完成情况", "已培训二十人"),
            ("回避申请", "持有对方股份"),
            ("对约谈笔录的更正意见", "应为三次"),
            ("对听证笔录的更正意见", "第二段有误"),
        ):
            assert [said for called, said in texts if called == what and text in said], what


def test_what_was_added_to_an_explanation_stands_under_its_own_time_and_says_that_it_came_late(app: Flask) -> None:
    with app.test_request_context():
        with transaction() as at:
            track = Chain(at, NOW).proposed([1])
            later = NOW + timedelta(days=400)
            track.explanation, track.explained_at = "先说\n\n后说", NOW
            track.explained_parts = [
                {"size": 2, "at": NOW.isoformat(), "late": False},
                {"size": 2, "at": later.isoformat(), "late": True},
            ]
            party = track.party_id
        first, second = (_written(party, day_of(each).year) for each in (NOW, later))
        assert [each.text.endswith("先说") for each in first if each.what == "书面说明"] == [True]
        (added,) = [each.text for each in second if each.what == "书面说明"]
        assert added.endswith("（逾期）\n\n后说")


def test_a_report_that_did_not_pass_stays_when_its_problem_is_ordered_again_and_is_no_report_of_the_second_try(
    app: Flask,
) -> None:
    with app.test_request_context():
        with transaction() as at:
            chain = Chain(at, NOW)
            track = chain.executing([1])
            chain.report(track)
            chain.verify(track, "FAIL")
            said: dict[str, Any] = {"actor": actor(chain.officer), "version": None, "now": chain.later(22)}
            verifications.fail(at, track, **said)
            party, measure = track.party_id, rounds.measure(at, track, 1)
            assert measure is not None
            assert documents_results.verified(at, [measure], "zh")[0][2] == "未报告整改情况"
            which = measure.id, track.id
        assert ["已整改" in each.text for each in _written(party) if each.what == "整改报告"] == [True]
        with transaction() as at:
            sent = portal_receipts.report(at, at.get_one(CaseTrack, which[1]), which[0])
            assert sent is not None
            assert [text for _name, text in sent.texts] == ["已整改"]
