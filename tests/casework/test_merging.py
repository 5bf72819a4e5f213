"""Two entries of one company: what merging moves, what taking it back restores, who sees what, and what is refused."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from threading import Thread
from time import sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casework import forwardings, leads, matters, policies, settlements, shared_drafts
from casework.intake import Company
from casework.models import Forwarding, Settlement
from casework.models_cases import CaseTrack
from core.actors import SYSTEM
from core.db import Reader, read_as, transaction
from core.db import session as current
from core.drafts import DraftFile
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.journal import verify
from desk import queries_complaint
from filestore import files
from notices.models import Document
from proceedings import queries_lineage
from registry import lineage, merging, parties, pointing, queries, successions, wrong_kinds
from registry.models import Engagement, Party, PartyAlias, PartyKind
from registry.models_accounts import Account
from registry.models_lineage import PartyMerge, PartySuccession, SuccessionKind
from tests.builders import Desk, account, actor_of, party, person_of
from tests.builders_cases import World
from tests.conftest import NOW
from tests.filestore import making_files as made_files

TWIN = "青屿消费金融股份公司"


MISTAKE: dict[str, Any] = {"why": "录入错误", "actor": SYSTEM, "version": None, "now": NOW}


def test_where_the_kind_of_a_company_is_put_right_its_forwardings_say_so(session: Session) -> None:
    wrong = party(session, "云帆小额贷款有限公司", PartyKind.FIRM)
    sent = Desk(session, NOW).accepted(wrong).forwardings[0]
    assert sent.role == "COLLECTOR"
    wrong_kinds.put_right(session, wrong, kind=PartyKind.INSTITUTION, **MISTAKE)
    assert sent.role == "PRINCIPAL"


def test_the_kind_of_a_company_stays_where_a_case_rests_on_it(session: Session) -> None:
    respondent = World(session, NOW).case().tracks[0].party
    with pytest.raises(NotNow, match="涉及该单位的1件案件"):
        wrong_kinds.put_right(session, respondent, kind=PartyKind.FIRM, **MISTAKE)
    assert respondent.kind is PartyKind.INSTITUTION


class Twins(Desk):
    """The lender stands in the register twice: the second entry has an app, a user, an engagement and a complaint."""

    def __post_init__(self) -> None:
        """Enter it."""
        super().__post_init__()
        self.twin = party(self.session, TWIN)
        self.twin.member_no = "M-1"
        self.session.add(PartyAlias(party_id=self.twin.id, kind="APP", value="青屿借钱"))
        engaged = Engagement(institution_id=self.twin.id, firm_id=self.firm.id, from_on=date(2025, 6, 1))
        self.session.add(engaged)
        self.user = account(self.session, "青屿另一人", "respondent", "lead", party=self.twin)
        self.session.flush()

    def sent(self, to: Party, name: str) -> Forwarding:
        """A complaint about an entry, put before it."""
        return self.accepted(to, companies=[Company("INSTITUTION", "NAME", name)]).forwardings[0]

    def end(self, party: Party) -> None:
        """It is noted that a company exists no more."""
        said = {"on": NOW.date(), "evidence": "准予注销登记通知书", "actor": self.head, "version": None, "now": NOW}
        successions.cease(self.session, party, **said)

    def merge(self, **changed: Any) -> PartyMerge:
        """The second entry goes into the first."""
        said = {"reason": "同一营业执照", "actor": self.head, "versions": (None, None), "now": NOW}
        gone, kept = changed.pop("gone", self.twin), changed.pop("kept", self.lender)
        return merging.merge(self.session, gone, kept, **{**said, **changed})

    def undo(self, merge: PartyMerge, **changed: Any) -> None:
        """Take it back."""
        said = {"reason": "系两家公司", "back": [], "actor": self.head, "version": None, "now": NOW}
        merging.undo(self.session, merge, **{**said, **changed})


def _naming(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that names a company, and which."""
    found = {}
    for column in pointing.columns():
        key = next(iter(column.table.primary_key.columns))
        if column.table.name != "party_move":
            found[pointing.place(column)] = sorted(tuple(row) for row in session.execute(select(key, column)))
    return found


def test_every_column_that_names_a_company_follows_a_merged_entry_in_the_database(session: Session) -> None:
    followed = set(session.scalars(text("SELECT tgrelid::regclass::text || '.' || substr(tgname, 10) FROM pg_trigger "
                                        "WHERE tgname LIKE 'standing_%'")))  # fmt: skip
    assert followed == {pointing.place(each) for each in pointing.columns()} - {"party.merged_into_id"}


