"""Who fills which document: builders that rooms register by machine and kind, and the frozen documents they make."""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from core import clock
from core.characters import LETTERS
from core.db import KEPT
from core.errors import NotNow
from core.machine import Ask
from core.outbox import later
from core.site import outside
from notices import foreign, numbers, papers, queries, queries_seals, wording, wording_versions
from notices.kinds import KINDS, Kind
from notices.models import Document
from notices.papers import Head, Lang, Paper
from notices.sentences import AUTHENTIC
from printing import fonts
from printing.pdf_failures import CharactersMissing
from printing.seal import seal_svg
from registry import settings
from registry.models import Party
from registry.queries import service_address

SECRETARIAT = {"zh": "秘书处", "en": "Secretariat"}
"""Whom to ask, if no person is named."""
PROOF = "D21"
"""An internal document that its recipient signs."""
AGAIN = "reissue"
"""The event by which what was made void before its service is issued again (C28, F18, P09, S68)."""


@dataclass(frozen=True)
class Draft:
    """A document before it has a number: its addressee, and the values of its wording's placeholders."""

    values: Mapping[str, Any]
    to: str
    lang: str = "zh"
    to_address: str = ""
    to_uscc: str = ""
    """The code of the company that it reaches, where that is not the one of ``party_id``."""
    pictures: Mapping[str, str] = field(default_factory=dict)
    """Private characters of the recipient's name, each with its picture (``printing.glyphs``)."""
    party_id: int | None = None
    complaint_id: int | None = None
    round: int = 0
    copies_to: tuple[str, ...] = ()
    members: bool = False
    """Whether it goes to every member institution, each with a service of its own."""
    paper: Paper | None = None
    """The words of an earlier document, where they are issued again as they were; values are then left empty."""
    volume: str = ""
    """The volume in which it is bound, if not that of its kind."""
    then: Callable[[Document], None] | None = None
    """Told of the document once it is made and has its number."""
    rests_on: Mapping[str, Any] = field(default_factory=dict)
    """What its builder asked of settings and rulebook, as it stood; of words issued again, that of the first time."""
    people: tuple[str, ...] = ()
    """The natural persons it is about, whose names no publication contains."""
    at_issue: tuple[str, ...] = ()
    """Texts in it that only the day of issue gives: whoever approves it reads a mark in their place."""
    chinese: "Draft | None" = None
    """The same in Chinese, where a company is written to in English: its text is authentic, and enclosed."""
    english: "Draft | None" = None
    """The same in English, where it reaches many at once: a translation, enclosed."""


Builder = Callable[[Ask], Iterable[Draft]]
BUILDERS: dict[tuple[str, str], Builder] = {}
OF_ROW: dict[tuple[str, str], Callable[[Ask, str], Iterable[Draft]]] = {}
"""By machine and row, who fills every document of a row that makes them in its own way."""


def makes(machine: str, *kinds: str) -> Callable[[Builder], Builder]:
    """Register who fills these kinds of documents when a row of that machine makes them."""

    def register(builder: Builder) -> Builder:
        for kind in kinds:
            BUILDERS[machine, kind] = builder
        return builder

    return register


def makes_in(machine: str, row: str) -> Callable[[Callable[[Ask, str], Iterable[Draft]]], object]:
    """Register who fills all documents of one row, given the kind: a row that issues again what was made before."""

    def register(builder: Callable[[Ask, str], Iterable[Draft]]) -> object:
        OF_ROW[machine, row] = builder
        return builder

    return register


def drafts(ask: Ask, kind: str) -> list[Draft]:
    """The documents of this kind that the row makes, one for each recipient."""
    with settings.heard(ask.session) as asked:
        made = _filled(ask, kind)
    rests_on = settings.snapshot(ask.session, *sorted(asked))
    return [replace(each, rests_on={**each.rests_on, **rests_on}) for each in made]


