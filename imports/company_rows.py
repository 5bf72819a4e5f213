"""Rows of lists of companies: each says one company by its code, with what binds it and for whom it collects."""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from core import characters, days
from core.plainly import number
from core.words import LazyString, _l
from imports.lines import Look, Record
from imports.mapping import COMPANY_TARGETS, Mapping, folded
from imports.rows import EMPTY_CELL, ROUNDED, Reject, WrongError, day_of, walk
from imports.sheets import records
from registry.models import AliasKind, BasisKind, PartyKind
from registry.names import USCC_LENGTH, true_uscc

EARLIEST, LATEST = date(1949, 10, 1), date(2100, 1, 1)
SEVERAL: Final = re.compile(r"[;；、|\n]+")
"""What stands between several names in one cell."""
KINDS: Final[Table[str, PartyKind]] = {
    **dict.fromkeys(
        ("institution", "lender", "platform", "机构", "放贷机构", "会员机构", "金融机构", "持牌机构", "平台"),
        PartyKind.INSTITUTION,
    ),
    **dict.fromkeys(
        ("collection firm", "firm", "collector", "催收公司", "催收机构", "第三方催收机构", "受托机构", "催收"),
        PartyKind.FIRM,
    ),
}
"""How lists say what a company is."""
BASES: Final[Table[str, BasisKind]] = {
    **dict.fromkeys(("membership", "member", "会员", "会员单位", "入会"), BasisKind.MEMBERSHIP),
    **dict.fromkeys(
        ("signed the convention", "signatory", "公约签署单位", "签署单位", "签署公约", "公约"), BasisKind.SIGNATORY
    ),
    **dict.fromkeys(("signed undertaking", "undertaking", "签署承诺书", "承诺书", "承诺"), BasisKind.UNDERTAKING),
}
ALIASES: Final = {
    "short": AliasKind.SHORT,
    "app": AliasKind.APP,
    "sms_signature": AliasKind.SMS_SIGNATURE,
    "phone": AliasKind.NUMBER,
    "web": AliasKind.WEB,
}
"""By field, which kind of other name its cells hold."""
FIFTEEN = re.compile(r"[0-9]{15}000")
"""What is left of a code of digits in a spreadsheet, which keeps no more than fifteen of them."""
ORGANISATION: Final = (3, 7, 9, 10, 5, 8, 4, 2)
"""The weights of the eight characters that the check of the organisation code within it rests on (GB 11714-1997)."""


class Bound(NamedTuple):
    """What binds a company, and from when to when."""

    kind: BasisKind
    from_on: date
    to_on: date | None
    paper: str


class Engaged(NamedTuple):
    """For which institution, by its code, a firm collects."""

    principal: str
    from_on: date
    to_on: date | None
    contract: str
    products: str


@dataclass(frozen=True)
class CompanyRow:
    """A good row: what the register is to hold of one company."""

    line: int
    uscc: str
    name_zh: str
    kind: PartyKind
    cells: list[str]
    """As they stood, for whoever rejects the row after a look at the register."""
    name_en: str = ""
    member_no: str = ""
    named_executive: str = ""
    says: str = ""
    """What it says beside name and code, in the words of the list."""
    names: list[tuple[AliasKind, str]] = field(default_factory=list)
    bound: Bound | None = None
    engaged: Engaged | None = None

    @property
    def ref(self) -> str:
        """As a person names it."""
        return f"{self.name_zh} · {self.uscc}"


def parse(path: Path, mapping: Mapping, seen: Look) -> Iterator[CompanyRow | Reject]:
    """Read a list row by row; one company may stand on several, each with another basis or engagement."""

    def begins(cell: str) -> bool:
        return true_uscc(cell.upper())

    def made(record: Record, cells: dict[str, str]) -> CompanyRow:
        told = {name: characters.tidy(cells[column], lines=name in ALIASES) for name, column in mapping.columns.items()}
        return _Reading(told, mapping).row(record)

    found = records(path, seen, mapping.columns["uscc"], begins, mapping.date_form, mapping.days)
    return walk(found, mapping, made)


def _is_cut(code: str) -> bool:
    """Whether a spreadsheet rounded it to three zeros; of codes that end in zeros both checks hold (see below)."""
    if not FIFTEEN.fullmatch(code):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(code[8:16], ORGANISATION, strict=True))
    return not true_uscc(code) or total % 11 != 0  # the check itself, the 17th character, is a zero here


