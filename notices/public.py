"""Public pages of official documents: verification by code, notices of service, and a complainant's letters."""

import re
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.characters import signs_of
from core.db import session, transaction
from core.throttle import limiter
from core.web import blueprint, takes_files
from core.words import _, language
from filestore.downloads import served
from notices import alerts, forms, queries, serving, verifying
from notices.kinds import KINDS
from registry.models import Party

CODE_LENGTH = 16
RECEIPT_LENGTH = 24
COMPLAINT = re.compile(r"TS20[0-9]{2}[0-9A-Z]{6}")
bp = blueprint("notices_public", __name__, audience=None)


@bp.get("/verify")
@limiter.limit("30 per minute")
def verify() -> ResponseReturnValue:
    """Genuine and in force, void, withdrawn, or not ours: from the database alone. A QR code leads here."""
    asked = request.args.get("code", "").strip()
    return _of_code(forms.VerifyForm(formdata=None), asked if "code" in request.args else None)


@bp.route("/verify/code", methods=["GET", "POST"])
@limiter.limit("30 per minute", methods=["POST"])
def verify_code() -> ResponseReturnValue:
    """Verify by a typed code; it stays out of the address, for it may be a code that nobody else may see."""
    form = forms.VerifyForm()
    if request.method == "GET":
        return redirect(url_for(".verify"))
    if not form.validate_on_submit():
        return _answered(forms.VerifyFileForm(prefix="file"), form=form), 422
    return _of_code(form, (form.code.data or "").strip())


def _of_code(form: forms.VerifyForm, asked: str | None) -> str:
    """What a code leads to; a complaint's receipt code is recognised by its length, and never shown again."""
    code = as_printed(asked or "")
    strange = "" if code else typed_instead(asked or "")
    form.code.data = "" if strange == "receipt" else code or asked
    return _answered(
        forms.VerifyFileForm(prefix="file"),
        form=form,
        code="" if strange else code or asked,
        whole=bool(code),
        found=queries.verified(session(), code) if code else None,
        asked=asked is not None,
        strange=strange,
        long=len(signs_of(asked or "")) > CODE_LENGTH,
    )


@bp.post("/verify")
@limiter.limit("10 per minute")
@takes_files
def verify_file() -> ResponseReturnValue:
    """Verify by the file: genuine and unchanged, altered, or not ours; it is not kept."""
    form = forms.VerifyFileForm(prefix="file")
    if not form.validate_on_submit():
        return _answered(form), 422
    answer = verifying.verify(session(), form.file.data[0].read())
    form.file.data = []  # it was read, so no file need be chosen again
    return _answered(form, answer=answer, found=answer.found)


def _answered(file_form: forms.VerifyFileForm, **told: Any) -> str:  # noqa: ANN401 - what the page shows
    told = {
        "code": "",
        "whole": True,
        "found": None,
        "answer": None,
        "asked": False,
        "strange": "",
        "long": False,
        **told,
    }
    form_of_code = told.pop("form", None) or forms.VerifyForm(formdata=None)
    certificate = verifying.certificate(session(), told["found"])
    return render_template(
        "notices/verify.html",
        form=form_of_code,
        file_form=file_form,
        kinds=KINDS,
        Verdict=verifying.Verdict,
        certificate=certificate,
        **told,
    )


def as_printed(asked: str) -> str:
    """A check code as documents print it, whatever was typed between its groups; empty if it cannot be one."""
    signs = signs_of(asked)
    return "-".join(signs[place : place + 4] for place in range(0, 16, 4)) if len(signs) == CODE_LENGTH else ""


def typed_instead(asked: str) -> str:
    """What was typed instead of a check code, as far as its shape tells."""
    signs = signs_of(asked)
    if len(signs) == RECEIPT_LENGTH:
        return "receipt"
    return "complaint" if COMPLAINT.fullmatch(signs) else ""


@bp.get("/notices-of-service")
def posted() -> ResponseReturnValue:
    """For whom a document waits by public notice, as long as the notice counts."""
    lines = [(it, session().get_one(Party, it.party_id).name(language())) for it in queries.posted(session())]
    return render_template("notices/posted.html", lines=lines)


@bp.get("/notices-of-service/<code>.pdf")
def posted_paper(code: str) -> ResponseReturnValue:
    """The sealed document of one such notice."""
    found = next((it for it in queries.posted(session()) if it.check_code == code), None) or abort(404)
    return served(found.pdf_sha256, f"{found.number}.pdf", "application/pdf", inline=True)


@bp.post("/track/letters/<int:number>/open")
def open_letter(number: int) -> ResponseReturnValue:
    """Open a letter as its complainant, which serves it.

    Nothing is flashed: a PDF follows, and the next page may be one that somebody else reads on the same telephone.
    """
    if g.me.subject_id is None:
        abort(404)
    service = queries.service_of(session(), number) or abort(404)
    with transaction() as at:
        serving.open_(at, service.id, actor=g.me, now=clock.now())
    return redirect(url_for(".letter", number=number), 303)


@bp.post("/track/letters/<int:number>/paper")
def ask_paper(number: int) -> ResponseReturnValue:
    """Ask for a letter on paper as well, as its complainant."""
    if g.me.subject_id is None:
        abort(404)
    service = queries.service_of(session(), number) or abort(404)
    with transaction() as at:
        alerts.ask_paper(at, service.id, actor=g.me, now=clock.now())
    flash(_("A paper copy will be sent."))
    return redirect(url_for("complainants_track.show"), 303)


@bp.get("/track/letters/<int:number>.pdf")
def letter(number: int) -> ResponseReturnValue:
    """The PDF of an opened letter; for any other, what there is to do, or what became of it."""
    if g.me.subject_id is None:
        abort(404)
    document = queries.document(session(), number) or abort(404)
    if document.complaint_id != g.me.subject_id:
        abort(404)
    service = queries.service_of(session(), number)
    if document.pdf_sha256 is None or service is None or service.state != "SERVED" or service.unread:
        return redirect(url_for("complainants_track.show"))
    return served(document.pdf_sha256, f"{document.ref}.pdf", "application/pdf", inline=True)
