"""What a line of the journal says."""

from casework.sentences import UNKNOWN, sentence
from casework.timelines import SENTENCES
from core.machine import Machine

TABLES = ("approval", "complaint", "forwarding", "publication", "recusal", "review", "service", "stop_contact", "track")


def test_every_row_of_every_table_says_what_happened() -> None:
    rows = [row for name in TABLES for row in Machine.all[name].rows]
    assert not [row for row in rows if row not in SENTENCES and sentence(row) is UNKNOWN]
