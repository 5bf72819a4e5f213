"""The receipt of an answer as a PDF: who sent what and when, with the SHA-256 of each text and file."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from flask import Response, abort, g
from flask.typing import ResponseReturnValue
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from casework import queries_portal
from casework.models import Forwarding
from casework.queries_portal import Given
from core import clock, pdf
from core.db import session
from core.i18n import language
from core.web import blueprint, state_label
from core.words import _
from registry.models import Party

bp = blueprint("casework_portal_receipts", __name__, audience="portal", prefix="/portal/forwardings")
FOLDER: Final = Path(__file__).parent.parent / "templates" / "documents"


@bp.get("/<int:number>/receipts/<int:which>.pdf")
def receipt(number: int, which: int) -> ResponseReturnValue:
    """The same answer makes the same receipt, whenever it is asked for."""
    it = queries_portal.forwarding(session(), number, g.me.party_id) or abort(404)
    every = queries_portal.asked(session(), it).answers
    found = next((each for each in every if each.answer.id == which), None) or abort(404)
    company = session().get_one(Party, it.party_id).name(language())
    made = pdf.render_in_limits(_html(it, found, company), created=found.answer.submitted_at, stylesheets=_styles())
    answer = Response(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{it.id}-{which}.pdf"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _html(it: Forwarding, given: Given, company: str) -> str:
    said, sent = given.answer, clock.local(given.answer.submitted_at)
    pairs = [
        (_("Number"), it.ref),
        (_("Company"), company),
        (_("Sent at"), f"{sent:%Y-%m-%d %H:%M:%S} (Asia/Shanghai)"),
        (_("Sent by"), given.author or "—"),
        (_("In time"), _("Yes") if said.timely else _("No, late")),
        (_("Outcome"), state_label("outcome", said.outcome).text),
        (_("SHA-256 of the text for the association"), digest(said.to_association)),
        (_("SHA-256 of the text for the complainant"), digest(said.to_complainant)),
    ]
    files = [f"{each.name}  {each.sha256}" for each in given.files] or [_("No files")]
    title = str(_("Receipt of an answer"))
    lang = "en" if language() == "en" else "zh-CN"
    told = (_("Files with their SHA-256"), "\n".join(files))
    sheet = _templates().get_template("sheets/sheet.html")
    return sheet.render(lang=lang, title=title, pairs=pairs, told=told, printed=f"{sent:%Y-%m-%d}")


def digest(text: str) -> str:
    """Of a text as UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)


@cache
def _styles() -> tuple[str, str]:
    return (FOLDER / "layouts/fonts.css").read_text("utf-8"), (FOLDER / "sheets/sheet.css").read_text("utf-8")
