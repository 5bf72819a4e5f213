"""The scan before publication: it distrusts checksums, sees through separators, and knows the case's people."""

from datetime import datetime
from time import process_time

import pytest
from sqlalchemy.orm import Session

from casework import personal_strings, queries_erasures
from casework.scan import scan
from sanctions import measures
from sanctions.models_hearings import Hearing
from sanctions.plans import Person
from tests.builders_cases import actor
from tests.sanctions.chain import Chain

COMPANY = "91330100MA27W1TX0A"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("致电13812345678", "MOBILE"),
        ("致电138-1234-5678询问", "MOBILE"),
        ("致电+86 138 1234 5678", "MOBILE"),
        ("致电１３８１２３４５６７８", "MOBILE"),
        ("身份证330106199001011235（校验位有误）", "ID"),
        ("身份证33010619900101123X", "ID"),
        ("卡号6222 0212 3456 7890 128", "CARD"),
        ("卡号6222021234567890（不合Luhn）", "CARD"),
        ("邮箱someone@example.invalid", "MAIL"),
    ],
)
def test_numbers_and_addresses_are_found_whatever_their_check_digit(text: str, kind: str) -> None:
    assert kind in {found.kind for found in scan(text)}


@pytest.mark.parametrize("piece", ["a", "a.", "1", "-"])
def test_one_long_word_is_scanned_in_time_by_its_length_alone(piece: str) -> None:
    text, began = piece * (40_000 // len(piece)), process_time()
    scan(text)
    assert process_time() - began < 2


def test_a_document_number_and_a_date_are_not_personal() -> None:
    assert not scan("蓝互金协决〔2026〕12号，2026年11月25日，电话0100-5550188，共20261125件")


def test_the_company_s_own_code_may_stand_there_and_no_other() -> None:
    digits = "913301000000000012"
    assert not scan(f"统一社会信用代码：{digits}", shown=[digits])
    assert scan(f"统一社会信用代码：{digits}")
    assert not scan(f"统一社会信用代码：{COMPANY}", shown=[COMPANY])


@pytest.mark.parametrize("text", ["林晓芸反映", "林 晓芸反映", "联系人139 1234 5678", "someone@Example.invalid"])
def test_every_string_of_a_complainant_is_found(text: str) -> None:
    assert scan(text, ["林晓芸", "13912345678", "someone@example.invalid"])
    assert scan("Jose Garcia", ["José García"])
    assert scan("Łukasz Dvořák", ["Lukasz Dvorak"])


def test_places_are_those_of_the_original_text() -> None:
    text = "甲１３８１２３４５６７８乙"
    (found,) = scan(text)
    assert text[found.start :].startswith(found.text)
    assert found.text == "１３８１２３４５６７８"


def test_whoever_came_was_heard_or_trained_and_whose_complaint_was_merged_is_known(
    session: Session, now: datetime
) -> None:
    chain = Chain(session, now)
    track = chain.executing([2, 3])
    merged = chain.complaint(name="钱若水")
    merged.state, merged.lead_id = "MERGED", track.case.complaints[0].id
    came = {"name": "宋知远", "position": "催收总监", "identity_checked": "1234", "authority": "授权委托书"}
    chain.recorded(track, attendees=(came,))
    measures.enrol(session, track, people=[Person("杜若", "主管")], actor=actor(chain.lead), now=chain.later(10))
    heard = {"record": {"attendees": [{"name": "沈既白"}]}, "signed_by": "柳如眉", "signed_at": now}
    session.add(Hearing(track_id=track.id, round=track.round, asked_at=now, wishes="", **heard))
    session.flush()
    assert {"林晓芸", "13812345678", "钱若水"} <= set(personal_strings.of_case(session, track.case_id))
    assert {"周岚", "宋知远", "杜若", "沈既白", "柳如眉"} <= set(personal_strings.named_in(session, track.case_id))


def test_whoever_followed_a_complaint_of_the_case_is_known_after_it_ended_and_whoever_followed_them(
    session: Session, now: datetime
) -> None:
    chain = Chain(session, now)
    track = chain.decided([1])
    lead = track.case.complaints[0].id
    for name, state in (("钱若水", "CLOSED"), ("冯素弦", "WITHDRAWN")):
        follower = chain.complaint(name=name)
        follower.state, follower.lead_id = state, lead
    nested = chain.complaint(name="陶渊如")
    nested.state, nested.lead_id = "CLOSED", follower.id
    chain.complaint(name="贺知秋")
    session.flush()
    known = set(personal_strings.of_case(session, track.case_id))
    assert {"林晓芸", "钱若水", "冯素弦", "陶渊如"} <= known
    assert "贺知秋" not in known
    assert queries_erasures.is_of_case(session, nested)


def test_a_company_is_named_though_somebody_in_the_case_has_part_of_its_name() -> None:
    assert not scan("华亭消费金融有限公司多次致电无关人员", shown=["华亭消费金融有限公司"], named=["华亭"])
    assert [each.kind for each in scan("华亭称并不知情", named=["华亭"])] == ["NAMED"]


@pytest.mark.parametrize("row", ["a", "A.", "a @", "1-", "1391234"])
def test_a_long_row_costs_no_more_than_other_text(row: str) -> None:
    began = process_time()
    scan(row * (20_000 // len(row)))
    assert process_time() - began < 3