class _Reading:
    """One row while it is read."""

    def __init__(self, told: Table[str, str], mapping: Mapping) -> None:
        self.told, self.mapping = told, mapping

    def row(self, record: Record) -> CompanyRow:
        code = self._code("uscc")
        return CompanyRow(
            line=record.line,
            uscc=code or self._wrong("uscc", EMPTY_CELL),
            name_zh=self.told["name_zh"]
            or self._wrong("name_zh", EMPTY_CELL),
            kind=self._kind(),
            cells=record.cells,
            name_en=self._said("name_en"),
            member_no=self._said("member_no"),
            named_executive=self._said("named_executive"),
            says=" · ".join(said for name in COMPANY_TARGETS[2:] if (said := self._said(name))),
            names=[
                (kind, one)
                for name, kind in ALIASES.items()
                for one in map(characters.tidy, SEVERAL.split(self._said(name)))
                if one
            ],
            bound=self._bound(),
            engaged=self._engaged(),
        )  # fmt: skip

    def _said(self, name: str) -> str:
        return self.told.get(name, "")

    def _wrong(self, name: str, why: LazyString) -> str:
        raise WrongError(self.mapping.columns.get(name, ""), why)

    def _code(self, name: str) -> str:
        code = self._said(name).replace(" ", "").upper()
        if ROUNDED.fullmatch(code) or _is_cut(code):
            why = _l(
                "“%(found)s” lost its digits in a spreadsheet. Format the column as text there and enter the code "
                "anew from its source: opening the saved file again does not bring its digits back.",
                found=code[:40],
            )
            self._wrong(name, why)
        if code and not true_uscc(code):
            why = _l("“%(found)s” is no unified social credit code: its last character doesn't fit.", found=code[:40])
            if len(code) != USCC_LENGTH:
                why = _l(
                    "“%(found)s” is no unified social credit code: it has %(length)s characters instead of 18.",
                    found=code[:40],
                    length=number(len(code)),
                )
            self._wrong(name, why)
        return code

    def _kind(self) -> PartyKind:
        said = self._said("kind")
        if not said and self.mapping.party_kind:
            return PartyKind(self.mapping.party_kind)
        found = KINDS.get(folded(said))
        if found is None:
            self._wrong("kind", _l("Say what it is: institution or collection firm."))
            raise AssertionError
        return found

    def _bound(self) -> Bound | None:
        said, first = self._said("basis"), self._day("basis_from")
        if first is None:
            if said or self._said("basis_to"):
                self._wrong("basis_from", _l("What binds it needs its first day."))
            return None
        kind = BASES.get(folded(said)) if said or not self.mapping.basis_kind else BasisKind(self.mapping.basis_kind)
        if kind is None:
            self._wrong("basis", _l("Say what binds it: membership, convention or undertaking."))
            raise AssertionError
        return Bound(kind, first, self._end("basis_to", first), self._said("basis_paper"))

    def _engaged(self) -> Engaged | None:
        principal, first = self._code("principal"), self._day("engaged_from")
        if not principal:
            if first is not None:
                self._wrong("principal", _l("Say for which institution it collects, by its code."))
            return None
        if first is None:
            self._wrong("engaged_from", _l("Say since when it collects for that institution."))
            raise AssertionError
        return Engaged(principal, first, self._end("engaged_to", first), self._said("contract"), self._said("products"))

    def _end(self, name: str, first: date) -> date | None:
        last = self._day(name)
        if last is not None and last < first:
            self._wrong(name, days.BACKWARDS)
        return last

    def _day(self, name: str) -> date | None:
        cell = self._said(name)
        if not cell:
            return None
        form = self.mapping.date_form
        try:
            day = day_of(cell, form)
        except ValueError:
            like = date(2020, 7, 1).strftime(form)
            why = _l("“%(found)s” is no date as this source writes it (such as %(like)s).", found=cell[:40], like=like)
            raise WrongError(self.mapping.columns[name], why) from None
        if not EARLIEST <= day <= LATEST:
            self._wrong(name, _l("The date “%(found)s” can't be.", found=cell))
        return day
