"""Two versions of a text, word by word: what one of them alone has is marked, and nothing is lost by it."""

from random import Random
from time import process_time

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


def test_texts_of_which_each_word_fits_everywhere_cost_no_more_than_others() -> None:
    """Whoever complains may send both versions: the two of them kept a process of the web busy for minutes."""
    began = process_time()
    assert compared("好" * LONGEST, "好坏" * (LONGEST // 2)) is None
    assert process_time() - began < 3
    draw = Random(7)  # noqa: S311 - a text
    long = draw.choices([chr(0x4E00 + each) for each in range(300)], k=LONGEST - 50)
    changed = list(long)
    for place in sorted(draw.sample(range(len(long)), 50), reverse=True):
        changed.insert(place, "改")
    marks = compared("".join(long), "".join(changed))
    assert marks is not None
    assert [mark for mark, _text in marks].count(ADDED) == 50
