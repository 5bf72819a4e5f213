"""Public pages of complaints: the front page, complaining step by step, rights and evidence."""

from itertools import chain
from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import (
    complainant_texts,
    copies,
    intake,
    policies_stop_contacts,
    queries_erasing_cases,
    queries_erasures,
    receipts,
    stop_contacts,
)
from casework.form_checks import doubtful_number
from casework.intake import Company, EvidenceFile, Submission
from casework.labels import ANOTHER, NOT_KNOWN, told
from casework.models import Complaint
from casework.personal_strings import BY_NUMBER
from casework.policies_stop_contacts import OWN_DEBT
from complainants import complaining, forms, receipt_pictures
from core import clock, texts
from core.db import session, transaction
from core.errors import BadInput
from core.forms import Form, new_key
from core.site import outside
from core.throttle import counted, limiter
from core.web import blueprint, takes_files
from core.words import _, _l, language
from filestore import downloads
from registry import door, rulebook, settings
from registry import queries as register
from registry.names import fold

bp = blueprint("complainants_public", __name__, audience=None)

FORMS: dict[str, type[Form]] = {
    "who": forms.RoleForm,
    "company": forms.CompanyForm,
    "conduct": forms.ConductForm,
    "evidence": forms.EvidenceForm,
    "contact": forms.ContactForm,
    "send": forms.LastLookForm,
}
MOST_FILES = 20


@bp.after_request
def never_kept(answer: Response) -> Response:
    """Pages of a complaint: the browser's way back asks the server, which shows nothing to who has left."""
    if not request.path.startswith(("/complain", "/track")):
        return answer
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


@bp.get("/")
def home() -> ResponseReturnValue:
    """What the association does, and the ways in."""
    return render_template("complainants/home.html", name_required=name_required())


def name_required() -> bool:
    """Whether the association takes complaints only with a name."""
    return bool(settings.value(session(), "REAL_NAME_REQUIRED"))


@bp.get("/rights")
def rights() -> ResponseReturnValue:
    """Which rights one has, and how to keep evidence."""
    return render_template("complainants/rights.html")


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """How personal data is used, in the version that people consent to."""
    years, case_years = queries_erasures.years(session()), queries_erasing_cases.years(session())
    return render_template("complainants/privacy.html", version=complaining.CONSENT, years=years, case_years=case_years)


@bp.get("/complain")
def begin() -> ResponseReturnValue:
    """What to prepare, how long it takes, what happens then."""
    with transaction() as at:
        said, kept_until = complaining.answers(at), complaining.kept_until(at)
        is_open = intake.is_open(at, complaining.SOMEBODY, clock.now())
    g.page_of = complaining.page_of()
    return render_template(
        "complainants/begin.html",
        said=said,
        next_step=complaining.first_open(said),
        resume_code=complaining.resume_code() if said else "",
        kept_until=kept_until,
        name_required=name_required(),
        is_open=is_open,
    )


@bp.get("/complain/companies")
@limiter.limit("60 per minute", key_func=complaining.counted_as)
def companies() -> ResponseReturnValue:
    """Names that begin like what was typed, for the list under the field."""
    found = register.found(session(), request.args.get("q", ""))
    return render_template("complainants/companies.html", found=found)


def no_last_look() -> bool:
    """Only the last page costs something to be shown: all that was typed is masked for it."""
    return (request.view_args or {}).get("step") != "send"


