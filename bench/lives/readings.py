"""What readers may see, asked as those readers: nothing of another company, nothing of a case once recused."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db import SYSTEM_READER, Reader, read_as

Found = tuple[str, str, bool]
"""What must hold, on what, and whether it is broken."""
OTHERS = (
    "(SELECT count(*) FROM case_track WHERE party_id <> :me) + (SELECT count(*) FROM forwarding WHERE party_id <> :me) "
    "+ (SELECT count(*) FROM answer a WHERE NOT EXISTS (SELECT 1 FROM forwarding f WHERE f.id = a.forwarding_id)) "
    "+ (SELECT count(*) FROM statement s WHERE NOT EXISTS (SELECT 1 FROM case_track t WHERE t.id = s.track_id)) "
    "+ (SELECT count(*) FROM document WHERE party_id <> :me) + (SELECT count(*) FROM service WHERE party_id <> :me) "
    "+ (SELECT count(*) FROM evidence WHERE given_by = 'RESPONDENT' AND party_id <> :me)"
)
NOT_MINE = "(SELECT count(*) FROM complaint WHERE id <> :me) + (SELECT count(*) FROM release WHERE complaint_id <> :me)"
CASES = ("complaint", "complainant", "forwarding", "answer", "case_file", "case_track", "evidence", "statement", "vote")
TOLD = (
    " + (SELECT count(*) FROM complaint WHERE id = ANY(:told)) "
    "+ (SELECT count(*) FROM forwarding WHERE complaint_id = ANY(:told)) "
    "+ (SELECT count(*) FROM clock WHERE subject_type = 'complaint' AND subject_id = ANY(:told)) "
    "+ (SELECT count(*) FROM queue_entry WHERE complaint_id = ANY(:told))"
)
"""What staff see of complaints."""
ADMINISTRATORS, COMPLAINANTS = "zilu_admin", "zilu_complainant"


def _as(at: Session, reader: Reader, asked: str, **given: Any) -> Any:
    read_as(at, reader)
    found = at.execute(text(f"SELECT {asked}"), given).scalar()
    read_as(at, SYSTEM_READER)
    return found


def _open(at: Session, role: str, table: str) -> bool:
    asked = "SELECT has_table_privilege(:role, :name, 'SELECT')"
    return bool(at.execute(text(asked), {"role": role, "name": table}).scalar())


def companies(at: Session) -> Iterator[Found]:
    """I-12: nobody of a company reads another one's track, forwarding, answer, statement or papers."""
    others = "SELECT p.id FROM party p WHERE EXISTS (SELECT 1 FROM {} t WHERE t.party_id <> p.id) ORDER BY p.id"
    wanted = " UNION ".join(f"({others.format(table)})" for table in ("case_track", "forwarding"))
    for (party,) in at.execute(text(wanted)).all():
        reader = Reader("zilu_party", (("zilu.party", str(party)), ("zilu.account", "0")))
        yield "I-12 a company reads nothing of another", f"party {party}", bool(_as(at, reader, OTHERS, me=party))


def complainants(at: Session) -> Iterator[Found]:
    """I-16: a receipt code opens one complaint, and never what a respondent wrote to the association."""
    name = "I-16 a complainant reads nothing of others, nor any answer itself"
    for (number,) in at.execute(text("SELECT id FROM complaint ORDER BY id DESC LIMIT 3")).all():
        reader = Reader(COMPLAINANTS, (("zilu.complaint", str(number)),))
        yield name, f"complaint {number}", bool(_as(at, reader, NOT_MINE, me=number))
        if _open(at, COMPLAINANTS, "answer"):
            yield name, f"answers of {number}", bool(_as(at, reader, "(SELECT count(*) FROM answer)"))


def recused(at: Session) -> Iterator[Found]:
    """I-04: the file is closed to whoever was recused, whichever way that person reads, and its complaints are."""
    wanted = (
        "SELECT r.case_id, r.account_id, array_agg(l.complaint_id) FROM (SELECT DISTINCT case_id, account_id "
        "FROM recusal WHERE state = 'GRANTED') r LEFT JOIN case_complaint l USING (case_id) GROUP BY 1, 2 ORDER BY 1, 2"
    )
    asked = "(SELECT count(*) FROM case_file WHERE id = :me) + (SELECT count(*) FROM case_track WHERE case_id = :me)"
    for case, account, told in at.execute(text(wanted)).all():
        for role, more in (("zilu_staff", TOLD), ("zilu_panel", "")):
            reader, given = Reader(role, (("zilu.account", str(account)),)), {"told": told} if more else {}
            seen = bool(_as(at, reader, asked + more, me=case, **given))
            yield "I-04 a recused person reads nothing of the case", f"account {account} of case {case}", seen


def administrators(at: Session) -> Iterator[Found]:
    """I-21: no administrator reads a complaint or a case."""
    reader = Reader(ADMINISTRATORS, (("zilu.account", "0"),))
    for table in CASES:
        filled = at.execute(text(f"SELECT EXISTS (SELECT 1 FROM {table})")).scalar()
        if filled:
            seen = _open(at, ADMINISTRATORS, table) and _as(at, reader, f"(SELECT count(*) FROM {table})")
            yield "I-21 no administrator reads complaints or cases", table, bool(seen)


def every(at: Session) -> Iterator[Found]:
    """All of them."""
    for asked in (companies, complainants, recused, administrators):
        yield from asked(at)
