"""The back office in Chinese: no word of English but keys, and names that have no other."""

import re

import pytest
from flask import Flask

from core import journal, outbox
from core.actors import SYSTEM, Actor
from core.clock import now as present
from core.db import transaction
from tests.admin.office import TABLES, Office

NAMES = {"CSV", "PDF", "App", "TC180", "TC260"}
ENGLISH = (
    "18 Chaoxi Road, Haiwang District, Lanwan",
    "Creative Commons Attribution 4.0 International (CC BY...",
    "Lanwan Internet Finance Self-Discipline Association",
    "69lv.com",
)
"""Values that are English in every language."""
KEYS = r"<code.*?</code>|<b>[A-Z]\w*(\.\w+)?</b>|>\s*[A-Z]\w*[_.]\w+\s*<"


def english(page: str) -> set[str]:
    """Words of at least three letters that a Chinese reader meets in the page's middle."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    assert main
    text = re.sub(r"<[^>]+>", " ", re.sub(KEYS, "> <", main[0], flags=re.DOTALL))
    for value in ENGLISH:
        text = text.replace(value, "")
    return set(re.findall(r"[A-Za-z]{3,}[0-9]*", text)) - NAMES


@pytest.mark.parametrize("role", sorted(TABLES))
def test_the_back_office_speaks_chinese_to_a_chinese_reader(app: Flask, role: str) -> None:
    office = Office(app, role)
    pages = ["", *(f"{each}/" for each in TABLES[role])]
    found = {path: english(office.get(path)) - set(role.split("_")) for path in pages}
    assert not {path: words for path, words in found.items() if words}


def test_the_journal_and_later_work_are_told_in_words_and_people_by_name(app: Flask) -> None:
    office = Office(app, "audit_admin")
    mine = Actor(office.id, frozenset({"audit_admin"}))
    with app.app_context(), transaction() as at:
        said = [
            (("account", office.id), "account.sign_in", f"account:{office.id}", mine, ("OPEN", "OPEN")),
            (("approval", 7), "Q01", "dossier 7", SYSTEM, ("NEW", "DRAFTED")),
            (("service", 7), "V01", "service 7", SYSTEM, ("ISSUED", "READY")),
            (("track", 7), "clock.expired", "track 7", SYSTEM, ("RUNNING", "ENDED")),
        ]
        for subject, row, ref, actor, states in said:
            journal.write(at, subject=subject, row=row, ref=ref, actor=actor, now=present(), states=states)
        for job in sorted(outbox.JOBS):
            outbox.later(at, job, key=f"one:{job}")
    assert english(office.get("journal/")) <= {"audit", "admin"}
    assert english(office.get("jobs/")) == set()
    assert "第7号" in office.get("journal/?subject_kind=approval")
    assert ">audit_admin<" in office.get("journal/?actor=audit_admin")
