"""Figures of a small life, counted by hand."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from casework import complaints, forwardings, triage
from casework.intake import Company
from casework.models import Complaint, LedgerEntry, Task
from core.actors import SYSTEM
from core.db import Reader, read_as, transaction
from core.errors import NotAllowed, NotNow
from desk import queries_bulk, queries_queue_lines, queries_queue_select
from figures import counted, labels, months, queries, queries_behind
from figures.models import Figure, FigureChange, FigureStay
from figures.queries import Chosen
from proceedings import queries_ledgers
from registry import clock_sweep, merging
from registry.clock_kinds import KINDS
from registry.models_clocks import Clock, ClockEnd, ClockState
from sanctions.models_decisions import Decision
from tests.builders import Desk, party, person_of
from tests.sanctions.chain import Chain

EARLIER, FIRST, SECOND = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
START = datetime(2026, 11, 12, 2, 0, tzinfo=UTC)
BOTH = [Company("INSTITUTION", "NAME", "青屿消费金融有限公司"), Company("FIRM", "NAME", "海石催收服务有限公司")]
DAY = timedelta(days=1)


@pytest.fixture
def life(session: Session) -> Desk:
    """November: two complaints, one answered in time after a day and accepted after two more; December: one more."""
    desk = Desk(session, START)
    first = desk.forwarded(companies=BOTH)
    desk.answer(first, START + DAY)
    desk.release(first, START + 2 * DAY)
    desk.serve("forwarding", first.id, "D39", START + 2 * DAY)
    complaints.accept_reply(session, first.complaint, actor=person_of(first.complaint), now=START + 4 * DAY)
    desk.received(contact="13900001234")
    desk.now = START + 30 * DAY
    desk.received(contact="13900005678", codes=[])
    session.flush()
    return desk


def _counted(session: Session, *wanted: date) -> None:
    for month in wanted or (FIRST, SECOND):
        months.count(session, month, START + 35 * DAY)
    session.flush()


def _months(session: Session, **chosen: object) -> dict[tuple[int, str, str], int]:
    found = queries.months(session, Chosen(FIRST, SECOND, **chosen))  # type: ignore[arg-type]
    return {
        (month.month, what, said): many for (month, what, said), many in found.items() if what not in {"CLOCK", "DONE"}
    }


def _anything(session: Session, month: date) -> list[Figure | FigureStay]:
    months.count(session, month, START + 35 * DAY)
    return [it for kept in (Figure, FigureStay) for it in session.scalars(select(kept).where(kept.month == month))]


def test_a_small_life_counts_as_it_does_by_hand(session: Session, life: Desk) -> None:
    months.journal.settle(session)
    _counted(session)
    assert _anything(session, EARLIER) == [], "nothing counts before it happened"
    lender_and_all = {
        (11, "RECEIVED", ""): 2,
        (11, "ENDED", "ACCEPTED"): 1,
        (11, "FORWARDED", ""): 1,
        (11, "ANSWER", "IN_TIME"): 1,
        (12, "RECEIVED", ""): 1,
    }
    assert _months(session) == _months(session, party=life.lender.id) == lender_and_all
    assert _months(session, party=life.firm.id) == {(11, "RECEIVED", ""): 1, (11, "ENDED", "ACCEPTED"): 1}
    with_code = {key: many for key, many in lender_and_all.items() if key[0] == 11}
    assert _months(session, code="V-C01") == _months(session, code="V-F04", party=life.lender.id) == with_code
    phone = Chosen(FIRST, SECOND, channel="PHONE")
    assert _months(session, channel="PHONE") == queries.channels(session, phone) == {}
    assert queries.ages(session, phone, START + 35 * DAY) == {}
    by_code = queries.by_code(session, Chosen(FIRST, SECOND))
    assert (by_code["V-C01", "RECEIVED", ""], by_code["V-F04", "ENDED", "ACCEPTED"]) == (2, 1)
    [(company, counted)] = queries.by_company(session, Chosen(FIRST, FIRST))["INSTITUTION"]
    assert (company.id, counted["RECEIVED"], counted["IN_TIME"]) == (life.lender.id, 2, 1)
    ages = queries.ages(session, Chosen(FIRST, SECOND), START + 35 * DAY)
    assert ages == {"31-60": 1, "0-7": 1}
    assert queries.ages(session, Chosen(FIRST, SECOND, code="V-C01"), START + 35 * DAY) == {"31-60": 1}
    clocks = queries.months(session, Chosen(FIRST, SECOND))
    assert clocks[FIRST, "CLOCK", "K01/KEPT"] == 1


def test_a_month_begins_at_midnight_of_the_association(session: Session) -> None:
    Desk(session, datetime(2026, 11, 30, 15, 59, tzinfo=UTC)).received()
    Desk(session, datetime(2026, 11, 30, 16, 30, tzinfo=UTC)).received(contact="13900001234")
    session.flush()
    _counted(session)
    found = _months(session)
    assert (found[11, "RECEIVED", ""], found[12, "RECEIVED", ""]) == (1, 1)


@pytest.mark.parametrize(("how", "many"), [("", 1), ("retracted", 0), ("returned", 0)])
def test_an_answer_missed_counts_unless_the_letter_went_to_the_wrong_company(
    session: Session, how: str, many: int
) -> None:
    desk = Desk(session, START)
    sent = desk.forwarded()
    session.add(LedgerEntry(party_id=sent.party_id, code="V-P01", forwarding_id=sent.id, on=START.date()))
    sent.state = "OVERDUE"
    session.flush()
    if how == "retracted":
        forwardings.retract(session, sent, why="并非该机构的业务", actor=desk.intake, now=START + DAY)
    elif how:
        sent.state, sent.return_reason = "RETURNED", "asked again about its late answer"
        forwardings.accept_return(session, sent, actor=desk.intake, now=START + DAY)
    _counted(session)
    assert _anything(session, EARLIER) == []
    assert _months(session, party=desk.lender.id).get((11, "ANSWER", "MISSED"), 0) == many
    assert _months(session, party=desk.lender.id).get((11, "RECEIVED", ""), 0) == many
    assert _months(session)[11, "RECEIVED", ""] == 1
    assert queries_ledgers.months(session, desk.lender.id, FIRST)["NONE"].total() == many


def test_a_late_answer_is_not_in_time_a_limit_that_ran_out_was_not_kept_and_one_that_never_began_neither(
    session: Session,
) -> None:
    desk = Desk(session, START)
    desk.answer(desk.forwarded()).answers[-1].timely = False
    received = [desk.received(contact=f"139000012{each}").id for each in range(10, 14)]
    unswept, missed, unbegun, unsure = session.scalars(
        select(Clock).where(Clock.key == "K01", Clock.subject_id.in_(received)).order_by(Clock.id)
    ).all()
    for each in (unswept, missed, unbegun, unsure):
        each.state, each.how, each.ended_at, each.provisional = ClockState.ENDED, ClockEnd.STOPPED, START + DAY, False
    unbegun.day0 = unbegun.started_at = unbegun.due_on = None
    missed.how, unsure.provisional = ClockEnd.EXPIRED, True
    unswept.ended_at = unsure.ended_at = START + 30 * DAY
    session.flush()
    _counted(session)
    november, december = Chosen(FIRST, FIRST), Chosen(SECOND, SECOND)
    told = {said: many for (_month, what, said), many in queries.months(session, november).items() if what == "ANSWER"}
    assert told == {"LATE": 1}
    assert (queries.limits(session, november), queries.limits(session, december)) == (
        {"K01/KEPT": 1, "K01/MISSED": 1},
        {"K01/KEPT": 1, "K01/MISSED": 1},
    )
    for what, said, many in (("ANSWER", "LATE", 1), ("CLOCK", "K01/KEPT", 2), ("CLOCK", "K01/MISSED", 2)):
        listed = queries_behind.behind(session, what, said, Chosen(FIRST, SECOND))
        assert listed.every == many, said
    assert {each.thing.id for each in listed.events} == {missed.subject_id, unswept.subject_id}, "work done too late"


def test_every_time_limit_that_only_alerts_the_head_or_council_is_among_those_of_the_association() -> None:
    alerting = {each.id for each in KINDS.values() if each.on_expiry in {"alert head", "alert council"}}
    assert alerting == set(counted.OWN_CLOCKS) == set(labels.CLOCK)


def test_two_entries_of_one_company_that_were_counted_apart_are_told_as_one(session: Session) -> None:
    desk, twin = Desk(session, START), party(session, "青屿消费金融股份公司")
    desk.forwarded()
    desk.accepted(twin, companies=[Company("INSTITUTION", "NAME", twin.name_zh)], contact="13900001234")
    both = desk.accepted(desk.lender, twin, contact="13900005678")
    complaints.withdraw(session, both, pressure=False, actor=person_of(both), now=START)
    session.flush()
    _counted(session)
    merging.merge(session, twin, desk.lender, reason="同一公司", actor=SYSTEM, versions=(None, None), now=START)
    for number in (None, desk.lender.id, twin.id):
        chosen = Chosen(FIRST, FIRST, party=number)
        assert _months(session, party=number)[11, "FORWARDED", ""] == 4
        [(company, many)] = queries.by_company(session, chosen)["INSTITUTION"]
        assert (company.id, many["RECEIVED"]) == (desk.lender.id, 4)
        assert queries_behind.behind(session, "FORWARDED", "", chosen).every == 4
        assert queries.ages(session, chosen, START).total() == 2
    months.correct(session, FIRST, actor=desk.head, reason="两个条目系同一公司", now=START + 36 * DAY)
    [(_company, many)] = queries.by_company(session, Chosen(FIRST, FIRST))["INSTITUTION"]
    assert many["RECEIVED"] == 3, "what was put before both is one complaint"
    session.commit()
    read_as(session, Reader("zilu_party", (("zilu.party", str(desk.lender.id)),)))
    assert _months(session, party=desk.lender.id)[11, "FORWARDED", ""] == 4


def test_what_an_earlier_register_held_is_counted_in_no_month(session: Session, life: Desk) -> None:
    said = {"state": "HISTORIC", "channel": "IMPORT", "source": "alt", "facts": "x", "ended_by": life.officer.id}
    for number, day in enumerate((datetime(2019, 3, 1, tzinfo=UTC), START)):
        session.add(Complaint(ref=f"ALT-{number}", source_no=str(number), received_at=day, ended_at=day, **said))
    session.flush()
    assert months.to_count(session, START + 35 * DAY) == [FIRST, SECOND]
    _counted(session)
    assert (_months(session)[11, "RECEIVED", ""], _months(session)[11, "ENDED", "ACCEPTED"]) == (2, 1)
    assert session.execute(text(counted.OF_PEOPLE), counted.of(FIRST)).all() == []


def test_a_month_that_is_still_counted_every_night_is_not_corrected(session: Session, life: Desk) -> None:
    months.count(session, SECOND, START + 31 * DAY)
    with pytest.raises(NotNow):
        months.correct(session, SECOND, actor=life.head, reason="漏计一件", now=START + 31 * DAY)


def test_an_open_complaint_is_not_of_a_company_that_was_let_off_in_figures_or_in_the_queue(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, START)
            sent, other = desk.forwarded(desk.lender, desk.firm, companies=BOTH).complaint.forwardings
            forwardings.retract(at, sent, why="并非该机构的业务", actor=desk.intake, now=START + DAY)
        with transaction() as at:
            for most in (queries_queue_select.FEW, 0):
                monkeypatch.setattr(queries_queue_select, "FEW", most)
                for party, many in ((sent.party_id, 0), (other.party_id, 1)):
                    ages = queries.ages(at, Chosen(FIRST, SECOND, party=party), START + DAY)
                    assert ages.total() == many
                    for view in ("open", "all"):
                        asked = queries_queue_select.Asked(view=view, party=party)
                        listed = at.scalars(queries_queue_select.numbers(at, asked, desk.intake)).all()
                        assert len(listed) == many, (view, most)
            [line] = queries_queue_lines.lines_of(at, [sent.complaint_id], FIRST, "zh")
            [row] = queries_bulk.listed(at, [sent.complaint_id], "zh", FIRST)
            assert (line.lenders, line.firms) == ((), (desk.firm.name(),)), "nor does its line name it"
            assert row.companies == {"FIRM": [desk.firm.name()]}, "nor its row in a table"


@pytest.mark.parametrize(("band", "first", "last"), [(band, *days) for band, days in queries.BANDS.items()])
def test_a_band_of_age_holds_the_days_that_it_is_called_by(
    session: Session, band: str, first: int, last: int | None
) -> None:
    """The last is called by its first day: of 90 days a complaint is not."""
    Desk(session, START).received()
    session.flush()
    days = (first - 1, first, last or 400, (last or 400) + 1)
    inside = [bool(queries.ages(session, Chosen(FIRST, SECOND), START + each * DAY)[band]) for each in days]
    assert inside == [first == 0, True, True, last is None]
    assert re.findall(r"\d+", str(labels.AGE[band])) == [str(day) for day in (first, last) if day]


def test_time_in_a_state_runs_from_the_entry_that_brought_it_there(session: Session, life: Desk) -> None:
    months.journal.settle(session)
    _counted(session)
    stays = {(each.machine, each.state): each for each in queries.stays(session, Chosen(FIRST, FIRST))}
    answered = stays["forwarding", "ANSWERED"]
    assert (answered.many, answered.median, answered.ninetieth) == (1, 1.0, 1.0)
    assert stays["forwarding", "SENT"].median == 1.0
    assert stays["complaint", "RELEASED"].median == 2.0
    assert stays["complaint", "RECEIVED"].many == 1
    assert queries.stays(session, Chosen(SECOND, SECOND)) == []


def test_a_time_limit_that_was_over_meanwhile_shortens_no_stay(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, START)
            it = desk.received()
        assert "K01" in [each.key for each in clock_sweep.sweep(START + 12 * DAY)]
        with transaction() as at:
            refused = at.merge(it)
            triage.reject(at, refused, reason="NO_FACTS", ways=["x"], actor=desk.intake, now=START + 15 * DAY)
        with transaction() as at:
            months.count(at, FIRST, START + 16 * DAY)
            kept = at.scalars(select(FigureStay)).all()
        assert [(each.machine, each.state, each.tenths, each.many) for each in kept] == [
            ("complaint", "RECEIVED", 150, 1)
        ]


def test_the_median_and_the_ninetieth_are_those_of_all_months_together(session: Session, life: Desk) -> None:
    _counted(session)
    for month, tenths in ((FIRST, range(10, 60, 10)), (SECOND, range(60, 110, 10))):
        session.add_all(
            months.FigureStay(month=month, machine="track", state="FILED", tenths=each, many=1) for each in tenths
        )
    session.flush()
    [stay] = [each for each in queries.stays(session, Chosen(FIRST, SECOND)) if each.machine == "track"]
    assert (stay.many, stay.median, stay.ninetieth) == (10, 5.0, 9.0)


def test_a_measure_counts_when_its_decision_takes_effect_and_its_finding_with_it(session: Session) -> None:
    chain = Chain(session, datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    track = chain.effective([1, 2])
    effective = _decision(session, track.id).effective_on
    assert effective is not None
    month = effective.replace(day=1)
    assert not [it for it in _anything(session, date(2026, 2, 1)) if isinstance(it, Figure)]
    months.count(session, month, chain.later(12))
    found = queries.months(session, Chosen(month, month, party=chain.lender.id))
    assert [found[month, "MEASURE", level] for level in "12"] == [1, 1]
    assert found[month, "FINDING", "ESTABLISHED"] == 1
    by_code = queries.by_code(session, Chosen(month, month))
    assert by_code["V-C04", "MEASURE", "1"] == 1


def test_of_cases_nothing_is_counted_that_no_table_shows(session: Session) -> None:
    chain = Chain(session, START)
    chain.effective([1])
    _counted(session)
    kinds = set(session.scalars(select(Figure.what).where(Figure.case_id.is_not(None))))
    assert kinds == {"MEASURE", "FINDING"}


def test_a_measure_set_aside_later_still_counts_in_the_month_in_which_it_took_effect(session: Session) -> None:
    chain = Chain(session, datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    track = chain.effective([3, 4])
    decision = _decision(session, track.id)
    assert decision.effective_on is not None
    month = decision.effective_on.replace(day=1)
    decision.set_aside_on = month + timedelta(days=33)
    later = decision.set_aside_on.replace(day=1)
    session.flush()
    for each in (month, later):
        months.count(session, each, chain.later(50))
    found = queries.months(session, Chosen(month, later, party=chain.lender.id))
    measures = {key: many for key, many in found.items() if key[1] in {"MEASURE", "SET_ASIDE"}}
    wanted = [(when, what, level) for when, what in ((month, "MEASURE"), (later, "SET_ASIDE")) for level in "34"]
    assert measures == dict.fromkeys(wanted, 1)


def test_a_finding_without_a_measure_counts_also_once_its_file_is_archived_and_none_of_a_quashed_decision(
    session: Session,
) -> None:
    chain = Chain(session, datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    track = chain.reported()
    track.state, track.ended_on = "NO_MEASURE", date(2026, 3, 20)
    session.flush()
    month = date(2026, 3, 1)

    def found() -> tuple[int, int]:
        session.flush()
        months.journal.settle(session)
        rows = session.execute(text(counted.OF_TRACKS), counted.of(month)).all()
        ledger = queries_ledgers.months(session, chain.lender.id, month)["ESTABLISHED"]
        return sum(each.many for each in rows if each.what == "FINDING" and not each.code), ledger.total()

    assert found() == (1, 1)
    track.state = "ARCHIVED"
    subject, told = ("track", track.id), {"row": "S67", "ref": track.ref, "actor": SYSTEM, "now": chain.later(20)}
    months.journal.write(session, subject=subject, **told, states=("NO_MEASURE", "ARCHIVED"))
    assert found() == (1, 1)
    asides = {"decided_on": month, "effective_on": month, "set_aside_on": track.ended_on}
    votes = {"votes_for": 3, "votes_against": 0, "abstained": 0, "immediate": [], "immediate_reasons": ""}
    said = {"level": 1, "measures": [1], "terms": {}, "reasons": "无", "statement_dealt": ""}
    session.add(Decision(track_id=track.id, round=track.round, **said, **votes, **asides))
    assert found() == (0, 0)


def test_a_lighter_decision_in_the_place_of_one_in_force_finds_nothing_anew(session: Session) -> None:
    chain = Chain(session, datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    track = chain.effective([3])
    old = _decision(session, track.id)
    assert old.effective_on is not None
    month = old.effective_on.replace(day=1)
    later = month + timedelta(days=45)
    votes = {"votes_for": 3, "votes_against": 0, "abstained": 0, "immediate": [], "immediate_reasons": ""}
    said = {"level": 1, "measures": [1], "terms": {}, "reasons": "无", "statement_dealt": "", "round": old.round}
    old.set_aside_on = later
    session.add(Decision(track_id=track.id, **said, **votes, decided_on=later, effective_on=later))
    session.flush()
    counts = []
    for each in (month, later.replace(day=1)):
        rows = session.execute(text(counted.OF_TRACKS), counted.of(each)).all()
        counts.append({(row.what, row.said): row.many for row in rows if not row.code})
    assert counts == [
        {("MEASURE", "3"): 1, ("FINDING", "ESTABLISHED"): 1},
        {("MEASURE", "1"): 1, ("SET_ASIDE", "3"): 1},
    ]


def test_who_ended_a_complaint_ended_none_of_those_that_followed_it(session: Session, life: Desk) -> None:
    lead, follower = life.received(contact="13900001111"), life.received(contact="13900002222")
    for it, outcome in ((lead, "NO_BREACH"), (follower, "DUPLICATE")):
        it.state, it.outcome, it.ended_at, it.ended_by = "CLOSED", outcome, START, life.officer.id
    session.flush()
    _counted(session, EARLIER, FIRST, SECOND)
    for month, many in ((EARLIER, 0), (FIRST, 1), (SECOND, 0)):
        done = {each.account: each.ended for each in queries.workload(session, Chosen(month, month))}
        assert done.get(life.officer.id, 0) == many
        assert sum(done.values()) == many


def _decision(session: Session, track: int) -> Decision:
    return session.scalars(select(Decision).where(Decision.track_id == track)).one()


def test_a_closed_month_changes_only_by_a_correction_that_says_what_it_changed(session: Session, life: Desk) -> None:
    months.count(session, FIRST, START + 30 * DAY)
    assert session.get_one(months.FigureMonth, FIRST).closed_at is not None
    late = life.received(contact="13900009999", codes=["V-C01"])
    late.received_at = START
    session.flush()
    months.count(session, FIRST, START + 60 * DAY)
    assert _months(session)[11, "RECEIVED", ""] == 2
    with pytest.raises(NotAllowed):
        months.correct(session, FIRST, actor=life.officer, reason="漏计一件", now=START + 61 * DAY)
    made = months.correct(session, FIRST, actor=life.head, reason="漏计一件", now=START + 61 * DAY)
    session.flush()
    assert _months(session)[11, "RECEIVED", ""] == 3
    changed = session.scalars(select(FigureChange).where(FigureChange.revision == made.revision)).all()
    whole = [(each.before, each.after) for each in changed if each.what == "RECEIVED" and each.party_id is None]
    assert whole == [(2, 3)] * 4
    assert made.changed == len(changed) == 7
    with pytest.raises(NotNow, match="无需更正"):
        months.correct(session, FIRST, actor=life.head, reason="核对", now=START + 61 * DAY)
    with pytest.raises(NotNow):
        months.correct(session, SECOND, actor=life.head, reason="x", now=START + 61 * DAY)


def test_of_what_became_known_after_a_month_was_closed_the_head_hears_until_it_is_corrected(session: Session) -> None:
    chain = Chain(session, datetime(2026, 10, 12, 2, 0, tzinfo=UTC))
    chain.effective([1, 2])
    desk = Desk(session, START)
    late, now = desk.forwarded(), START + 60 * DAY
    asked = select(Task.subject_ref).where(Task.kind == months.LATE, Task.done_at.is_(None)).order_by(Task.id)

    def told() -> list[str]:
        months.tell_belated(session, now)
        return list(session.scalars(asked))

    months.count(session, EARLIER, START - 14 * DAY)
    session.execute(delete(Figure).where(Figure.what == "MEASURE", Figure.said == "2"))
    assert told() == [], "a month that is not closed is counted every night"
    for month in (EARLIER, FIRST):
        months.count(session, month, now)
    assert told() == []
    session.execute(delete(Figure).where(Figure.what == "MEASURE", Figure.said == "2"))
    session.add(LedgerEntry(party_id=late.party_id, code="V-P01", forwarding_id=late.id, on=START.date()))
    session.flush()
    assert told() == told() == ["2026-10", "2026-11"]
    months.correct(session, FIRST, actor=desk.head, reason="邮寄回执迟到", now=now)
    assert told() == ["2026-10"]
    late.let_off_on = START.date()
    session.flush()
    assert told() == ["2026-10", "2026-11"], "a letter that went to the wrong company was missed by nobody"
    for month in (EARLIER, FIRST):
        months.correct(session, month, actor=desk.head, reason="投错单位", now=now)
    assert told() == []
    kept = update(Figure).where(Figure.what == "MEASURE", Figure.code == "")
    session.execute(kept.where(Figure.said == "2").values(said="3"))
    assert told() == ["2026-10"], "as many, but of another kind"
    months.correct(session, EARLIER, actor=desk.head, reason="另一项措施", now=now)
    assert told() == []
    session.scalars(select(Decision)).one().effective_on = None
    session.flush()
    assert told() == ["2026-10"], "a decision whose time for a review was restored has not taken effect"


def test_a_correction_says_as_well_which_times_in_a_state_are_others_now(session: Session, life: Desk) -> None:
    months.journal.settle(session)
    months.count(session, FIRST, START + 30 * DAY)
    mine = (FigureStay.machine == "forwarding") & (FigureStay.state == "ANSWERED")
    session.execute(update(FigureStay).where(mine).values(tenths=2))
    made = months.correct(session, FIRST, actor=life.head, reason="停留时间更正", now=START + 61 * DAY)
    changed = session.scalars(select(FigureChange).where(FigureChange.revision == made.revision)).all()
    told = {(each.what, each.said): (each.before, each.after) for each in changed}
    assert told == {("STAY", "forwarding/ANSWERED/10"): (0, 1), ("STAY", "forwarding/ANSWERED/2"): (1, 0)}
    assert made.changed == len(told)


def test_a_month_is_closed_so_many_days_after_its_end_in_shanghai(session: Session, life: Desk) -> None:
    before = datetime(2026, 12, 5, 15, 59, tzinfo=UTC)
    assert months.count(session, FIRST, before).closed_at is None
    assert months.count(session, FIRST, before + timedelta(minutes=1)).closed_at is not None
    assert months.to_count(session, before) == [SECOND]


def test_an_empty_database_counts_nothing_and_fails_nowhere(session: Session) -> None:
    assert months.to_count(session, START) == []
    months.count(session, FIRST, START)
    assert session.scalars(select(Figure)).all() == []
    assert queries.stays(session, Chosen(FIRST, FIRST)) == []
