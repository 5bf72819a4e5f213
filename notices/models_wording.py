"""The table of wordings that the association uses in place of those supplied with the software."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Instant, Versioned


class WordingVersion(Versioned, Base):
    """One version of the wording of a kind in a language: a draft, in force from a certain time on, or withdrawn.

    Version 0 is the file that comes with the software, and has no row here.
    """

    __tablename__ = "wording_version"
    __table_args__ = (
        UniqueConstraint("kind", "lang", "number"),
        CheckConstraint("lang IN ('zh', 'en')", name="lang_known"),
        CheckConstraint("number > 0", name="after_the_supplied_one"),
        CheckConstraint("(confirmed_at IS NULL) = (in_force_from IS NULL)", name="in_force_once_confirmed"),
        CheckConstraint("confirmed_at IS NULL OR basis <> ''", name="basis_if_confirmed"),
        CheckConstraint("in_force_from >= confirmed_at", name="never_in_force_before"),
        CheckConstraint("proposed_at IS NULL OR basis <> ''", name="proposed_with_basis"),
        CheckConstraint("confirmed_by <> proposed_by", name="put_in_force_by_another"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_because IS NULL)", name="withdrawn_with_reason"),
        Index(
            "uq_wording_version_draft",
            "kind",
            "lang",
            unique=True,
            postgresql_where=text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )
    __readers__: ClassVar[dict[str, str]] = {"admin": "true"}
    id: Mapped[BigId]
    kind: Mapped[str]
    lang: Mapped[str]
    number: Mapped[int]
    text: Mapped[str]
    """In the line format of wordings; never markup."""
    digest: Mapped[str]
    """What documents name as the version they were made from."""
    basis: Mapped[str] = mapped_column(server_default="")
    """Charter article or rule, meeting, date."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who wrote it last."""
    made_at: Mapped[Instant]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who says that it is ready; somebody else puts it in force."""
    proposed_at: Mapped[Instant | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[Instant | None]
    in_force_from: Mapped[Instant | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[Instant | None]
    withdrawn_because: Mapped[str | None]

    @property
    def ref(self) -> str:
        """The name in the journal."""
        return f"{self.kind}.{self.lang} {self.number}"