@bp.route("/complain/<step>", methods=["GET", "POST"])
@limiter.limit("60 per minute; 600 per hour", methods=["POST"], key_func=complaining.counted_as)
@limiter.limit(lambda: complaining.PAGES, methods=["POST"])
@limiter.limit(
    "30 per minute; 300 per hour", methods=["GET", "HEAD"], key_func=complaining.counted_as, exempt_when=no_last_look
)
@limiter.limit("300 per minute; 1500 per hour", methods=["GET", "HEAD"], exempt_when=no_last_look)
@takes_files
def answer(step: str) -> ResponseReturnValue:
    """One topic; going on keeps the answers on the server."""
    if step not in complaining.STEPS:
        abort(404)
    if step == "send":
        return _send()
    with transaction() as at:
        said = complaining.answers(at)
        if not said and not intake.is_open(at, complaining.SOMEBODY, clock.now()):
            return redirect(url_for(".begin"))
    form = _filled(step, said)
    following = complaining.STEPS[complaining.STEPS.index(step) + 1]
    right, stops = form.validate_on_submit(), "stop" in request.form
    complaining.refuse_another()
    if stops and step != "evidence" and g.get("refused") is None and _kept_as_it_stands(step, form):
        return _stopped(step)
    if not right:
        return _not_right(step, form, said)
    wrong: list[str] = []
    twice: list[str] = []
    with transaction() as at:
        fields = complaining.plain(form.data)
        if step == "evidence":
            fields, wrong, twice = _evidence(at, form, _files(complaining.held(at)))
        if step == "contact":
            fields["pictures"] = form.drawn.pictures
        seen = None if step == "evidence" else form.version.data
        complaining.keep(at, step, fields, form.key.data, seen)
        said = complaining.answers(at) if wrong else said
    for each in twice:
        flash(each, "warn")
    if wrong:
        return _page(step, _with_what_is_kept(form, said, wrong), said), 422
    return _stopped(step) if stops else redirect(url_for(".answer", step=following), 303)


def _not_right(step: str, form: Form, said: dict[str, Any]) -> ResponseReturnValue:
    """The page once more; what was sent is kept as it is, for without scripts nothing was kept while it was typed."""
    typed = any(filter(None, chain.from_iterable(complaining.sent_fields().values())))
    if typed and step != "evidence" and g.get("refused") is None:
        _kept_as_it_stands(step, form)
    return _page(step, form, said), form.status_code


def _kept_as_it_stands(step: str, form: Form) -> bool:
    """Whether what was typed is kept, right or wrong; not where another page of the draft was first."""
    with transaction() as at:
        fields = complaining.sent_fields()
        drawn = form.drawn.kept if isinstance(form, forms.ContactForm) else None
        seen = form.version.data
        return complaining.keep_typed(at, step, fields, form.key.data, seen, by_itself=False, drawn=drawn)


def _stopped(step: str) -> ResponseReturnValue:
    flash(_("This page is kept as it stands. The code under it brings it back."))
    return redirect(url_for(".answer", step=step, stopped=1), 303)


@bp.get("/complain/files/<sha256>")
@limiter.limit("120 per minute", key_func=complaining.counted_as)
def own_file(sha256: str) -> ResponseReturnValue:
    """A file of the draft that is open in this browser, as it came."""
    with transaction() as at:
        files = _files(complaining.answers(at))
    it = next((each for each in files if each["sha256"] == sha256), None) or abort(404)
    return downloads.served(it["sha256"], it["name"], it["media_type"], inline=True)


def _filled(step: str, said: dict[str, Any]) -> Form:
    half = complaining.half_typed(said, step) if request.method == "GET" else None
    again = {"formdata": half} if half else {}
    stands = complaining.typed(said.get(step, {})) | {"version": complaining.turn(said, step)}
    form = FORMS[step](data=stands if step != "evidence" else None, **again)
    if isinstance(form, forms.EvidenceForm):
        _offer_files(form, said)
        _as_the_page_showed_it(form, said)
        if complaining.sent_by(said, step) == form.key.data:
            form.files.away = False  # kept by this very page, whose answer was lost
    if isinstance(form, forms.ConductForm):
        retired = [each.code for each in rulebook.names(session()) if each.retired]
        form.codes.choices = forms.conduct_choices(retired, form.codes.data or ())
    if isinstance(form, forms.ContactForm):
        form.drawn.kept = complaining.drawn(said)
        if said.get("who", {}).get("role") in OWN_DEBT:
            del form.stop_number, form.stop_own
        if not texts.offered():
            del form.texts
        if name_required():
            form.needs_name()
    if request.method == "POST" and complaining.changed_by(said, step) != form.key.data:
        form.holds(**{name: value for name, value in _typed_elsewhere(said, step).items() if name in form})
    return form


