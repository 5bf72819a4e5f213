"""Guards of dossiers and services: what must hold before a document moves on."""

import re
from collections.abc import Iterator

from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotNow, Refused
from core.machine import Ask
from core.plainly import in_words
from core.words import _l
from notices import queries
from notices.models import Dossier, Service
from notices.states import APPROVAL, SERVICE
from registry import clocks, golive, settings

APPROVAL.lives(Dossier)
SERVICE.lives(Service)
golive.rests_on(("PORTAL_SERVICE", "SERIES.word", "APPROVAL_CHAIN", "SEAL_MODE"), golive.DOCUMENTS)
golive.rests_on(("COLLECTION_HOURS",), "service.V15")


def is_recipient(actor: Actor, service: Service) -> bool:
    """Whether the actor belongs to the recipient, or came with its receipt code."""
    if service.complaint_id is not None:
        return actor.subject_id == service.complaint_id
    return actor.party_id is not None and actor.party_id == service.party_id


def may_note(actor: Actor) -> bool:
    """Whether somebody notes what is beside the rows: an alert that bounced, a paper copy that left."""
    return actor.has("officer", "intake", "head", "system")


def may_hand_over(actor: Actor) -> bool:
    """Whether somebody hands documents over, posts them and enters receipts (rows V10 to V14): an officer."""
    return actor.has("officer")


def may_stamp(actor: Actor) -> bool:
    """Whether somebody stamps documents and hands in their scans (Q07): the keeper of the seal."""
    return actor.has("seal keeper")


@SERVICE.guard("V02")
def pdf_is_final(ask: Ask) -> Iterator[Refused]:
    """Nothing is served before its final PDF exists (I-18)."""
    if ask.it.document.pdf_sha256 is None:
        yield NotNow(_l("The PDF of the document does not exist yet."))


@SERVICE.guard("V03")
def trouble_is_known(ask: Ask) -> Iterator[Refused]:
    """A failed rendering names its reason."""
    if not ask.facts.get("trouble"):
        yield NotNow(_l("Give the reason."))


@SERVICE.guard("V04")
def reachable_online(ask: Ask) -> Iterator[Refused]:
    """A confirmed electronic address (D28) that somebody can open, or a receipt code; and no alert that bounced."""
    service = ask.it
    if service.bounced_at is not None:
        yield NotNow(_l("An earlier message to this recipient came back; serve on paper."))
    if not queries.reachable_online(ask.session, service):
        yield NotNow(_l("This recipient has not confirmed an electronic service address; serve on paper."))
    elif service.party_id is not None and not queries.alert_addresses(ask.session, service):
        yield NotNow(_l("Nobody of this recipient can sign in any more; serve on paper."))


@SERVICE.guard("V05")
def has_contact(ask: Ask) -> Iterator[Refused]:
    """There is somewhere to send the alert; the addresses are kept for the move that follows."""
    ask.facts["alert_to"] = queries.alert_addresses(ask.session, ask.it)
    if not ask.facts["alert_to"]:
        yield NotNow(_l("This recipient has no working contact."))


@SERVICE.guard("V06")
def opened_by_recipient(ask: Ask) -> Iterator[Refused]:
    """Only the recipient's people open it."""
    if not is_recipient(ask.root.actor, ask.it):
        yield NotNow(_l("Only the recipient can open this document."))


@SERVICE.guard("V07")
def deemed_period_over(ask: Ask) -> Iterator[Refused]:
    """Served by rule only when the period after an alert that did not bounce is over."""
    period = clocks.live(ask.session, "K28", ("service", ask.it.id))
    over = period is not None and period.due_on is not None and period.due_on < day_of(ask.now)
    if ask.it.bounced_at is not None or not over or (period is not None and period.provisional):
        yield NotNow(_l("The period after which the document counts as served is not over."))
    elif not settings.is_demonstration(ask.session) and queries.alert_left(ask.session, ask.it.id) is None:
        yield NotNow(_l("No message to this recipient has left the house."))


@SERVICE.guard("V08")
def alert_was_sent(ask: Ask) -> Iterator[Refused]:
    """Only an alert that was sent can bounce."""
    if ask.it.alerted_at is None:
        yield NotNow(_l("No message was sent to this recipient."))


@SERVICE.guard("V09")
def recipient_asks(ask: Ask) -> Iterator[Refused]:
    """Only the recipient asks for a paper copy."""
    if not is_recipient(ask.root.actor, ask.it):
        yield NotNow(_l("Only the recipient can ask for a paper copy."))


@SERVICE.guard("V10", "V14")
def receiver_named(ask: Ask) -> Iterator[Refused]:
    """The receipt says who signed and when, or who witnessed the refusal."""
    if not ask.facts.get("receiver"):
        yield BadInput("receiver", _l("Say who signed for it, or who witnessed the refusal."))
    if not ask.facts.get("served_on"):
        yield BadInput("served_on", _l("Give the day on the receipt."))


