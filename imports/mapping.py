"""Mappings of imports: which column of a file says what, as small TOML files."""

import re
import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import BadInput
from core.words import _l

SHIPPED = Path(__file__).parent / "mappings"
FIELD = "mapping"
COMPLAINTS, COMPANIES = "complaints", "companies"
COMPANY_TARGETS = (
    "name_zh", "uscc", "kind", "name_en", "member_no", "named_executive",
    "short", "app", "sms_signature", "phone", "web",
    "basis", "basis_from", "basis_to", "basis_paper",
    "principal", "engaged_from", "engaged_to", "contract", "products",
)  # fmt: skip
TARGETS = {
    COMPLAINTS: {"received_on", "product", "issue", "facts", "company", "number"},
    COMPANIES: set(COMPANY_TARGETS),
}
"""By what a file holds: what a column of it may be."""
DAYS = {"received_on", "basis_from", "basis_to", "engaged_from", "engaged_to"}
"""Of them, what is a day."""
NEEDED = {COMPLAINTS: {"received_on"}, COMPANIES: {"name_zh", "uscc"}}


@dataclass(frozen=True)
class Mapping:
    """How to read one kind of file."""

    source: str
    columns: Table[str, str]
    """By field of a complaint or a company: the column that holds it."""
    lang: str = "zh"
    encodings: tuple[str, ...] = ("utf-8", "gb18030")
    date_form: str = "%Y-%m-%d"
    earliest: date = date(1990, 1, 1)
    number_form: str = r"\S{1,60}"
    texts: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """Columns that are there and not kept."""
    in_scope: frozenset[str] = frozenset()
    """Products, folded, that are the association's business; the others are kept as out of scope."""
    same_product: Table[str, str] = field(default_factory=dict)
    one_product: str = ""
    """Of complaints: the product of all of them, where no column says it."""
    holds: str = COMPLAINTS
    party_kind: str = ""
    """Of a list of companies: what each of them is, where no column says so."""
    basis_kind: str = ""
    """What binds them, where no column says so."""

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Every column that the file must have; it may have no other."""
        return (*self.columns.values(), *self.texts, *self.dates, *self.left_out)

    @property
    def numbered(self) -> bool:
        """Whether the source numbers its complaints."""
        return "number" in self.columns

    @property
    def days(self) -> frozenset[str]:
        """The columns that hold days."""
        return frozenset(self.dates) | {column for name, column in self.columns.items() if name in DAYS}

    def product(self, written: str) -> str:
        """Give the one name of a product, however it is written."""
        return self.same_product.get(folded(written), written)

    def concerns_us(self, product: str) -> bool:
        """Whether a product is in scope; a mapping that names none takes them all."""
        return not self.in_scope or folded(product) in self.in_scope


def folded(words: str) -> str:
    """Level case and spaces."""
    return " ".join(words.split()).casefold()


def names() -> list[str]:
    """List the mappings that are shipped."""
    return sorted(file.stem for file in SHIPPED.glob("*.toml"))


def mapping(name: str) -> Mapping:
    """Read a shipped mapping by its name, or one's own by the path of its file."""
    file, told = _read(name)
    return of_told(told, file.name)


def shipped(name: str) -> dict[str, Any]:
    """What a shipped mapping tells, as it may be kept beside an import."""
    _file, told = _read(Path(name).name)
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in told.items()}


def of_told(told: Table[str, Any], name: str) -> Mapping:
    """The mapping that a file of this name, or the page, tells."""
    try:
        return _mapping(told)
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: Exception) -> BadInput:
    return BadInput(FIELD, _l("The mapping “%(name)s” can't be read: %(why)s", name=name, why=str(error)))


def _read(name: str) -> tuple[Path, dict[str, Any]]:
    file = Path(name) if name.endswith(".toml") else SHIPPED / f"{Path(name).name}.toml"
    if not file.is_file():
        known = ", ".join(names())
        raise BadInput(FIELD, _l("There is no mapping “%(name)s”. Shipped are: %(names)s.", name=name, names=known))
    try:
        return file, tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _unreadable(file.name, error) from error


def _mapping(told: Table[str, Any]) -> Mapping:
    columns: dict[str, str] = told["columns"]
    holds = str(told.get("holds", COMPLAINTS))
    if not NEEDED[holds] <= set(columns) <= TARGETS[holds]:
        message = f"[columns] needs {', '.join(sorted(NEEDED[holds]))} and knows {', '.join(sorted(TARGETS[holds]))}"
        raise ValueError(message)
    one_product = str(told.get("product", "")).strip()
    if holds == COMPLAINTS and bool(one_product) == ("product" in columns):
        message = 'either [columns] names the product, or product = "…" that of all rows'
        raise ValueError(message)
    also = told.get("also", {})
    ways: dict[str, Any] = {key: told[key] for key in ("lang", "date_form", "number_form") if key in told}
    if "earliest" in told:
        first = told["earliest"]
        ways["earliest"] = date.fromisoformat(first) if isinstance(first, str) else first
    re.compile(ways.get("number_form", ""))
    return Mapping(
        source=str(told["source"]),
        columns=columns,
        encodings=tuple(told.get("encodings", ("utf-8", "gb18030"))),
        texts=tuple(also.get("texts", ())),
        dates=tuple(also.get("dates", ())),
        left_out=tuple(told.get("left_out", ())),
        in_scope=frozenset(folded(product) for product in told.get("in_scope", ())),
        same_product={folded(old): new for old, new in told.get("same_product", {}).items()},
        one_product=one_product,
        holds=holds,
        party_kind=str(told.get("party_kind", "")),
        basis_kind=str(told.get("basis_kind", "")),
        **ways,
    )