def test_a_merged_entry_counts_as_the_other_wherever_it_is_looked_for(session: Session) -> None:
    desk = Twins(session, NOW)
    sent = desk.sent(desk.twin, TWIN)
    desk.merge()
    assert sent.party is desk.lender
    assert [queries.match(session, name) for name in (TWIN, "青屿借钱", desk.twin.uscc)] == [[desk.lender]] * 3
    assert queries.found(session, "股份公司") == [(desk.lender, TWIN)]
    assert desk.twin not in [each.party for each in queries.found(session, "股份公司", ended=True)]
    assert set(session.scalars(lineage.named("青屿消费金融股份"))) == {desk.twin.id, desk.lender.id}
    assert desk.lender.member_no == "M-1"
    assert not list(verify(session))


def test_a_merge_taken_back_leaves_every_row_where_it_was(session: Session) -> None:
    desk = Twins(session, NOW)
    desk.sent(desk.twin, TWIN)
    desk.sent(desk.lender, desk.lender.name_zh)
    session.flush()
    before = _naming(session)
    desk.undo(desk.merge())
    session.expire_all()
    assert _naming(session) == before
    assert desk.twin.member_no == "M-1"
    assert queries.match(session, TWIN) == [desk.twin]
    again = desk.merge()
    desk.lender.member_no = "M-7"
    session.flush()
    desk.undo(again)
    assert desk.lender.member_no == "M-7", "a number it was given since is its own"
    assert desk.twin.member_no == "M-1", "and what was the other's, again the other's"


def test_what_a_company_has_begun_to_write_goes_with_its_matter_and_back(session: Session) -> None:
    desk = Twins(session, NOW)
    sent = desk.sent(desk.twin, TWIN)
    kept = files.keep(session, BytesIO(made_files.picture()), "截图.png")
    held = [{"sha256": kept.sha256, "name": kept.name, "media_type": kept.media_type, "size": kept.size}]
    place, author = f"answer:{sent.id}:0", actor_of(desk.user)
    other = f"answer:{desk.sent(desk.lender, desk.lender.name_zh).id}:0"
    for where, who in ((place, author), (other, desk.lead)):
        said = {"fields": {"text": where}, "files": held, "seen": 0, "actor": who, "now": NOW}
        shared_drafts.keep(session, where, **said)  # type: ignore[arg-type]
    merge = desk.merge()
    there = shared_drafts.find(session, place, actor=desk.lead)
    assert (there.fields, [each["name"] for each in there.files]) == ({"text": place}, ["截图.png"])
    rows = select(DraftFile.owner, DraftFile.place).order_by(DraftFile.place)
    assert {tuple(row) for row in session.execute(rows)} == {
        (f"party:{desk.lender.id}", each) for each in (place, other)
    }
    desk.undo(merge)
    assert shared_drafts.find(session, place, actor=author).fields == {"text": place}
    assert shared_drafts.find(session, place, actor=desk.lead).fields == {}
    assert shared_drafts.find(session, other, actor=desk.lead).fields == {"text": other}
    owners = {tuple(row) for row in session.execute(rows)}
    assert owners == {(f"party:{desk.twin.id}", place), (f"party:{desk.lender.id}", other)}


def test_a_document_issued_to_the_old_entry_is_not_changed(session: Session) -> None:
    desk = Twins(session, NOW)
    sent = desk.sent(desk.twin, TWIN)
    mine = select(Document).where(Document.subject_kind == "forwarding", Document.subject_id == sent.id)
    letter = session.scalars(mine).one()
    was = (letter.paper, letter.paper_sha256, letter.number)
    desk.merge()
    session.refresh(letter)
    assert (letter.paper, letter.paper_sha256, letter.number) == was
    assert TWIN in str(letter.paper)


def test_a_merge_is_taken_back_with_the_matters_that_were_chosen_or_not_at_all(session: Session) -> None:
    desk = Twins(session, NOW)
    merge = desk.merge()
    sent = desk.sent(desk.lender, TWIN)
    with pytest.raises(BadInput, match="重新选择"):
        desk.undo(merge, back=[f"forwarding:{sent.id}", f"forwarding:{sent.id + 1}"])
    assert desk.twin.merged_into_id == desk.lender.id


def test_two_entries_of_a_company_that_is_gone_are_merged_once_that_is_noted_of_both(session: Session) -> None:
    desk = Twins(session, NOW)
    for each in (desk.twin, desk.lender):
        desk.end(each)
    desk.merge()
    assert desk.twin.merged_into_id == desk.lender.id


