"""The tracking page: what the person of one complaint sees and does with the receipt code."""

from datetime import datetime

from flask import abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import (
    clock_days,
    complaints,
    intake,
    messages,
    policies,
    queries_evidence,
    receipts,
    respondents_clocks,
    settlements,
)
from casework.intake import EvidenceFile
from casework.models import Complaint
from complainants import complaining, forms, public, queries_tracking, track_parts
from complainants.public import receipt_picture
from core import clock, web
from core.characters import NONE_OF_THEM
from core.db import session, transaction
from core.errors import BadInput
from core.forms import Form
from core.site import outside
from core.throttle import address, limiter
from core.web import blueprint, takes_files
from core.words import _, joined
from notices.kinds import KINDS
from registry import door

AGAIN = "again"
"""With this in the address the terms that stood before are filled in, to be proposed once more."""
bp = blueprint("complainants_track", __name__, audience=None, prefix="/track")
bp.after_request(public.never_kept)
OTHER = "other"
"""With this in the address a code is asked for also while a complaint is open: another receipt was scanned."""


@bp.route("/", methods=["GET", "POST"], strict_slashes=False)
def enter() -> ResponseReturnValue:
    """The receipt code opens its complaint; a wrong code is answered like one that never was."""
    form = forms.CodeForm()
    if form.validate_on_submit():
        with transaction() as at:
            found = receipts.find(at, form.code.data or "")
        if found is not None:
            door.open_complaint(found, receipts.mark(receipts.digest(form.code.data or "")))
            if _sent_too_late():  # the forms hold what comes with the code: looked at, and sent from there
                web.come_in()
                flash(_("What you typed is back in its place on this page. It has not been sent."), "warn")
                return page()
            return redirect(url_for(".show"), 303)
        form.code.errors = [_opens_nothing(form.code.data or "")]
    if g.me.subject_id is not None and request.method == "GET" and OTHER not in request.args:
        return redirect(url_for(".show"))
    return _asks_for_code(form), form.status_code


def _asks_for_code(form: forms.CodeForm) -> str:
    """The way in, with what was sent when the complaint was open no more."""
    strange = receipts.typed_instead(form.code.data or "") if form.code.errors else ""
    return render_template(
        "complainants/enter.html",
        form=form,
        sent=_sent_too_late(),
        files=bool(request.files),
        of=_of(),
        strange=strange,
        open_now=g.me.subject_id,
    )


@limiter.limit("10 per minute; 60 per hour")
def _opens_nothing(typed: str) -> str:
    """By the shape of what was typed alone: it tells nothing of any code.

    Only this is counted by address: many people share one, and whoever has a right code guesses no 120 bits.
    """
    known = {
        "short": _("This is no receipt code: it has 16 letters and digits, and a receipt code has 24."),
        "complaint": _("This is the number of the complaint. Enter its receipt code, which has 24 letters and digits."),
        "signs": str(NONE_OF_THEM),
    }
    other = _("This code opens nothing. Compare it with your receipt, letter by letter.")
    return known.get(receipts.typed_instead(typed), other)


def _sent_too_late() -> list[tuple[str, str]]:
    """What a form of this page holds, field by field: each form's names begin with its own letter."""
    return [(name, value) for name, value in request.form.items(multi=True) if name[1:2] == "-"]


def _of() -> str:
    """The number of the complaint for which it was written: the code of another one must not take it up."""
    return ref if receipts.REF.fullmatch(ref := request.form.get("of", "")) else ""


def _whose_contact() -> str:
    """Somebody else's lost code, from the same network, is another one."""
    return f"{address()}:{receipts.contact_hash(request.form.get('contact', '')).hex()[:16]}"


