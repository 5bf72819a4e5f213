"""Years of keeping: no slip of the hand erases, a second administrator confirms and reads before what would go."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from casework.models import Complaint
from core.actors import Actor
from core.clock import now
from core.db import transaction
from core.mail import Mail
from registry import settings
from registry.models_settings import Setting
from tests.admin.office import Office
from tests.builders import Desk

BASIS = "理事会决议2026-11-20"


@pytest.mark.parametrize("wrong", ["0", "101", "3000"])
def test_years_that_can_only_be_a_slip_are_refused_at_their_field(app: Flask, wrong: str) -> None:
    office = Office(app, "system_admin")
    for key in ("RETENTION_YEARS.complaint", "RETENTION_YEARS.case"):
        row = office.one(Setting, Setting.key == key)
        page = office.post(f"settings/edit/?id={row.id}", 422, value=wrong, basis=BASIS)
        assert "1至100" in page[page.index("error-summary") :]
        assert office.one(Setting, Setting.key == key).value == row.value


def test_another_administrator_confirms_them_and_reads_before_how_much_would_go(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        old = Desk(at, now()).received().id
        ended = {"state": "WITHDRAWN", "ended_at": now() - timedelta(days=3 * 366)}
        at.execute(update(Complaint).where(Complaint.id == old).values(ended))
        mail = {"to": "she@mail.invalid", "subject": "s", "body": "b", "language": "zh", "message_id": "<old>"}
        at.add(Mail(key="old", queued_at=now() - timedelta(days=3 * 366), **mail))
    office, other = Office(app, "system_admin"), Office(app, "security_admin")
    for each in (office, other):
        each.client.set_cookie("lang", "en")
    row = office.one(Setting, Setting.key == "RETENTION_YEARS.complaint")
    assert "0 complaints are due today" in office.get(f"settings/do/confirm/?id={row.id}")
    office.post(f"settings/edit/?id={row.id}", value="2", basis=BASIS)
    assert "By these years 1 complaint is due today" in office.get("golive/")
    for table in ("settings", "years_of_keeping"):
        assert "another administrator does" in office.post(f"{table}/do/confirm/?id={row.id}", 403)
    seen = f"{row.key}:{office.one(Setting, Setting.id == row.id).version}"
    assert f'value="{seen}"' not in office.get("golive/")
    office.post("golive/", 403, keys=[seen], basis=BASIS)
    assert office.one(Setting, Setting.id == row.id).confirmed_at is None
    place = f"years_of_keeping/do/confirm/?id={row.id}"
    asked = other.get(place)
    assert "By these years 1 complaint is due today to be erased. Due with them: emails: 1; text messages: 0" in asked
    assert "addresses of locked accounts: 0. Erasing begins in the night" in asked
    told = dict(re.findall(r"<dt>(.+?)</dt><dd.*?>(.+?)</dd>", asked))
    assert told["Value"] == "2 years"
    assert told["Value before"] == "5 years (never confirmed)"
    assert (told["What it rests on"], told["Laid down by"]) == (BASIS, "system_admin")
    assert told["Laid down at"]
    other.get(f"years_of_keeping/edit/?id={row.id}", 403)
    hidden = dict(re.findall(r'name="(\w+)" type="hidden" value="([^"]*)"', asked))
    office.post(f"settings/edit/?id={row.id}", value="1", basis=BASIS)
    late = other.client.post(f"/admin/{place}", data=hidden)
    assert late.status_code == 409
    said = late.get_data(as_text=True)
    assert f"You read: 2 years · {BASIS}. It says now: 1 year · {BASIS}." in said
    assert "your text is kept" not in said
    other.post(place)
    assert office.one(Setting, Setting.id == row.id).confirmed_by == other.id
    office.post(f"settings/edit/?id={row.id}", value="3", basis=BASIS)
    office.post(f"settings/edit/?id={row.id}", value="4", basis=BASIS)
    assert re.search(r"<dt>Value before</dt><dd.*?>1 year</dd>", other.get(place))
    cases = office.one(Setting, Setting.key == "RETENTION_YEARS.case")
    assert "contact persons of replaced service addresses: 0." in other.get(
        f"years_of_keeping/do/confirm/?id={cases.id}"
    )
    listed = other.get("years_of_keeping/")
    assert "How long complaints are kept" in listed
    k03 = office.one(Setting, Setting.key == "K03")
    other.get(f"years_of_keeping/details/?id={k03.id}", 404)


def test_the_words_in_numbers_take_a_second_administrator_who_reads_them_before(app: Flask) -> None:
    office, other = Office(app, "system_admin"), Office(app, "security_admin")
    row = office.one(Setting, Setting.key == "SERIES.word")
    said = {f"word_{place}": word for place, word in enumerate(row.value, 1)} | {"word_1": "投受", "basis": BASIS}
    office.post(f"settings/edit/?id={row.id}", **said)
    assert "须由另一名管理员确认" in office.post(f"settings/do/confirm/?id={row.id}", 403)
    assert "years_of_keeping" in other.get("")
    place = f"years_of_keeping/do/confirm/?id={row.id}"
    assert "投受" in other.get(place)
    other.post(place)
    assert office.one(Setting, Setting.id == row.id).confirmed_by == other.id


def test_the_form_of_the_association_says_who_confirms_another_first_word_and_where(app: Flask) -> None:
    office = Office(app, "system_admin")
    office.client.set_cookie("lang", "en")
    page = office.client.get("/first-run").text
    assert 'href="/admin/years_of_keeping/"' in page
    assert "waits for that" not in page
    with app.app_context(), transaction() as at:
        data, keeper = settings.association(at), Actor(office.id, frozenset({"system_admin"}), audience="admin")
        settings.enter_association(at, data | {"prefix": "新协"}, actor=keeper, now=now())
    assert "“新协” waits for that." in office.client.get("/first-run").text