def test_what_came_later_stays_unless_it_is_chosen_and_what_hangs_on_a_matter_goes_with_it(session: Session) -> None:
    desk = Twins(session, NOW)
    early = desk.sent(desk.twin, TWIN)
    merge = desk.merge()
    stays, goes = (desk.sent(desk.lender, TWIN) for _ in range(2))
    desk.answer(early, actor=desk.lead)
    desk.release(early)
    offered = [each for each in pointing.later(session, merge) if each.table == "forwarding"]
    assert {each.number for each in offered} == {stays.id, goes.id}
    desk.undo(merge, back=[f"forwarding:{goes.id}"])
    assert [each.party_id for each in (early, stays, goes)] == [desk.twin.id, desk.lender.id, desk.twin.id]
    letters = session.scalars(select(Document).where(Document.subject_kind == "forwarding"))
    assert {(each.subject_id, each.party_id) for each in letters if each.party_id} == {
        (early.id, desk.twin.id),
        (stays.id, desk.lender.id),
        (goes.id, desk.twin.id),
    }


def test_what_people_of_the_other_company_agreed_to_holds_nobody_to_it_once_the_merge_is_taken_back(
    session: Session,
) -> None:
    desk = Twins(session, NOW)
    complaint = desk.sent(desk.twin, TWIN).complaint
    said = {"terms": "停止联系第三人", "now": NOW}
    settlements.propose(session, complaint, actor=person_of(complaint), **said)  # type: ignore[arg-type]
    merge = desk.merge()
    settlements.confirm(session, complaint, actor=desk.lead, **said)  # type: ignore[arg-type]
    terms = session.scalars(select(Settlement)).one()
    assert policies.waited_for(complaint, terms) == []
    desk.undo(merge)
    assert [each.party for each in policies.waited_for(complaint, terms)] == [desk.twin]


