"""Pages for publishers: the queue by state, the editor of redactions, the preview."""

from functools import partial
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import changes, scan
from casework.forms_staff import opened
from core import clock, drafting
from core.db import session, transaction
from core.errors import NotNow, Refused
from core.forms import Form
from core.labels import state_label
from core.web import blueprint
from core.words import _, _l, language
from desk import approving, clock_cards, deeds
from notices import circulars, circulating
from notices.kinds import KINDS
from proceedings import bulletin_page, bulletin_redrafts, editing, forms_publications, queries_tracks
from proceedings.bulletin_page import printable
from proceedings.deeds_publications import CORRECTION, DEEDS, EVERY, REFUSAL, TAKING_BACK, beside, offered
from registry import queries as register
from registry import remaining
from registry.models_batches import Batch
from sanctions import bulletins, documents_publications, policies_publications, queries
from sanctions.models_publications import Publication
from sanctions.queries import Filters
from sanctions.states import DRAFTS, PUBLICATION

bp = blueprint("proceedings_publications", __name__, audience="staff", prefix="/staff/publications")

STATES = ("DRAFT", "REDACTED", "APPROVED", "PUBLISHED", "WITHDRAWN", "EXPIRED", "DROPPED")


@bp.before_request
def only_readers() -> None:
    """What is to be published is read by publishers and by whoever works on the file."""
    if not policies_publications.may_read(g.me):
        abort(403)


@bp.get("")
def listing() -> ResponseReturnValue:
    """Every publication, the newest first, by state."""
    at, state = session(), request.args.get("state", "")
    state = state if state in STATES else ""
    text = printable(request.args.get("text", ""))
    after, before = request.args.get("after", ""), request.args.get("before", "")
    found = queries.all_publications(at, Filters(state=state, text=text), after=after, before=before)
    counts = queries.states(at)
    tabs = [("", sum(counts.values())), *((each, counts.get(each, 0)) for each in STATES)]
    return render_template(
        "proceedings/publications.html",
        lines=found.lines,
        titled=partial(bulletin_page.headed, at, names=bulletin_page.names_of(at, found.lines)),
        until=queries_tracks.publish_by(at, [each.publication for each in found.lines]),
        left=remaining.teller(at),
        tabs=[(_tab(each), url_for(".listing", state=each or None), number, each == state) for each, number in tabs],
        text=text,
        state=state,
        before=url_for(".listing", state=state or None, text=text or None, before=found.before) if found.before else "",
        after=url_for(".listing", state=state or None, text=text or None, after=found.after) if found.after else "",
        count=found.count,
        most=queries.MOST,
    )


