"""What a company asked for and was answered stays as it was, whatever ends afterwards."""

from casework import party_requests
from tests.conftest import NOW


def test_an_answer_that_was_given_is_not_written_over_and_what_nobody_asked_for_does_not_end() -> None:
    asked = party_requests.begun([], why="系统迁移", at=NOW)
    refused = party_requests.ended(asked, party_requests.REFUSED, at=NOW, answer="理由不足")
    assert party_requests.ended(refused, party_requests.LAPSED, at=NOW) == refused
    assert party_requests.ended([], party_requests.LAPSED, at=NOW) == []
    (told,) = party_requests.told(refused)
    assert (told.why, told.how, told.answer) == ("系统迁移", "REFUSED", "理由不足")
