"""Dossiers: the documents of one move, drafted, signed, numbered and issued together with the move itself."""

from dataclasses import replace
from typing import Any

from core.actors import SYSTEM
from core.db import KEPT
from core.errors import NotNow
from core.machine import Ask, Machine, Row
from core.words import _l
from notices import chains, queries, trials
from notices.kinds import KINDS
from notices.models import Dossier
from notices.states import APPROVAL, OPEN


def is_outward(kind: str) -> bool:
    """Whether documents of this kind leave the house."""
    return KINDS[kind].outward


def want(ask: Ask, machine: Machine, event: str) -> list[Any]:
    """Why this move cannot be drafted now; empty if it can (Q01)."""
    return machine.refusals(ask, event)


def move(ask: Ask, machine: Machine, event: str) -> Row:
    """Carry out a move, by a dossier if staff issue outward documents with it.

    If the chain has one step, the mover signs: drafting, signing, numbers, the move and what it fires are one
    transaction. Moves of complainants, respondents and the system are carried out at once; their documents follow.
    """
    ask.machine = machine.name
    row = machine.row(ask.it.state, event)
    if row is None or not ask.by_staff or not _any_outward(row):
        return machine.carry_out(ask, event)
    for refusal in want(ask, machine, event):
        raise refusal
    ask.session.add(ask.it)
    ask.session.flush()
    dossier = _held(ask, event) or opened(ask, event)
    ask.dossier = dossier
    if dossier.state == "DRAFTED":
        step(ask, dossier, "submit")
    if dossier.state == "IN_APPROVAL":
        step(ask, dossier, "sign")
    step(ask, dossier, "issue", move=ask, machine=machine, wanted=True)
    own_hand_is_enough(ask, dossier)
    return row


def _held(ask: Ask, event: str) -> Dossier | None:
    """The dossier that is being carried out, if it waited for exactly this move."""
    held: Dossier | None = ask.session.info.get(trials.HELD)
    if held is None or (held.subject_kind, held.subject_id, held.event) != (ask.machine, ask.it.id, event):
        return None
    return held if held.state in OPEN else None


def own_hand_is_enough(ask: Ask, dossier: Dossier) -> None:
    """Refuse what needs more hands than the mover's, unless the page puts it before them."""
    tried: list[Dossier] | None = ask.session.info.get(trials.TRIAL)
    if tried is not None:
        tried.append(dossier)
        return
    if trials.LOOK in ask.session.info:
        raise NotNow(_l("What this page issues cannot be looked at first."))
    if trials.HELD in ask.session.info:
        return  # the whole deed was approved, with the papers of each of its moves
    kinds = {each.kind for each in queries.in_dossier(ask.session, dossier.id) if each.outward}
    if chains.needs_approval(chains.strictest(ask.session, kinds), ask.actor):
        raise NotNow(_l("These documents need the approval of others, and this page cannot ask for it."))


def issues(machine: Machine, state: str, event: str) -> bool:
    """Whether this event, for a thing in this state, makes outward documents."""
    row = machine.row(state, event)
    return row is not None and _any_outward(row)


def _any_outward(row: Row, seen: frozenset[str] = frozenset()) -> bool:
    """Whether the row, or a row that it fires, makes an outward document."""
    if any(is_outward(kind) for kind in row.documents):
        return True
    for name, event in row.fired:
        if name in Machine.all and f"{name}.{event}" not in seen:
            follow = [each for each in Machine.all[name].rows.values() if each.event == event]
            if any(_any_outward(each, seen | {f"{name}.{event}"}) for each in follow):
                return True
    return False


def opened(ask: Ask, event: str) -> Dossier:
    """A new dossier for a move, already drafted."""
    by_staff = ask.by_staff
    dossier = Dossier(
        state=APPROVAL.initial,
        subject_kind=ask.machine,
        subject_id=ask.it.id,
        event=event,
        drafted_by=ask.actor.id if by_staff else None,
        drafted_at=ask.now,
    )
    step(ask, dossier, "draft")
    ask.session.info.get(KEPT, {})[queries.PAPERS, dossier.id] = []
    return dossier


def step(ask: Ask, dossier: Dossier, event: str, **facts: Any) -> None:  # noqa: ANN401 - facts of the step
    """Take one step of the chain as the system, since a single step is the mover's own act."""
    asked = replace(ask, it=dossier, actor=SYSTEM, facts={**facts, "for": ask}, fired_by=None, papers={}, row=None)
    asked.dossier = dossier
    APPROVAL.carry_out(asked, event)


@APPROVAL.effect("Q06", last=True)
def carried_out(ask: Ask) -> None:
    """Carry out the move by the machine's name as it is issued, which numbers what the move makes."""
    if "move" in ask.facts:
        machine: Machine = ask.facts["machine"]
        carry = machine.go_on if ask.facts.get("wanted") else machine.carry_out
        carry(ask.facts["move"], ask.it.event)
    ask.it.issued_at = ask.now
