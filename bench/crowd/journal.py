"""The journal of a crowd: for each thing the moves that its state rests on, chained as everywhere."""

from datetime import datetime
from typing import Any

from bench.crowd.copying import Copied
from core.journal import START, digest_of

Move = tuple[str, str, str, datetime]
"""Row, state before, state after, when."""


class Journal:
    """Writes entries and heads."""

    def __init__(self) -> None:
        columns = "subject_kind subject_id seq row ref actor at before after changes prev digest"
        self.entries = Copied("journal", columns)
        self.heads = Copied("journal_head", "subject_kind subject_id seq digest")

    def tell(self, kind: str, number: int, ref: str, *moves: Move, actor: str = "system") -> None:
        """The whole life of one thing, as far as it is told."""
        prev = START
        for seq, (row, before, after, when) in enumerate(moves, 1):
            entry: dict[str, Any] = {
                "subject_kind": kind, "subject_id": number, "row": row, "ref": ref, "actor": actor, "before": before,
                "after": after, "at": when, "changes": None,
            }  # fmt: skip
            digest = digest_of(prev, seq, entry)
            self.entries.add(kind, number, seq, row, ref, actor, when, before, after, None, prev, digest)
            prev = digest
        self.heads.add(kind, number, len(moves), prev)
