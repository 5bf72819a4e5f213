"""A frozen paper and its head as a page and as a PDF; the same data give the same bytes."""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date
from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING, Any, Final

import pikepdf

from core.clock import midnight
from notices.kinds import KINDS, Layout
from notices.page_words import WORDS
from notices.papers import Head, Paper, day_text, text_of
from printing import fonts, glyphs, pdf, pdf_attached, press, templates
from printing.press import PRESS
from printing.qr import qr_svg
from printing.seal import seal_svg

if TYPE_CHECKING:
    from weasyprint import Document

BLOCK: Final = 156
"""Width of the text block in millimetres."""

LINE: Final = 28
"""Characters on a line of it."""

MAST: Final = 24
"""The most of them in the head on one line."""

MASTS: Final = {Layout.RED_HEAD: "文件", Layout.PUBLIC: "公告"}
"""What follows the issuer there."""

PITCH: Final = 225 / 22
"""Millimetres from line to line."""

BESIDE_THE_DAY: Final = 18
"""Characters of the issuer on one line of the imprint, beside the day of printing."""

CHECK: Final = 81
"""Width of the QR code with its words."""

SIGNATURES: Final = 37
"""Characters of places to sign on one line at the foot of a record."""

FILES: Final = {
    Layout.RED_HEAD: "red_head",
    Layout.LETTER: "letter",
    Layout.FORM: "form",
    Layout.MINUTES: "minutes",
    Layout.PUBLIC: "public",
    Layout.REPORT: "report",
}
UNDATED: Final = date(2000, 1, 1)
"""A draft has no date; its file still needs one that does not change."""


def stylesheets(layout: Layout, head: Head, *, marked: bool = False, translated: bool = False) -> tuple[str, ...]:
    """The stylesheets of a layout in the head's language; pages of a demonstration and samples are marked."""
    names = ["fonts", "english"] if head.lang == "en" else ["fonts", "page", FILES[layout]]
    names += ["translation"] * translated + ["demonstration"] * (head.demonstration or marked)
    return templates.stylesheets(*(f"layouts/{name}" for name in names))


def warm(seal_text: str = "") -> None:
    """Load what processes forked later can share: templates, stylesheets, characters, the seal."""
    pdf.warm()
    for layout in Layout:
        templates.template(f"layouts/{FILES[layout]}.html")
        stylesheets(layout, Head("", "", demonstration=True))
    stylesheets(Layout.LETTER, Head("", "", lang="en"))
    if seal_text:
        seal_svg(seal_text)


class Mark(StrEnum):
    """What is shown on every page that is no document: of a sample, or a draft; a document has none."""

    NONE = ""
    SPECIMEN = "specimen"
    DRAFT = "draft"


class Imprint(StrEnum):
    """Where the 版记 goes: nowhere, on the last page as it falls, on the page behind it, or behind a blank one."""

    NONE = "none"
    HERE = "here"
    VERSO = "verso"
    APART = "apart"


def html_of(
    paper: Paper,
    head: Head,
    *,
    mark: Mark = Mark.NONE,
    imprint: Imprint = Imprint.HERE,
    warned: Sequence[str] = (),
) -> str:
    """The page as HTML; emoji and marks that no font has become 〓, private characters become their pictures.

    A specimen of a wording or a draft is marked on every page, and a draft begins with the warnings for its reader.
    """
    kind = KINDS[paper.kind]
    name = "english" if head.lang == "en" else FILES[kind.layout]
    page = templates.template(f"layouts/{name}.html").render(**_context(paper, head, mark, imprint), warned=warned)
    return fonts.printable(glyphs.pictured(page, dict(head.pictures), WORDS[head.lang]["character"]))


