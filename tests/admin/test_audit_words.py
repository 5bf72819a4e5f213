"""The journal says in words what administrators did."""

import re

import pytest
from flask import Flask

from admin import audit_words
from casework.sentences import UNKNOWN
from core.settings import ROOT
from tests.rooms import ROOMS

NOTED = re.compile(r'\b_?note\((?:session|at), [\w.\[\]]+, "(\w+)"')
PREFIX = re.compile(r'\bf"(\w+)\.\{what\}"')
WRITTEN = re.compile(r'\brow="([\w.]+)"')
OF_PARTIES = {"renaming", "second_factors"}
ROLES = ("account.give_role", "account.take_role", "party.go_on_as", "party.succeed", "seal.activate", "seal.end")


def _noted() -> set[str]:
    found = set(ROLES)
    for path in (path for room in ROOMS for path in (ROOT / room).glob("*.py")):
        text = path.read_text("utf-8")
        prefix = PREFIX.search(text) or (["", "party"] if path.stem in OF_PARTIES else None)
        found |= set(WRITTEN.findall(text))
        found |= {f"{prefix[1]}.{what}" for what in NOTED.findall(text)} if prefix else set()
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_whatever_an_administrator_does_has_words_of_its_own(app: Flask, lang: str) -> None:
    with app.test_request_context(headers={"Cookie": f"lang={lang}"}):
        assert not [row for row in sorted(_noted()) if audit_words.row_words(row) == str(UNKNOWN)]
        assert len({audit_words.row_words(row) for row in _noted()}) == len(_noted())
