"""Verification of corrections: two officers look, what did not pass is ordered once more, and every finding stays."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from casework import recusals
from core import journal
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from notices import queries as notices
from notices.papers import day_text, whole_text
from sanctions import measures, queries_volumes, verifications
from sanctions.files_made import made_for
from sanctions.models_measures import RectificationItem
from sanctions.policies import dealing_with
from tests.builders import account
from tests.builders_cases import actor
from tests.sanctions.chain import Chain
from tests.sanctions.test_measures import _clock, _expire, _in_force, _last, _letters, _measure, chain

__all__ = ["chain"]


def test_two_officers_verify_each_item(chain: Chain) -> None:
    track = chain.executing([1])
    chain.report(track)
    item = _measure(chain, track, 1).items[0]
    verifications.verify_item(
        chain.session, item, result="PASS", note="核对", actor=actor(chain.officer), now=chain.later(13)
    )
    with pytest.raises(NotAllowed):
        verifications.verify_item(
            chain.session, item, result="PASS", note="核对", actor=actor(chain.officer), now=chain.later(13)
        )
    with pytest.raises(NotNow):
        verifications.pass_(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(13))
    verifications.verify_item(
        chain.session, item, result="FAIL", note="材料不符", actor=actor(chain.second), now=chain.later(13)
    )
    assert (item.result, item.verified_by, item.second_by) == ("FAIL", chain.second.id, None)


def test_whoever_comes_round_to_what_another_officer_holds_confirms_it_with_that_officer(chain: Chain) -> None:
    track = chain.executing([1])
    chain.report(track)
    item = _measure(chain, track, 1).items[0]
    for each, result, contested in ((chain.officer, "PASS", False), (chain.second, "FAIL", True)):
        verifications.verify_item(
            chain.session, item, result=result, note="核对", actor=actor(each), now=chain.later(13)
        )
        assert (item.second_by, item.contested) == (None, contested)
    verifications.verify_item(
        chain.session, item, result="PASS", note="再核对", actor=actor(chain.second), now=chain.later(14)
    )
    assert (item.result, item.contested) == ("PASS", False)
    assert (item.verified_by, item.second_by) == (chain.officer.id, chain.second.id)


def test_what_somebody_recused_since_held_against_the_others_confirms_nothing(chain: Chain) -> None:
    track = chain.executing([1])
    chain.report(track)
    item, now = _measure(chain, track, 1).items[0], chain.later(21)
    for each, result in ((chain.officer, "PASS"), (chain.second, "FAIL")):
        verifications.verify_item(chain.session, item, result=result, note="核对", actor=actor(each), now=now)
    said = {"ground": "EMPLOYED", "facts": "曾任职于当事单位。", "actor": actor(chain.lead), "now": now}
    asked = recusals.ask(chain.session, track.case, chain.officer.id, **said)  # type: ignore[arg-type]
    recusals.grant(chain.session, asked, actor=actor(chain.head), version=None, now=now)
    assert not item.contested
    verifications.verify_item(chain.session, item, result="PASS", note="再核对", actor=actor(chain.second), now=now)
    assert (item.result, item.verified_by, item.second_by) == ("PASS", chain.second.id, None)


def test_what_was_found_while_nothing_was_reported_confirms_nothing_of_a_report_that_came_late(chain: Chain) -> None:
    track = chain.executing([1])
    _expire(chain, track, "K22")
    item = _measure(chain, track, 1).items[0]
    assert track.state == "VERIFYING"
    said = {"result": "FAIL", "note": "未见报告"}
    verifications.verify_item(chain.session, item, **said, actor=actor(chain.officer), now=chain.later(40))
    chain.report(track, chain.later(41))
    verifications.verify_item(chain.session, item, **said, actor=actor(chain.second), now=chain.later(42))
    assert (item.result, item.verified_by, item.second_by) == ("FAIL", chain.second.id, None)


def test_a_correction_is_looked_at_by_officers_and_passes_only_where_something_was_reported(chain: Chain) -> None:
    track = chain.executing([1])
    item, wanting = _measure(chain, track, 1).items[0], {"result": "FAIL"}
    found = {"result": "PASS", "note": "核对", "actor": actor(chain.officer), "now": chain.later(13)}
    with pytest.raises(NotNow):
        verifications.verify_item(chain.session, item, **found | wanting)
    chain.report(track)
    publisher = actor(account(chain.session, "发布员", "publisher"))
    strangers = [({"actor": each}, NotAllowed) for each in (publisher, actor(chain.lead))]
    for wrong, refusal in (*strangers, ({"result": "OK"}, BadInput), ({"note": " "}, BadInput)):
        with pytest.raises(refusal):
            verifications.verify_item(chain.session, item, **found | wrong)
    item.report = None
    chain.session.flush()
    with pytest.raises(NotNow):
        verifications.verify_item(chain.session, item, **found)
    verifications.verify_item(chain.session, item, **found | wanting)
    assert (item.result, item.verified_by) == ("FAIL", chain.officer.id)


@pytest.mark.parametrize("place", [0, 1])
def test_what_somebody_recused_since_found_of_a_correction_is_looked_at_again(chain: Chain, place: int) -> None:
    track, third = chain.executing([1]), account(chain.session, "经办丙", "officer")
    chain.report(track)
    chain.verify(track)
    item, verifiers, now = _measure(chain, track, 1).items[0], [chain.officer, chain.second], chain.later(21)
    gone = verifiers.pop(place)
    said = {"ground": "EMPLOYED", "facts": "曾任职于当事单位。", "now": now}
    asked = recusals.ask(chain.session, track.case, gone.id, **said, actor=actor(chain.lead))  # type: ignore[arg-type]
    recusals.grant(chain.session, asked, actor=actor(chain.head), version=None, now=now)
    assert (item.result, item.verified_by, item.second_by) == ("PASS", verifiers[0].id, None)
    assert [(each.by, each.result) for each in item.found_so_far][2:] == [(gone.id, None)], "and both findings stay"
    by = {"actor": actor(third), "now": now}
    with pytest.raises(NotNow, match="验收"):
        verifications.pass_(chain.session, track, **by, version=None)  # type: ignore[arg-type]
    verifications.verify_item(chain.session, item, result="PASS", note="核对", **by)  # type: ignore[arg-type]
    verifications.pass_(chain.session, track, **by, version=None)  # type: ignore[arg-type]
    assert track.state == "CLOSED"
    late = recusals.ask(chain.session, track.case, verifiers[0].id, **said, actor=actor(chain.lead))  # type: ignore[arg-type]
    recusals.grant(chain.session, late, actor=actor(chain.head), version=None, now=now)
    assert (item.result, item.verified_by, item.second_by) == ("PASS", verifiers[0].id, third.id), "it is decided"


def test_a_first_failure_orders_only_what_failed_again_with_the_shorter_time(chain: Chain) -> None:
    track = chain.executing([1, 3])
    chain.report(track)
    chain.trained(track)
    chain.verify(track, "FAIL")
    verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    assert track.state == "EXECUTING"
    assert track.failures == 1
    assert [_letters(chain, track, kind) for kind in ("D23a", "D23d")] == [2, 1]
    clock = _clock(chain, track, "K22")
    assert clock is not None
    assert clock.length == 15
    assert not _clock(chain, track, "K24")
    assert _measure(chain, track, 3).state == "DONE"
    assert _in_force(chain, track, "D23a") == [False, True]
    assert _in_force(chain, track, "D23d") == [True]


def test_what_passed_is_not_ordered_again_and_what_failed_never_for_longer_than_at_first(chain: Chain) -> None:
    track = chain.executing([1])
    ordered = _measure(chain, track, 1)
    wrong, right = ordered.items[0], RectificationItem(no=2, problem="乙", correction="改正乙", days=30, proof="记录")
    wrong.days = 5
    ordered.items.append(right)
    chain.session.flush()
    chain.report(track)
    for item, result in ((wrong, "FAIL"), (right, "PASS")):
        for each in (chain.officer, chain.second):
            found = {"result": result, "note": "核对", "actor": actor(each), "now": chain.later(21)}
            verifications.verify_item(chain.session, item, **found)  # type: ignore[arg-type]
    verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    kept = [(each.days, each.result, each.report) for each in (wrong, right)]
    assert kept == [(5, None, None), (30, "PASS", "已整改")]
    chain.serve(track, "D23a", chain.later(22))
    said = {"reports": {wrong.no: "再次整改"}, "signed_by": "周岚", "actor": actor(chain.lead), "now": chain.later(23)}
    measures.report_correction(chain.session, track, **said)  # type: ignore[arg-type]
    assert (wrong.report, right.report, right.second_by) == ("再次整改", "已整改", chain.second.id)


def test_a_second_order_names_what_did_not_pass_by_its_first_number_and_says_what_is_in_order(chain: Chain) -> None:
    track = chain.executing([1])
    ordered = _measure(chain, track, 1)
    said = {"correction": "改正", "days": 30, "proof": "记录"}
    ordered.items.extend(RectificationItem(no=no, problem=f"第{no}项不当", **said) for no in (2, 3))
    chain.session.flush()
    first = notices.last_document(chain.session, ["D23a"], "track", track.id)
    assert first is not None
    chain.report(track)
    for item in ordered.items:
        result, note = ("FAIL", "录音仍有不当话术。") if item.no == 2 else ("PASS", "核对无误。")
        for each in (chain.officer, chain.second):
            found = {"result": result, "note": note, "actor": actor(each), "now": chain.later(21)}
            verifications.verify_item(chain.session, item, **found)  # type: ignore[arg-type]
    facts = whole_text(first.frozen).partition("违规事实\n\n")[2].partition("\n")[0]
    verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    told = _last(chain, track, "D23a")
    day = day_text(day_of(chain.later(21)), "zh")
    assert f"|| 2 | 第2项不当（{day}验收不合格：录音仍有不当话术） | 改正" in told
    assert "第3项不当" not in told
    assert f"经验收，问题2不合格，验收情况见下表；表中的序号为本协会{first.number}通知中的序号。" in told
    assert "问题1、3验收合格，不再要求整改。" in told
    assert f"违规事实与本协会{first.number}通知所载相同，不再重述。" in told
    assert len(facts) > 10
    assert facts not in told


def test_a_second_order_of_what_nobody_reported_says_so(chain: Chain) -> None:
    track = chain.executing([1])
    after = _expire(chain, track, "K22")
    verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=after)
    assert "（未在规定期限内报告整改情况）" in _last(chain, track, "D23a")


def test_what_each_officer_found_stays_whatever_is_found_or_ordered_afterwards(chain: Chain) -> None:
    track = chain.executing([1])
    chain.report(track)
    item = _measure(chain, track, 1).items[0]
    looks = [
        (chain.officer, "PASS", "材料齐全。"),
        (chain.second, "FAIL", "话术未改。"),
        (chain.officer, "FAIL", "同意。"),
    ]
    for hour, (each, result, note) in enumerate(looks):
        now = chain.later(21) + timedelta(hours=hour)
        verifications.verify_item(chain.session, item, result=result, note=note, actor=actor(each), now=now)
    verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    chain.serve(track, "D23a", chain.later(22))
    chain.report(track, chain.later(23))
    chain.verify(track, "PASS", chain.later(24))
    kept = [(each.by, each.result, each.attempt, day_of(each.at)) for each in item.found_so_far]
    first, then = day_of(chain.later(21)), day_of(chain.later(24))
    assert kept[:3] == [(each.id, result, 1, first) for each, result, _note in looks]
    assert kept[3:] == [(each.id, "PASS", 2, then) for each in (chain.officer, chain.second)]
    assert [each.note for each in item.found_so_far[:3]] == [note for _each, _result, note in looks]


def test_nothing_takes_away_what_an_officer_found_but_its_words_go_with_the_case(chain: Chain) -> None:
    track = chain.executing([1])
    chain.report(track)
    chain.verify(track)
    item = _measure(chain, track, 1).items[0]
    one, two = item.findings
    for wrong in ([], [one], [two, one], [one | {"result": "FAIL"}, two], [one, two | {"note": "改写"}]):
        with pytest.raises(DBAPIError, match="stays"), chain.session.begin_nested():
            chain.session.execute(
                update(RectificationItem).where(RectificationItem.id == item.id).values(findings=wrong)
            )
    item.findings = [each | {"note": ""} for each in (one, two)]
    chain.session.flush()


def test_without_items_a_second_officer_is_named_for_the_verification(chain: Chain) -> None:
    track = chain.executing([2])
    chain.interviewed(track)
    assert track.state == "VERIFYING"
    with pytest.raises(BadInput):
        verifications.pass_(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(30))
    verifications.pass_(
        chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(30), second=chain.second
    )
    assert track.state == "CLOSED"


def test_the_companys_file_is_read_after_verification_and_holds_nothing_of_what_officers_found(chain: Chain) -> None:
    track = chain.executing([1])
    chain.report(track)
    chain.verify(track)
    read = made_for(chain.session, track).entries
    assert [each.mark.partition(":")[0] for each in read if each.section == "EXECUTION"].count("report") == 1
    assert all("verification" not in each.mark for each in read)
    assert any(each.mark.startswith("verification") for each in queries_volumes.main(chain.session, track))


def test_whoever_verified_before_a_second_order_still_took_part_and_decides_on_no_review(chain: Chain) -> None:
    track, third = chain.executing([1]), account(chain.session, "经办丙", "officer", "panel")
    chain.report(track)
    item = _measure(chain, track, 1).items[0]
    for each in (third, chain.second):
        found = {"result": "FAIL", "note": "话术未改。", "actor": actor(each), "now": chain.later(21)}
        verifications.verify_item(chain.session, item, **found)  # type: ignore[arg-type]
    assert third.id in dealing_with(chain.session, track)
    verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    journal.settle(chain.session)
    assert third.id in dealing_with(chain.session, track)