def test_however_many_are_over_what_is_open_is_among_the_matters_of_a_company(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Twins(session, NOW)
    early, late = (desk.sent(desk.lender, desk.lender.name_zh) for _ in range(2))
    forwardings.retract(session, late, why="重复", actor=desk.intake, now=NOW)
    monkeypatch.setattr(matters, "MOST", 1)
    listed = [each for each in pointing.matters(session, [desk.lender.id]) if each.table == "forwarding"]
    assert [(each.number, each.open) for each in listed] == [(early.id, True), (late.id, False)]


def test_nothing_is_written_under_a_merged_entry_also_by_whoever_did_not_know(session: Session) -> None:
    desk = Twins(session, NOW)
    desk.merge()
    made = Engagement(institution_id=desk.twin.id, firm_id=desk.firm.id, from_on=date(2026, 1, 1))
    session.add(made)
    session.flush()
    session.refresh(made)
    assert made.institution_id == desk.lender.id


@pytest.mark.parametrize(
    ("how", "refused"),
    [
        (lambda desk: desk.merge(kept=desk.firm), NotNow),
        (lambda desk: desk.merge(kept=desk.twin), NotNow),
        (lambda desk: desk.merge(reason=" "), BadInput),
        (lambda desk: desk.merge(actor=desk.officer), NotAllowed),
        (lambda desk: desk.merge(versions=(desk.twin.version + 1, None)), Changed),
        (lambda desk: (desk.merge(), desk.merge()), NotNow),
        (lambda desk: (desk.merge(), desk.merge(gone=desk.lender, kept=desk.twin)), NotNow),
        (lambda desk: (desk.end(desk.twin), desk.merge()), NotNow),
    ],
    ids=[
        "another kind",
        "itself",
        "no reason",
        "not the head",
        "changed meanwhile",
        "twice",
        "back into what is gone",
        "into what is not known to be gone",
    ],
)
def test_a_merge_is_refused(session: Session, how: Callable[[Twins], object], refused: type[Exception]) -> None:
    with pytest.raises(refused):
        how(Twins(session, NOW))


def test_a_duplicate_that_was_entered_as_a_successor_by_mistake_is_merged_once_that_is_withdrawn(
    session: Session,
) -> None:
    desk = Twins(session, NOW)
    said: dict[str, Any] = {"kind": SuccessionKind.ABSORBED, "from_on": NOW.date(), "evidence": "吸收合并协议"}
    by: dict[str, Any] = {"actor": desk.head, "version": None, "now": NOW}
    entered = successions.record(session, desk.twin, desk.lender, **said, matters=[], **by)
    with pytest.raises(NotNow, match="撤销"):
        desk.merge()
    successions.withdraw(session, entered, reason="同一公司重复登记", **by)
    merge = desk.merge()
    assert (entered.predecessor_id, entered.successor_id) == (desk.twin.id, desk.lender.id), "as it was entered"
    desk.undo(merge)
    assert desk.twin.merged_into_id is None


def test_whoever_merges_reads_that_a_suspension_does_not_go_with_the_entry(session: Session) -> None:
    desk = Twins(session, NOW)
    parties.suspend(session, desk.twin, actor=SYSTEM, why="清算中", version=None, now=NOW)
    entries = [queries_lineage.entry(session, each) for each in (desk.lender, desk.twin)]
    assert any("已停用" in str(each) for each in queries_lineage.clashes(entries[0], entries[1], NOW.date()))
    desk.merge()
    assert desk.lender.suspended_at is None


def test_a_complaint_sent_to_both_forbids_merging_until_one_is_taken_back(session: Session) -> None:
    desk = Twins(session, NOW)
    made = desk.accepted(desk.lender, desk.twin)
    first, second = sorted(made.forwardings, key=lambda each: each.party_id)
    with pytest.raises(NotNow, match="分别转办"):
        desk.merge()
    forwardings.retract(session, first, why="同一公司", actor=desk.intake, now=NOW)
    with pytest.raises(NotNow, match="改为保留前者"):
        desk.merge()
    desk.merge(gone=desk.lender, kept=desk.twin)
    assert (first.party_id, second.party_id) == (desk.lender.id, desk.twin.id)


def test_two_respondents_of_one_open_case_are_not_merged(session: Session) -> None:
    world = World(session, NOW)
    track = world.reported()
    twin = party(session, TWIN)
    session.add(CaseTrack(ref="AJ-x", case_id=track.case_id, party_id=twin.id, role="PRINCIPAL", basis="MEMBERSHIP",
                          state="SCREENING"))  # fmt: skip
    session.flush()
    found = merging.refusals(session, twin, world.lender)
    assert [each.__class__ for each in found] == [NotNow]
    assert track.case.ref in str(found[0])


def test_a_merge_is_not_taken_back_while_the_standing_entry_is_itself_merged(session: Session) -> None:
    desk = Twins(session, NOW)
    third = party(session, "青屿金融公司")
    first = desk.merge()
    second = desk.merge(gone=desk.lender, kept=third)
    assert desk.twin.merged_into_id == third.id
    with pytest.raises(NotNow, match="先撤销后一次合并"):
        desk.undo(first)
    desk.undo(second)
    assert desk.twin.merged_into_id == desk.lender.id
    desk.undo(first)
    assert [each.merged_into_id for each in (desk.twin, desk.lender)] == [None, None]
    with pytest.raises(NotNow, match="已经撤销"):
        desk.undo(first)


def _seen_by(number: int) -> set[int]:
    """The forwardings that people of the account's company see, as the database has it now."""
    at = current()
    at.rollback()
    read_as(at, Reader("zilu_admin", ()))
    company = at.scalar(select(Account.party_id).where(Account.id == number))
    at.rollback()
    read_as(at, Reader("zilu_party", (("zilu.party", str(company)), ("zilu.account", str(number)))))
    found = set(at.scalars(select(Forwarding.id)))
    letters = set(at.scalars(select(Document.subject_id).where(Document.subject_kind == "forwarding")))
    at.rollback()
    assert letters == found
    return found


def test_people_of_either_entry_see_the_matters_of_both_and_their_own_again_when_it_is_taken_back(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Twins(at, NOW)
            theirs, ours = desk.sent(desk.twin, TWIN).id, desk.sent(desk.lender, desk.lender.name_zh).id
            desk.sent(desk.firm, "海石催收服务有限公司")
            users, twin, lender = (desk.user.id, desk.lead.id), desk.twin.id, desk.lender.id
            head = desk.head
        assert [_seen_by(each) for each in users] == [{theirs}, {ours}]
        said = {"reason": "同一公司", "actor": head, "now": NOW}
        with transaction() as at:
            gone, kept = at.get_one(Party, twin), at.get_one(Party, lender)
            number = merging.merge(at, gone, kept, versions=(None, None), **said).id
        assert [_seen_by(each) for each in users] == [{theirs, ours}] * 2
        with transaction() as at:
            merging.undo(at, at.get_one(PartyMerge, number), back=[], version=None, **said)
        assert [_seen_by(each) for each in users] == [{theirs}, {ours}]


def test_of_two_who_merge_the_same_entries_at_once_the_second_is_told(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Twins(at, NOW)
            twin, lender, head = desk.twin.id, desk.lender.id, desk.head
            seen = (desk.twin.version, desk.lender.version)
        said = {"reason": "同一公司", "actor": head, "versions": seen, "now": NOW}
        with transaction() as at:
            merging.merge(at, at.get_one(Party, twin), at.get_one(Party, lender), **said)  # type: ignore[arg-type]
        with pytest.raises((Changed, NotNow)), transaction() as at:
            merging.merge(at, at.get_one(Party, lender), at.get_one(Party, twin), **said)  # type: ignore[arg-type]


def test_a_firm_of_two_entries_has_one_principal(session: Session) -> None:
    desk = Twins(session, NOW)
    desk.merge()
    engaged = queries.engagements_on(session, date(2026, 1, 1), firm=desk.firm)
    assert {each.institution_id for each in engaged} == {desk.lender.id}
    assert desk.firm.kind is PartyKind.FIRM


def test_for_whom_a_firm_collects_is_the_successor_of_a_lender_that_was_gone_and_never_the_lender(
    session: Session,
) -> None:
    desk, heir = Desk(session, NOW), party(session, "远岬消费金融有限公司")
    said = {"kind": SuccessionKind.ABSORBED, "from_on": date(2026, 11, 1), "evidence": "协议", "matters": []}
    successions.record(session, desk.lender, heir, **said, actor=desk.head, version=None, now=NOW)  # type: ignore[arg-type]
    it = desk.received(companies=[Company("FIRM", "NAME", desk.firm.name_zh)])
    assert {each.party for each in queries_complaint.candidates(session, it)} == {heir, desk.firm}
    assert [each.party for each in leads.respondents(session, [it])] == [desk.firm]
    engaged = Engagement(institution_id=heir.id, firm_id=desk.firm.id, from_on=date(2026, 11, 2))
    session.add(engaged)
    session.flush()
    assert [each.party for each in leads.respondents(session, [it])] == [heir, desk.firm]


def _begin_and_wait(at: Session, beside: Thread) -> None:
    """Let somebody else begin, who waits for what is done here."""
    waiting = text(
        "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
        "WHERE NOT l.granted AND a.datname = current_database()"
    )
    beside.start()
    while beside.is_alive() and not at.scalar(waiting):
        sleep(0.01)
        at.execute(text("SELECT pg_stat_clear_snapshot()"))  # a connection may have been made since the first look
    assert beside.is_alive()


def test_nothing_is_passed_on_by_a_succession_that_somebody_withdraws_at_the_same_time(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Twins(at, NOW)
            matter, head = desk.sent(desk.twin, TWIN).id, desk.head
            said = {"kind": SuccessionKind.ABSORBED, "from_on": NOW.date(), "evidence": "合并协议", "matters": []}
            it = successions.record(at, desk.twin, desk.lender, **said, actor=head, version=None, now=NOW)
            twin, number = desk.twin.id, it.id
        refused: list[type[Exception]] = []

        def pass_on() -> None:
            with app.app_context():
                try:
                    with transaction() as other:
                        mine = other.get_one(PartySuccession, number)
                        successions.pass_on(other, mine, matters=[f"forwarding:{matter}"], actor=head, now=NOW)
                except NotNow as why:
                    refused.append(type(why))

        beside = Thread(target=pass_on)
        with transaction() as at:
            mine = at.get_one(PartySuccession, number)
            successions.withdraw(at, mine, reason="录入错误", actor=head, version=None, now=NOW)
            _begin_and_wait(at, beside)
        beside.join()
        with transaction() as at:
            assert (refused, at.get_one(Forwarding, matter).party_id) == ([NotNow], twin)


def test_what_somebody_else_writes_while_a_merge_goes_on_waits_and_goes_to_the_standing_entry(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Twins(at, NOW)
            twin, lender, head = desk.twin.id, desk.lender.id, desk.head

        def write() -> None:
            with app.app_context(), transaction() as other:
                other.add(PartyAlias(party_id=twin, kind="WEB", value="qingyu.example"))

        beside = Thread(target=write)
        with transaction() as at:
            parties = at.get_one(Party, twin), at.get_one(Party, lender)
            merging.merge(at, *parties, reason="同一公司", actor=head, versions=(None, None), now=NOW)
            _begin_and_wait(at, beside)
        beside.join()
        with transaction() as at:
            owner = at.scalar(select(PartyAlias.party_id).where(PartyAlias.value == "qingyu.example"))
            assert owner == lender