@bp.route("/lost", methods=["GET", "POST"])
@limiter.limit("5 per hour", methods=["POST"], key_func=_whose_contact)
@limiter.limit("60 per hour", methods=["POST"])
def lost() -> ResponseReturnValue:
    """A lost code is renewed through the mail address on file; a stranger learns nothing."""
    form = forms.LostForm()
    if form.validate_on_submit():
        with transaction(once=form.key.data) as at:
            url = outside(url_for(".renewed", token="")).rstrip("/")
            receipts.ask_link(at, form.ref.data or "", form.contact.data or "", url=url)
        flash(_("If this is the contact of that complaint, a link is on its way to it, or came within the last hour."))
        return redirect(url_for(".enter"), 303)
    return render_template("complainants/lost.html", form=form), form.status_code


@bp.route("/lost/<path:token>", methods=["GET", "POST"])
@limiter.limit("60 per hour", methods=["POST"])
def renewed(token: str) -> ResponseReturnValue:
    """The link of the mail: a new code, shown once."""
    form = forms.SendForm()
    if not form.validate_on_submit():
        with transaction() as at:
            stands = receipts.stands(at, token, now=clock.now())
        return render_template("complainants/renew.html", form=form, stands=stands), form.status_code
    with transaction() as at:
        complaint, code = receipts.by_link(at, token, form.key.data, now=clock.now())
    door.close_complaint()
    picture = receipt_picture(complaint.ref, code)
    return render_template("complainants/receipt.html", ref=complaint.ref, code=code, picture=picture, renewed=True)


@bp.post("/leave")
def leave() -> ResponseReturnValue:
    """Close the complaint in this browser, and a form that is being filled in; who leaves quickly is told nothing."""
    door.close_complaint()
    complaining.leave()
    if request.form.get("quickly") == "away":  # sent by the button itself: no redirect, which form-action would stop
        return "", 200, {"Refresh": f"0; url={web.ELSEWHERE}"}
    if "quickly" in request.form:
        return "", 204
    flash(_("You have left the complaint. The receipt code opens it again."))
    return redirect(url_for(".enter"), 303)


@bp.get("/stay")
def stay() -> ResponseReturnValue:
    """Go on with this complaint: asking is enough, for the door notes it; how many seconds are left of the longest."""
    return {"left": g.complaint_left} if g.me.subject_id is not None else redirect(url_for(".enter"))


@bp.get("/still")
def still() -> ResponseReturnValue:
    """How many seconds are left without a press, and of the longest: a page asks by itself, and keeps nothing open."""
    if g.me.subject_id is None:
        return redirect(url_for(".enter"))
    return {"idle": g.complaint_idle, "left": g.complaint_left}


def tracking() -> queries_tracking.Tracking:
    """What this browser's complaint shows; without one, the way to enter its code, and what was sent is not lost.

    So it is with what is sent from a page of another complaint that was open here before: it is done to neither.
    """
    found = queries_tracking.tracking(session(), g.me.subject_id) if g.me.subject_id else None
    of = request.form.get("of")
    if request.method == "POST" and (found is None or of not in {None, found.complaint.ref}):
        abort(make_response(_asks_for_code(forms.CodeForm(formdata=None)), 403))
    if found is not None:
        g.page_of = found.complaint.ref
    return found or abort(redirect(url_for(".enter")))


def page(status: int = 200, **given: Form) -> ResponseReturnValue:
    """The page with each form as it was sent, where it is wrong."""
    reached = track_parts.reached(g.me.subject_id)
    found = tracking()
    blank: dict[str, Form] = {
        "message": given.get("message") or forms.MessageForm(prefix="m"),
        "files": given.get("files") or forms.AddFilesForm(prefix="f"),
        "info": given.get("info") or forms.InfoForm(prefix="i"),
        "withdraw": given.get("withdraw") or forms.WithdrawForm(prefix="w"),
        "dispute": given.get("dispute") or forms.DisputeForm(prefix="d"),
        "accept": given.get("accept") or _accepting(found),
    }
    blank |= track_parts.forms(found, given, reached, again=AGAIN in request.args)
    replies = _replies(found)
    blank["dispute"].releases.choices = replies
    if len(replies) == 1 and "dispute" not in given:
        blank["dispute"].releases.data = [replies[0][0]]
    return render_template(
        "complainants/track.html",
        found=found,
        forms_=blank,
        handed_over=track_parts.hand_over(found, given, blank),
        kinds=KINDS,
        clocks=respondents_clocks.cards(
            session(),
            found.live_clocks,
            track_parts.whose(found),
            {each.id: found.counts_from(each) for each in found.live_clocks},
        ),
        opens=door.files_sent_here(),
        former=clock_days.table(found.former_clocks, track_parts.whose(found)),
        several=found.several,
        stops_reached=reached,
        **track_parts.context(found),
    ), status


