"""What may show a debt is marked in a text that somebody reads who is not the debtor."""

from time import process_time

import pytest

from casework.debt_words import stretches


def shown(text: str) -> list[str]:
    """The marked places."""
    return [each.text for each in stretches(text) if each.shows]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("您的朋友尚有3,200元未清。", ["3,200元"]),
        ("他还欠钱", ["还欠钱"]),
        ("共计人民币１２００元", ["人民币１２００元"]),
        ("他还欠款三千五百元，已逾期20天", ["还欠款", "三千五百元", "逾期"]),
        ("剩余2.5万，分期偿还", ["2.5万", "分期", "偿还"]),
        ("¥ 980 已退", ["¥ 980"]),
        ("Your brother owes 3,200 yuan; his loan is overdue.", ["owes", "3,200 yuan", "loan", "overdue"]),
        ("A balance of CNY 500 is outstanding", ["balance", "CNY 500", "outstanding"]),
    ],
)
def test_sums_and_words_for_owing_are_marked(text: str, found: list[str]) -> None:
    assert shown(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "我们已停止拨打您的号码 139****5678，并于2026年3月5日告知催收人员。",
        "东山小额贷款有限公司已于12月1日整改，共有3万名客户收到通知。",
        "We have stopped calling you since 5 March and told all 12 employees.",
        "",
    ],
)
def test_days_numbers_and_names_of_lenders_are_not(text: str) -> None:
    assert shown(text) == []


def test_nothing_of_the_text_is_lost_between_the_marks() -> None:
    text = "他还欠3000元。\n逾期。She owes it."

    assert "".join(each.text for each in stretches(text)) == text


@pytest.mark.parametrize("row", ["1", "1,", "1.,", "１，", "一", "千万"])
def test_a_long_row_of_digits_costs_no_more_than_other_text(row: str) -> None:
    began = process_time()
    assert shown(row * (20_000 // len(row)) + "。 12元")[-1] == "12元"
    assert process_time() - began < 1
