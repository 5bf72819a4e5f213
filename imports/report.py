"""What an import says of itself: the rejects file, and the report before and after."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TextIO

from core import clock
from core.words import _, _l, in_both
from filestore.sheets_made import csv_line
from imports.compared import Standing
from imports.rows import Reject, Row

SHOWN = 10
WHERE: Final = (_l("Line"), _l("Column"), _l("Reason"))
"""What a file of rejected rows has before the columns of the file they stood in."""


@dataclass
class Alike:
    """Rows that are rejected for a reason of one kind: the first of them, and how many."""

    first: Reject
    count: int = 0


@dataclass
class Report:
    """Counts of one run."""

    source: str
    encoding: str = ""
    guessed: bool = False
    dry: bool = False
    imported: int = 0
    there: int = 0
    rejected: int = 0
    matched: int = 0
    """Companies found in the register; the others stay as text."""
    differs: int = 0
    """Of those there already: which say something else there."""
    twins: int = 0
    """Of the new ones: which have the day and the text of a complaint that is there under another number or source."""
    products: Counter[tuple[str, bool]] = field(default_factory=Counter)
    narratives: int = 0
    first: str = ""
    last: str = ""
    alike: dict[tuple[str, str], Alike] = field(default_factory=dict)
    """Rejected rows by column and kind of reason."""
    firsts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Of a dry run: the first new row, the first that is there already, and so on."""
    entered: Counter[str] = field(default_factory=Counter)
    """Of a list of companies: what would be entered, by kind."""
    rejects: list[Reject] = field(default_factory=list)
    """The first few; all stand in the rejects file."""
    rejects_file: Path | None = None

    @property
    def rows(self) -> int:
        """How many rows the file had."""
        return self.imported + self.there + self.rejected

    def saw(self, row: Row) -> None:
        """Count a good row."""
        self.products[row.product, row.out_of_scope] += 1
        self.narratives += bool(row.facts)
        day = clock.day_of(row.received_at).isoformat()
        self.first = min(self.first or day, day)
        self.last = max(self.last, day)

    def stands(self, row: Row, how: Standing) -> None:
        """Count a good row of a dry run as new, or as there already; the first of each is told."""
        self.there += bool(how.there)
        self.imported += not how.there
        self.compares(how)
        self._first("there" if how.there else "new", row, how)
        if how.differs or how.twin:
            self._first("differs" if how.differs else "twin", row, how)

    def compares(self, how: Standing) -> None:
        """Count what a look at what is there leaves to be asked."""
        self.differs += how.differs
        self.twins += bool(how.twin)

    def _first(self, what: str, row: Row, how: Standing) -> None:
        day = clock.day_of(row.received_at).isoformat()
        number = "" if row.formerly else row.number
        told = {"line": row.line, "number": number, "day": day, "product": row.product, "company": row.company}
        self.firsts.setdefault(what, {**told, "ref": how.there or how.twin})

    def company(self, line: int, code: str, name: str, added: Counter[str]) -> None:
        """Count a row of a list of companies, and what it adds to the register."""
        self.there += not added
        self.imported += bool(added)
        self.entered += added
        self.firsts.setdefault("new" if added else "there", {"line": line, "number": code, "company": name})

    def refused(self, reject: Reject) -> None:
        """Count a bad row."""
        self.rejected += 1
        self.alike.setdefault((reject.column, reject.reason.msgid), Alike(reject)).count += 1
        if len(self.rejects) < SHOWN:
            self.rejects.append(reject)

    def found(self) -> dict[str, Any]:
        """What a dry run is kept as: counts, and the first row of each reason, in both languages."""
        return {
            "rows": self.rows,
            "new": self.imported,
            "there": self.there,
            "rejected": self.rejected,
            "matched": self.matched,
            "differs": self.differs,
            "twins": self.twins,
            "products": [[*each, count] for each, count in self.products.most_common(SHOWN)],
            "outside": sum(count for (_, outside), count in self.products.items() if outside),
            "narratives": self.narratives,
            "first": self.first,
            "last": self.last,
            "encoding": self.encoding,
            "guessed": self.guessed,
            "entered": dict(self.entered),
            "firsts": self.firsts,
            "reasons": [
                {
                    "column": each.first.column,
                    "why": in_both(each.first.reason),
                    "line": each.first.line,
                    "count": each.count,
                }
                for each in sorted(self.alike.values(), key=lambda each: -each.count)
            ],
        }

    def total(self) -> str:
        """Say the result in the one line that programs read: always in English."""
        return f"{self.rows} rows: {self.imported} imported, {self.there} already there, {self.rejected} rejected"

    def lines(self) -> list[str]:
        """Say all of it in the reader's language, the total last."""
        said = [_("Source: %(source)s. Encoding: %(encoding)s.", source=self.source, encoding=self.encoding)]
        if self.first:
            said.append(_("Received from %(first)s to %(last)s.", first=self.first, last=self.last))
        said.append(_("With a narrative: %(count)s.", count=self.narratives))
        for (product, outside), count in self.products.most_common():
            where = _("kept as out of scope") if outside else _("in scope")
            said.append(f"{count:>8}  {product} ({where})")
        said.append(_("Companies found in the register: %(count)s.", count=self.matched))
        if self.differs:
            said.append(_("There already, saying something else than the file: %(count)s.", count=self.differs))
        if self.twins:
            said.append(_("New, of the day and the text of one that is there: %(count)s.", count=self.twins))
        said.extend(_rejected(reject) for reject in self.rejects)
        if self.rejected > len(self.rejects):
            said.append(_("… and %(count)s more.", count=self.rejected - len(self.rejects)))
        if self.rejects_file is not None:
            said.append(_("All rejected rows stand in %(file)s.", file=self.rejects_file))
        if self.dry:
            said.append(_("Dry run: nothing was written."))
        return [*said, self.total()]


def _rejected(reject: Reject) -> str:
    column = reject.column or _("(whole row)")
    return str(_("Line %(line)s, column %(column)s: %(reason)s", line=reject.line, column=column, reason=reject.reason))


def rejected_cells(reject: Reject) -> list[str]:
    """A line of a table of rejected rows: where, why, and the row as it stood."""
    return [str(reject.line), reject.column, str(reject.reason), *reject.cells]


class RejectsFile:
    """The rejected rows as CSV, made when the first of them comes."""

    def __init__(self, path: Path | None, heads: Callable[[], Iterable[str]]) -> None:
        """Make nothing yet; without a path nothing is ever made. `heads` tells the columns of the file brought in."""
        self.path = path
        self._heads = heads
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    @property
    def written(self) -> Path | None:
        """The file, if there was anything to write."""
        return self.path if self._file is not None else None

    def add(self, reject: Reject) -> None:
        """Write where, why, and the row as it stood; with a byte order mark, so that spreadsheets read it right."""
        if self.path is None:
            return
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
            self._file.write(csv_line([*map(str, WHERE), *self._heads()]))
        self._file.write(csv_line(rejected_cells(reject)))