def _accepting(found: queries_tracking.Tracking) -> forms.AcceptForm:
    form = forms.AcceptForm(prefix="a", seen=max((each.id for each in found.releases), default=None))
    if found.several:
        form.confirmed.label.text = _("I accept all these answers, and know that the complaint ends with it")
    return form


def _replies(found: queries_tracking.Tracking) -> list[tuple[str, str]]:
    """Which answer can be disputed: the last of each company, unless it was asked about that one and stayed silent."""
    able = policies.disputable(session(), found.complaint)
    return [(str(one.id), found.names[one.forwarding_id]) for one in able]


def mine(at: object) -> Complaint:
    """The complaint that this browser opened, in the transaction at hand."""
    return at.get_one(Complaint, g.me.subject_id)  # type: ignore[attr-defined,no-any-return]


def opens_here(at: Session, now: datetime) -> None:
    """Let this browser open what was just sent from it, until it leaves the complaint."""
    door.sent_here(queries_tracking.files_sent(at, g.me.subject_id or 0, now))


def whose() -> str:
    """Behind one address of a telephone network are many people: what is sent is counted by complaint."""
    return f"track:{g.me.subject_id}" if g.me.subject_id is not None else address()


@bp.get("/complaint")
def show() -> ResponseReturnValue:
    """Where the complaint stands, and what its person can do now."""
    return page()


@bp.get("/clocks/<int:number>")
def time_limit(number: int) -> ResponseReturnValue:
    """How one date was computed, day by day."""
    tracking()
    found = clock_days.of_complaint(session(), number, g.me.subject_id) or abort(404)
    return render_template("complainants/track_clock.html", **clock_days.page(session(), found))


@bp.post("/message")
def message() -> ResponseReturnValue:
    """A message to the association."""
    tracking()
    form = forms.MessageForm(prefix="m")
    if not form.validate_on_submit():
        return page(422, message=form)
    with transaction(once=form.key.data) as at:
        messages.write(at, mine(at), form.body.data or "", actor=g.me, now=clock.now())
    flash(_("Your message has arrived."))
    return redirect(url_for(".show"), 303)


@bp.post("/files")
@limiter.limit("30 per hour", key_func=whose)
@takes_files
def add_files() -> ResponseReturnValue:
    """Evidence added later."""
    tracking()
    form = forms.AddFilesForm(prefix="f")
    if not form.validate_on_submit():
        return page(422, files=form)
    with transaction(once=form.key.data) as at:
        (found, wrong), now = _brought(at, form), clock.now()
        intake.bring_evidence(at, mine(at), found, actor=g.me, now=now)
        opens_here(at, now)
    if not wrong:
        flash(_("The files are added."))
    return _left_out(wrong, form)


def _brought(at: Session, form: forms.AddFilesForm | forms.InfoForm) -> tuple[list[EvidenceFile], list[str]]:
    """The files of a form, each kept by itself, and what is wrong with the others; refused where none is kept."""
    held = queries_evidence.given_by_complainant(at, g.me.subject_id or 0)
    complaining.room(at, form.files.data, held=held, most=complaining.MOST_SENT, sent=True)
    kept, wrong = complaining.kept_singly(at, form.files.data, shared=bool(form.shared.data))
    if wrong and not kept:
        raise BadInput("files", joined(*wrong))
    return [EvidenceFile(**one) for one in kept], wrong