def _context(paper: Paper, head: Head, mark: Mark, imprint: Imprint) -> dict[str, Any]:
    kind = KINDS[paper.kind]
    words = {**WORDS[head.lang]}
    words["seal"] = words["seal"].format(head.seal_text or head.association_zh)
    words["mark"] = words[mark] if mark else words["mark"] if head.demonstration else ""
    issuer, mast = _lines(head.association, LINE), _mast(head, kind.layout)
    place = _signature_place(head, issuer)
    printed = kind.layout is Layout.RED_HEAD and head.lang == "zh"
    if not (kind.sealed and (printed or paper.copies_to)):
        imprint = Imprint.NONE
    here = imprint is Imprint.HERE
    check = kind.sealed and bool(head.check_code)
    parts = _parts(paper)
    after = bool(paper.note) or len(parts) > 1 or paper.enclosed is not None  # more than the foot follows the signature
    beside = check and after and _sealed(paper, head) and _free(place, head)
    crowded = after or not _free(place, head)
    apart = check and not beside and crowded
    return {
        "paper": paper.to_json(),
        "parts": parts,
        "enclosed_title": paper.enclosed.title if paper.enclosed is not None else "",
        "head": head,
        "company": _company(paper, head, words),
        "words": words,
        "title": " ".join(filter(None, (paper.title, head.number))),
        "kind_name": kind.name(head.lang),
        "footer": " · ".join(filter(None, (head.association, head.number))),
        "signature_lines": _signature_lines(paper, words["colon"]),
        "mast": mast,
        "mast_size": _mast_size(head, mast),
        "signed": kind.sealed,
        "seal": _sealed(paper, head) and not head.stamped,
        "to_stamp": _sealed(paper, head) and head.stamped,
        "date": day_text(head.issue_date, head.lang) if head.issue_date else "",
        "place": place,
        "issuer": issuer,
        "contact": _contact(head, words),
        "check": check,
        "beside": beside,
        "where": head.verify_url.partition("?")[0],
        "imprint": str(imprint),
        "printed": printed,
        "copies": words["between"].join(paper.copies_to) + ("。" if head.lang == "zh" else ""),
        "room": _room(
            paper if here else replace(paper, copies_to=()),
            check=apart,
            printed=ceil(len(head.association) / BESIDE_THE_DAY) if printed and here else 0,
        ),
    }


def _company(paper: Paper, head: Head, words: Mapping[str, str]) -> list[str]:
    """Under the addressee: which company is meant and its address, as far as the text does not say it."""
    if not (paper.addressee and head.recipient_uscc):
        return []
    said, named = text_of(paper.blocks), {"uscc": head.recipient_uscc, "reached": head.recipient_address}
    return [f"{words[name]}{value}" for name, value in named.items() if value and value not in said]


def _parts(paper: Paper) -> list[dict[str, Any]]:
    """The body, and each attachment with its title; attachments come after the signature."""
    parts: list[dict[str, Any]] = [{"title": "", "blocks": []}]
    for plain in paper.to_json()["blocks"]:  # type: ignore[union-attr]
        if plain["is"] == "annex":  # type: ignore[index, call-overload]
            parts.append({"title": plain["text"], "blocks": []})  # type: ignore[index, call-overload]
        else:
            parts[-1]["blocks"].append(plain)
    return parts


def _free(place: Mapping[str, float], head: Head) -> bool:
    """Whether there is room for the check code beside the signature."""
    return head.lang == "en" or BLOCK - place["right"] - place["width"] > CHECK


def _room(paper: Paper, *, check: bool, printed: int) -> int:
    """Millimetres to keep free above the foot of the last page, so that it covers nothing; by lines of who printed."""
    lines = 1 + len("".join(paper.copies_to)) // 26
    return 22 * check + 10 * bool(printed) + 8 * max(0, printed - 1) + 9 * lines * bool(paper.copies_to)


def _sealed(paper: Paper, head: Head) -> bool:
    """Whether a seal is shown: only with a number and a date, so never on a draft."""
    return KINDS[paper.kind].sealed and bool(head.number and head.issue_date)


def _signature_lines(paper: Paper, colon: str) -> str:
    """The places to sign at the foot of each page: as many on a line as fit; none for who signed online."""
    lines: list[list[str]] = [[]]
    for each in (name if colon in name else f"{name}{colon}______" for name in paper.signatures):
        if len("　".join([*lines[-1], each])) > SIGNATURES and lines[-1]:
            lines.append([])
        lines[-1].append(each)
    return "\n".join("　".join(each) for each in lines)


def _contact(head: Head, words: Mapping[str, str]) -> str:
    told = ", ".join(filter(None, (head.contact_person, head.telephone)))
    if head.lang == "zh":
        told = told.replace(", ", "，")
    return f"{words['contact']}{told}" if told else ""


def _mast(head: Head, layout: Layout) -> list[str]:
    """The head over the page; a long Chinese name on more than one line, an English one breaks by itself."""
    if head.lang == "en":
        return [head.association]
    return _lines(head.association + MASTS.get(layout, ""), MAST)


