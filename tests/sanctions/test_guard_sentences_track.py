"""Every guard of a track in the model is made to refuse, in one of the files of its stages."""

from tests.casework import test_guard_sentences_track_inquiry as inquiry
from tests.casework import test_guard_sentences_track_questioning as questioning
from tests.refusals import guarded, rows_of
from tests.sanctions import test_guard_sentences_track_check as check
from tests.sanctions import test_guard_sentences_track_decision as decision
from tests.sanctions import test_guard_sentences_track_execution as execution
from tests.sanctions import test_guard_sentences_track_hearing as hearing
from tests.sanctions import test_guard_sentences_track_resolutions as resolutions

STAGES = (inquiry, questioning, check, hearing, resolutions, decision, execution)


def test_no_guard_of_the_model_is_left_out() -> None:
    assert {row for stage in STAGES for row in rows_of(stage.SCENES)} == guarded("track")