def _left_out(wrong: list[str], sent: forms.AddFilesForm | forms.InfoForm) -> ResponseReturnValue:
    """Go back to the page; where files were left out, it says why, and another one is another sending."""
    if not wrong:
        return redirect(url_for(".show"), 303)
    form = forms.AddFilesForm(formdata=None, prefix="f")
    form.files.errors, form.shared.data = wrong, sent.shared.data
    return page(422, files=form)


@bp.post("/info")
@limiter.limit("30 per hour", key_func=whose)
@takes_files
def info() -> ResponseReturnValue:
    """What the association asked for, in words or as files."""
    tracking()
    form = forms.InfoForm(prefix="i")
    if not form.validate_on_submit():
        return page(422, info=form)
    with transaction(once=form.key.data) as at:
        (files, wrong), now = _brought(at, form), clock.now()
        intake.give_info(at, mine(at), text=form.facts.data or "", files=files, actor=g.me, now=now)
        opens_here(at, now)
    flash(_("Thank you. The check goes on."))
    return _left_out(wrong, form)


@bp.post("/accept")
def accept() -> ResponseReturnValue:
    """The reply settles the matter."""
    form = _accepting(tracking())
    if not form.validate_on_submit():
        return page(422, accept=form)
    with transaction(once=form.key.data) as at:
        complaints.accept_reply(at, mine(at), seen=form.seen.data, actor=g.me, now=clock.now())
    flash(_("You accepted the answer. The complaint is closed."))
    return redirect(url_for(".show"), 303)


@bp.post("/dispute")
def dispute() -> ResponseReturnValue:
    """The reply does not settle the matter: which, and why."""
    found = tracking()
    form = forms.DisputeForm(prefix="d")
    form.releases.choices = _replies(found)
    if not form.validate_on_submit():
        return page(422, dispute=form)
    with transaction(once=form.key.data) as at:
        complaints.dispute(
            at,
            mine(at),
            releases=[int(number) for number in form.releases.data],
            why=form.why.data or "",
            actor=g.me,
            now=clock.now(),
        )
    flash(_("The association checks the answer once more."))
    return redirect(url_for(".show"), 303)


@bp.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    """Withdrawal, with the question about pressure."""
    tracking()
    form = forms.WithdrawForm(prefix="w")
    if not form.validate_on_submit():
        return page(422, withdraw=form)
    pressed = form.pressure.data == "yes"
    with transaction(once=form.key.data) as at:
        complaints.withdraw(at, mine(at), pressure=pressed, actor=g.me, now=clock.now())
    flash(_("The complaint is withdrawn."))
    say_of_pressure(pressed)
    return redirect(url_for(".show"), 303)


@bp.post("/settle")
def settle() -> ResponseReturnValue:
    """Propose the terms agreed on, or agree to those on the page."""
    found = tracking()
    form = forms.SettleForm(prefix="s")
    if not form.validate_on_submit():
        return page(422, settle=form)
    pressed = form.pressure.data == "yes"
    with transaction(once=form.key.data) as at:
        it = mine(at)
        if found.settlement is None or found.settlement.terms != form.terms.data:
            said = form.terms.data or ""
            settlements.propose(at, it, said, read=form.read.data, actor=g.me, now=clock.now())
        terms = form.terms.data or ""
        done = settlements.confirm(at, it, terms=terms, pressure=pressed, actor=g.me, now=clock.now())
    return agreed(done, pressed=pressed)


def say_of_pressure(pressed: bool) -> None:
    """What comes of a yes to the question about pressure."""
    if pressed:
        flash(_("You said that somebody pressed you: an officer looks at that as something urgent."))


def agreed(done: bool, *, pressed: bool) -> ResponseReturnValue:
    """What agreeing to terms came to: the end, or companies are waited for."""
    if done:
        flash(_("Everybody concerned has agreed. The complaint is settled."))
    else:
        flash(
            _(
                "Your agreement is recorded. The complaint is settled once every company that reads these terms "
                "has agreed to the same words."
            )
        )
    say_of_pressure(pressed)
    return redirect(url_for(".show"), 303)
