"""Names: rare characters print as they are, private ones from a picture, and what no standard knows is refused."""

import io
from typing import Any

import pdfplumber
import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.intake import submit
from casework.models import Complainant
from core.actors import Actor
from core.errors import NotNow
from filestore import redrawing
from notices import rendering
from notices.models import Document
from notices.papers import Head, Paper
from printing import glyphs
from tests.builders import submission
from tests.filestore.test_redrawing import broken

RARE = "堃喆昇赟𬭎䶮㛃"
PRIVATE = "林\ue3c1舟"
RAREST = "\U00020003"
ENGLISH = {"Accept-Language": "en"}


def drawing() -> bytes:
    """A photograph of a cross, which stands for a character."""
    image = Image.new("RGB", (300, 400), "#f4f1ea")
    pen = ImageDraw.Draw(image)
    pen.line((60, 60, 240, 340), fill="#222", width=30)
    pen.line((240, 60, 60, 340), fill="#222", width=30)
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def letter(session: Session) -> tuple[Paper, Head]:
    frozen = session.scalars(select(Document).where(Document.kind == "D01")).one().paper
    return Paper.from_json(frozen["paper"]), Head.from_json(frozen["head"])


def sent(session: Session, now: Any, **said: Any) -> None:
    submit(session, submission(**said), key="k" * 32, actor=Actor(None, frozenset({"complainant"})), now=now)


def test_a_rare_name_stands_in_the_letter_as_it_is(session: Session, now: Any) -> None:
    sent(session, now, name=RARE)
    paper, head = letter(session)
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(paper, head))) as document:
        assert RARE in document.pages[0].extract_text()
        assert {each["fontname"].split("+")[1] for each in document.pages[0].chars if each["text"] in RARE} != set()


@pytest.mark.parametrize("character", ["\ue3c1", RAREST])
def test_a_private_or_rarest_character_is_printed_from_its_picture_with_a_note(
    session: Session, now: Any, character: str
) -> None:
    sent(session, now, name=f"林{character}舟", pictures={character: redrawing.character(drawing())})
    paper, head = letter(session)
    made = rendering.pdf_of(paper, head)
    with pdfplumber.open(io.BytesIO(made)) as document:
        first = document.pages[0]
        (name,) = [each for each in first.chars if each["text"] == "舟" and each["top"] < 400]
        beside = [each for each in first.images if abs(each["top"] - name["top"]) < 6]
        text = "".join(each.extract_text() for each in document.pages)
    assert len(beside) == 1
    assert beside[0]["x1"] == pytest.approx(name["x0"], abs=1.5)
    assert "由图片所示的字" in text.replace("\n", "")
    assert made == rendering.pdf_of(paper, Head.from_json(head.to_json()))


def test_without_its_picture_no_number_is_given_and_the_character_is_named(session: Session, now: Any) -> None:
    with pytest.raises(NotNow, match=r"U\+E3C1"):
        sent(session, now, name=PRIVATE)


def contact(client: FlaskClient, **more: Any) -> Any:
    client.get("/complain/contact")
    return client.post(
        "/complain/contact",
        data={"name": PRIVATE, "consent": "y", **more},
        content_type="multipart/form-data",
        headers=ENGLISH,
    )


def test_the_form_asks_for_the_picture_takes_it_and_keeps_it(client: FlaskClient) -> None:
    asked = contact(client)
    assert asked.status_code == 422
    assert "U+E3C1" in asked.text
    wrong = contact(client, drawn=(io.BytesIO(b"not a picture at all"), "name.png"))
    assert wrong.status_code == 422
    blank = contact(client, drawn=(io.BytesIO(broken()), "name.png"))
    assert (blank.status_code, "“name.png” is damaged" in blank.text) == (422, True)
    taken = contact(client, drawn=(io.BytesIO(drawing()), "name.jpg"))
    assert taken.status_code == 303
    assert contact(client).status_code == 303


@pytest.mark.parametrize("kept", [{"stop": "1"}, {"consent": ""}])
def test_a_picture_is_kept_with_a_page_that_is_kept_as_it_stands(client: FlaskClient, kept: dict[str, str]) -> None:
    stopped = contact(client, drawn=(io.BytesIO(drawing()), "name.jpg"), **kept)
    assert stopped.status_code == (303 if "stop" in kept else 422)
    assert contact(client).status_code == 303, "nobody chooses it twice"


def test_a_character_so_rare_that_no_typeface_has_it_is_asked_for_as_a_picture(client: FlaskClient) -> None:
    name = f"林{RAREST}舟"
    asked = contact(client, name=name)
    assert asked.status_code == 422
    assert f"can&#39;t print {RAREST} of the name" in asked.text
    assert contact(client, name=name, drawn=(io.BytesIO(drawing()), "name.jpg")).status_code == 303
    company = {"how": "NAME", "value": f"{RAREST}公司"}
    assert "Write its sound in Latin letters" in client.post("/complain/company", data=company, headers=ENGLISH).text


@pytest.mark.parametrize("character", ["\u0378", "\U0010fffe", "\x07"])
def test_what_no_standard_knows_is_refused_where_it_is_typed(client: FlaskClient, app: Any, character: str) -> None:
    del app
    answered = contact(client, name=f"张{character}三")
    assert answered.status_code == 422
    assert f"U+{ord(character):04X}" in answered.text


def test_a_picture_is_cut_to_its_ink_and_stays_small() -> None:
    first, again = redrawing.character(drawing()), redrawing.character(drawing())
    assert first == again
    assert len(first) < 8000
    assert glyphs.undrawn("林\ue3c1\ue3c1\uf8ff") == ["\ue3c1", "\uf8ff"]


def test_the_picture_lies_encrypted_with_the_name(session: Session, now: Any) -> None:
    sent(session, now, name=PRIVATE, pictures={"\ue3c1": redrawing.character(drawing())})
    session.flush()
    person = session.scalars(select(Complainant)).one()
    assert list(person.name_pictures or {}) == ["\ue3c1"]
    raw = session.connection().exec_driver_sql("SELECT name_pictures FROM complainant").scalar()
    assert b"\\ue3c1" not in raw
    assert "\ue3c1".encode() not in raw
