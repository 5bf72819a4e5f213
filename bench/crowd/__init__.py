"""A crowd: a million complaints and what hangs on them, in a database that is migrated and seeded, for benches.

    from bench import crowd
    crowd.fill(complaints=100_000, cases=20_000)          # inside an application's context; as the owner role, by COPY

The same seed makes the same crowd. Everything holds what verbs would have made (constraints, journal, clocks, numbers
of documents), but no file stands behind the digests of documents, and complainants share a few encrypted names.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random

import psycopg
from sqlalchemy.engine import make_url

from bench.crowd import marks, register
from bench.crowd.cases import Cases
from bench.crowd.complaints import Complaints
from bench.crowd.copying import LARGE, Copied, go_on, last, quickly
from bench.crowd.days import Calendar, Clocks, arrivals
from bench.crowd.journal import Journal
from bench.crowd.papers import Papers
from bench.crowd.words import Words
from core import clock

BATCH = 5_000
IN_ALL = 400
"""So many companies."""
BULLETINS = 5_000
"""At most so many decisions are published."""
FILES = (
    "INSERT INTO stored_file (sha256, size, media_type, kept_at) VALUES (%s, 4096, 'audio/mpeg', %s) "
    "ON CONFLICT DO NOTHING"
)
COUNTERS = (
    "INSERT INTO series_counter (series, year, last) VALUES (%s, %s, %s) "
    "ON CONFLICT (series, year) DO UPDATE SET last = excluded.last"
)
CASES = (
    "INSERT INTO series_counter (series, year, last) SELECT 'AJ', year, max(serial) FROM case_file GROUP BY year "
    "ON CONFLICT (series, year) DO UPDATE SET last = greatest(series_counter.last, excluded.last)"
)
"""New cases are numbered on from those of the crowd."""
Tell = Callable[[str], None]


class Crowd:
    """Everything that is filled, in the order in which references hold."""

    def __init__(
        self, server: "psycopg.Connection[tuple[object, ...]]", seed: int, now: datetime, companies: int
    ) -> None:
        self.server, self.now, self.rng = server, now, Random(seed)  # noqa: S311 - data for benches
        words = Words(self.rng)
        numbers = {
            (str(series), int(str(year))): int(str(given))
            for series, year, given in server.execute("SELECT series, year, last FROM series_counter").fetchall()
        }
        self.register = register.enter(server, self.rng, words, companies)
        self.journal, self.clock = Journal(), Clocks.table()
        clocks = Clocks(self.clock, Calendar.of(server), last(server, "clock"))
        first = (last(server, "document"), last(server, "service"))
        self.papers = Papers(self.rng, self.journal, first, numbers)
        begun = (self.rng, words, self.register, clocks, self.journal, self.papers, now)
        ids = ("complaint", "forwarding", "answer", "release", "case_file", "case_track", "decision", "publication")
        had = {table: last(server, table) for table in ids}
        self.complaints, self.cases = Complaints(*begun, had), Cases(*begun, had)
        self._writing: Future[None] | None = None

    @property
    def tables(self) -> list[Copied]:
        """All of them."""
        papers = (self.papers.documents, self.papers.services, self.papers.later, self.papers.services_later)
        beside = (*papers, self.clock, self.journal.entries, self.journal.heads)
        return [*self.complaints.tables.values(), *self.cases.tables.values(), *beside]

    def write(self, writer: Executor) -> None:
        """What was made so far goes into the database, while more is made."""
        self.written()
        self._writing = writer.submit(self._write, [(table, table.take()) for table in self.tables])

    def written(self) -> None:
        """It is there."""
        if self._writing is not None:
            self._writing.result()

    def _write(self, made: list[tuple[Copied, list[str]]]) -> None:
        for table, lines in made:
            table.write(self.server, lines)

    def settle(self) -> None:
        """Counters go on where the crowd ends, and the planner learns what there is."""
        for row in self.papers.counters():
            self.server.execute(COUNTERS, row)
        self.server.execute(CASES)
        go_on(self.server, [*(table.name for table in self.tables), *register.tables()])


def fill(
    *,
    complaints: int,
    cases: int,
    seed: int = 1,
    url: str | None = None,
    companies: int = IN_ALL,
    tell: Tell = lambda _words: None,
) -> None:
    """Fill the database of this address (as its owner; the environment's otherwise), all or nothing.

    A database that holds this very crowd already, such as a copy of one that was filled before, is taken as it is.
    """
    address = make_url(url or os.environ["DATABASE_OWNER_URL"]).set(drivername="postgresql")
    mark = f"A crowd: {complaints} complaints, {cases} cases, {companies} companies, seed {seed}"
    with psycopg.connect(address.render_as_string(hide_password=False)) as server:
        if marks.stands(server, "complaint", mark):
            tell("the crowd is there already")
            return
        crowd = Crowd(server, seed, clock.now(), companies)
        server.execute(FILES, [crowd.complaints.file, crowd.now])
        with quickly(server, (table.name for table in crowd.tables), large=complaints >= LARGE):
            with ThreadPoolExecutor(1) as writer:
                for many in _made(crowd, complaints, cases):
                    if many % BATCH == 0:
                        crowd.write(writer)
                        tell(f"{many} of {complaints + cases}")
                crowd.write(writer)
                crowd.written()
            crowd.settle()
            marks.leave(server, "complaint", mark)
            tell("constraints and indexes")
        if complaints >= LARGE:  # no trigger looked; what is counted for the planner lets it use the new indexes
            tell("filling the queue")
            server.execute("ANALYZE")
            server.execute("SELECT zilu_queue_fill(), zilu_case_fill()")
        tell("analysing")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as server:
        server.execute("VACUUM ANALYZE")


def _made(crowd: Crowd, complaints: int, cases: int) -> Iterator[int]:
    """Complaints in the order in which they came in, then cases; says after each how many there are."""
    for many, received in enumerate(arrivals(crowd.rng, complaints, crowd.now), 1):
        crowd.complaints.add(received)
        yield many
    ended = crowd.complaints.closed[: int(cases * 0.8)]
    waiting = crowd.complaints.escalated[: cases - len(ended)]
    every = [*((each, each.received) for each in (*ended, *waiting))]
    alone = [(None, crowd.now - timedelta(days=crowd.rng.randrange(30, 700))) for _ in range(cases - len(every))]
    bulletins = min(BULLETINS, cases // 10)
    for many, (of, received) in enumerate(sorted([*every, *alone], key=lambda pair: pair[1]), complaints + 1):
        begun = min(received + timedelta(days=25), crowd.now - timedelta(days=1))
        old = (crowd.now - begun).days
        over = of.closed if of else crowd.rng.random() < 0.5
        published = over and bulletins > 0 and 200 < old < 600
        bulletins -= published
        crowd.cases.add(of, begun, ended=over, published=published)
        yield many
