"""Deeds on a publication: handed in, returned, approved, published, corrected, withdrawn, given up."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.actors import Actor
from core.errors import NotNow, Refused
from core.fields import Filled
from core.words import _l
from desk.deeds import Deed, table
from proceedings import bulletin_redrafts
from proceedings import forms_publications as forms
from sanctions import bulletin_corrections, bulletins, policies_publications
from sanctions.models_publications import Publication

Form = Any
PUBLISHING = {"MEMBERS": "publish_members", "PUBLIC": "publish_public"}


def _submit(at: Session, it: Publication, form: Form, actor: Actor, now: datetime) -> None:
    bulletins.submit(at, it, actor=actor, version=form.version.data, now=now)


def _return(at: Session, it: Publication, form: Form, actor: Actor, now: datetime) -> None:
    bulletins.return_(at, it, comments=form.comments.data, actor=actor, version=form.version.data, now=now)


def _approve(at: Session, it: Publication, form: Form, actor: Actor, now: datetime) -> None:
    bulletins.approve(at, it, actor=actor, version=form.version.data, now=now)


def _publish(at: Session, it: Publication, form: Form, actor: Actor, now: datetime) -> None:
    bulletins.publish(at, it, actor=actor, version=form.version.data, now=now)


def _correct(at: Session, it: Publication, form: Form, actor: Actor, now: datetime) -> None:
    bulletin_corrections.correct(at, it, actor=actor, version=form.version.data, now=now)


def _withdraw(at: Session, it: Publication, form: Form, actor: Actor, now: datetime) -> None:
    bulletins.withdraw(at, it, reason=form.reason.data, actor=actor, version=form.version.data, now=now)


def _drop(at: Session, it: Publication, form: Form, actor: Actor, now: datetime) -> None:
    bulletins.drop(at, it, reason=form.reason.data, actor=actor, version=form.version.data, now=now)


def _propose_correction(at: Session, it: Publication, form: Form, actor: Actor, now: datetime) -> None:
    by: dict[str, Any] = {"actor": actor, "version": form.version.data, "now": now}
    if form.what.data == forms.FOLLOW:
        bulletin_corrections.follow(at, it, reason=form.reason.data or "", **by)
        return
    passage, instead, reason = (each.data or "" for each in (form.wrong, form.right, form.reason))
    verb = bulletin_corrections.follow_covered if form.what.data == forms.COVERED else bulletin_corrections.leave_out
    verb(at, it, passage=passage, instead=instead, reason=reason, **by)


def _refuse_correction(at: Session, it: Publication, form: Form, actor: Actor, now: datetime) -> None:
    bulletin_corrections.refuse(at, it, reasons=form.reasons.data, actor=actor, version=form.version.data, now=now)


def _take_back_correction(at: Session, it: Publication, form: Form, actor: Actor, now: datetime) -> None:
    bulletin_corrections.take_back(at, it, actor=actor, version=form.version.data, now=now)


def _follow_decision(at: Session, it: Publication, form: Form, actor: Actor, now: datetime) -> None:
    bulletin_redrafts.follow(at, it, actor=actor, version=form.version.data, now=now)


def _reopen(at: Session, it: Publication, form: Form, actor: Actor, now: datetime) -> None:
    bulletin_redrafts.reopen(at, it, actor=actor, version=form.version.data, now=now)


def _offer_correction(session: Session, it: Publication, form: Form) -> None:
    """Offer to follow a correction of the decision, if there is one; otherwise to leave out a passage."""
    text = policies_publications.text_now(it)
    found = policies_publications.next_correction(session, it, text) if text is not None else None
    covered = policies_publications.covered_correction(session, it, text) if text is not None else None
    gone = {name for name, there in ((forms.FOLLOW, found), (forms.COVERED, covered)) if there is None}
    form.what.choices = [each for each in forms.WAYS if each[0] not in gone]
    if forms.FOLLOW in gone:
        form.wrong.validators = [Filled(policies_publications.COPY_PASSAGE), *form.wrong.validators]
        form.wrong.flags.required, form.wrong.description = True, forms.HEAD
    if not form.is_submitted() and form.what.data is None:
        form.what.data = forms.FOLLOW if found else forms.LEAVE_OUT


DEEDS = table(
    Deed(
        "publish_public",
        _l("Publish the bulletin"),
        _l("Publish"),
        _publish,
        note=_l("It gets its number and PDF, and stands on the public site at once."),
        said=_l("Published."),
        confirm=_l("It is shown to everybody at once. Publish it?"),
    ),
    Deed(
        "publish_members",
        _l("Publish the circular to members"),
        _l("Publish"),
        _publish,
        note=_l("It gets its number and PDF; members read it in the portal."),
        said=_l("Published."),
        confirm=_l("Members read it at once. Publish it?"),
    ),
    Deed(
        "approve",
        _l("Approve the redacted text"),
        _l("Approve"),
        _approve,
        note=_l("A second person has read it, and nothing personal is left."),
        said=_l("Approved."),
    ),
    Deed(
        "submit",
        _l("Hand the redacted text over to be checked"),
        _l("Hand over"),
        _submit,
        note=_l("Somebody else than you approves it."),
        said=_l("Handed over."),
    ),
    Deed(
        "return_draft",
        _l("Send it back with comments"),
        _l("Send back…"),
        _return,
        forms.ReturnForm,
        said=_l("Sent back."),
    ),
    Deed(
        "correct",
        _l("Put the corrected text in place"),
        _l("Correct"),
        _correct,
        note=_l("The old text is kept inside; the reason and the time are shown."),
        said=_l("Corrected."),
        confirm=_l("The corrected text replaces the old one at once. Go on?"),
    ),
    Deed(
        "withdraw",
        _l("Withdraw it"),
        _l("Withdraw…"),
        _withdraw,
        forms.WithdrawForm,
        _l("The text is gone at once; a notice of withdrawal stands at the same address for a time."),
        said=_l("Withdrawn."),
        confirm=_l("The text is taken from the public at once, and that it was withdrawn is published. Withdraw it?"),
    ),
    Deed(
        "drop",
        _l("Give the draft up"),
        _l("Give up…"),
        _drop,
        forms.ReasonForm,
        _l("Only because the measure is gone: a review changed the decision or set it aside."),
        said=_l("Given up."),
    ),
)
"""Rows of the table of publications."""

CORRECTION = Deed(
    "propose_correction",
    _l("Propose a correction"),
    _l("Propose it…"),
    _propose_correction,
    forms.CorrectionForm,
    _l("It is shown once a second person has put it in place."),
    said=_l("Proposed; a second person puts it in place."),
    offer=_offer_correction,
)
REFUSAL = Deed(
    "refuse_correction",
    _l("Refuse the correction"),
    _l("Refuse…"),
    _refuse_correction,
    forms.RefuseCorrectionForm,
    _l("What is published stays as it is; another correction can be proposed then."),
    said=_l("Refused; its author is told why."),
)
TAKING_BACK = Deed(
    "take_back_correction",
    _l("Take my correction back"),
    _l("Take it back"),
    _take_back_correction,
    note=_l("Nobody has decided on it yet; another correction can be proposed then."),
    said=_l("Taken back."),
    confirm=_l("The proposed correction is given up. Take it back?"),
)
FOLLOWING = Deed(
    "follow_decision",
    _l("Take the corrected text of the decision over"),
    _l("Take over"),
    _follow_decision,
    note=_l("What was left out stays so. What was handed in or approved is drafted anew: nobody has read it so yet."),
    said=_l("The draft reads as the decision does now; look through it and hand it over."),
    confirm=_l("The draft is written anew from the corrected decision. Go on?"),
)
REOPENING = Deed(
    "reopen",
    _l("Draft the approved text anew"),
    _l("Draft anew"),
    _reopen,
    note=_l("The scan knows more personal data now than before. What was left out stays so; leave the rest out."),
    said=_l("It is drafted anew; leave out what the scan finds, and hand it over."),
    confirm=_l("The approval is given up, and another draft takes its place. Go on?"),
)
BESIDE = (CORRECTION, REFUSAL, TAKING_BACK, FOLLOWING, REOPENING)
"""What is done because of corrections and late findings, which are no rows of the table of publications."""
EVERY = {**DEEDS, **table(*BESIDE)}


def offered(it: Publication) -> list[Deed]:
    """All deeds but the way of publishing that the decision does not order, and putting in place if nothing waits."""
    other = set(PUBLISHING.values()) - {PUBLISHING[it.scope]}
    if policies_publications.proposed_correction(it) is None:
        other.add("correct")
    return [deed for deed in DEEDS.values() if deed.event not in other]


def beside(session: Session, it: Publication, actor: Actor) -> list[tuple[Deed, list[Refused]]]:
    """What this reader can do about its corrections and late findings, and why some of it is impossible now."""
    if policies_publications.may_publish(actor) and policies_publications.behind(session, it):
        return [(FOLLOWING, list(policies_publications.following_refusals(session, it, actor)))]
    if policies_publications.may_publish(actor) and policies_publications.named_since(session, it):
        return [(REOPENING, list(policies_publications.reopening_refusals(session, it, actor)))]
    waits = policies_publications.waiting_correction(it)
    if it.state != "PUBLISHED" or not policies_publications.may_edit(actor):
        return []
    if waits is None:
        return [(CORRECTION, [])] if policies_publications.may_publish(actor) else []
    found: list[tuple[Deed, list[Refused]]] = []
    if policies_publications.may_publish(actor):
        found.append((CORRECTION, [NotNow(_l("A correction already waits for a second person."))]))
    if waits.proposed_by == actor.id:
        found.append((TAKING_BACK, list(policies_publications.taking_back_refusals(session, it, actor))))
    else:
        found.append((REFUSAL, list(policies_publications.refusing_refusals(session, it, actor))))
    return sorted(found, key=lambda each: bool(each[1]))
