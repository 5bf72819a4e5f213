"""A look before issue: a deed is done to see its documents, then rolled back; nothing is kept or numbered."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NoReturn

import pikepdf
from flask import Flask, Response, request, send_file
from sqlalchemy.orm import Session

from core.db import attempt, session
from core.errors import NotNow
from core.words import _, _l
from filestore.downloads import locked
from notices import foreign, rendering, trials
from notices.papers import unnamed
from notices.rendering import Mark
from printing import fonts
from printing.press import Limits, Press

FIELD: Final = "look"
"""The button that sends a form only to see what it would issue."""
MOST: Final = 10
"""How many documents of a deed are shown: further ones say the same to others."""
LIMITS: Final = Limits(cpu=15, wall=40.0)


class Seen(Exception):  # noqa: N818 - no error, but it takes the whole transaction back
    """What a deed would issue."""

    def __init__(self, papers: list[dict[str, Any]]) -> None:
        super().__init__("seen")
        self.papers = papers


def look(at: Session, do: Callable[[], object]) -> NoReturn:
    """Do it, see its documents, and roll everything back."""
    with attempt(at):
        papers = trials.frozen(trials.tried(at, do).papers)
    if not papers:
        raise NotNow(_l("This makes no document that leaves the house."))
    raise Seen(papers)


def draft_pdf(papers: list[dict[str, Any]]) -> bytes:
    """The documents one after another, each page marked, without number, date, seal and check code.

    The complainant is not named: whoever looks at a draft need not know the name, and the journal notes where names
    are shown.
    """
    fonts.require()
    whole, press = pikepdf.new(), Press()
    try:
        for each in papers[:MOST]:
            head, paper = unnamed(each)
            head = replace(head, number="", issue_date=None, check_code="", verify_url="")
            warned = warnings(each)
            made = press.make(rendering.pdf_of, paper, head, Mark.DRAFT, warned, limits=LIMITS)
            with pikepdf.open(io.BytesIO(made)) as one:
                whole.pages.extend(one.pages)
    finally:
        press.end()
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def warnings(paper: dict[str, Any]) -> tuple[str, ...]:
    """What is shown above a draft to whoever is to sign it: passages that are not in its language."""
    said: list[str] = []
    for lang, passages in foreign.frozen_in(paper).items():
        called = foreign.LANGUAGES[lang]
        told = _("This text goes out in %(language)s, but these passages are not in %(language)s", language=called)
        said += [told, *passages]
    return tuple(said)


def _shown(seen: Seen) -> Response:
    made = io.BytesIO(draft_pdf(seen.papers))
    return locked(send_file(made, mimetype="application/pdf", download_name=f"{_('draft')}.pdf"))


def _only_looks() -> None:
    """Make sure that a request to look issues nothing, whichever page gets it."""
    if request.method == "POST" and FIELD in request.form:
        session().info[trials.LOOK] = True


def init_app(app: Flask) -> None:
    """Answer a look with what was seen."""
    app.before_request(_only_looks)
    app.register_error_handler(Seen, _shown)
