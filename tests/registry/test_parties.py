"""What the register of parties promises."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.db import Reader, read_as, transaction
from core.db import session as current
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.journal import JournalEntry, settle, verify
from desk.choices import called, suggested
from registry import lineage, merging, parties, policies, queries, renaming, service_addresses, successions, wrong_kinds
from registry.models import AliasKind, BasisKind, BasisStatus, Party, PartyKind, ServiceAddress
from registry.models_accounts import Account
from registry.models_lineage import SuccessionKind
from registry.names import check_character, fold, fold_number, true_uscc
from tests.two_at_once import at_once

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 25)
_FIRST = "91350211M000100"


def code(number: int) -> str:
    """Make a true code for the n-th party of a test."""
    first = f"{_FIRST}{number:02d}"
    return first + check_character(first)


def party(
    session: Session, number: int = 1, kind: PartyKind = PartyKind.INSTITUTION, name: str = "云帆小额贷款有限公司"
) -> Party:
    """Enter a party."""
    return parties.create(
        session, actor=SYSTEM, kind=kind, name_zh=name, name_en=f"Party {number}", uscc=code(number), now=NOW
    )


def meant(session: Session, text: str, how: str) -> list[Party]:
    return [session.get_one(Party, number) for number in queries.match_numbers(session, text, how)]


def test_the_check_character_of_a_credit_code_is_that_of_the_standard() -> None:
    assert true_uscc("91110000600037341L")
    assert not true_uscc("91110000600037341M")
    assert not true_uscc("9111000060003734")
    assert not true_uscc("91110000600O37341L")


def test_names_and_numbers_are_found_however_they_are_typed() -> None:
    assert fold("【云帆 借款】") == fold("云帆借款")
    assert fold("ＹunFan") == "yunfan"
    assert fold_number("+86 138-0013-8000") == fold_number("13800138000")
    assert fold_number("0086 400 555 0100") == "4005550100"


def told_of(session: Session, one: Party) -> list[str]:
    settle(session)
    asked = select(JournalEntry).where(JournalEntry.subject_kind == "party", JournalEntry.subject_id == one.id)
    return [f"{each.before} {each.after}" for each in session.scalars(asked.order_by(JournalEntry.seq))]


def test_the_journal_knows_one_state_of_a_company_whichever_deed_it_tells_of(session: Session) -> None:
    one, heir = party(session), party(session, 2, name="海蓝科技有限公司")
    said: dict[str, Any] = {"actor": SYSTEM, "version": None, "now": NOW}
    proof: dict[str, Any] = {"from_on": DAY, "evidence": "登记通知书", "matters": []}
    parties.suspend(session, one, why="清算", **said)
    successions.record(session, one, heir, kind=SuccessionKind.SPLIT_OFF, **proof, **said)
    successions.cease(session, one, on=DAY, evidence="注销登记", **said)
    parties.restore(session, one, **said)
    successions.exist(session, one, reason="登记有误", **said)
    assert told_of(session, one) == [
        "ENTERED ENTERED",
        "ENTERED SUSPENDED",
        "SUSPENDED SUSPENDED",
        "SUSPENDED CEASED",
        "CEASED CEASED",
        "CEASED ENTERED",
    ]


def test_a_suspended_company_is_still_suspended_once_a_merge_is_taken_back(session: Session) -> None:
    one, twin = party(session), party(session, 2, name="海蓝科技有限公司")
    parties.suspend(session, one, actor=SYSTEM, why="清算", version=None, now=NOW)
    made = merging.merge(session, one, twin, reason="同一家", actor=SYSTEM, versions=(None, None), now=NOW)
    merging.undo(session, made, reason="两家", back=[], actor=SYSTEM, version=None, now=NOW)
    assert told_of(session, one)[1:] == ["ENTERED SUSPENDED", "SUSPENDED MERGED", "MERGED SUSPENDED"]


def test_a_party_with_a_wrong_code_is_refused_at_the_field(session: Session) -> None:
    with pytest.raises(BadInput) as refused:
        parties.create(session, actor=SYSTEM, kind=PartyKind.FIRM, name_zh="甲", uscc=code(1)[:-1] + "0", now=NOW)
    assert refused.value.field == "uscc"


def test_one_code_stands_for_one_party(session: Session) -> None:
    party(session)
    with pytest.raises(BadInput):
        party(session, name="另一家")


def test_only_who_keeps_the_register_changes_it(session: Session) -> None:
    with pytest.raises(NotAllowed):
        parties.create(
            session,
            actor=Actor(1, frozenset({"intake", "audit_admin"})),
            kind=PartyKind.FIRM,
            name_zh="甲",
            uscc=code(1),
            now=NOW,
        )


def test_a_renamed_party_is_still_found_by_its_former_name(session: Session) -> None:
    one = party(session)
    renaming.rename(session, one, actor=SYSTEM, name_zh="云帆消费金融有限公司", version=one.version, now=NOW)
    session.flush()
    assert one.name("zh") == "云帆消费金融有限公司"
    assert meant(session, "云帆小额贷款有限公司", "NAME") == [one]
    assert meant(session, "云帆消费金融有限公司", "NAME") == [one]


def test_a_name_entered_by_mistake_is_found_no_more_and_the_journal_keeps_it(session: Session) -> None:
    one = party(session, name="云凡金融有限公司")
    renaming.rename(session, one, actor=SYSTEM, name_zh="云帆金融有限公司", version=None, now=NOW)
    mistake = lineage.former_names(session, one)[0]
    with pytest.raises(BadInput):
        parties.drop_alias(session, mistake, actor=SYSTEM, why=" ", now=NOW)
    parties.drop_alias(session, mistake, actor=SYSTEM, why="录入时写错一字", now=NOW)
    assert meant(session, "云凡金融有限公司", "NAME") == []
    assert lineage.name_on(session, one, DAY - timedelta(days=1)) == "云帆金融有限公司"
    with pytest.raises(Changed):
        parties.drop_alias(session, mistake, actor=SYSTEM, why="录入时写错一字", now=NOW)
    settle(session)
    said = session.scalar(select(JournalEntry.changes).where(JournalEntry.row == "party.drop_alias"))
    assert said["value"] == "云凡金融有限公司"
    assert said["why"] == "录入时写错一字"


def test_the_days_of_a_mistaken_name_go_to_the_one_that_followed(session: Session) -> None:
    one = party(session, name="甲金融有限公司")
    for name, day in (("以金融有限公司", date(2026, 3, 1)), ("乙金融有限公司", date(2026, 4, 1)), ("丙", DAY)):
        renaming.rename(session, one, actor=SYSTEM, name_zh=name, from_on=day, version=None, now=NOW)
    mistake = next(each for each in lineage.former_names(session, one) if each.value == "以金融有限公司")
    parties.drop_alias(session, mistake, actor=SYSTEM, why="写错", now=NOW)
    said = [lineage.name_on(session, one, date(2026, month, 15)) for month in (2, 3, 4)]
    assert said == ["甲金融有限公司", "乙金融有限公司", "乙金融有限公司"]


def test_no_two_companies_bear_one_name_in_either_language_now_or_announced(session: Session) -> None:
    one, other = party(session), party(session, 2, name="海蓝科技有限公司")
    with pytest.raises(BadInput) as refused:
        party(session, 3, name="云帆小额贷款有限公司 ")
    assert refused.value.field == "name_zh"
    assert one.uscc in str(refused.value.message)
    with pytest.raises(BadInput) as refused:
        renaming.rename(
            session, other, actor=SYSTEM, name_zh=other.name_zh, name_en="PARTY 1", version=other.version, now=NOW
        )
    assert refused.value.field == "name_en"
    ahead = DAY + timedelta(days=9)
    renaming.rename(session, other, actor=SYSTEM, name_zh="新海蓝", from_on=ahead, version=other.version, now=NOW)
    session.flush()
    with pytest.raises(BadInput):
        renaming.rename(session, one, actor=SYSTEM, name_zh="新海蓝", version=one.version, now=NOW)
    renaming.rename(session, other, actor=SYSTEM, name_zh="新海蓝", version=other.version, now=NOW)


def test_where_two_companies_bear_one_name_each_stands_with_its_code_and_that_means_it_alone(session: Session) -> None:
    one, other = party(session), party(session, 2, name="海蓝科技有限公司")
    assert [each.said for each in called(session, other.name_zh)] == [other.name_zh]
    other.name_zh = one.name_zh
    session.flush()
    both = [f"{one.name_zh} · {each.uscc}" for each in (one, other)]
    assert [each.said for each in called(session, one.name_zh)] == both
    assert [each.said for each in suggested(session, "云帆")] == both
    assert [[each.number for each in called(session, said)] for said in both] == [[one.id], [other.id]]
    assert not called(session, f"云帆 · {one.name_zh}"), "only a code may follow"


def test_a_present_name_means_whoever_bears_it_and_not_who_bore_it_by_mistake(session: Session) -> None:
    real, other = party(session), party(session, 2, name="海蓝科技有限公司")
    parties.add_alias(session, other, actor=SYSTEM, kind=AliasKind.FORMER, value=real.name_zh, now=NOW)
    assert meant(session, real.name_zh, "NAME") == [real]
    assert meant(session, real.name_zh, "ANY") == [real]
    renaming.rename(session, real, actor=SYSTEM, name_zh="云帆消费金融有限公司", version=real.version, now=NOW)
    session.flush()
    assert meant(session, "云帆小额贷款有限公司", "NAME") == [real, other]


def test_the_second_of_two_who_rename_is_told(session: Session) -> None:
    one = party(session)
    seen = one.version
    renaming.rename(session, one, actor=SYSTEM, name_zh="新名", version=seen, now=NOW)
    session.flush()
    with pytest.raises(Changed):
        renaming.rename(session, one, actor=SYSTEM, name_zh="又一新名", version=seen, now=NOW)


@pytest.mark.parametrize(
    ("kind", "value", "typed", "how"),
    [
        (AliasKind.APP, "云帆借款", "云帆借款 ", "APP"),
        (AliasKind.SMS_SIGNATURE, "【云帆】", "云帆", "SMS_SIGNATURE"),
        (AliasKind.NUMBER, "400-555-0100", "4005550100", "NUMBER"),
        (AliasKind.SHORT, "云帆小贷", "云帆小贷", "ANY"),
    ],
)
def test_people_find_the_company_by_its_app_signature_or_number(
    session: Session, kind: AliasKind, value: str, typed: str, how: str
) -> None:
    one = party(session)
    parties.add_alias(session, one, actor=SYSTEM, kind=kind, value=value, now=NOW)
    assert meant(session, typed, how) == [one]


@pytest.mark.parametrize(
    ("kind", "value"), [(AliasKind.NUMBER, "abc"), (AliasKind.NUMBER, "打95188"), (AliasKind.WEB, "not a web")]
)
def test_a_number_has_digits_and_a_website_an_address(session: Session, kind: AliasKind, value: str) -> None:
    one, said = party(session), {"actor": SYSTEM, "kind": kind, "now": NOW}
    with pytest.raises(BadInput, match=r"0592-5550199|www\.example\.com"):
        parties.add_alias(session, one, value=value, **said)
    right = {
        AliasKind.WEB: ["www.yunfan.example/loan"],
        AliasKind.NUMBER: ["（0592）555 0199", "95188转1", "1069800955#"],
    }
    for each in right[kind]:
        parties.add_alias(session, one, value=each, **said)


def test_an_app_is_not_taken_for_a_signature(session: Session) -> None:
    parties.add_alias(session, party(session), actor=SYSTEM, kind=AliasKind.APP, value="云帆借款", now=NOW)
    assert meant(session, "云帆借款", "SMS_SIGNATURE") == []
    assert meant(session, "", "ANY") == []


def test_a_company_is_found_by_parts_of_its_names_and_says_by_which_name(session: Session) -> None:
    one, other = party(session), party(session, 2, name="海蓝科技有限公司")
    parties.add_alias(session, other, actor=SYSTEM, kind=AliasKind.APP, value="云帆快借", now=NOW)
    found = queries.found(session, "云帆")
    assert {line.party.id: line.known_as for line in found} == {one.id: "", other.id: "云帆快借"}
    assert queries.found(session, "云") == []
    assert queries.found(session, "%%") == []


def test_a_suspended_party_is_not_suggested_and_not_to_be_named(session: Session) -> None:
    one = party(session)
    parties.suspend(session, one, actor=SYSTEM, why="清算", version=one.version, now=NOW)
    assert queries.found(session, "云帆") == []
    assert not policies.may_be_named(one)


def test_the_basis_on_the_day_of_the_conduct_decides_not_todays(session: Session) -> None:
    one = party(session)
    basis = parties.add_basis(session, one, actor=SYSTEM, kind=BasisKind.UNDERTAKING, from_on=date(2025, 1, 1), now=NOW)
    parties.end_basis(
        session, basis, actor=SYSTEM, status=BasisStatus.WITHDRAWN, to_on=date(2026, 6, 30), version=None, now=NOW
    )
    session.flush()
    assert policies.basis_on(session, one, date(2026, 6, 30)) == "UNDERTAKING"
    assert policies.basis_on(session, one, date(2026, 7, 1)) == "VIA_PRINCIPAL"
    assert policies.basis_on(session, one, date(2024, 12, 31)) == "VIA_PRINCIPAL"


def test_membership_comes_before_an_undertaking(session: Session) -> None:
    one = party(session)
    for kind in (BasisKind.UNDERTAKING, BasisKind.MEMBERSHIP):
        parties.add_basis(session, one, actor=SYSTEM, kind=kind, from_on=date(2025, 1, 1), now=NOW)
    assert policies.basis_on(session, one, DAY) == "MEMBERSHIP"


def test_two_entries_of_one_kind_never_overlap(session: Session) -> None:
    one = party(session)
    parties.add_basis(session, one, actor=SYSTEM, kind=BasisKind.MEMBERSHIP, from_on=date(2025, 1, 1), now=NOW)
    with pytest.raises(BadInput):
        parties.add_basis(session, one, actor=SYSTEM, kind=BasisKind.MEMBERSHIP, from_on=DAY, now=NOW)


def test_of_two_who_enter_what_binds_a_company_at_once_the_second_sees_which_days_are_taken(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            number = party(at).id

        def binds(at: Session, day: date) -> None:
            said = {"actor": SYSTEM, "kind": BasisKind.MEMBERSHIP, "from_on": day, "now": NOW}
            parties.add_basis(at, at.get_one(Party, number), **said)  # type: ignore[arg-type]

        assert isinstance(at_once(app, partial(binds, day=date(2025, 1, 1)), partial(binds, day=DAY)), BadInput)


def test_of_two_companies_that_are_entered_under_one_name_at_once_the_second_is_refused(app: Flask) -> None:
    with app.app_context():
        refused = at_once(app, party, partial(party, number=2))
        assert isinstance(refused, BadInput)
        assert refused.field == "name_zh"


def test_whoever_enters_a_company_and_changes_another_meets_nobody_who_lets_that_exist_again(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            gone = party(at)
            successions.cease(at, gone, on=DAY, evidence="x", actor=SYSTEM, version=None, now=NOW)
        number, said = gone.id, {"reason": "x", "actor": SYSTEM, "version": None, "now": NOW}
        enter, hold = partial(party, number=7, name="新公司"), lambda at: at.get(Party, number, with_for_update=True)
        exists = lambda at: successions.exist(at, at.get_one(Party, number), **said)  # noqa: E731
        assert at_once(app, enter, exists, then=hold) is None


def test_a_company_exists_again_only_under_a_name_that_no_other_bears_since(session: Session) -> None:
    one, other, third = party(session), party(session, 2, name="海蓝科技有限公司"), party(session, 3, name="丙")
    said = {"kind": SuccessionKind.ABSORBED, "from_on": DAY, "evidence": "协议", "matters": [], "version": None}
    made = successions.record(session, one, other, **said, actor=SYSTEM, now=NOW)  # type: ignore[arg-type]
    successions.cease(session, third, on=DAY, evidence="注销", actor=SYSTEM, version=None, now=NOW)
    for heir, name in ((other, one.name_zh), (party(session, 4, name="丁"), "丙")):
        renaming.rename(session, heir, actor=SYSTEM, name_zh=name, version=None, now=NOW)
    session.flush()
    back = {"reason": "录入错误", "actor": SYSTEM, "version": None, "now": NOW}
    with pytest.raises(NotNow, match=other.uscc):
        successions.withdraw(session, made, **back)  # type: ignore[arg-type]
    with pytest.raises(NotNow, match="使用本单位的名称"):
        successions.exist(session, third, **back)  # type: ignore[arg-type]


def test_an_ended_entry_is_not_drawn_out_over_the_next_of_its_kind(session: Session) -> None:
    one, said = party(session), dict[str, Any](actor=SYSTEM, now=NOW)
    spans = ((date(2020, 1, 1), date(2020, 12, 31)), (date(2022, 1, 1), None))
    first, _second = (
        parties.add_basis(session, one, kind=BasisKind.MEMBERSHIP, from_on=begins, to_on=ends, **said)
        for begins, ends in spans
    )
    for last in (None, date(2022, 1, 1)):
        with pytest.raises(BadInput):
            parties.end_basis(session, first, status=BasisStatus.ACTIVE, to_on=last, version=None, **said)
    for last in (date(2021, 12, 31), date(2020, 6, 30)):
        parties.end_basis(session, first, status=BasisStatus.WITHDRAWN, to_on=last, version=None, **said)


def test_an_ended_basis_says_since_when(session: Session) -> None:
    one = party(session)
    with pytest.raises(BadInput):
        parties.add_basis(
            session, one, actor=SYSTEM, kind=BasisKind.MEMBERSHIP, from_on=DAY, status=BasisStatus.EXPELLED, now=NOW
        )


def test_the_firm_of_the_day_of_the_conduct_is_found(session: Session) -> None:
    lender, firm = party(session), party(session, 2, PartyKind.FIRM, "磐石催收有限公司")
    engagement = parties.engage(
        session,
        actor=SYSTEM,
        institution=lender,
        firm=firm,
        from_on=date(2026, 1, 1),
        to_on=date(2026, 6, 30),
        now=NOW,
    )
    assert not queries.engagements_on(session, date(2025, 12, 31), institution=lender)
    assert queries.engagements_on(session, date(2026, 1, 1), institution=lender) == [engagement]
    assert queries.engagements_on(session, date(2026, 6, 30), institution=lender) == [engagement]
    assert not queries.engagements_on(session, date(2026, 7, 1), institution=lender)
    assert not queries.engagements_on(session, date(2026, 3, 1), institution=lender, firm=lender)


def test_an_engagement_that_nobody_ended_lasts_no_longer_than_the_companies(session: Session) -> None:
    lender, firm = party(session), party(session, 2, PartyKind.FIRM, "磐石催收有限公司")
    made = parties.engage(
        session, actor=SYSTEM, institution=lender, firm=firm, from_on=date(2026, 1, 1), now=NOW
    )  # fmt: skip
    successions.cease(session, lender, on=date(2026, 6, 30), evidence="注销", actor=SYSTEM, version=None, now=NOW)
    on = [queries.engagements_on(session, date(2026, 6, day), firm=firm) for day in (29, 30)]
    assert on == [[made], []]


def test_two_engagements_of_the_same_two_do_not_overlap(session: Session) -> None:
    lender, firm = party(session), party(session, 2, PartyKind.FIRM, "磐石催收有限公司")
    said = dict[str, Any](actor=SYSTEM, now=NOW)
    both = said | {"institution": lender, "firm": firm}
    first = parties.engage(session, from_on=date(2025, 1, 1), **both)
    with pytest.raises(BadInput, match="重叠"):
        parties.engage(session, from_on=date(2026, 1, 1), **both)
    said |= {"version": None, "last_evaluated_on": None}
    parties.change_engagement(session, first, to_on=date(2025, 12, 31), **said)
    parties.engage(session, from_on=date(2026, 1, 1), **both)
    with pytest.raises(BadInput, match="重叠"):
        parties.change_engagement(session, first, to_on=None, **said)
    parties.change_engagement(session, first, to_on=date(2025, 6, 30), **said)


def test_an_engagement_joins_a_lender_and_a_firm(session: Session) -> None:
    lender = party(session)
    with pytest.raises(BadInput):
        parties.engage(session, actor=SYSTEM, institution=lender, firm=party(session, 2), from_on=DAY, now=NOW)


def lead_of(session: Session, one: Party) -> Actor:
    """Make the lead of a party."""
    account = Account(
        mail=f"lead{one.id}@example.com",
        mail_hash=bytes([one.id % 250]),
        name="林岚",
        audience="party",
        party_id=one.id,
    )
    session.add(account)
    session.flush()
    return Actor(account.id, frozenset({"respondent", "lead"}), one.id, "林岚", "portal")


ADDRESS = service_addresses.NewAddress(True, "海望区 1 号", "林岚", "0100-5550101", "林岚")


def test_a_confirmed_address_ends_the_one_before_and_tells_who_asked_to_be_told(session: Session) -> None:
    lead = lead_of(session, party(session))
    told: list[ServiceAddress] = []

    def hook(_session: Session, address: ServiceAddress, _actor: Actor, _now: datetime) -> None:
        told.append(address)

    service_addresses.on_confirmed(hook)
    try:
        first = service_addresses.confirm(session, actor=lead, address=ADDRESS, now=NOW)
        second = service_addresses.confirm(session, actor=lead, address=ADDRESS._replace(electronic=False), now=NOW)
    finally:
        service_addresses._hooks.remove(hook)
    assert told == [first, second]
    assert first.to_on == DAY
    assert queries.service_address(session, first.party_id) == second
    assert second.account_id is None


def test_a_company_that_was_entered_as_the_wrong_kind_is_put_right_with_what_was_merged_into_it(
    session: Session,
) -> None:
    one, twin = (party(session, number, name=name) for number, name in ((1, "磐石催收有限公司"), (2, "磐石催收公司")))
    said: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
    merging.merge(session, twin, one, reason="同一公司", versions=(None, None), **said)
    for wrong in ({"kind": PartyKind.INSTITUTION, "why": "误"}, {"kind": PartyKind.FIRM, "why": " "}):
        with pytest.raises(BadInput):
            wrong_kinds.put_right(session, one, version=None, **said, **wrong)  # type: ignore[arg-type]
    with pytest.raises(Changed):
        wrong_kinds.put_right(session, one, kind=PartyKind.FIRM, why="录入错误", version=one.version - 1, **said)
    wrong_kinds.put_right(session, one, kind=PartyKind.FIRM, why="录入错误", version=one.version, **said)
    assert (one.kind, twin.kind) == (PartyKind.FIRM, PartyKind.FIRM)
    assert "party.put_kind_right" in session.scalars(select(JournalEntry.row).where(*of(session, one))).all()


def of(session: Session, one: Party) -> tuple[Any, ...]:
    settle(session)
    return JournalEntry.subject_kind == "party", JournalEntry.subject_id == one.id


def test_the_kind_of_a_company_stays_where_an_engagement_rests_on_it(session: Session) -> None:
    lender, firm = party(session), party(session, 2, PartyKind.FIRM, "磐石催收有限公司")
    said: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
    parties.engage(session, institution=lender, firm=firm, from_on=DAY, **said)
    for one, kind in ((lender, PartyKind.FIRM), (firm, PartyKind.INSTITUTION)):
        with pytest.raises(NotNow, match=f"{lender.name_zh} · {firm.name_zh}"):
            wrong_kinds.put_right(session, one, kind=kind, why="录入错误", version=None, **said)
    assert (lender.kind, firm.kind) == (PartyKind.INSTITUTION, PartyKind.FIRM)


def test_only_the_lead_signs_the_service_address(session: Session) -> None:
    lead = lead_of(session, party(session))
    member = Actor(lead.id, frozenset({"respondent", "member"}), lead.party_id, "", "portal")
    with pytest.raises(NotAllowed):
        service_addresses.confirm(session, actor=member, address=ADDRESS, now=NOW)


def test_a_party_reads_its_own_address_and_engagements_only(app: object) -> None:
    with app.app_context():  # type: ignore[attr-defined]
        with transaction() as session:
            one, other = party(session), party(session, 2, PartyKind.FIRM, "磐石")
            third = party(session, 3, PartyKind.FIRM, "青松")
            service_addresses.confirm(session, actor=lead_of(session, one), address=ADDRESS, now=NOW)
            for firm in (other, third):
                parties.engage(session, actor=SYSTEM, institution=one, firm=firm, from_on=DAY, now=NOW)
            numbers = one.id, other.id
        reading = current()
        reading.expunge_all()
        read_as(reading, Reader("zilu_party", (("zilu.party", str(numbers[1])),)))
        assert queries.service_address(reading, numbers[0]) is None
        assert len(queries.engagements_on(reading, DAY)) == 1
        assert len(reading.scalars(select(Party)).all()) == 3
        reading.rollback()
        read_as(reading, Reader("zilu_party", (("zilu.party", str(numbers[0])),)))
        assert queries.service_address(reading, numbers[0]) is not None
        assert len(queries.engagements_on(reading, DAY)) == 2


def test_every_change_of_a_party_is_a_link_of_the_journal(app: object) -> None:
    with app.app_context():  # type: ignore[attr-defined]
        with transaction() as session:
            one = party(session)
            parties.add_alias(session, one, actor=SYSTEM, kind=AliasKind.SHORT, value="云帆", now=NOW)
        with transaction() as session:
            assert list(verify(session)) == []


def test_a_name_without_its_legal_form_leads_to_the_one_party_so_called(session: Session) -> None:
    one = party(session, 1, name="澜桥消费金融有限公司")
    kind = one.kind
    for said in ("澜桥消费金融", "澜桥消费金融公司", "澜桥消费金融 （集团）股份有限公司"):
        assert queries.resembling(session, said, kind) == one.id, said
    assert meant(session, "澜桥消费金融", "NAME") == []
    for said in ("澜桥", "有限公司", "", "%"):
        assert queries.resembling(session, said, kind) is None, said
    party(session, 2, name="澜桥消费金融有限责任公司")
    assert queries.resembling(session, "澜桥消费金融", kind) is None
