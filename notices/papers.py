"""What a document says, as frozen plain data: its head, its blocks, and their JSON."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, ClassVar, Final, Literal, TypeAlias, assert_never, cast

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Lang: TypeAlias = Literal["zh", "en"]

PERIODS: Final = {
    ("zh", "WD"): "{}个工作日",
    ("zh", "CD"): "{}日",
    ("zh", "MONTH"): "{}个月",
    ("en", "WD"): "{} working days",
    ("en", "CD"): "{} days",
    ("en", "MONTH"): "{} months",
}
ENCLOSED: Final = "The Chinese text of this document"
PREVAILS: Final = (
    "This document is issued in English at the recipient's request. Its Chinese text is enclosed under the same "
    "number and is authentic; what people said or wrote is quoted in the language in which they did."
)
TRANSLATION: Final = "英文译本（供参考，以中文文本为准）"
TRANSLATED: Final = "English translation, for reference. The Chinese text under the same number alone is authentic."
MARKED: Final = re.compile(r"\\|(?:#{1,3}|===|[-*?!]|\|\|?) ")
"""What at the beginning of a paragraph would make it another block; a backslash before it prevents that."""
NAMELESS: Final = {"zh": "（投诉人姓名）", "en": "(name of the complainant)"}
"""The addressee of a letter to the complainant, in a draft."""
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """Who issues, to whom, under which number: the parts that every document shares.

    ``verify_url`` is the address in the QR code; without a check code none is drawn.
    """

    association_zh: str
    association_en: str
    lang: Lang = "zh"
    address: str = ""
    telephone: str = ""
    contact_person: str = ""
    signatory: str = ""
    seal_text: str = ""
    number: str = ""
    issue_date: date | None = None
    check_code: str = ""
    verify_url: str = ""
    recipient_name: str = ""
    recipient_address: str = ""
    recipient_uscc: str = ""
    """The company's unified social credit code; a person and an authority have none."""
    demonstration: bool = False
    stamped: bool = False
    """Whether it is printed and stamped by hand: then no seal is drawn, and its place stays free."""
    pictures: tuple[tuple[str, str], ...] = ()
    """Private characters of the recipient's name, each with its picture (base64 of a PNG)."""

    @property
    def association(self) -> str:
        """The issuer's name in the language of the document."""
        return self.association_zh if self.lang == "zh" else self.association_en or self.association_zh

    def to_json(self) -> dict[str, Json]:
        """Plain data for the database."""
        data: dict[str, Json] = {name: getattr(self, name) for name in self.__slots__}
        data["issue_date"] = self.issue_date.isoformat() if self.issue_date else None
        data["pictures"] = [list(each) for each in self.pictures]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> "Head":
        """The head that was frozen; fields that came later keep their defaults."""
        known = {name: value for name, value in data.items() if name in cls.__slots__}
        issued = known.pop("issue_date", None)
        drawn = cast("list[list[str]]", known.pop("pictures", None) or [])
        known["pictures"] = tuple((character, picture) for character, picture in drawn)  # type: ignore[assignment]
        return cls(**known, issue_date=date.fromisoformat(str(issued)) if issued else None)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; its number is part of its text."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered 1, 2, 3 or not."""

    items: tuple[str, ...]
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its head row."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values; an empty value is a space to write in."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class QA:
    """Questions and answers of a record."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """From here on an attachment with this title, on a page of its own after the signature."""

    begins: ClassVar[bool] = True
    text: str


Block: TypeAlias = Para | Heading | Items | Table | Facts | QA | Annex


@dataclass(frozen=True, slots=True)
class Paper:
    """One document without its head: complete, in one language, never changed once issued."""

    kind: str
    title_lines: tuple[str, ...]
    addressee: str = ""
    blocks: tuple[Block, ...] = ()
    closing: str = ""
    attachments: tuple[str, ...] = ()
    copies_to: tuple[str, ...] = ()
    note: str = ""
    signatures: tuple[str, ...] = ()
    wording: str = ""
    keywords: tuple[str, ...] = field(default=())
    authentic: "Paper | None" = None
    """The Chinese text, where this is the English version of what is issued to a company."""
    translation: "Paper | None" = None
    """The English edition, where this is Chinese and reaches many at once, some of whom read English."""

    @property
    def enclosed(self) -> "Paper | None":
        """The same document in the other language, on pages of its own after the signature."""
        return self.authentic or self.translation

    @property
    def title(self) -> str:
        """The title on one line: for lists, mails and metadata."""
        return joined(self.title_lines)

    def to_json(self) -> dict[str, Json]:
        """Plain data for the database."""
        data: dict[str, Json] = {name: getattr(self, name) for name in self.__slots__}
        for name in ("title_lines", "attachments", "copies_to", "signatures", "keywords"):
            data[name] = list(getattr(self, name))
        data["blocks"] = [_plain(block) for block in self.blocks]
        for name in ("authentic", "translation"):
            if (other := data.pop(name)) is not None:
                data[name] = cast("Paper", other).to_json()
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> "Paper":
        """The paper that was frozen; fields that came later keep their defaults."""
        known = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in data.items()
            if name in cls.__slots__ and name not in {"blocks", "authentic", "translation"}
        }
        blocks = cast("list[dict[str, Json]]", data.get("blocks") or [])
        others = {name: each for name in ("authentic", "translation") if isinstance(each := data.get(name), dict)}
        inside = {name: cls.from_json(each) for name, each in others.items()}
        return cls(blocks=tuple(_block(each) for each in blocks), **inside, **known)  # type: ignore[arg-type]


def in_english(paper: Paper, chinese: Paper) -> Paper:
    """The English version of a document, with its Chinese text enclosed, which alone is authentic."""
    note = " ".join(filter(None, (paper.note, PREVAILS)))
    return replace(paper, attachments=(*paper.attachments, ENCLOSED), note=note, authentic=chinese)


def with_english(paper: Paper, english: Paper, head: Head) -> Paper:
    """A Chinese document for many readers, with its English edition enclosed; only the Chinese text is authentic."""
    when = day_text(head.issue_date, "en") if head.issue_date else ""
    under = tuple(filter(None, (head.association, ", ".join(filter(None, (head.number, when))))))
    edition = replace(english, blocks=(Para(TRANSLATED), *english.blocks), signatures=under)
    return replace(paper, attachments=(*paper.attachments, TRANSLATION), translation=edition)


def _plain(block: Block) -> dict[str, Json]:
    match block:
        case Para(text) | Annex(text):
            return {"is": "annex" if isinstance(block, Annex) else "para", "text": text}
        case Heading(text, level):
            return {"is": "heading", "text": text, "level": level}
        case Items(items, numbered):
            return {"is": "items", "items": list(items), "numbered": numbered}
        case Table(headers, rows):
            return {"is": "table", "headers": list(headers), "rows": [list(row) for row in rows]}
        case Facts(rows):
            return {"is": "facts", "rows": [list(row) for row in rows]}
        case QA(pairs):
            return {"is": "qa", "pairs": [list(pair) for pair in pairs]}
        case _:
            assert_never(block)


def _block(data: Mapping[str, Json]) -> Block:
    match data:
        case {"is": "para" | "annex" as what, "text": str(text)}:
            return Annex(text) if what == "annex" else Para(text)
        case {"is": "heading", "text": str(text), "level": int(level)}:
            return Heading(text, level)
        case {"is": "items", "items": list(items), "numbered": bool(numbered)}:
            return Items(tuple(str(item) for item in items), numbered)
        case {"is": "table", "headers": list(headers), "rows": list(rows)}:
            return Table(tuple(str(cell) for cell in headers), tuple(_cells(row) for row in rows))
        case {"is": "facts", "rows": list(rows)}:
            return Facts(tuple(_pair(row) for row in rows))
        case {"is": "qa", "pairs": list(pairs)}:
            return QA(tuple(_pair(pair) for pair in pairs))
        case _:
            message = f"not a block of a document: {data!r:.80}"
            raise ValueError(message)


def _cells(row: object) -> tuple[str, ...]:
    return tuple(str(cell) for cell in cast("list[Json]", row))


def _pair(row: object) -> tuple[str, str]:
    first, second = _cells(row)
    return first, second


def text_of(blocks: Iterable[Block]) -> str:
    """The blocks as lines of the wording format: to be edited, redacted and compared."""
    return "\n\n".join(_lines(block) for block in blocks)


def whole_text(paper: Paper) -> str:
    """The text of a document, followed by what is enclosed in the other language."""
    return "\n\n".join(text_of(each.blocks) for each in (paper, paper.enclosed) if each is not None)


def _flat(text: str) -> str:
    return " ".join(text.split("\n"))


def _cell(text: str) -> str:
    return _flat(text).replace(" | ", " ｜ ")


def _lines(block: Block) -> str:
    match block:
        case Para(text) | Annex(text):
            return f"=== {text}" if isinstance(block, Annex) else "\\" * bool(MARKED.match(text)) + text
        case Heading(text, level):
            return f"{'#' * level} {text}"
        case Items(items, numbered):
            return "\n".join(f"{'-' if numbered else '*'} {_flat(item)}" for item in items)
        case Table(headers, rows):
            return "\n".join("|| " + " | ".join(map(_cell, row)) for row in (headers, *rows))
        case Facts(rows):
            return "\n".join(f"| {label} | {_flat(value)}" for label, value in rows)
        case QA(pairs):
            return "\n".join(f"? {_flat(question)}\n! {_flat(answer)}" for question, answer in pairs)
        case _:
            assert_never(block)


def joined(lines: Iterable[str]) -> str:
    """Lines of a title on one line: Chinese without a space, other scripts with one."""
    text = ""
    for line in lines:
        gap = " " if text and (text[-1] < "\u2e80" or line[:1] < "\u2e80") else ""
        text += gap + line
    return text


def day_text(day: date, lang: Lang) -> str:
    """2026年1月4日, or 4 January 2026."""
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def time_text(at: datetime, lang: Lang = "zh") -> str:
    """The time of day of a local time: 9时, 9时30分, or 9:30."""
    if lang == "en":
        return f"{at.hour}:{at.minute:02d}"
    return f"{at.hour}时{at.minute:02d}分" if at.minute else f"{at.hour}时"


def moment_text(at: datetime, lang: Lang = "zh") -> str:
    """A local time with its day: 2026年1月4日9时30分, or 4 January 2026, 9:30."""
    between = "" if lang == "zh" else ", "
    return f"{day_text(at.date(), lang)}{between}{time_text(at, lang)}"


def period_text(length: int, unit: str, lang: Lang) -> str:
    """A length in words: 15日, 5个工作日, 36个月, or 15 days, 1 working day."""
    text = PERIODS[lang, unit].format(length)
    return text.removesuffix("s") if lang == "en" and length == 1 else text


def unnamed(frozen: Mapping[str, Any]) -> tuple[Head, Paper]:
    """Head and paper of a draft, without the name of the complainant it is for."""
    head, paper = Head.from_json(frozen["head"]), Paper.from_json(frozen["paper"])
    if not frozen["to"].startswith("complainant"):
        return head, paper
    addressee = paper.addressee
    if head.recipient_name:
        addressee = addressee.replace(head.recipient_name, NAMELESS[head.lang])
    nameless = replace(head, recipient_name=NAMELESS[head.lang], recipient_address="", pictures=())
    return nameless, replace(paper, addressee=addressee)