def _typed_elsewhere(said: dict[str, Any], step: str) -> dict[str, Any]:
    """What another page of the draft holds and has not sent yet."""
    half = complaining.half_typed(said, step)
    return complaining.typed(complaining.plain(FORMS[step](formdata=half).data)) if half else {}


def _files(said: dict[str, Any]) -> list[dict[str, Any]]:
    """The files of the draft, each content once: a file is removed, and shown to the companies, by its digest."""
    once: dict[str, dict[str, Any]] = {}
    for one in said.get("evidence", {}).get("files", []):
        once.setdefault(one["sha256"], one)
    return list(once.values())


def _offer_files(form: forms.EvidenceForm, said: dict[str, Any]) -> None:
    names = [(one["sha256"], one["name"]) for one in _files(said)]
    form.shared.choices = form.gone.choices = names


def _as_the_page_showed_it(form: forms.EvidenceForm, said: dict[str, Any]) -> None:
    """Files that came from another page of the draft meanwhile stay as they are; an older page does not tell."""
    stands = {one["sha256"]: one["shared"] for one in _files(said)}
    told = dict(each.rpartition(":")[::2] for each in request.form.getlist("seen"))
    form.seen = stands | {sha: told[sha] == "1" for sha in stands if sha in told}
    if not form.is_submitted():
        form.shared.data = _shown(said)
    elif told:
        form.shared.data = [*(form.shared.data or []), *(sha for sha in _shown(said) if sha not in told)]


def _shown(said: dict[str, Any]) -> list[str]:
    """The files that the company may see."""
    return [one["sha256"] for one in _files(said) if one["shared"]]


def _with_what_is_kept(form: forms.EvidenceForm, said: dict[str, Any], wrong: list[str]) -> forms.EvidenceForm:
    """The page of files anew, with those that were good; it says what was wrong with the others."""
    _offer_files(form, said)
    form.shared.data, form.gone.data, form.files.data, form.fresh.data = _shown(said), [], [], False
    form.seen = dict.fromkeys((sha for sha, _name in form.shared.choices), False) | dict.fromkeys(_shown(said), True)
    form.files.errors, form.key.data = wrong, new_key()
    return form


def _evidence(at: Session, form: Form, before: list[dict[str, Any]]) -> tuple[dict[str, Any], list[str], list[str]]:
    """The files of the draft, the earlier ones without those removed and the new ones; and what was wrong with some.

    At last which of the new ones are there already: each content is kept once.
    """
    stay = [one for one in before if one["sha256"] not in (form.gone.data or [])]
    if len(stay) + len(form.files.data or []) > MOST_FILES:
        raise BadInput("files", _l("At most %(most)s files can be sent together.", most=MOST_FILES))
    held = sum(one["size"] for one in stay)
    complaining.room(at, form.files.data or [], held=held, most=complaining.MOST_HELD)
    unshared: list[str] = []
    for one in stay:
        ticked = one["sha256"] in (form.shared.data or [])
        if ticked is not form.seen.get(one["sha256"], ticked):  # what another page changed meanwhile is not undone
            unshared += complaining.share(at, one, shared=ticked)
    good, wrong = complaining.kept_singly(at, form.files.data or [], shared=bool(form.fresh.data))
    known = {one["sha256"]: one["name"] for one in stay}
    twice = []
    for one in good:
        if one["sha256"] in known:
            names = {"name": one["name"], "kept": known[one["sha256"]]}
            twice.append(_("“%(name)s” has the same content as “%(kept)s”, which is here already: kept once.", **names))
        else:
            known[one["sha256"]] = one["name"]
            stay.append(one)
    return {"files": stay}, unshared + wrong, twice