def _mast_size(head: Head, mast: Sequence[str]) -> float:
    """Points at which the head fills the block without leaving it, and never so few that it is no head."""
    if head.lang == "en":
        return max(13.0, min(20.0, int(2 * 452 / (len(head.association) * 0.56)) / 2))
    return min(34.0, int(2 * BLOCK / 25.4 * 72 / (max(map(len, mast)) * 1.07)) / 2)


def _lines(name: str, most: int) -> list[str]:
    """A name that is longer than a line on several of about one length."""
    each = ceil(len(name) / max(1, ceil(len(name) / most)))
    return [name[at : at + each] for at in range(0, len(name), each)] or [""]


def _signature_place(head: Head, issuer: Sequence[str]) -> dict[str, float]:
    """Where the issuer and the date stand: date four characters from the right, issuer centred on it.

    What the issuer has more than one line goes half above and half below the middle of the seal.
    """
    unit = BLOCK / LINE
    when = day_text(head.issue_date, "zh") if head.issue_date else "　　　　年　月　日"
    date_width = sum(0.5 if character.isdigit() else 1 for character in when) * unit
    width = max(max(map(len, issuer)) * unit, date_width)
    right = max(0, 4 * unit - (width - date_width) / 2)
    return {"width": round(width, 2), "right": round(right, 2), "lifted": round((len(issuer) - 1) * PITCH / 2, 2)}


def notice_json(paper: Paper, head: Head) -> bytes:
    """What the file says, for machines: it is attached to the PDF."""
    return json.dumps(
        {
            "schema": "zilu-notice-1",
            "kind": paper.kind,
            "name": KINDS[paper.kind].name(head.lang),
            "title": paper.title,
            "head": head.to_json(),
            "paper": paper.to_json(),
        },
        ensure_ascii=False,
        indent=1,
        sort_keys=True,
    ).encode()


def resources_of(paper: Paper, head: Head) -> dict[str, tuple[bytes, str]]:
    """The images that the page names: pictures of characters, the seal, the QR code."""
    resources = glyphs.resources(dict(head.pictures))
    if _sealed(paper, head) and not head.stamped:
        drawing = seal_svg(head.seal_text or head.association_zh, "演示" if head.demonstration else "")
        resources["part:seal"] = (drawing.encode(), "image/svg+xml")
    if head.check_code:
        resources["part:qr"] = (qr_svg(head.verify_url).encode(), "image/svg+xml")
    return resources


def _on_an_even_page(paper: Paper, head: Head, mark: Mark, warned: Sequence[str]) -> Callable[["Document"], str | None]:
    """Put the 版记 of the red head on the back of the last sheet (GB/T 9704-2012, domain 4.1)."""
    stands = Imprint.HERE

    def again(document: "Document") -> str | None:
        nonlocal stands
        if stands is Imprint.HERE and len(document.pages) % 2:
            stands = Imprint.VERSO
        elif stands is Imprint.VERSO and pdf.is_blank(document, -2):
            stands = Imprint.APART
        else:
            return None
        return html_of(paper, head, mark=mark, imprint=stands, warned=warned)

    return again


def pdf_of(paper: Paper, head: Head, mark: Mark = Mark.NONE, warned: Sequence[str] = ()) -> bytes:
    """The document as PDF/A-3a and PDF/UA-1, with its data attached, and sealed if it is numbered and dated."""
    printed = KINDS[paper.kind].layout is Layout.RED_HEAD and head.lang == "zh"
    return pdf.render(
        html_of(paper, head, mark=mark, warned=warned),
        created=midnight(head.issue_date or UNDATED).astimezone(UTC),
        stylesheets=stylesheets(KINDS[paper.kind].layout, head, marked=bool(mark), translated=bool(paper.translation)),
        resources=resources_of(paper, head),
        attachments=[pdf_attached.Attached("notice.json", notice_json(paper, head), "The data of this document")],
        **({"again": _on_an_even_page(paper, head, mark, warned)} if printed else {}),
    )


def pdf_in_limits(paper: Paper, head: Head, limits: press.Limits | None = None) -> bytes:
    """As ``pdf_of``, on the press; raises RenderFailed, or what says that fonts lack characters."""
    fonts.require()
    return PRESS.make(pdf_of, paper, head, limits=limits)


def pages_of(made: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(io.BytesIO(made)) as opened:
        return len(opened.pages)
