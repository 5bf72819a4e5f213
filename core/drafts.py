"""Drafts: what somebody typed and has not sent yet, kept on the server, encrypted."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    bindparam,
    delete,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.crypto import EncryptedJson
from core.db import SUBJECT_NOT_BARRED, Base, Instant, one_of
from core.forgetting import forget_later
from core.planned import PLANNED

OWN = "account_id = zilu_account()"
POSTED = "kept"
"""The place of what was posted when the sign-in had run out."""


class Draft(Base):
    """One unsent text: whose it is, for which page, and the fields as typed."""

    __tablename__ = "draft"
    __table_args__ = (CheckConstraint("(subject_kind IS NULL) = (subject_id IS NULL)", name="subject_whole"),)
    __readers__: ClassVar[dict[str, str]] = {
        "staff": f"{OWN} OR (subject_id IS NOT NULL AND {SUBJECT_NOT_BARRED})",
        "panel": OWN,
        "party": OWN,
        "admin": OWN,
    }
    owner: Mapped[str] = mapped_column(primary_key=True)
    """`account:7`, or the digest of a secret that only one browser holds."""
    place: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[Any] = mapped_column(EncryptedJson)
    saved_at: Mapped[Instant]
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    author: Mapped[str] = mapped_column(server_default="")
    page: Mapped[str] = mapped_column(server_default="", index=True)
    """The address of the matter's page; its forms may stand on pages below it."""
    path: Mapped[str] = mapped_column(server_default="")
    """Where the form stands."""
    subject_kind: Mapped[str | None]
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    taken_from: Mapped[int | None] = mapped_column(BigInteger)
    """The colleague who began it."""


@dataclass(frozen=True)
class About:
    """What a person's draft says besides its fields; colleagues may read those that say of what they are."""

    account_id: int
    author: str
    page: str
    path: str
    subject_kind: str | None = None
    subject_id: int | None = None
    taken_from: int | None = None


class DraftFile(Base):
    """A file that a draft holds: it stays in the store as long as the draft."""

    __tablename__ = "draft_file"
    __table_args__ = (ForeignKeyConstraint(["owner", "place"], ["draft.owner", "draft.place"], ondelete="CASCADE"),)
    __readers__: ClassVar[dict[str, str]] = {}
    owner: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), primary_key=True, index=True)


def save(
    session: Session, owner: str, place: str, fields: dict[str, Any], now: datetime, about: About | None = None
) -> None:
    """Keep the fields; the latest saving wins, and who began it stays."""
    told = asdict(about) if about else {}
    statement = insert(Draft).values(owner=owner, place=place, fields=fields, saved_at=now, **told)
    again = {name: value for name, value in told.items() if name != "taken_from"}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["owner", "place"],
            set_={"fields": statement.excluded.fields, "saved_at": now, **again},
        ),
    )


BEGINNING = datetime.min.replace(tzinfo=UTC)
FOUND = select(Draft.fields).where(
    Draft.owner == bindparam("owner"), Draft.place == bindparam("place"), Draft.saved_at > bindparam("since")
)


HELD = FOUND.with_for_update()


def find(
    session: Session, owner: str, place: str, since: datetime | None = None, *, hold: bool = False
) -> dict[str, Any]:
    """The fields last saved; empty where there are none. Read inside transaction(): no reader sees drafts.

    With `hold` whoever sends it at the same moment waits, and then finds nothing.
    """
    said = {"owner": owner, "place": place, "since": since or BEGINNING}
    asked = HELD if hold else FOUND
    found: dict[str, Any] | None = session.execute(asked, said, execution_options=PLANNED).scalar()
    return found or {}


def begin(session: Session, owner: str, place: str, now: datetime) -> None:
    """Begin a draft if there is none, so that it can be locked: of two who begin at once one finds the other's."""
    empty = insert(Draft).values(owner=owner, place=place, fields={}, saved_at=now)
    session.execute(empty.on_conflict_do_nothing())


def held(session: Session, owner: str, place: str) -> None:
    """Lock a draft until the transaction ends: read after this, it can be changed and saved as a whole."""
    mine = select(Draft.saved_at).where(Draft.owner == owner, Draft.place == place)
    session.execute(mine.with_for_update()).scalar()


