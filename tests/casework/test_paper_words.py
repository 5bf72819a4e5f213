"""What a line of the journal says."""

import re

from casework.sentences import UNKNOWN, sentence
from casework.timelines import SENTENCES
from core.machine import Machine
from core.settings import ROOT
from tests.rooms import ROOMS

TABLES = ("approval", "complaint", "forwarding", "publication", "recusal", "review", "service", "stop_contact", "track")
NOTED = re.compile(r'\b(of_case|of_complaint|note)\(\s*(?:session|ask\.session|at), ([\w.]+), "([\w.]+)"')
KINDS = {"of_case": "case.", "of_complaint": ""}


def _noted() -> set[str]:
    """Every deed that the code notes about a complaint, a case or a publication under a name of its own."""
    texts = (path.read_text("utf-8") for room in ROOMS for path in (ROOT / room).glob("*.py"))
    found = [each for text in texts for each in NOTED.findall(text)]
    return {KINDS.get(how, f"{of}.") + what for how, of, what in found if how in KINDS or of == "publication"}


def test_every_row_of_every_table_and_every_noted_deed_says_what_happened() -> None:
    rows = {row for name in TABLES for row in Machine.all[name].rows} | _noted()
    assert {"publication.redact", "case.enrol", "noted"} <= rows
    assert not [row for row in sorted(rows) if row not in SENTENCES and sentence(row) is UNKNOWN]
