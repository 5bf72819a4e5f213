"""Lists that people type: each point stands without the mark or number before it, for a list gives it one anyway."""

import pytest

from core.typed_lists import lines


@pytest.mark.parametrize(
    "typed",
    [
        "1、单位\n2、时间",
        "1. 单位\n2. 时间",
        "（1）单位\n（2）时间",
        "一、单位\n二、时间",
        "①单位\n②时间",
        "- 单位\n• 时间",
    ],
)
def test_marks_and_numbers_that_were_typed_are_taken_off(typed: str) -> None:
    assert lines(typed) == ["单位", "时间"]


@pytest.mark.parametrize("said", ["1.5倍利息\n2.5倍利息", "3、单位\n4、时间", "1、单位\n另有时间", "10月7日致电"])
def test_what_does_not_count_the_points_of_a_list_stays(said: str) -> None:
    assert lines(said) == said.split("\n")
