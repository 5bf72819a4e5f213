"""A company renamed while a draft about it waits: issuing says the name of its day, and nobody's words are changed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.actors import SYSTEM
from notices import queries_approval, renamed
from notices.models import Document, Dossier
from registry import renaming
from tests.conftest import NOW
from tests.proceedings.test_pages import House
from tests.sanctions.test_approved_decisions import house, today

__all__ = ["house", "today"]
NEW = "远航数字金融有限公司"
TYPED = "The text that was typed says the former name"


def decided(house: House, reasons: str) -> int:
    """What the panel decided waits for approval; the number of its dossier."""
    house.enter(house.drawn()).post(f"/staff/panel/{house.track}/decision", prefix="decision", reasons=reasons)
    return int(house.read(lambda at: at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).one()))


def name_of(house: House) -> str:
    return str(house.read(lambda at: at.get_one(CaseTrack, house.track).party.name_zh))


def rename(house: House, name: str = NEW) -> str:
    """The respondent bears another name from today on; the old one."""

    def do(at: Session) -> str:
        party = at.get_one(CaseTrack, house.track).party
        old = party.name_zh
        renaming.rename(at, party, actor=SYSTEM, name_zh=name, version=None, now=NOW)
        return old

    return str(house.read(do))


def signed(house: House, number: int, status: int = 303) -> str:
    house.enter("reviewer").post(f"/staff/approvals/{number}/approve", prefix="approve")
    return str(house.enter("head").post(f"/staff/approvals/{number}/sign", status, prefix="sign"))


def decision(house: House) -> tuple[str, str]:
    """Whom the decision is addressed to, and all that it says."""
    issued = house.read(lambda at: at.scalars(select(Document).where(Document.kind == "D20")).one().paper)
    return issued["head"]["recipient_name"], str(issued["paper"])


def test_a_draft_from_before_a_new_name_is_issued_under_the_name_of_the_day(house: House) -> None:
    number = decided(house, "事实清楚，证据充分。")
    assert "is now called" not in house.enter("head").get(f"/staff/approvals/{number}")
    old = rename(house)
    page = house.enter("head").get(f"/staff/approvals/{number}")
    assert f"{old} is now called {NEW}" in page
    assert TYPED not in page
    signed(house, number)
    to, said = decision(house)
    assert (to, old in said) == (NEW, False)
    assert NEW in said


def test_what_was_typed_keeps_its_name_and_the_page_of_the_draft_warns(house: House) -> None:
    old = name_of(house)
    number = decided(house, f"{old}的陈述意见不予采纳。")
    rename(house)
    assert TYPED in house.enter("head").get(f"/staff/approvals/{number}")
    signed(house, number)
    to, said = decision(house)
    assert to == NEW
    assert f"{old}的陈述意见不予采纳" in said


def test_whoever_typed_the_former_name_is_told_where_it_can_be_changed(house: House) -> None:
    old = name_of(house)
    number = decided(house, f"{old}的陈述意见不予采纳。")
    rename(house)
    house.enter("reviewer").post(f"/staff/approvals/{number}/back", prefix="back", comment="请核对名称")
    secretary = house.enter("secretary")
    assert TYPED in secretary.get(f"/staff/approvals/{number}/revise")
    secretary.post(f"/staff/approvals/{number}/revise", prefix="decision", reasons=f"{NEW}的陈述意见不予采纳。")
    assert "is now called" not in house.enter("head").get(f"/staff/approvals/{number}")


def test_a_new_name_that_holds_the_old_one_is_no_former_name(house: House) -> None:
    old = name_of(house)
    number = decided(house, "事实清楚，证据充分。")
    rename(house, f"{old}（集团）")
    signed(house, number)
    assert decision(house)[0] == f"{old}（集团）"
    newest = house.read(lambda at: renamed.in_draft(at, queries_approval.version_of(at, number)))
    assert [each.typed for each in newest] == [False]


def test_any_other_difference_still_has_to_be_approved_again(house: House) -> None:
    number = decided(house, "事实清楚，证据充分。")
    rename(house)

    def alter(at: Session) -> None:
        newest = queries_approval.version_of(at, number)
        assert newest is not None
        newest.sent = {**newest.sent, "fields": [
            [name, "另有理由。" if name.endswith("reasons") else value] for name, value in newest.sent["fields"]
        ]}  # fmt: skip

    house.read(alter)
    assert "would say something else now" in signed(house, number, 409)
