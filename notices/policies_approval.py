"""Guards of a dossier's approval: who may take which step of its chain, and what each step needs."""

from collections.abc import Iterable, Iterator

from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask
from core.words import _l
from notices import queries, queries_approval, queries_seals
from notices.doers import body_of, partial
from notices.kinds import OF_A_BODY
from notices.models import Dossier
from notices.models_approval import DossierStep
from notices.states import APPROVAL

SAY_CHANGES = _l("Write what has to be changed.")


def may_take(step: DossierStep, actor: Actor) -> bool:
    """Whether somebody has the role of a step."""
    return actor.has(step.role)


def is_of_its_chain(steps: Iterable[DossierStep], actor: Actor) -> bool:
    """Whether somebody has any step of the chain, and so may comment on the draft even out of turn."""
    return any(may_take(step, actor) for step in steps)


def may_drop(it: Dossier, steps: Iterable[DossierStep], actor: Actor) -> bool:
    """Whether somebody may give it up: its drafter, and whoever has a step of its chain (Q08)."""
    return it.drafted_by == actor.id or is_of_its_chain(steps, actor)


def is_movers_own(ask: Ask) -> bool:
    """Whether the step is part of a move that its mover signs alone."""
    return "for" in ask.facts


@APPROVAL.guard("Q01")
def no_other_dossier(ask: Ask) -> Iterator[Refused]:
    """While a dossier waits, staff draft no other on its subject; what comes from outside is never held up."""
    dossier, mover = ask.it, ask.facts.get("for")
    if mover is not None and not mover.root.by_staff:
        return
    if queries.open_dossier(ask.session, dossier.subject_kind, dossier.subject_id):
        yield NotNow(_l("Another set of documents for this matter is being drafted."))


@APPROVAL.guard("Q02")
def has_a_chain(ask: Ask) -> Iterator[Refused]:
    """It has the strictest chain of its kinds; a mover who signs alone needs none."""
    if not is_movers_own(ask) and not queries_approval.steps_of(ask.session, ask.it.id):
        yield NotNow(_l("Nobody is laid down who approves these documents."))


@APPROVAL.guard("Q03", "Q04", "Q05")
def the_person_of_the_step(ask: Ask) -> Iterator[Refused]:
    """Whoever has the role of the next step; never the drafter, nor somebody who takes no part in the matter."""
    if is_movers_own(ask):
        return
    step = queries_approval.next_step(ask.session, ask.it.id)
    person = ask.facts.get("person")
    if step is None or person is None or not may_take(step, person):
        yield NotAllowed(_l("The next step of the approval belongs to somebody else."))
    elif person.id in queries_approval.drafters_of(ask.session, ask.it):
        yield NotAllowed(_l("Whoever drafted these documents does not approve them."))
    elif person.id in queries_approval.approvers_of(ask.session, ask.it.id):
        yield NotAllowed(_l("You have taken an earlier step of this approval already; another person takes this one."))
    else:
        yield from partial(ask.session, ask.it, person, ask.now)


@APPROVAL.guard("Q03")
def a_step_before_the_last(ask: Ask) -> Iterator[Refused]:
    """The last step is the signature, and not taken like this."""
    step = queries_approval.next_step(ask.session, ask.it.id)
    if step is not None and step.step == "sign":
        yield NotNow(_l("The next step is the signature."))


@APPROVAL.guard("Q04")
def comments_are_there(ask: Ask) -> Iterator[Refused]:
    """Whoever sends a draft back says why."""
    if not queries_approval.has_comments(ask.session, ask.it.id):
        yield BadInput("comment", SAY_CHANGES)


@APPROVAL.guard("Q05")
def all_others_have_approved(ask: Ask) -> Iterator[Refused]:
    """Only the signature is left."""
    if is_movers_own(ask):
        return
    step = queries_approval.next_step(ask.session, ask.it.id)
    if step is not None and step.step != "sign":
        yield NotNow(_l("The documents are not approved by everybody who comes before the signature."))


@APPROVAL.guard("Q06")
def issued_with_its_move(ask: Ask) -> Iterator[Refused]:
    """The move must still be possible; what the system issues on the way has been carried out already.

    A move that is `wanted` was asked the same a moment before, when the dossier was opened or taken up.
    """
    if "move" in ask.facts and not ask.facts.get("wanted"):
        yield from ask.facts["machine"].refusals(ask.facts["move"], ask.it.event)


@APPROVAL.guard("Q07")
def every_pdf_is_there(ask: Ask) -> Iterator[Refused]:
    """Every PDF is there: drawn and signed by the job, or by hand the scan; a void document needs none."""
    outward = [each for each in ask.it.documents if each.outward and each.seal_mode != "physical"]
    if any(each.pdf_sha256 is None and each.void_at is None for each in outward):
        yield NotNow(_l("The PDF of a document is still missing."))


@APPROVAL.guard("Q07")
def stamped_scans_are_back(ask: Ask) -> Iterator[Refused]:
    """By hand: the scan is back under its number, and the seal log has its line; nobody waits for a void one."""
    by_hand = any(each.seal_mode == "physical" for each in ask.it.documents)
    if by_hand and queries_seals.without_line(ask.session, ask.it.id):
        yield NotNow(_l("The scan of a stamped document is not back under its number, or the seal log lacks its line."))


@APPROVAL.guard("Q08")
def dropped_for_a_reason(ask: Ask) -> Iterator[Refused]:
    """There is a reason; what a body decided is given up only if more than half of its members ask for it."""
    if not ask.facts.get("reason"):
        yield BadInput("reason", _l("Give the reason."))
    if ask.actor.has("system") or not OF_A_BODY & queries_approval.drafted_kinds(ask.session, ask.it.id):
        return
    body = body_of(ask.session, ask.it)
    asking = body & {each.account_id for each in queries_approval.requests_of(ask.session, ask.it.id)}
    own = not body and ask.actor.id is not None and ask.actor.id == ask.it.drafted_by
    if not own and 2 * len(asking) <= len(body):
        yield NotNow(_l("A body decided this: it is given up only when that body asks for it."))
