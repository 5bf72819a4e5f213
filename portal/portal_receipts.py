"""Receipts for what a company sent, as PDF: who sent what and when, with the SHA-256 of each text and file."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from flask import abort, g
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import party_requests
from casework.models_cases import CaseTrack
from core import clock
from core.clock import day_of
from core.db import session, transaction
from core.labels import state_label
from core.web import blueprint
from core.words import _, language
from filestore.downloads import attached
from notices.page_words import WORDS
from portal import queries_portal
from portal.queries_portal import File
from printing import fonts, pdf, templates
from registry import settings
from registry.queries import account_names

bp = blueprint("portal_receipts", __name__, audience="portal", prefix="/portal")
SHEETS: Final = ("layouts/fonts", "sheets/sheet", "layouts/demonstration")


@dataclass(frozen=True)
class Sent:
    """What a company sent, as the receipt tells it."""

    title: str
    ref: str
    at: datetime
    by: int | None
    """The account that sent it."""
    pairs: Sequence[tuple[str, str]] = ()
    """What else the receipt says."""
    texts: Sequence[tuple[str, str]] = ()
    """Each text under what it is called; the receipt holds its digest."""
    files: Sequence[File] = field(default=())
    entered: bool = False
    """Whether it came on paper, and `at` is when staff entered it."""
    to: str = ""
    """To whom it went, if not to the association."""
    check: str = ""
    """How it is checked, if not with the association."""


Telling = Callable[[Session, CaseTrack, int], Sent | None]
OF_TRACK: dict[str, Telling] = {}
"""By the word in the address, how to find by number what a company sent on its case."""


def of_track(word: str) -> Callable[[Telling], Telling]:
    """Register a kind of thing that a company sends on its case."""

    def registered(function: Telling) -> Telling:
        OF_TRACK[word] = function
        return function

    return registered


@bp.get("/forwardings/<int:number>/receipts/<int:which>.pdf")
def receipt(number: int, which: int) -> ResponseReturnValue:
    """The receipt of an answer; it is the same whenever it is asked for."""
    it = queries_portal.forwarding(session(), number, g.me.party_id) or abort(404)
    if it.erased:
        abort(404)
    every = queries_portal.asked(session(), it).answers
    found = next((each for each in every if each.answer.id == which), None) or abort(404)
    said = found.answer
    sent = Sent(
        title=_("Receipt of an answer"),
        ref=it.ref,
        at=said.submitted_at,
        by=said.submitted_by,
        pairs=[
            *on_paper(said.came_on),
            in_time(late=not said.timely),
            (_("Outcome"), state_label("outcome", said.outcome).text),
        ],
        texts=[
            (_("SHA-256 of the text for the association"), said.to_association),
            (_("SHA-256 of the text for the complainant"), said.to_complainant),
        ],
        files=found.files,
        entered=said.came_on is not None,
    )
    return made(sent)


@bp.get("/forwardings/<int:number>/receipts/more-time.pdf")
def more_time(number: int) -> ResponseReturnValue:
    """The last request for more time to answer, without the decision, which is told elsewhere."""
    it = queries_portal.forwarding(session(), number, g.me.party_id) or abort(404)
    asked = next(reversed(party_requests.told(it.time_requests)), None)
    if asked is None or it.erased:
        abort(404)
    sent = Sent(
        title=_("Receipt of a request for more time"),
        ref=it.ref,
        at=asked.at,
        by=sender("forwarding", it.id, asked.at),
        texts=[(text_digest(), asked.why)],
    )
    return made(sent)


@bp.get("/cases/<int:number>/receipts/<word>/<int:which>.pdf")
def on_a_case(number: int, word: str, which: int) -> ResponseReturnValue:
    """What the company sent on its case: an explanation, a statement, a report, a request."""
    it = queries_portal.track(session(), number, g.me.party_id) or abort(404)
    told = OF_TRACK.get(word) or abort(404)
    return made(told(session(), it, which) or abort(404))


@of_track("explanation")
def explanation(at: Session, it: CaseTrack, which: int) -> Sent | None:
    """One part of the explanation, with the files that came with it."""
    said = next((each for each in it.explained if each.no == which), None)
    if said is None:
        return None
    return Sent(
        title=_("Receipt of an explanation"),
        ref=it.ref,
        at=said.at,
        by=sender("track", it.id, said.at),
        pairs=[*on_paper(said.came_on), in_time(late=said.late)],
        texts=[(text_digest(), said.text)],
        files=queries_portal.explanation_files(at, it)[said.no],
        entered=said.came_on is not None,
    )


def in_time(*, late: bool) -> tuple[str, str]:
    """The line that says whether it came in time."""
    return _("In time"), _("No, late") if late else _("Yes")


def on_paper(day: date | None) -> list[tuple[str, str]]:
    """The line with the day of what came on paper, which was entered later."""
    return [] if day is None else [(_("Handed over or posted on"), f"{day:%Y-%m-%d}")]


def text_digest() -> str:
    """The label before the digest of the only text."""
    return _("SHA-256 of the text")


def sender(kind: str, number: int, moment: datetime) -> int | None:
    """Who of the company sent it, by the journal, if the row itself does not say."""
    with transaction() as at:
        people = queries_portal.who_noted(at, kind, number, moment)
    names = account_names(session(), people)
    return next((each for each in people if each in names), next(iter(people), None))


def made(sent: Sent) -> ResponseReturnValue:
    """The receipt as a file."""
    with transaction() as inside:
        company = queries_portal.sent_as(inside, sent.by, g.me.party_id, day_of(sent.at), language())
    at = session()
    person = account_names(at, [sent.by]).get(sent.by or 0, "")
    ours = settings.association(at)
    keeper = ours["name_en"] if language() == "en" else ""
    mark = WORDS[language()]["mark"] if settings.is_demonstration(at) else ""
    html = _html(sent, company, person, keeper or ours["name_zh"], mark)
    paper = pdf.render_in_limits(html, created=sent.at, stylesheets=templates.stylesheets(*SHEETS))
    return attached(paper, "application/pdf", f"{sent.title} {sent.ref} {clock.local(sent.at):%Y%m%d-%H%M}.pdf")


def _html(sent: Sent, company: str, person: str, keeper: str, mark: str) -> str:
    when = clock.local(sent.at)
    moment = _("%(moment)s, Beijing time (Asia/Shanghai)", moment=f"{when:%Y-%m-%d %H:%M:%S}")
    pairs = [
        (_("Reference number"), sent.ref),
        (_("Company"), company),
        (_("Entered at") if sent.entered else _("Sent at"), moment),
        (_("Sent by"), person or "—"),
        *sent.pairs,
        *((name, digest(text)) for name, text in sent.texts),
        (_("Sent to"), sent.to or keeper),
        (
            _("How to check it"),
            sent.check or _("It bears no seal: the association keeps what was sent, with the same SHA-256."),
        ),
    ]
    files = [f"{each.name}  {each.sha256}" for each in sent.files] or [_("No files")]
    told = (_("Files with their SHA-256"), "\n".join(files))
    lang = "en" if language() == "en" else "zh-CN"
    sheet = templates.template("sheets/sheet.html")
    page = sheet.render(lang=lang, title=sent.title, pairs=pairs, told=told, printed=f"{when:%Y-%m-%d}", mark=mark)
    return fonts.printable(page)


def digest(text: str) -> str:
    """The SHA-256 of a text as UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()