@bp.get("/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """The text as it would be published, its redactions, what the scan finds, and what can be done next."""
    return _page(_publication(slug))


@bp.post("/<slug>/redactions")
def redact(slug: str) -> ResponseReturnValue:
    """Leave a passage out."""
    it = _publication(slug)
    form = opened(forms_publications.RedactForm, it)
    if not form.validate_on_submit():
        return _page(it, form), 422
    with transaction(once=form.key.data) as at:
        bulletins.redact(
            at,
            it,
            passage=form.passage.data,
            instead=form.instead.data or "",
            reason=form.reason.data,
            actor=g.me,
            version=form.version.data,
            now=clock.now(),
        )
    flash(_("Left out."))
    return redirect(url_for(".show", slug=slug, _anchor="scan"), 303)


@bp.post("/<slug>/redactions/<int:number>/undo")
def unredact(slug: str, number: int) -> ResponseReturnValue:
    """Put a passage back."""
    it = _publication(slug)
    mark = next((each for each in it.redactions if each.id == number), None) or abort(404)
    version = request.form.get("version", type=int)
    with transaction(once=request.form.get("key")) as at:
        bulletins.unredact(at, it, mark, actor=g.me, version=version, now=clock.now())
    flash(_("Put back."))
    return redirect(url_for(".show", slug=slug, _anchor="redactions"), 303)


@bp.route("/<slug>/do/<event>", methods=["GET", "POST"])
def act(slug: str, event: str) -> ResponseReturnValue:
    """One deed on a publication."""
    it, deed = _publication(slug), EVERY.get(event) or abort(404)
    if request.method == "GET" and event not in {each["event"] for each in _steps(it)}:
        flash(str(_over(it, event) or abort(404)), "warn")
        return redirect(url_for(".show", slug=slug))
    form = approving.form_of(session(), deed, it)
    if not form.validate_on_submit():
        text = policies_publications.text_now(it)
        covered = policies_publications.covered_correction(session(), it, text) if text is not None else None
        title = bulletin_page.headed(session(), it, text, register.party(session(), it.party_id))
        said = {"deed": deed, "form": form, "it": it, "title": title, "text": text}
        said["covered"] = covered[1] if covered else None
        page = render_template("proceedings/publication_act.html", **said)
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        done = approving.run(at, "sanctions.publication", deed, it, form, actor=g.me)
    flash(str(done))
    newer = queries_tracks.newer_draft(session(), _publication(slug))  # go on with what replaced the draft
    return redirect(url_for(".show", slug=newer.slug if newer else slug), 303)


@bp.get("/<slug>/preview")
def preview(slug: str) -> ResponseReturnValue:
    """The page as everybody would see it."""
    it = _publication(slug)
    text = policies_publications.proposed_correction(it) if "correction" in request.args else None
    text = text or policies_publications.text_now(it) or abort(404)
    party = register.party(session(), it.party_id)
    read = bulletin_page.read(session(), it, text, party)
    return render_template("proceedings/bulletin.html", it=read, pdf=None, before=None, preview=True)


def _publication(slug: str) -> Publication:
    return queries.publication(session(), slug) or abort(404)


def _over(it: Publication, event: str) -> Refused | None:
    """Why it is not offered any more, for whoever comes from a page that stood open; None if it never was."""
    if event in DEEDS or it.state in PUBLICATION.ends:
        return changes.over(it, PUBLICATION, event)
    decides = event in {REFUSAL.event, TAKING_BACK.event} and policies_publications.waiting_correction(it) is None
    return NotNow(policies_publications.NO_CORRECTION) if decides else None


def _tab(state: str) -> str:
    return str(state_label("publication", state).text) if state else _("All")


GROUNDS = dict(forms_publications.GROUNDS) | {bulletins.INSIDE: _l("The association's own number of a case")}
"""What a reason that is kept in Chinese is in the reader's language; what somebody wrote stays as it is."""


BECAUSE = {
    documents_publications.CHANGED[0]: _l("The decision on which it rested was quashed or varied."),
    documents_publications.RESTORED[0]: _l(
        "The time for asking for a review of the decision runs again, and the decision is not in effect yet."
    ),
    bulletin_redrafts.REPLACED: _l("The decision was corrected: it is drafted anew from the corrected text."),
    bulletin_redrafts.NAMED: _l("Personal data were found after its approval: it is drafted anew to leave them out."),
}
"""Why one is taken back where nobody gave a reason of his own, in the reader's language."""


def _behind(it: Publication) -> list[Any]:
    """Texts kept on its page in forms that can no longer be used, by whomever."""
    found = drafting.of_page(url_for(".show", slug=it.slug))
    waits = policies_publications.waiting_correction(it) is not None
    open_now = {CORRECTION.event: not waits, REFUSAL.event: waits} if it.state == "PUBLISHED" else {}
    shut = {
        url_for(".act", slug=it.slug, event=each.event)
        for each in (CORRECTION, REFUSAL)
        if not open_now.get(each.event, False)
    }
    gone = deeds.behind(found, PUBLICATION, DEEDS, it, lambda event: url_for(".act", slug=it.slug, event=event))
    leaves_out = f"#{forms_publications.RedactForm.__name__}@"
    redacted = [each for each in found if leaves_out in each.place and it.state != "DRAFT"]
    return [*gone, *redacted, *(each for each in found if each.path in shut)]


def _page(it: Publication, form: Form | None = None) -> str:
    at, text = session(), policies_publications.text_now(it)
    party = register.party(at, it.party_id)
    found, gone = editing.scanned(at, it), _behind(it)
    return render_template(
        "proceedings/publication.html",
        begun=[each for each in drafting.of_others(url_for(".show", slug=it.slug)) if each not in gone],
        over=drafting.over(gone),
        it=it,
        title=bulletin_page.headed(at, it, text, party),
        text=text,
        party=party,
        steps=_steps(it),
        found=editing.once(found),
        scan_words=scan.WORDS,
        grounds_found={"EARLIER": bulletins.BEFORE},
        personal=forms_publications.PERSONAL,
        grounds=GROUNDS,
        because=BECAUSE.get(it.withdrawn_because or "", it.withdrawn_because),
        stretches=editing.marked(text.body, found, it.redactions) if text else [],
        form=form or opened(forms_publications.RedactForm, it),
        wrong=form,
        editable=policies_publications.may_redact(g.me, it) and not _partial(it),
        correction=policies_publications.proposed_correction(it),
        corrections=it.corrections,
        newer=queries_tracks.newer_draft(at, it),
        papers=queries_tracks.papers_of_publication(at, it),
        paper_names=KINDS,
        clocks=clock_cards.cards(at, [("publication", it, "")], clock.today(), language()) + _to_publish(it),
        may_withdraw=PUBLICATION.rows["B07"].is_for(g.me),
        readers=_readers(it),
        delivery=_delivery(it),
        name=lambda number: register.account_name(at, number),
        redactors=str(_(", ")).join(register.account_name(at, each) for each in it.authors),
    )


def _to_publish(it: Publication) -> list[dict[str, Any]]:
    """Until when a draft is published: a time limit of the track."""
    if it.state not in DRAFTS:
        return []
    return clock_cards.cards(session(), [("track", it.track, "")], clock.today(), language(), queries_tracks.PUBLISHING)


def _partial(it: Publication) -> bool:
    """Whether this reader takes no part in the case."""
    return any(True for _each in policies_publications.impartial(session(), it, g.me, clock.today()))


def _readers(it: Publication) -> list[circulars.Reader]:
    """Which members have read the present document, if it is for members."""
    paper = queries_tracks.paper_now(session(), it) if it.scope == "MEMBERS" else None
    return list(circulars.readers(session(), paper.id)) if paper else []


def _delivery(it: Publication) -> Batch | None:
    """The long job that takes it to the members, if this reader may see that."""
    paper = queries_tracks.paper_now(session(), it) if it.scope == "MEMBERS" else None
    return circulating.of_document(session(), paper.id) if paper else None


def _steps(it: Publication) -> list[dict[str, Any]]:
    """What this reader can do next, and why some of it is impossible now."""
    found = deeds.steps(
        session(),
        PUBLICATION,
        offered(it),
        it,
        actor=g.me,
        now=clock.now(),
        url=lambda event: url_for(".act", slug=it.slug, event=event),
    )
    mine = [
        {
            "event": deed.event,
            "title": deed.title,
            "note": deed.note,
            "button": deed.button,
            "url": url_for(".act", slug=it.slug, event=deed.event),
            "method": "post" if deed.wordless else "get",
            "confirm": deed.confirm,
            "version": it.version,
            "refused": refused,
            "aside": False,
            "look": False,
        }
        for deed, refused in beside(session(), it, g.me)
    ]
    return sorted([*found, *mine], key=lambda step: bool(step["refused"]))
