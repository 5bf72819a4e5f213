"""A form that is sent again with other words, since nobody knew that it had arrived: nothing of them is lost."""

import re

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from casework.models import Note
from core.db import Once, transaction
from desk.deeds import form_of
from desk.deeds_forwardings import DEEDS
from tests.builders import Desk
from tests.casework.house import House, case, house, today
from tests.conftest import NOW
from tests.desk.test_writing import NOTE, place, typed

__all__ = ["case", "house", "today"]
FIRST, MORE = "已核对通话记录。", "已核对通话记录，并电话联系投诉人。"


def address(case: House) -> str:
    return f"/staff/cases/{case.made['case']}"


def sent(case: House, text: str, key: str = "k1", **more: str) -> tuple[int, str]:
    fields = {NOTE: text, "note-key": key, **more}
    page = {"Referer": f"http://localhost{address(case)}"}
    answer = case.enter("officer").client.post(f"{address(case)}/notes", data=fields, headers=page)
    return answer.status_code, answer.text


def noted(case: House) -> list[str]:
    return case.read(lambda at: list(at.scalars(select(Note.body).order_by(Note.id))))


def test_what_was_changed_since_the_first_sending_stands_in_the_form_and_goes_as_something_new(case: House) -> None:
    assert sent(case, FIRST)[0] == 303
    status, page = sent(case, MORE)
    assert (status, noted(case)) == (409, [FIRST])
    assert "This form was sent before" in page
    assert f"{MORE}</textarea>" in page
    fresh = re.search(r'name="note-key" type="hidden" value="([0-9a-f]{32})"', page)
    assert fresh is not None
    assert sent(case, MORE, fresh[1])[0] == 303
    assert noted(case) == [FIRST, MORE]


def test_nor_is_the_draft_of_it_dropped_as_if_it_were_done(case: House) -> None:
    assert sent(case, FIRST)[0] == 303
    officer = case.enter("officer")
    typed(officer, place(officer.get(address(case)), "/notes"), **{NOTE: MORE})
    assert sent(case, MORE)[0] == 409
    assert f"{MORE}</textarea>" in officer.get(address(case))


def test_the_same_sent_twice_is_done_once_however_a_browser_breaks_its_lines(case: House) -> None:
    assert sent(case, f"{FIRST}\n{MORE}")[0] == 303
    assert sent(case, f"{FIRST}\r\n{MORE}\r\n", csrf_token="another")[0] == 303
    assert len(noted(case)) == 1


def test_of_what_was_sent_a_digest_is_kept_at_which_nobody_can_guess(case: House) -> None:
    for key in ("k1", "k2"):
        assert sent(case, FIRST, key)[0] == 303
    said = case.read(lambda at: at.scalars(select(Once.said).order_by(Once.at)).all()[-2:])
    assert None not in said
    assert len(set(said)) == 2


def test_a_letter_put_before_approvers_by_a_form_without_a_text_yet_is_issued_as_it_was(app: Flask) -> None:
    with app.test_request_context(), transaction() as at:
        desk = Desk(at, NOW)
        it, deed = desk.accepted().forwardings[0], DEEDS["reissue"]
        desk.void("forwarding", it.id, "D05b")
        said = it.masked_facts
        form = form_of(at, deed, it, MultiDict({"key": "k"}))
        deed.do(at, it, form, desk.intake, NOW)
        assert (it.masked_facts, desk.letters("forwarding", it.id)) == (said, ["D05b", "D05b"])
