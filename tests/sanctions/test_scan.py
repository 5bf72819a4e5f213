"""The scan before publication: it distrusts checksums, sees through separators, and knows the case's people."""

import pytest

from casework.scan import scan

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


def test_places_are_those_of_the_original_text() -> None:
    text = "甲１３８１２３４５６７８乙"
    (found,) = scan(text)
    assert text[found.start :].startswith(found.text)
    assert found.text == "１３８１２３４５６７８"