@SERVICE.guard("V14")
def refusal_is_proven(ask: Ask) -> Iterator[Refused]:
    """Left behind only after a refusal whose reason is known, proven by two witnesses or a recording."""
    if not ask.facts.get("reason"):
        yield BadInput("reason", _l("Give the reason for which it was refused."))
    witnesses = [name for name in SEPARATED.split(ask.facts.get("receiver") or "") if name]
    if len(witnesses) < TWO and not (ask.facts.get("proof") or {}).get("file"):
        yield BadInput("receiver", _l("Name two witnesses of the refusal, or hand in its recording."))


@SERVICE.guard("V11", "V12")
def slip_known(ask: Ask) -> Iterator[Refused]:
    """The post gave a slip number; the day on the slip counts."""
    if ask.row and ask.row.id == "V11" and not ask.facts.get("slip_no"):
        yield BadInput("slip_no", _l("Give the number of the postal slip."))
    if ask.row and ask.row.id == "V12" and not ask.facts.get("served_on"):
        yield BadInput("served_on", _l("Give the day on the slip."))


@SERVICE.guard("V11")
def posted_after_its_issue(ask: Ask) -> Iterator[Refused]:
    """A posting noted later has its own day, but none before the issue."""
    if not ask.it.document.issued_on <= ask.on <= day_of(ask.now):
        yield BadInput("served_on", _l("The day of posting lies between the day of issue and today."))


@SERVICE.guard("V12")
def signed_after_its_posting(ask: Ask) -> Iterator[Refused]:
    """Nobody signs for what was not posted yet: periods count from the day on the slip."""
    day, posted = ask.facts.get("served_on"), ask.it.posted_on
    if day is not None and posted is not None and day < posted:
        told = _l("The slip is signed on the day of the posting, %(day)s, or later.", day=in_words(posted))
        yield BadInput("served_on", told)


@SERVICE.guard("V13")
def returned_after_its_posting(ask: Ask) -> Iterator[Refused]:
    """Nothing comes back before it was posted: what was done is told in the order of its days."""
    day, posted = ask.facts.get("served_on"), ask.it.posted_on
    if day is not None and posted is not None and day < posted:
        told = _l("The post came back on the day of the posting, %(day)s, or later.", day=in_words(posted))
        yield BadInput("served_on", told)


@SERVICE.guard("V13")
def returned_because(ask: Ask) -> Iterator[Refused]:
    """Returned, or lost according to the carrier."""
    if not ask.facts.get("reason"):
        yield BadInput("reason", _l("Give the reason."))


@SERVICE.guard("V15")
def other_ways_failed(ask: Ask) -> Iterator[Refused]:
    """Public notice comes last, and never for a complainant."""
    if ask.it.party_id is None:
        yield NotNow(_l("Only a respondent can be served by public notice."))
    if len(ask.it.failed_ways) < TWO_WAYS:
        yield NotNow(_l("Two other ways must have failed first."))


TWO_WAYS = TWO = 2
SEPARATED = re.compile(r"[、，,;；/\s]+")


@SERVICE.guard("V17")
def void_has_reason(ask: Ask) -> Iterator[Refused]:
    """A void number is shown with its reason."""
    if not ask.facts.get("reason") and ask.fired_by is None:
        yield BadInput("reason", _l("Give the reason."))


@SERVICE.guard("V18")
def stated_by_recipient(ask: Ask) -> Iterator[Refused]:
    """The recipient says that it arrived, or an officer notes that: nobody else starts the recipient's periods."""
    if not ask.root.actor.has("officer") and not is_recipient(ask.root.actor, ask.it):
        yield NotNow(_l("Only the recipient can say that this document has arrived."))


@SERVICE.guard("V10", "V12", "V14", "V18")
def day_of_receipt(ask: Ask) -> Iterator[Refused]:
    """Nobody receives what is not issued yet: periods for review and execution count from this day."""
    day = ask.facts.get("served_on")
    if day is not None and (day > day_of(ask.now) or day < ask.it.document.issued_on):
        yield BadInput("served_on", _l("The day of receipt lies between the day of issue and today."))


@SERVICE.guard("V19")
def complainant_without_contact(ask: Ask) -> Iterator[Refused]:
    """The tracking page stands in for a contact that fails."""
    if ask.it.complaint_id is None:
        yield NotNow(_l("Only a complainant's document is kept on the tracking page."))
    elif ask.it.bounced_at is None and queries.alert_addresses(ask.session, ask.it):
        yield NotNow(_l("This recipient has a working contact."))


@SERVICE.guard("V20")
def arrival_counts(ask: Ask) -> Iterator[Refused]:
    """Only if the company agreed to it in its confirmation (D28), or for a complainant, if the setting says so."""
    if queries.service_rule(ask.session, ask.it) != "ARRIVAL":
        yield NotNow(_l("Here a document counts as served when it is opened, not when it arrives."))