def _page(step: str, form: Form, said: dict[str, Any]) -> str:
    with transaction() as at:
        kept_until = complaining.kept_until(at)
    g.page_of = complaining.page_of()
    return render_template(
        "complainants/complain.html",
        step=step,
        number=complaining.STEPS.index(step) + 1,
        steps=complaining.STEPS,
        form=form,
        said=said,
        stopped="stopped" in request.args,
        files=_files(said),
        submission=_submission(said) if step == "send" else None,
        asks_number=said.get("who", {}).get("role") not in OWN_DEBT,
        tells_contact=_tells_contact(said.get("contact", {})),
        shared=sum(one["shared"] for one in _files(said)),
        mistyped=doubtful_number(said.get("contact", {}).get("id_no")),
        unheard=texts.is_mobile(said.get("contact", {}).get("contact") or "") and not said["contact"].get("texts"),
        masked=_masked(said) if step == "send" else "",
        named=_named(said.get("company", {})),
        words=dict(forms.ROLES),
        resume_code=complaining.resume_code() if said else "",
        kept_until=kept_until,
        chosen=forms.conduct_words(said.get("conduct", {}).get("codes", [])),
    )


def _named(company: dict[str, Any]) -> list[str]:
    """The companies as the person chose and typed them, also that it knows none."""
    found = [told(each.how, each.value) for each in _companies(company) if each.how != forms.UNKNOWN]
    if not _name(company.get("value")):
        found.insert(0, f"{_('Institution')}{_(': ')}{dict(forms.KNOWN_BY)[forms.UNKNOWN]}")
    if company.get("more_unknown") and not _name(company.get("more")):
        found.append(str(forms.ANOTHER))
    return found


def _tells_contact(contact: dict[str, Any]) -> bool:
    """Whether the number that shall be called no more is the very contact that the company is not told."""
    given = [contact.get(name) or "" for name in ("stop_number", "contact")]
    return all(given) and not contact.get("share_identity") and len({*map(receipts.contact_hash, given)}) == 1


def _masked(said: dict[str, Any]) -> str:
    """What the institution will see of the text."""
    contact, conduct = said.get("contact", {}), said.get("conduct", {})
    own = [contact.get(field) or "" for field in ("name", "contact", "id_no")]
    called = [each.value for each in _companies(said.get("company", {})) if each.how == BY_NUMBER]
    return copies.preview(conduct.get("facts", ""), conduct.get("request") or "", own, called, language())


def _send() -> ResponseReturnValue:
    """The last look, then the receipt code, shown once."""
    form = forms.LastLookForm()
    with transaction() as at:
        said = complaining.answers(at, hold=form.is_submitted())  # of two last pages sent at once, one finds nothing
        missing = complaining.first_open(said)
        sent_last = None if said else complaining.sent_last(at, clock.now())
        taken = (_take_in(at, form, said) if form.is_submitted() else None) or sent_last
        receipt = _receipt(at, *taken) if taken is not None else None  # what its layout asks is known here already
    if receipt is not None:
        return receipt
    if not said:
        flash(_("Nothing is left to be sent. What you have sent is followed with its receipt code."))
        return redirect(url_for(".begin"))
    if missing != "send":
        return redirect(url_for(".answer", step=missing))
    form.shown.data = complaining.mark_of(said)
    return _page("send", form, said), form.status_code


def _take_in(at: Session, form: forms.LastLookForm, said: dict[str, Any]) -> tuple[Complaint, str] | None:
    """What was answered becomes a complaint, once: with its code; none where the form is looked at again."""
    if not said or complaining.of_another():
        code = receipts.code(form.key.data or "")
        sent = receipts.sent_before(at, code)
        if sent is not None or not said:
            return (sent, code) if sent is not None else None
    right = form.validate_on_submit()
    complaining.refuse_another()
    if complaining.first_open(said) != "send" or not right:
        return None
    complaining.refuse_unseen(said, form.shown.data or "")
    if not counted(complaining.OFTEN, "sent"):
        abort(429)  # the draft stays
    complaint, code = intake.submit(
        at, _submission(said), key=form.key.data, actor=complaining.SOMEBODY, now=clock.now(), at_once=False
    )
    _stop(at, complaint, said.get("contact", {}))
    if said.get("contact", {}).get("texts") and complainant_texts.is_offered(complaint):
        complainant_texts.ask_with(at, complaint, now=clock.now())
    complaining.remember(at, form.key.data or "", clock.now())
    complaining.count_sent(said.get("contact", {}).get("contact") or "")
    door.close_complaint()  # another one that is open here: the receipt leads to the new one, by its code
    return complaint, code


