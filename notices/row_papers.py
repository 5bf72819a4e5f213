"""The documents of rows: made, numbered and put into the dossier of the whole move, whoever started it."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.machine import Ask, Machine, Row
from notices import approval_waiting, dossiers, making, queries, serving, trials
from notices.models import Dossier
from registry.clock_kinds import KINDS as CLOCKS

LATER: Final = "papers later"
"""A fact of a move from outside: whoever moves has a job issue its documents, and waits for no counter of numbers."""


class RowPapers:
    """Makes the documents of every row; registered with the state machine."""

    def make(self, ask: Ask, row: Row) -> None:
        """Number and freeze the documents of a row, inside the dossier of the whole move."""
        root = ask.root
        if ask is root and ask.facts.get(LATER):
            return
        if root.dossier is None and ask.machine != "approval" and _any_outward_kind(row):
            root.dossier = dossiers.opened(replace(root, machine=root.machine), row.event)
            dossiers.step(root, root.dossier, "submit")
            dossiers.step(root, root.dossier, "sign")
            root.facts["issue_at_end"] = True
        dossier = root.dossier.id if isinstance(root.dossier, Dossier) else None
        for kind in row.documents:
            inside = dossier if dossiers.is_outward(kind) or ask.machine != "service" else None
            for draft in making.drafts(ask, kind):
                making.make(ask, kind, draft, dossier_id=inside)
        ask.session.flush()

    def moved(self, ask: Ask) -> None:
        """Look again at what waits: a move from outside, or one that follows another, may have made it impossible."""
        if ask.machine == "approval" or ask.fresh or (ask.by_staff and ask.fired_by is None):
            return
        waiting = queries.open_dossier(ask.session, ask.machine, ask.it.id)
        if waiting is not None and waiting.deed and waiting is not ask.session.info.get(trials.HELD):
            approval_waiting.look_again(ask.session, waiting, ask.now)

    def arms(self, ask: Ask, key: str) -> list[int]:
        """The documents of this row whose service starts the clock, or else the last one."""
        kinds = CLOCKS[key].documents
        made = [document.id for kind in kinds for document in ask.papers.get(kind, ())]
        if made or (ask.row and set(kinds) & set(ask.row.documents)):
            return made
        last = queries.last_document(ask.session, kinds, ask.machine, ask.it.id)
        return [last.id] if last else []

    def served(self, ask: Ask) -> None:
        """Start the clocks that waited for this service, and tell the thing whose row made the document."""
        serving.tell(ask)

    def finish(self, ask: Ask) -> None:
        """Issue the dossier that was opened on the way; staff cannot evade a chain by calling the machine directly."""
        if ask.facts.pop("issue_at_end", False):
            dossiers.step(ask, ask.dossier, "issue")
            if ask.by_staff:
                dossiers.own_hand_is_enough(ask, ask.dossier)


def make_now(session: Session, machine: Machine, it: Any, row_id: str, now: datetime) -> None:  # noqa: ANN401 - a thing
    """Make the documents that a row put off, once, and issue them as the row would have done."""
    row = machine.rows[row_id]
    if any(each.row == row.id for each in queries.documents_of(session, [(machine.name, it.id)])):
        return
    ask = Ask(session, it, SYSTEM, {}, now, machine=machine.name, row=row)
    papers = RowPapers()
    papers.make(ask, row)
    papers.finish(ask)


def _any_outward_kind(row: Row) -> bool:
    return any(dossiers.is_outward(kind) for kind in row.documents)
