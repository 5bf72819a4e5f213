"""The same record gives the same bytes: in a fresh process, with other hash seeds, in another place of the world."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from core.db import transaction
from notices import jobs, queries, rendering
from notices.models import Document
from notices.models_seals import DocumentSeal
from notices.papers import Head, Paper
from notices.samples import paper_for
from tests.builders import Desk
from tests.conftest import NOW
from tests.notices.papers_of_all_kinds import ALL, PRIVATE, RARE, picture

ANEW = """
import hashlib, json, os, sys
from notices import rendering
from notices.papers import Head, Paper
for each in json.load(sys.stdin):
    made = rendering.pdf_of(Paper.from_json(each["paper"]), Head.from_json(each["head"]))
    print(hashlib.sha256(made).hexdigest())
sys.stdout.flush()
os._exit(0)
"""
"""Ends as a press does: libraries of the layout now and then crash an interpreter that tidies up."""
CHOSEN = [("D20", "zh"), ("D20", "en"), ("D05b", "zh"), ("D19", "zh"), ("D30", "zh"), ("D23f", "en"), ("D32", "zh")]


def records(chosen: list[Any]) -> list[dict[str, Any]]:
    """The frozen records, as the database holds them; one of them with a name printed from a picture."""
    found = [paper_for(kind, lang) for kind, lang in chosen]
    paper, head = paper_for("D01")
    drawn = replace(head, recipient_name=f"林{PRIVATE}舟", pictures=((PRIVATE, picture()),))
    found.append((replace(paper, addressee=f"林{PRIVATE}{RARE}："), drawn))
    return [{"paper": paper.to_json(), "head": head.to_json()} for paper, head in found]


def rendered(frozen: list[dict[str, Any]], **surroundings: str) -> list[str]:
    """The digests of the documents, made by a process that knows nothing but the records."""
    done = subprocess.run(
        [sys.executable, "-c", ANEW],
        input=json.dumps(frozen),
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def here(frozen: list[dict[str, Any]]) -> list[str]:
    papers = [(Paper.from_json(each["paper"]), Head.from_json(each["head"])) for each in frozen]
    return [hashlib.sha256(rendering.pdf_of(*each)).hexdigest() for each in papers]


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4242", "TZ": "Pacific/Auckland", "SOURCE_DATE_EPOCH": "1"},
    ],
)
def test_a_fresh_process_makes_the_same_bytes(surroundings: dict[str, str]) -> None:
    frozen = records(CHOSEN)
    assert rendered(frozen, **surroundings) == here(frozen)


@pytest.mark.full
def test_every_kind_and_language_is_the_same_twice() -> None:
    frozen = records(ALL)
    assert rendered(frozen, PYTHONHASHSEED="7") == here(frozen)


def test_what_was_stored_before_signing_is_what_the_record_makes_anew(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            forwarding = Desk(at, NOW).accepted().forwardings[0]
            number = queries.last_document(at, ["D05b"], "forwarding", forwarding.id).id  # type: ignore[union-attr]
        jobs.render(number)
        with transaction() as at:
            frozen = at.get_one(Document, number).paper
            kept = at.get_one(DocumentSeal, number).unsigned_sha256
    assert rendered([frozen], PYTHONHASHSEED="99") == [kept]