def _stop(at: Session, complaint: Complaint, contact: dict[str, Any]) -> None:
    """The number that shall not be contacted any more, where one was given with the complaint."""
    offered = policies_stop_contacts.is_offered(complaint)
    if offered and contact.get("stop_number") and not stop_contacts.asked(at, complaint):
        stop_contacts.request_with(
            at, complaint, number=contact["stop_number"], own=bool(contact.get("stop_own")), now=clock.now()
        )


def _receipt(at: Session, complaint: Complaint, code: str) -> ResponseReturnValue:
    return render_template(
        "complainants/receipt.html",
        ref=complaint.ref,
        code=code,
        picture=receipt_picture(complaint.ref, code),
        renewed=False,
        confirms=complainant_texts.is_unconfirmed(at, complaint, clock.now()),
    )


def receipt_picture(ref: str, code: str) -> str:
    """The code as a picture to keep."""
    page = outside(url_for("complainants_track.enter"))
    return receipt_pictures.data_address(ref, code, page)


def _submission(said: dict[str, Any]) -> Submission:
    """All answers as one submission."""
    company, conduct, contact = said.get("company", {}), said.get("conduct", {}), said.get("contact", {})
    ticked = [code for code in conduct.get("codes", []) if code != forms.OTHER]
    return Submission(
        channel="WEB",
        lang=language(),
        role=said.get("who", {}).get("role", ""),
        name=contact.get("name") or None,
        pictures=dict(contact.get("pictures") or {}),
        contact=contact.get("contact") or None,
        id_no=contact.get("id_no") or None,
        share_identity=bool(contact.get("share_identity")),
        consent=complaining.CONSENT,
        companies=_companies(company),
        product=conduct.get("product") or None,
        codes=ticked,
        ticked=ticked,
        other_conduct=forms.OTHER in conduct.get("codes", []),
        facts=conduct.get("facts", ""),
        request=conduct.get("request") or None,
        conduct_from=complaining.typed(conduct).get("conduct_from"),
        conduct_to=complaining.typed(conduct).get("conduct_to"),
        honeypot=contact.get("homepage") or "",
        sent_here=complaining.sent_here(contact.get("contact") or ""),
        files=[EvidenceFile(**one) for one in _files(said)],
    )


def _companies(company: dict[str, Any]) -> list[Company]:
    """The companies as they were named."""
    value, more, firm = (_name(company.get(name)) for name in ("value", "more", "firm"))
    unknown = company.get("how") == forms.UNKNOWN
    found = [
        Company("INSTITUTION", "NAME" if unknown else company.get("how", "NAME"), value),
        Company("INSTITUTION", "NAME", more),
        Company("FIRM", "NAME", firm),
        Company("FIRM", "NUMBER", company.get("number") or ""),
    ]
    if company and not any(each.value for each in found):
        found.append(Company("INSTITUTION", forms.UNKNOWN, str(NOT_KNOWN)))
    if company.get("more_unknown") and not more:
        found.append(Company("INSTITUTION", forms.UNKNOWN, str(ANOTHER)))
    once: dict[tuple[str, str, str], Company] = {}  # whoever is named twice is one company
    for each in found:
        once.setdefault((each.kind, each.how, fold(each.value)), each)
    return [each for each in once.values() if each.value]


def _name(given: str | None) -> str:
    """What was written, unless it only says that no name is known."""
    return "" if fold(given or "") in forms.NO_NAMES else given or ""
