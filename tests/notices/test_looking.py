"""A look before issue: whoever issues documents alone sees them first, and nothing is done, numbered or kept."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pdfplumber
import pikepdf
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casework import triage
from casework.models import Complaint
from core.db import Once, db, transaction
from core.errors import NotNow
from core.machine import Machine
from core.outbox import Outbox
from notices import dossiers, looking, trials
from notices.models import Document, Dossier, SeriesCounter
from notices.samples import paper_for
from registry.settings import setting
from tests.builders import Desk
from tests.conftest import NOW
from tests.kept_states import brought_once
from tests.signed_in import signed_in

WHY = "属于贷款审批争议，不涉及催收行为。"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


class House:
    """A complaint that intake may reject by its own signature."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            it = desk.received()
            setting(at, "UNDO_MINUTES").value = 0
            self.intake, self.number, self.ref = desk.intake, it.id, it.ref

    def browser(self) -> FlaskClient:
        return signed_in(self.app, self.intake.id, now=NOW)

    def there_is(self) -> tuple[Any, ...]:
        """All that issuing would change."""
        with self.app.app_context(), transaction() as at:
            many = [at.scalar(select(func.count()).select_from(it)) for it in (Document, Dossier, Outbox, Once)]
            last = at.execute(select(SeriesCounter.series, SeriesCounter.last)).all()
            return (*many, *sorted(map(tuple, last)), at.get_one(Complaint, self.number).state)


@pytest.fixture
@brought_once
def house(app: Flask) -> House:
    return House(app)


def filled(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes there."""
    form = page.split(f'action="{action}"', maxsplit=1)[1].split("</form>", maxsplit=1)[0]
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', form)
    return {re.search(r'name="([^"]+)"', one)[1]: re.search(r'value="([^"]*)"', one)[1] for one in hidden}


def test_the_letter_is_seen_as_a_marked_draft_before_it_is_issued(house: House) -> None:
    browser, action = house.browser(), f"/staff/complaints/{house.ref}/do/reject"
    page = browser.get(f"/staff/complaints/{house.ref}").text
    form = page.split(f'action="{action}"', maxsplit=1)[1].split("</form>", maxsplit=1)[0]
    assert 'name="look" value="1" formtarget="_blank"' in form
    said = {**filled(page, action), "reject-reason": "OUT_OF_SCOPE", "reject-why": WHY, "reject-ways": "new"}
    before = house.there_is()
    seen = browser.post(action, data={**said, "look": "1"})
    assert (seen.status_code, seen.mimetype) == (200, "application/pdf"), seen.text
    assert seen.headers["Cache-Control"] == "private, no-store"
    assert house.there_is() == before
    with pikepdf.open(io.BytesIO(seen.data)) as whole:
        assert len(whole.pages) >= 1
    # the very same form issues it then
    assert browser.post(action, data=said).status_code == 303
    assert house.there_is() != before


def test_a_draft_bears_its_mark_on_every_page_and_neither_number_nor_date_nor_code() -> None:
    paper, issued = paper_for("D03", "zh")
    made = looking.draft_pdf([{"to": "complainant", "paper": paper.to_json(), "head": issued.to_json()}] * 2)
    with pdfplumber.open(io.BytesIO(made)) as whole:
        pages = [re.sub(r"\s", "", page.extract_text()) for page in whole.pages]
    assert len(pages) >= 2
    for each in pages:
        assert "草稿" in each
        assert issued.number not in each
        assert issued.check_code not in each
        assert issued.recipient_name not in each, "names are shown where the journal notes it"
        assert "（投诉人姓名）" in each or each is not pages[0]
        assert "2026年11月5日" not in each


def test_what_is_wrong_in_the_form_is_said_and_no_draft_is_made(house: House) -> None:
    browser, action = house.browser(), f"/staff/complaints/{house.ref}/do/reject"
    page = browser.get(f"/staff/complaints/{house.ref}").text
    before = house.there_is()
    wrong = browser.post(action, data={**filled(page, action), "look": "1"})
    assert (wrong.status_code, wrong.mimetype) == (422, "text/html")
    assert house.there_is() == before


def test_a_page_that_shows_no_drafts_issues_nothing_to_whoever_asks_for_a_look(house: House) -> None:
    with house.app.test_request_context(method="POST", headers={"Accept-Language": "en"}):
        at = db.session()
        at.info[trials.LOOK] = True
        with transaction() as inside:
            desk = Desk(inside, NOW)
            it = desk.received()
            with pytest.raises(NotNow, match="looked at first"):
                triage.reject(inside, it, reason="OUT_OF_SCOPE", why=WHY, ways=["—"], actor=desk.intake, now=NOW)
    assert dossiers.issues(Machine.all["complaint"], "RECEIVED", "reject")
    assert not dossiers.issues(Machine.all["complaint"], "RECEIVED", "merge")
