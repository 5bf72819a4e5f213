"""Each step of service that a person notes is kept, with its day, place, reason and file: the next overwrote it so far."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from alembic import op

from core.crypto import seal, unseal

revision = "0204"
down_revision = "0203"
STEP = "service_step"
OF_SERVICE = "EXISTS (SELECT 1 FROM service s WHERE s.id = service_id)"
Found = sa.Row[Any]
SHANGHAI = timezone(timedelta(hours=8))
AT_ONCE = 1000
NOTED = (
    "SELECT DISTINCT ON (subject_id, row) subject_id, row, actor, at, changes FROM journal "
    "WHERE subject_kind = 'service' AND subject_id = ANY(:numbers) "
    "AND row IN ('V08', 'V11', 'V13', 'service.attempted') ORDER BY subject_id, row, id DESC"
)
ROWS = {"bounce": "V08", "post": "V11", "returned": "V13", "attempted": "service.attempted"}
"""How the journal calls each."""
ADD = sa.text(
    f"INSERT INTO {STEP} (service_id, event, day, said, sha256, noted_by, noted_at) "
    "VALUES (:service_id, :event, :day, :said, :sha256, :noted_by, :noted_at)"
)


def upgrade() -> None:
    """The table; and what services know of the last posting, the last return, the last attempt and the alert."""
    op.create_table(
        STEP,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("noted_by", sa.BigInteger(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f(f"fk_{STEP}_service_id")),
        sa.ForeignKeyConstraint(["noted_by"], ["account.id"], name=op.f(f"fk_{STEP}_noted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{STEP}")),
    )
    op.create_index(op.f(f"ix_{STEP}_service_id"), STEP, ["service_id"], unique=False)
    op.create_index(op.f(f"ix_{STEP}_sha256"), STEP, ["sha256"], unique=False)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {STEP} TO zilu_system")
    op.execute(f"ALTER TABLE {STEP} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {STEP} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY system_all ON {STEP} TO zilu_system USING (true) WITH CHECK (true)")
    for role in ("staff", "panel"):
        op.execute(f"GRANT SELECT ON {STEP} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {STEP} FOR SELECT TO zilu_{role} USING ({OF_SERVICE})")
    _fill()


def _fill() -> None:
    """What is encrypted is read with the key, so many at a time."""
    connection, after = op.get_bind(), 0
    asked = sa.text(
        "SELECT id, proof, slip_no, trouble, bounced_at, attempted_at FROM service WHERE id > :after "
        "AND (proof IS NOT NULL OR bounced_at IS NOT NULL OR attempted_at IS NOT NULL) ORDER BY id LIMIT :most"
    )
    while rows := connection.execute(asked, {"after": after, "most": AT_ONCE}).all():
        after = rows[-1].id
        told = connection.execute(sa.text(NOTED), {"numbers": [row.id for row in rows]}).all()
        noted = {(each.subject_id, each.row): each for each in told}
        for row in rows:
            proof = json.loads(unseal(bytes(row.proof))) if row.proof is not None else {}
            kept = proof.pop("steps", [])
            known = {(each["event"], each["day"]) for each in kept}
            steps = [*kept, *(each for each in _known(row, proof, noted) if (each["event"], each["day"]) not in known)]
            for each in steps:
                connection.execute(ADD, _row(row.id, each))
            if kept:
                said = {"number": row.id, "proof": seal(json.dumps(proof, ensure_ascii=False).encode())}
                connection.execute(sa.text("UPDATE service SET proof = :proof WHERE id = :number"), said)


def _known(row: Found, proof: dict[str, Any], noted: dict[tuple[int, str], Found]) -> Iterator[dict[str, Any]]:
    """What its columns say of each, in the order of the table of service; why, where only one can be meant."""
    days = {
        "bounce": _day(row.bounced_at),
        "attempted": _day(row.attempted_at),
        "post": proof.get("posted_on"),
        "returned": proof.get("returned_on"),
    }
    why = _last_refused(row, days, noted)
    for event, day in days.items():
        entry = noted.get((row.id, ROWS[event]))
        if day is None:
            continue
        said = {"slip_no": row.slip_no} if event == "post" and row.slip_no else {}
        said |= {"reason": row.trouble} if event == why and row.trouble else {}
        at = entry.at if entry is not None else datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI)
        yield {"event": event, "day": day, "said": said, "sha256": None, "by": _who(entry), "at": at.isoformat()}


def _day(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).date().isoformat() if at is not None else None


def _last_refused(row: Found, days: dict[str, str | None], noted: dict[tuple[int, str], Found]) -> str:
    """Whose reason is on record: that of the attempt or the return that was noted last."""
    both = [event for event in ("attempted", "returned") if days[event] is not None]
    at = {event: entry.at for event in both if (entry := noted.get((row.id, ROWS[event]))) is not None}
    if len(both) == 1:
        return both[0]
    return max(at, key=lambda event: at[event]) if len(at) == len(both) and both else ""


def _who(entry: Found | None) -> int | None:
    """The number of the account that noted it; a bounce is noted by the system, for whom its changes name."""
    if entry is None:
        return None
    number = entry.actor.partition(":")[2]
    by = (entry.changes or {}).get("noted_by") if entry.row == "V08" else None
    return int(number) if entry.actor.startswith("account:") and number.isdigit() else by


def _row(service: int, it: dict[str, Any]) -> dict[str, Any]:
    said = seal(json.dumps(it["said"], ensure_ascii=False).encode())
    plain = {"event": it["event"], "sha256": it["sha256"], "noted_by": it["by"], "said": said, "service_id": service}
    return plain | {"day": date.fromisoformat(it["day"]), "noted_at": datetime.fromisoformat(it["at"])}


def downgrade() -> None:
    """The receipt keeps them, and is erased with them; the last return and the last reason stand where they stood."""
    connection = op.get_bind()
    asked = sa.text(
        f"SELECT e.*, s.proof, s.trouble FROM {STEP} e JOIN service s ON s.id = e.service_id "
        "ORDER BY e.service_id, e.day, e.id"
    )
    steps: dict[int, list[Found]] = {}
    for row in connection.execute(asked):
        steps.setdefault(row.service_id, []).append(row)
    for number, mine in steps.items():
        proof = json.loads(unseal(bytes(mine[0].proof))) if mine[0].proof is not None else {}
        kept = [_kept(each) for each in mine]
        proof["steps"], trouble = kept, mine[0].trouble
        for each in kept:
            if each["event"] == "returned":
                proof["returned_on"] = each["day"]
            if each["event"] in {"returned", "attempted"}:
                trouble = each["said"].get("reason", trouble)
        said = {"number": number, "proof": seal(json.dumps(proof, ensure_ascii=False).encode()), "trouble": trouble}
        connection.execute(sa.text("UPDATE service SET proof = :proof, trouble = :trouble WHERE id = :number"), said)
    op.drop_table(STEP)


def _kept(row: Found) -> dict[str, Any]:
    told = {"event": row.event, "day": row.day.isoformat(), "said": json.loads(unseal(bytes(row.said)))}
    return told | {"sha256": row.sha256, "by": row.noted_by, "at": row.noted_at.isoformat()}
