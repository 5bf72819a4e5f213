"""A letter may hold a passage in another language than its own, and whoever reads, signs or seals it is told which."""

import io
from collections.abc import Iterator

import pdfplumber
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from core.actors import Actor
from core.db import transaction
from notices import foreign, jobs
from notices.kinds import KINDS
from notices.models import Document, Dossier
from notices.samples import languages, values_for
from registry.models_settings import Setting
from registry.settings import setting
from tests.builders import NAME, Desk, account, actor_of
from tests.conftest import NOW
from tests.signed_in import signed_in

MISSING = "the number that called you\n请补充通话录音"
TOLD = "This text goes out in English, but these passages are not in English"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


class House:
    """A complaint whose person is written to in English, and the clerk who asks for more."""

    def __init__(self, app: Flask, lang: str = "en") -> None:
        self.app = app
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            self.intake, self.head, self.ref = desk.intake, desk.head, desk.received(lang=lang).ref
            self.keeper = actor_of(account(at, "印章保管员", "seal keeper"))

    def browser(self, person: Actor, lang: str = "en") -> FlaskClient:
        return signed_in(self.app, person.id, lang=lang, now=NOW)

    def asks(self, missing: str = MISSING, **more: str) -> tuple[int, bytes]:
        said = {"ask_info-missing": missing, "ask_info-key": "k", **more}
        answer = self.browser(self.intake).post(f"/staff/complaints/{self.ref}/do/ask_info", data=said)
        return answer.status_code, answer.data

    def set(self, key: str, value: object) -> None:
        with self.app.app_context(), transaction() as at:
            if key == "SEAL_MODE":
                at.execute(update(Setting).where(Setting.key == key).values(value=value))
            else:
                setting(at, key).value = value

    def letter(self) -> Document:
        with self.app.app_context(), transaction() as at:
            return at.scalars(select(Document).where(Document.kind == "D02")).one()


def test_the_samples_of_all_kinds_are_in_their_own_language() -> None:
    for kind in KINDS:
        for lang in languages(kind):
            assert not foreign.passages(kind, lang, values_for(kind, lang)), (kind, lang)


def test_names_and_what_somebody_is_quoted_with_are_nothing_to_be_warned_of() -> None:
    quoted = {
        "allegations": ["每天多次致电投诉人的同事。"],
        "product": "个人消费贷款",
        "requests": ["停止联系我的同事"],
    }
    assert not foreign.passages("D05b", "en", quoted)
    found = foreign.passages(
        "D11b", "en", {"allegations": ["Calls: 每天多次致电投诉人的同事"], "source": "a complaint"}
    )
    assert [each.text for each in found] == ["每天多次致电投诉人的同事"]


def test_whoever_signs_reads_which_passage_is_not_in_the_letter_s_language(app: Flask) -> None:
    house = House(app)
    house.set("APPROVAL_CHAIN", ["sign:head"])
    assert house.asks()[0] == 303
    with app.app_context(), transaction() as at:
        number = at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).one()
    page = house.browser(house.head).get(f"/staff/approvals/{number}").text
    notice = page.partition(TOLD)[2].partition("</div>")[0]
    assert "请补充通话录音" in notice
    assert "the number that called you" not in notice
    signed = {"sign-key": "s"}
    assert house.browser(house.head).post(f"/staff/approvals/{number}/sign", data=signed).status_code == 303
    assert house.letter().paper["foreign"] == [{"text": "请补充通话录音", "lang": "en"}], "warned of, and not refused"


def test_a_letter_wholly_in_its_language_warns_of_nothing(app: Flask) -> None:
    house = House(app)
    assert house.asks("the number that called you")[0] == 303
    assert "foreign" not in house.letter().paper


def test_a_draft_that_is_looked_at_first_says_it_above_the_letter(app: Flask) -> None:
    status, seen = House(app).asks(look="1")
    assert status == 200
    with pdfplumber.open(io.BytesIO(seen)) as whole:
        said = " ".join((whole.pages[0].extract_text() or "").split())
    assert said.index(TOLD) < said.index("请补充通话录音") < said.index("Lanwan" if "Lanwan" in said else "Number")


def test_whoever_stamps_a_letter_reads_it_too(app: Flask) -> None:
    house = House(app)
    house.set("SEAL_MODE", "physical")
    assert house.asks(f"请{NAME}补充通话录音")[0] == 303
    letter = house.letter()
    with app.app_context():
        jobs.render(letter.id)
    page = house.browser(house.keeper).get(f"/staff/seals/{letter.id}").text
    assert "请沈某补充通话录音" in page.partition(TOLD)[2].partition("</div>")[0], "masked until it is opened"


@pytest.mark.parametrize(
    ("reader", "page", "hint"),
    [("en", "zh", "收件人使用英文"), ("zh", "en", "Write it in Chinese, for its reader."), ("zh", "zh", "")],
)
def test_where_the_clerk_writes_stands_in_which_language_it_is_read(
    app: Flask, reader: str, page: str, hint: str
) -> None:
    house = House(app, reader)
    shown = house.browser(house.intake, page).get(f"/staff/complaints/{house.ref}").text
    field = shown.partition(f'action="/staff/complaints/{house.ref}/do/ask_info"')[2].partition("</form>")[0]
    assert f'data-written="{reader}"' in field
    assert (hint in field) if hint else ("missing-written" not in field)


def test_a_text_that_comes_back_is_told_of_at_its_field(app: Flask) -> None:
    status, page = House(app).asks(**{"ask_info-missing": "请补充通话录音，联系人身份证110101199003070011"})
    assert status == 422
    assert "Not in English, and it goes out like this: 请补充通话录音" in page.decode()
