"""What people type is levelled, whoever sends it and however long it is."""

from contextlib import suppress
from time import process_time

from flask import Flask, g
from werkzeug.datastructures import MultiDict

from casework import receipts
from core import texts
from core.actors import NOBODY
from core.characters import MARKS, levelled, signs_of, tidy
from core.errors import BadInput
from filestore import files
from notices import bundle_files
from registry.forms import SignInForm

MANY = 30_000
PILES = (
    "a" + "\u0301" * MANY + "\u0323" * MANY,
    "ｶ" + "ﾞ" * MANY + "\u0334" * MANY,
    "\u0f40" + "\u0f73" * MANY,
)


def test_marks_piled_upon_one_letter_cost_no_more_than_other_text() -> None:
    """Half a megabyte of them, in a field of whoever is not signed in, kept a process of the web for minutes."""
    began = process_time()
    for pile in PILES:
        assert len(tidy(pile)) <= 2 * MARKS + 1
        assert len(levelled(pile)) <= 2 * MARKS + 1
        assert len(files.clean_name(f"{pile}.png")) <= 2 * MARKS + 5
        assert signs_of(pile)
        assert receipts.contact_hash(pile)
        with suppress(BadInput):
            texts.number_of(pile)
        assert bundle_files.names(f"{pile}林晓芸", ["林晓芸"])
    assert process_time() - began < 2


def test_what_is_too_long_is_looked_at_no_further(app: Flask) -> None:
    """A host of a million parts was spelled for the way, part by part."""
    address, began = "a@" + "é." * 1_000_000, process_time()
    with app.test_request_context("/", method="POST"):
        g.me = NOBODY
        form = SignInForm(formdata=MultiDict({"mail": address, "password": "x"}))
        assert not form.validate_on_submit()
    assert process_time() - began < 3
    assert len(form.mail.errors) == 1


def test_letters_bear_the_marks_that_they_have() -> None:
    assert tidy("e\u0301t\u0323\u0307") == "éṭ\u0307"
    assert tidy("Z" + "\u0301" * MARKS) == "Ź" + "\u0301" * (MARKS - 1)
    assert levelled("ｶﾞ１") == "ガ1"
