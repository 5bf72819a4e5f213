"""Anchors of the journal: each day the ends of all chains, sealed with a key that the database does not hold.

Whoever owns the database can cut off an end, take a chain away with its head, or compute every digest anew. The list
of a day says how long each chain was and where it stood; a small file beside it seals the list, to be kept elsewhere.
"""

import gzip
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.clock import day_of
from core.crypto import keyed_hash
from core.journal import Broken, JournalHead

PURPOSE: Final = "journal.anchor"
SHOWN: Final = 32
"""So many signs of a digest, 128 bits, stand in the list."""
AT_ONCE: Final = 1000
KEPT: Final = 14
"""Lists of so many days are kept, and of the first of each month all; the small files are kept for good."""
Ends = list[tuple[str, int, int, str]]


class Unusable(Exception):  # noqa: N818 - it names what is wrong
    """An anchor that cannot be compared with: not sealed by us, or its list is not the one that was sealed."""


def write(at: Session, folder: Path, now: datetime) -> Path | None:
    """Write the anchor of today, once; later changes of the journal change none that is there."""
    today = day_of(now)
    small, ends = folder / f"{today}.json", folder / f"{today}.gz"
    if small.exists():
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = ends.with_suffix(".half")
    said = {"at": now.isoformat(), "list": ends.name, **_listed(at, half)}
    half.replace(ends)
    half.write_text(json.dumps(said | {"seal": _seal(said)}, indent=1) + "\n", "utf-8")
    half.chmod(0o440)
    half.replace(small)
    _thin_out(folder, today)
    return small


def _listed(at: Session, target: Path) -> dict[str, Any]:
    """Write the ends of all chains in their order, as they are at one moment, and say what they come to."""
    columns = JournalHead.__table__.columns
    asked = select(columns.subject_kind, columns.subject_id, columns.seq, columns.digest)
    asked = asked.order_by(columns.subject_kind, columns.subject_id)
    chains = entries = 0
    whole = hashlib.sha256()
    with target.open("wb") as file:
        with gzip.GzipFile("", "wb", 6, file, 0) as packed:
            for kind, number, seq, digest in at.execute(asked, execution_options={"yield_per": AT_ONCE}):
                line = f"{kind}\t{number}\t{seq}\t{digest[:SHOWN]}\n".encode()
                whole.update(line)
                packed.write(line)
                chains, entries = chains + 1, entries + seq
        file.flush()
        os.fsync(file.fileno())
    target.chmod(0o440)
    return {"chains": chains, "entries": entries, "sha256": whole.hexdigest()}


def _seal(said: dict[str, Any]) -> str:
    return keyed_hash(PURPOSE, json.dumps(said, sort_keys=True)).hex()


def _thin_out(folder: Path, today: date) -> None:
    """Of each month its first list stays, whichever day that is: on the first the clock may have stood still."""
    months: set[str] = set()
    for ends in sorted(folder.glob("????-??-??.gz")):
        with suppress(ValueError):
            day, month = date.fromisoformat(ends.stem), ends.stem[:7]
            if (today - day).days > KEPT and month in months:
                ends.unlink(missing_ok=True)
            months.add(month)


def compare(at: Session, anchor: Path) -> Iterator[Broken]:
    """Every chain that does not hold what an anchor says of it; raises Unusable, before anything is said."""
    ends = _checked(anchor)
    with gzip.open(ends, "rt", encoding="utf-8") as file:
        while lines := list(islice(file, AT_ONCE)):
            yield from _compared(at, [_end(line) for line in lines])


def _checked(anchor: Path) -> Path:
    """The list of an anchor, once it is known to be what was sealed."""
    try:
        said = json.loads(anchor.read_text("utf-8"))
        seal, ends = said.pop("seal"), anchor.with_name(Path(said["list"]).name)
        if not hmac.compare_digest(seal, _seal(said)):
            message = f"{anchor} was not sealed here, or was changed."
            raise Unusable(message)
        with gzip.open(ends, "rb") as file:
            whole = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError) as error:
        message = f"{anchor} or its list can't be read: {type(error).__name__}."
        raise Unusable(message) from error
    if whole != said["sha256"]:
        message = f"{ends} is not the list that was sealed."
        raise Unusable(message)
    return ends


def _end(line: str) -> tuple[str, int, int, str]:
    kind, number, seq, digest = line.rstrip("\n").split("\t")
    return kind, int(number), int(seq), digest


AS_THEN: Final = text(
    "SELECT said.subject_kind, said.subject_id, said.seq, j.digest, h.seq FROM unnest(CAST(:kinds AS text[]), "  # noqa: S608 - our own words
    "CAST(:numbers AS bigint[]), CAST(:seqs AS int[]), CAST(:digests AS text[])) WITH ORDINALITY "
    "AS said (subject_kind, subject_id, seq, digest, place) "
    "LEFT JOIN journal j ON (j.subject_kind, j.subject_id, j.seq) = (said.subject_kind, said.subject_id, said.seq) "
    "LEFT JOIN journal_head h ON (h.subject_kind, h.subject_id) = (said.subject_kind, said.subject_id) "
    f"WHERE left(j.digest, {SHOWN}) IS DISTINCT FROM said.digest OR h.seq IS NULL OR h.seq < said.seq ORDER BY place"
)
"""Of these ends, those whose entry is not what it was, or whose head is gone or stands before it."""


def _compared(at: Session, ends: Ends) -> Iterator[Broken]:
    columns = [list(column) for column in zip(*ends, strict=True)]
    said = dict(zip(("kinds", "numbers", "seqs", "digests"), columns, strict=True))
    for kind, number, seq, digest, head in at.execute(AS_THEN, said):
        if digest is None:
            why = "the chain is gone" if head is None else "the end was cut off since the anchor"
        else:
            why = "the head is missing" if head is None else "computed anew since the anchor"
        yield Broken(kind, number, seq, why)