def begun(session: Session, owner: str, places: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The fields of all that was begun in these places. Read inside transaction(), as with `find`."""
    asked = select(Draft.place, Draft.fields).where(Draft.owner == owner, one_of(Draft.place, list(set(places))))
    return {row.place: row.fields for row in session.execute(asked.order_by(Draft.place))}


def saved_at(session: Session, owner: str, place: str) -> datetime | None:
    """When it was saved last."""
    return session.scalar(select(Draft.saved_at).where(Draft.owner == owner, Draft.place == place))


def taken_by(session: Session, place: str, account_id: int) -> str | None:
    """Who took over somebody's draft in a place."""
    return session.scalar(select(Draft.author).where(Draft.place == place, Draft.taken_from == account_id).limit(1))


def hold(session: Session, owner: str, place: str, digests: Iterable[str]) -> None:
    """Let exactly these files belong to a saved draft; those it held before go, unless something else needs them."""
    wanted, own = set(digests), (DraftFile.owner == owner, DraftFile.place == place)
    held = set(session.scalars(select(DraftFile.sha256).where(*own)))
    if fresh := wanted - held:
        rows = [{"owner": owner, "place": place, "sha256": digest} for digest in sorted(fresh)]
        session.execute(insert(DraftFile).values(rows).on_conflict_do_nothing())
    if gone := held - wanted:
        session.execute(delete(DraftFile).where(*own, DraftFile.sha256.in_(gone)))
        forget_later(session, gone)


GONE = (
    "WITH files AS (DELETE FROM draft_file WHERE owner = %s AND place = %s RETURNING sha256), "
    "gone AS (DELETE FROM draft WHERE owner = %s AND place = %s) SELECT sha256 FROM files"
)


def drop(session: Session, owner: str, place: str) -> None:
    """Forget a draft that was sent, and the files that nothing else needs."""
    at, mine = session.connection(), (owner, place)
    at.exec_driver_sql("SELECT 1 FROM draft WHERE owner = %s AND place = %s FOR UPDATE", mine, PLANNED)
    forget_later(session, at.exec_driver_sql(GONE, mine * 2, PLANNED).scalars())


def forget_old(session: Session, place: str, before: datetime) -> None:
    """Forget the drafts of a place that nobody saved since."""
    _forget(session, (Draft.place == place, Draft.saved_at <= before))


def forget_left(session: Session, whose: str, before: datetime) -> None:
    """Forget drafts of people ("account") or companies ("party") that were not saved since."""
    _forget(session, (Draft.owner.startswith(f"{whose}:"), Draft.saved_at <= before))


def forget_about(session: Session, subjects: Sequence[tuple[str, int]], pages: str) -> None:
    """Forget anybody's drafts about these things, or on pages that match the pattern."""
    about = tuple_(Draft.subject_kind, Draft.subject_id).in_(subjects)
    _forget(session, (or_(about, Draft.page.regexp_match(pages)),))


def forget_places(session: Session, owners: str, places: str) -> None:
    """Forget drafts in the places that match the pattern, of owners whose names begin so."""
    _forget(session, (Draft.owner.startswith(owners), Draft.place.regexp_match(places)))


def give(session: Session, owner: str, to: str, places: str) -> None:
    """Give one owner's drafts in the places that match the pattern to another, with their files.

    Where the other has begun something as well, both stay as they are.
    """
    theirs = select(Draft.place).where(Draft.owner == to)
    asked = select(Draft).where(Draft.owner == owner, Draft.place.regexp_match(places), Draft.place.not_in(theirs))
    for each in session.scalars(asked.with_for_update()).all():
        whole = {column.key: getattr(each, column.key) for column in Draft.__table__.columns}
        session.execute(insert(Draft).values(whole | {"owner": to}))
        held = select(literal(to), DraftFile.place, DraftFile.sha256).where(
            DraftFile.owner == owner, DraftFile.place == each.place
        )
        session.execute(insert(DraftFile).from_select(["owner", "place", "sha256"], held))
        session.delete(each)
    session.flush()


def _forget(session: Session, which: tuple[ColumnElement[bool], ...]) -> None:
    gone = session.execute(select(Draft.owner, Draft.place).where(*which).with_for_update()).all()
    keys = [(row.owner, row.place) for row in gone]
    if not keys:
        return
    of_them = tuple_(DraftFile.owner, DraftFile.place).in_(keys)
    digests = set(session.scalars(delete(DraftFile).where(of_them).returning(DraftFile.sha256)))
    session.execute(delete(Draft).where(tuple_(Draft.owner, Draft.place).in_(keys)))
    forget_later(session, digests)
