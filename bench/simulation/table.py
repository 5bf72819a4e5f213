"""The figures of a simulation, as a small table."""

import resource
from collections.abc import Iterator

from sqlalchemy import text

from bench.simulation.season import Season
from core.db import transaction

ENDED = (
    "SELECT j.after, count(*) FROM (SELECT DISTINCT ON (subject_id) subject_id, after FROM journal "
    "WHERE subject_kind = 'track' AND after IN ('NOT_FILED', 'NO_MEASURE', 'REFERRED', 'CLOSED') "
    "ORDER BY subject_id, seq DESC) j GROUP BY 1 ORDER BY 2 DESC"
)
"""How tracks ended before they went into the archive."""
COUNTS = (
    ("case files", "SELECT count(*) FROM case_file"),
    ("complaints", "SELECT count(*) FROM complaint"),
    ("forwardings", "SELECT count(*) FROM forwarding"),
    ("tracks", "SELECT count(*) FROM case_track"),
    ("measures", "SELECT count(*) FROM measure"),
    ("reviews", "SELECT count(*) FROM review"),
    ("publications", "SELECT count(*) FROM publication"),
    ("documents", "SELECT count(*) FROM document"),
    ("services", "SELECT count(*) FROM service"),
    ("clocks", "SELECT count(*) FROM clock"),
    ("journal entries", "SELECT count(*) FROM journal"),
    ("pieces of later work", "SELECT count(*) FROM outbox"),
)
SPLITS = (
    ("complaints ended", "SELECT state, count(*) FROM complaint GROUP BY state ORDER BY 2 DESC"),
    ("tracks ended", ENDED),
    ("measures ordered", "SELECT 'L' || level, count(*) FROM measure GROUP BY level ORDER BY level"),
    ("measures in the end", "SELECT state, count(*) FROM measure GROUP BY state ORDER BY 2 DESC"),
    ("reviews decided", "SELECT coalesce(outcome, state), count(*) FROM review GROUP BY 1 ORDER BY 2 DESC"),
    ("publications", "SELECT state, count(*) FROM publication GROUP BY state ORDER BY 2 DESC"),
    ("clocks ended", "SELECT coalesce(how, state), count(*) FROM clock GROUP BY 1 ORDER BY 2 DESC"),
    ("documents by kind", "SELECT kind, count(*) FROM document GROUP BY kind ORDER BY kind"),
)  # fmt: skip
ROWS = (
    "SELECT count(DISTINCT row) FROM journal WHERE row ~ '^[A-JL-Z][0-9]' AND subject_kind IN ('complaint', "
    "'forwarding', 'stop_contact', 'service', 'track', 'review', 'recusal', 'publication')"
)
KIB_PER_MB = 1024
FEW = 12


def show(season: Season, lived: float, checked: float) -> None:
    """Print the table to stdout."""
    for line in _lines(season, lived, checked):
        print(line)


def _lines(season: Season, lived: float, checked: float) -> Iterator[str]:
    with transaction() as at:
        for name, asked in COUNTS:
            yield f"{name:<22}{at.scalar(text(asked)):>10,}"
        for name, asked in SPLITS:
            yield f"{name:<22}" + ", ".join(f"{key} {many:,}" for key, many in at.execute(text(asked)))
        yield f"{'rows of the machines':<22}{at.scalar(text(ROWS)):>10,}"
    steps = sum(season.steps.values())
    refused = sum(season.reasons.values())
    last = f"{season.morning:%Y-%m-%d}"
    yield f"{'from, to, until':<22}{season.begin:%Y-%m-%d}, {season.end:%Y-%m-%d}, {last}"
    yield f"{'steps':<22}{steps:>10,}  ({', '.join(f'{k} {n:,}' for k, n in season.steps.most_common())})"
    yield f"{'refused':<22}{refused:>10,}"
    for why, many in season.reasons.most_common(FEW):
        yield f"{'':<22}{many:>10,}  {why}"
    yield f"{'seconds':<22}{lived:>10,.1f}  and {checked:.1f} for the checks"
    yield f"{'steps per second':<22}{steps / lived:>10,.1f}"
    used = resource.getrusage(resource.RUSAGE_SELF)
    hands = season.hands
    processor = used.ru_utime + used.ru_stime + (hands.seconds if hands else 0.0)
    yield f"{'of the processor':<22}{processor:>10,.1f}  without the database's"
    peak = max(used.ru_maxrss, hands.peak if hands else 0)
    yield f"{'peak memory, MB':<22}{peak / KIB_PER_MB:>10,.0f}  of the largest process"
