"""The watch: asks after each step whether everything holds, and remembers what may not change between two looks.

Its one long question is planned once for a life, and costs a hundredth of a second otherwise.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.lives import covers, gateway, hands, invariants, materials, passers_by, readings, wordings
from bench.lives.eye import Eye
from bench.lives.readings import Found
from bench.lives.texts import NEUTRAL, WORDLESS, Texts
from core import journal, texts
from core.clock import day_of
from search import entries

SELDOM = 10
"""So many looks lie between two at everything that is dear to ask."""
FROZEN = "I-08 an issued document does not change"
EARLIER = "I-10 no clock that was notified ends earlier than before"
CHAIN = "I-15 each entry of the journal begins where the one before it ended"
FOUND = "the index of the search says what the things say"
ONE_ENTRY = "I-15 the whole journal is a chain of digests"


class Watch:
    """Asks everything; counts how often there was something to ask about."""

    def __init__(self, eye: Eye) -> None:
        self._eye = eye
        self._asked = invariants.every()
        self._all = " UNION ALL ".join(
            f"SELECT {number} AS which, what, bad FROM ({asked}) AS q{number}(what, bad)"
            for number, (_name, asked) in enumerate(self._asked)
        )
        self._broken = text(f"SELECT which, what FROM ({self._all}) found WHERE bad")
        self._counted = text(f"SELECT which, count(*) FROM ({self._all}) found GROUP BY which")
        self._texts = Texts()
        self._after: dict[tuple[str, int], str] = {}
        self._digests: dict[int, str] = {}
        self._due: dict[int, object] = {}
        self._last, self._looks = 0, 0
        self.walked, self.premises = Counter[str](), Counter[str]()

    @staticmethod
    def names() -> list[str]:
        """Everything that is asked."""
        told = (*gateway.NAMES, NEUTRAL, WORDLESS, wordings.GOES_BY)
        shown = (hands.SHOWN, materials.WAITS, *covers.NAMES, *passers_by.NAMES, FOUND)
        beside = [*told, *shown, FROZEN, EARLIER, CHAIN, ONE_ENTRY, *readings_names()]
        return [*(name for name, _asked in invariants.every()), *beside]

    def broken(self, at: Session, now: datetime, *, whole: bool = False) -> list[str]:
        """All that does not hold now; whole: the journal as well, and what is dear to ask now."""
        given = {"today": day_of(now)}
        wrong = [f"{self._asked[which][0]}: {what}" for which, what in self._eye.rows(self._broken, **given)]
        wrong += self._told(self._unchained()) + self._told(self._earlier()) + self._told(self._written(at))
        wrong += self._told(_handed_over())
        self._looks += 1
        if whole or self._looks % SELDOM == 0:
            wrong += self._told(self._texts.published(at)) + self._told(self._texts.mailed(at))
            wrong += self._told(self._changed())
            wrong += self._told(readings.every(at)) + self._told(hands.listed(at))
            wrong += self._told(passers_by.read(at)) + self._told(covers.listed(at)) + self._told(materials.listed(at))
            for which, many in self._eye.rows(self._counted, **given):
                self.premises[self._asked[which][0]] += many
        if whole:
            wrong += self._told((ONE_ENTRY, str(each), True) for each in journal.verify(at))
            self.premises[ONE_ENTRY] += bool(self._last)
            wrong += self._told((FOUND, str(each), True) for each in entries.drifted(at))
            self.premises[FOUND] += bool(self._eye.one("SELECT count(*) FROM search_entry"))
        return wrong

    def _written(self, at: Session) -> Iterator[Found]:
        """What documents say is read where there are new ones."""
        last = self._eye.one("SELECT max(id) FROM document")
        before = self._texts.last
        if last and last > before:
            yield from self._texts.found(at)
            yield from wordings.gone_by(at, before)

    def _told(self, found: Iterator[Found]) -> list[str]:
        told = []
        for name, what, bad in found:
            self.premises[name] += 1
            if bad:
                told.append(f"{name}: {what}")
        return told

    def _unchained(self) -> Iterator[Found]:
        """Every entry begins in the state in which the one before it ended."""
        entries = text(
            "SELECT id, subject_kind, subject_id, row, before, after FROM journal WHERE id > :last "
            "AND row ~ '^[A-JL-Z][0-9]' ORDER BY id"
        )
        for number, kind, subject, row, before, after in self._eye.rows(entries, last=self._last):
            known = self._after.get((kind, subject), before)
            self.walked[row] += 1
            yield CHAIN, f"{kind} {subject}: {row} from {before}, but it was {known}", known != before
            self._after[kind, subject] = after
            self._last = number

    def _earlier(self) -> Iterator[Found]:
        running = text("SELECT id, key, due_on FROM clock WHERE notified_due_on IS NOT NULL AND state = 'RUNNING'")
        for number, key, due in self._eye.rows(running):
            known = self._due.get(number, due)
            if known != due:
                yield EARLIER, f"{key} {number} ended {known}, now {due}", due < known  # type: ignore[operator]
            self._due[number] = due

    def _changed(self) -> Iterator[Found]:
        said = text(
            "SELECT id, md5(paper) || paper_sha256 || coalesce(number, '') || issued_at || \"to\" || kind "
            "FROM document WHERE issued_at IS NOT NULL"
        )
        for number, digest in self._eye.rows(said):
            known = self._digests.setdefault(number, digest)
            yield FROZEN, f"document {number}", known != digest


def _handed_over() -> Iterator[Found]:
    """What the gateway saw since the last look."""
    taking = texts._office.gateway  # noqa: SLF001
    if isinstance(taking, gateway.Gateway):
        while taking.found:
            yield taking.found.pop()


def readings_names() -> list[str]:
    """What is asked as a reader, or read in documents."""
    return [
        "I-12 a company reads nothing of another",
        "I-16 a complainant reads nothing of others, nor any answer itself",
        "I-04 a recused person reads nothing of the case",
        "I-21 no administrator reads complaints or cases",
        "I-13 nobody is named before a respondent without consent",
        "I-20 a letter that stops contact holds the number and nothing about the person",
        "I-16 a complainant reads nothing that was written for the association",
        "I-06 what is published is the served text without what was left out",
    ]
