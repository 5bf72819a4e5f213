"""Documents of a crowd and their service: what a register shows of them; no file stands behind their digests."""

import json
from datetime import datetime
from random import Random
from typing import Any

from bench.crowd.copying import Copied
from bench.crowd.journal import Journal
from core.clock import day_of
from core.crypto import seal
from notices.kinds import KINDS, Kind


def _paper(kind: Kind) -> bytes:
    """A paper of this kind that has its title and no more, sealed as papers are."""
    head = {"association_zh": "蓝湾互联网金融自律协会", "association_en": "Lanwan Internet Finance Association"}
    said = {"paper": {"kind": kind.id, "title_lines": [kind.name("zh")]}, "head": head}
    return seal(json.dumps(said).encode())


class Papers:
    """Writes documents, each with its number, and the service on one company."""

    def __init__(
        self, rng: Random, journal: Journal, first: tuple[int, int], numbers: dict[tuple[str, int], int]
    ) -> None:
        self._rng, self._journal, self.numbers = rng, journal, numbers
        self.document, self.service = first
        self._papers = {each.id: _paper(each) for each in KINDS.values()}
        columns = (
            "id kind lang outward volume series year serial number subject_kind subject_id row round party_id to paper "
            "paper_sha256 wording check_code issued_at issued_on pdf_sha256 pdf_at pages"
        )
        self.documents, self.later = Copied("document", columns), Copied("document", columns)
        """Later: what the database takes only once earlier papers were served."""
        columns = "id document_id state party_id method served_on served_how opened_at opened_by failures"
        self.services, self.services_later = Copied("service", columns), Copied("service", columns)

    def issue(
        self,
        kind: str,
        subject: tuple[str, int],
        row: str,
        party: tuple[int, str],
        when: datetime,
        opened_by: int,
        *,
        later: bool = False,
    ) -> int:
        """One document, served on the day it was issued; its number as a row."""
        it, day = KINDS[kind], day_of(when)
        self.document += 1
        self.service += 1
        serial = self.numbers[it.series, day.year] = self.numbers.get((it.series, day.year), 0) + 1
        digest = f"{self._rng.getrandbits(256):064x}"
        (self.later if later else self.documents).add(
            self.document, kind, "zh", it.outward, it.volume.value, it.series, day.year, serial,
            f"蓝湾{it.series}〔{day.year}〕{serial}号", *subject, row, 1, party[0], party[1],
            self._papers[kind], digest, "1", f"{self._rng.getrandbits(128):032X}", when, day, digest, when, 2,
        )  # fmt: skip
        (self.services_later if later else self.services).add(
            self.service, self.document, "SERVED", party[0], "PORTAL", day, "PORTAL", when, opened_by, 0
        )
        self._journal.tell("service", self.service, kind, ("V06", "AVAILABLE", "SERVED", when))
        return self.document

    def counters(self) -> list[tuple[Any, ...]]:
        """The last number of each series and year."""
        return [(series, year, last) for (series, year), last in self.numbers.items()]
