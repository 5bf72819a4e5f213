"""Two versions of a text, word by word: what one of them alone has is marked, and nothing is lost by it."""

from wtforms import Form

from core.crossing import Difference
from core.fields import Text
from core.wordwise import ADDED, KEPT, LONGEST, TAKEN_OUT, compared

MINE, THEIRS = "请于3个工作日内补充通话录音。", "请于5个工作日内补充短信截图和通话录音。"


class Words(Form):
    said = Text("")


def test_the_words_that_differ_are_marked_in_chinese_and_english() -> None:
    found = compared(THEIRS, MINE)
    assert found is not None
    assert [text for mark, text in found if mark == TAKEN_OUT] == ["5", "短信截图和"]
    assert [text for mark, text in found if mark == ADDED] == ["3"]
    english = compared("Call him on Monday at nine.", "Call her on Monday at nine.")
    assert english == [(KEPT, "Call "), (TAKEN_OUT, "him"), (ADDED, "her"), (KEPT, " on Monday at nine.")]


def test_either_side_reads_whole_with_its_own_words_marked() -> None:
    parts = Difference(Words().said, MINE, THEIRS).parts
    assert "".join(text for _mark, text in parts["mine"]) == MINE
    assert "".join(text for _mark, text in parts["theirs"]) == THEIRS
    assert {mark for mark, _text in parts["mine"]} == {KEPT, ADDED}
    assert {mark for mark, _text in parts["theirs"]} == {KEPT, TAKEN_OUT}


def test_texts_with_nothing_in_common_and_very_long_ones_stand_unmarked() -> None:
    assert compared("甲乙丙丁", "一二三四") is None
    assert compared("字" * (LONGEST + 1), "字") is None
    parts = Difference(Words().said, "甲乙丙丁", "一二三四").parts
    assert parts == {"mine": [(KEPT, "甲乙丙丁")], "theirs": [(KEPT, "一二三四")]}
