"""Every kind and language as a file: as issued, signed, and stretched in all the ways a real one may be."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
from PIL import Image

from filestore import redrawing
from notices import rendering, wording
from notices.kinds import KINDS
from notices.papers import Block, Facts, Head, Heading, Items, Lang, Paper, Para, Table
from notices.samples import paper_for
from printing import signing, signing_authority

RARE = "堃喆昇赟𬭎䶮㛃"
PRIVATE = "\ue000"
LONG_NAME = RARE + "蓝湾（集团）互联网金融信息服务与催收外包技术有限责任公司滨海自由贸易试验区分公司"
SIGNED_AT = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
ALL: list[tuple[str, Lang]] = [
    (kind, lang) for kind in KINDS for lang in ("zh", "en") if (wording.FOLDER / f"{kind}.{lang}.txt").exists()
]
"""Every kind and language that has a wording."""


@cache
def made(kind: str, lang: Lang) -> bytes:
    """The sample of a kind, set in type once in a run."""
    return rendering.pdf_of(*paper_for(kind, lang))


@cache
def opened(kind: str, lang: Lang = "zh") -> Any:
    """The same, read once in a run: where its characters stand takes longer to find than to set them."""
    return pdfplumber.open(io.BytesIO(made(kind, lang)))


def draft_for(kind: str) -> tuple[Paper, Head]:
    """The sample before it is issued: without number, date and check code."""
    paper, head = paper_for(kind)
    return paper, replace(head, number="", issue_date=None, check_code="", verify_url="")


@dataclass
class Seal:
    """A key of the demonstration in a folder, to sign with."""

    folder: Path

    def __post_init__(self) -> None:
        """Make the key."""
        made = signing_authority.make("蓝湾互联网金融自律协会", b"test", SIGNED_AT)
        self.file, self.chain = self.folder / "keys.json", made.chain
        signing.keep_file_key(self.file, "seal", made.pkcs12, "test")

    def sign(self, pdf: bytes) -> bytes:
        order = signing.Order(self.file, "seal", self.chain, SIGNED_AT, name="蓝湾互联网金融自律协会", reason="用印")
        return signing.signed(pdf, order).content


def picture() -> str:
    """A noisy picture, as a photograph of a character is."""
    noise = b"".join(hashlib.sha256(bytes((place,))).digest() for place in range(200)) * 7
    out = io.BytesIO()
    Image.frombytes("L", (200, 200), noise[:40000]).convert("RGB").save(out, "JPEG")
    return redrawing.character(out.getvalue())


def of_forty_pages() -> bytes:
    """A report of forty pages whose text holds, again and again, a name printed from a picture."""
    paper, head = paper_for("D15")
    head = replace(head, pictures=((PRIVATE, picture()),))
    part: tuple[Block, ...] = (
        Heading("查明的事实"),
        *[Para(f"{PRIVATE}某某陈述，" + "催收人员先后多次致电其单位前台，说明其欠款逾期的情况，" * 9)] * 8,
        *paper.blocks,
    )
    return rendering.pdf_of(replace(paper, blocks=part * 12), head)


WAYS = ("short", "long", "names", "picture", "annexes", "draft", "real")


def stretched(paper: Paper, head: Head) -> Iterator[tuple[str, Paper, Head]]:
    """The ways in which a document of one kind differs from another: each by name."""
    annexes = ("证据清单", "通话录音三段", "委托催收合同（复印件）")
    yield "short", replace(paper, blocks=paper.blocks[:1], attachments=(), copies_to=(), note=""), head
    yield "long", replace(paper, blocks=tuple(map(_longer, paper.blocks))), head
    yield "names", replace(paper, addressee=LONG_NAME + "："), replace(head, recipient_name=LONG_NAME, signatory=RARE)
    drawn = replace(head, recipient_name=f"林{PRIVATE}舟", pictures=((PRIVATE, picture()),))
    yield "picture", replace(paper, addressee=f"林{PRIVATE}舟："), drawn
    told = replace(paper, attachments=annexes, copies_to=("滨海市地方金融管理局", LONG_NAME), note="此件公开发布")
    yield "annexes", told, head
    yield "draft", paper, replace(head, number="", issue_date=None, check_code="", verify_url="")
    yield "real", paper, replace(head, demonstration=False)


def _longer(block: Block) -> Block:
    match block:
        case Para(text):
            return Para(text * 12)
        case Items(items, numbered):
            return Items(items * 15, numbered)
        case Table(headers, rows):
            return Table(headers, rows * 25)
        case Facts(rows):
            return Facts(tuple((label, value * 4) for label, value in rows))
        case other:
            return other


def data_in(pdf: bytes) -> bytes:
    """The notice.json that a file carries."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return bytes(opened.attachments["notice.json"].get_file().read_bytes())
