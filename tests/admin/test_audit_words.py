"""The journal says in words what administrators did."""

import re

import pytest
from flask import Flask

from admin import audit_words
from casework.sentences import UNKNOWN
from core.settings import ROOT
from tests.rooms import ROOMS

NOTED = re.compile(r'\b(?:_?note|of_account)\((?:session|at), (?:Subject\(.+?\)|[\w.\[\]]+), "(\w+)"')
KIND = re.compile(r'\bSubject\("(\w+)"|\bof_(account)\(|\bf"(\w+)\.\{what\}"')
WRITTEN = re.compile(r'\brow="([\w.]+)"')
OF_PARTIES = {"renaming", "second_factors"}
ROLES = ("account.give_role", "account.take_role", "party.go_on_as", "party.succeed", "seal.activate", "seal.end")


def _noted() -> set[str]:
    found = set(ROLES)
    for path in (path for room in ROOMS for path in (ROOT / room).glob("*.py")):
        text = path.read_text("utf-8")
        kind = KIND.search(text)
        named = kind[kind.lastindex or 0] if kind else "party" if path.stem in OF_PARTIES else None
        found |= set(WRITTEN.findall(text))
        found |= {f"{named}.{what}" for what in NOTED.findall(text)} if named else set()
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_whatever_an_administrator_does_has_words_of_its_own(app: Flask, lang: str) -> None:
    with app.test_request_context(headers={"Cookie": f"lang={lang}"}):
        assert not [row for row in sorted(_noted()) if audit_words.row_words(row) == str(UNKNOWN)]
        assert len({audit_words.row_words(row) for row in _noted()}) == len(_noted())