def _filled(ask: Ask, kind: str) -> list[Draft]:
    if ask.row is not None and (own := OF_ROW.get((ask.machine, ask.row.id))) is not None:
        return list(own(ask, kind))
    builder = BUILDERS.get((ask.machine, kind))
    if builder is None:
        message = f"nobody fills {kind} for {ask.machine}"
        raise LookupError(message)
    return with_chinese(ask, builder)


def with_chinese(ask: Ask, builder: Builder) -> list[Draft]:
    """What a builder makes; for a company that reads English also the authentic Chinese text, from the same facts."""
    made = list(builder(ask))
    if all(each.lang == "zh" or each.party_id is None for each in made):
        return made
    again = builder(replace(ask, facts={**ask.facts, AUTHENTIC: True}))
    return [
        replace(each, chinese=chinese) if each.lang != "zh" and each.party_id is not None else each
        for each, chinese in zip(made, again, strict=True)
    ]


def check_code() -> str:
    """A code of 80 random bits by which anybody may verify a document; not a receipt code."""
    letters = "".join(LETTERS[byte % len(LETTERS)] for byte in secrets.token_bytes(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def head_of(session: Session, lang: str, *, to: str, to_address: str = "", to_uscc: str = "") -> Head:
    """The association's part of a head, from its settings."""
    said = settings.association(session)
    return Head(
        association_zh=said["name_zh"],
        association_en=said["name_en"],
        lang="en" if lang == "en" else "zh",
        address=(said["address_en"] if lang == "en" else "") or said["address"],
        telephone=said["telephone"],
        contact_person=said.get("contact_person") or SECRETARIAT[lang if lang == "en" else "zh"],
        signatory=said["signatory"],
        seal_text=said["seal_text"],
        recipient_name=to,
        recipient_address=to_address,
        recipient_uscc=to_uscc,
        demonstration=settings.mode(session) == "demonstration",
    )


def _reached(ask: Ask, about: Kind, draft: Draft) -> dict[str, str]:
    """Address and credit code of the company that is written to, or signs a proof of service; otherwise the draft's."""
    address, code = draft.to_address, draft.to_uscc
    if draft.party_id is not None and (about.outward or about.id == PROOF):
        code = code or ask.session.get_one(Party, draft.party_id).uscc
        found = None if address else service_address(ask.session, draft.party_id)
        address = found.postal_address if found is not None else address
    return {"to_address": address, "to_uscc": code}


def _beside(ask: Ask, kind: str, head: Head, draft: Draft, lang: Lang) -> tuple[Paper, Head]:
    """The same in the other language, under the same number, day and code."""
    reached = {"to_address": head.recipient_address, "to_uscc": head.recipient_uscc}
    own = head_of(ask.session, lang, to=draft.to, **reached)
    same = replace(own, number=head.number, issue_date=head.issue_date, check_code=head.check_code)
    text = wording_versions.for_issue(ask.session, kind, lang, ask.now)
    return wording.paper_of(kind, same, draft.values, text=text), same


def _strange(kind: Kind, lang: Lang, draft: Draft) -> dict[str, list[dict[str, str]]]:
    """What of it and its enclosures is not in their language: whoever signs or seals it is told."""
    said: list[tuple[Lang, Draft | None]] = [(lang, draft), ("zh", draft.chinese), ("en", draft.english)]
    texts = [(each, one.values) for each, one in said if one is not None and kind.outward]
    found = [passage.to_json() for each, values in texts for passage in foreign.passages(kind.id, each, values)]
    return {"foreign": found} if found else {}


def _take_place_of_void(ask: Ask, document: Document) -> None:
    """Let a void document lead whoever verifies it to the one issued again in its place."""
    if ask.row is None or ask.row.event != AGAIN:
        return
    before = queries.one_before(ask.session, document)
    if before is not None and before.void_at is not None:
        before.replaced_by_id = document.id


def _numbered(ask: Ask, about: Kind, draft: Draft, mode: str, code: str) -> tuple[Head, numbers.Number | None]:
    """The head with its number; an internal document is in Chinese and has no number.

    A missing font or seal stops the issue before a number is given.
    """
    head = head_of(ask.session, draft.lang if about.outward else "zh", to=draft.to, **_reached(ask, about, draft))
    head = replace(head, pictures=tuple(sorted(draft.pictures.items())), stamped=mode == "physical")
    fonts.require()
    if about.outward:
        settings.require(ask.session, f"SEAL_MODE.{about.id}")
        seal_svg(head.seal_text or head.association_zh)
    day = clock.day_of(ask.now)
    given = numbers.give(ask.session, about.series, day.year) if about.outward and about.series else None
    return numbers.on_head(head, given, day, code, outside(f"/verify?code={code}") if about.outward else ""), given


def _worded(ask: Ask, about: Kind, head: Head, draft: Draft) -> Paper:
    """Its words, with those in the other language enclosed; issued again, it has the words of the first time."""
    if draft.paper is not None:
        return draft.paper
    text = wording_versions.for_issue(ask.session, about.id, head.lang, ask.now)
    paper = wording.paper_of(about.id, head, draft.values, text=text, copies_to=draft.copies_to)
    if draft.chinese is not None:
        paper = papers.in_english(paper, _beside(ask, about.id, head, draft.chinese, "zh")[0])
    if draft.english is not None:
        paper = papers.with_english(paper, *_beside(ask, about.id, head, draft.english, "en"))
    return paper


def _frozen(about: Kind, head: Head, paper: Paper, draft: Draft) -> dict[str, Any]:
    """What is kept of it for good; refused if no font has one of its characters."""
    shown: dict[str, Any] = {"paper": paper.to_json(), "head": head.to_json()}
    written = json.dumps(shown, ensure_ascii=False)
    drawn = dict.fromkeys(map(ord, draft.pictures))
    try:
        fonts.printable(written.translate(drawn) if drawn else written)
    except CharactersMissing as lacking:
        raise NotNow(lacking.message) from lacking
    people = {"people": list(draft.people)} if draft.people else {}
    later_known = {"at_issue": list(draft.at_issue)} if draft.at_issue else {}
    strange = _strange(about, head.lang, draft)
    return {**shown, "settings": dict(draft.rests_on), **people, **later_known, **strange}


def make(ask: Ask, kind: str, draft: Draft, *, dossier_id: int | None = None) -> Document:
    """Number and freeze one document; nothing of it changes afterwards (I-08)."""
    about = KINDS[kind]
    mode, code = queries_seals.mode_of(ask.session, kind), check_code()
    head, given = _numbered(ask, about, draft, mode, code)
    paper = _worded(ask, about, head, draft)
    frozen = _frozen(about, head, paper, draft)
    document = Document(
        dossier_id=dossier_id,
        kind=kind,
        lang=head.lang,
        outward=about.outward,
        volume=draft.volume or about.volume,
        series=given.series if given else None,
        year=given.year if given else None,
        serial=given.serial if given else None,
        number=given.text if given else None,
        subject_kind=ask.machine,
        subject_id=ask.it.id,
        row=ask.row.id if ask.row else "",
        round=draft.round,
        party_id=draft.party_id,
        complaint_id=draft.complaint_id,
        to=about.to,
        paper=frozen,
        paper_sha256=hashlib.sha256(json.dumps(frozen, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        wording=paper.wording,
        seal_mode=mode,
        check_code=code,
        issued_at=ask.now,
        issued_on=clock.day_of(ask.now),
        issued_by=ask.root.actor.id,
    )
    ask.session.add(document)
    ask.session.flush()
    _told(ask, draft, document)
    return document


def _told(ask: Ask, draft: Draft, document: Document) -> None:
    """Tell everything that must know of it: the move, the loaded dossier, what it replaces, and later work."""
    ask.papers.setdefault(document.kind, []).append(document)
    ask.session.info.get(KEPT, {}).get((queries.PAPERS, document.dossier_id), []).append(document)
    _take_place_of_void(ask, document)
    later(ask.session, "notices.render", key=f"render:{document.id}", document_id=document.id)
    if draft.members:
        later(ask.session, "notices.circulate", key=f"circulate:{document.id}", document_id=document.id)
    if draft.then is not None:
        draft.then(document)
