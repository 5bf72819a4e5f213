"""Views of the file, made for the respondent of one track: kept as shown, each one journalled (S49)."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from casework import clauses, evidence_looks, holds
from casework.masking import is_named
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import Actor
from core.errors import NotAllowed, NotNow, Refused
from core.machine import Ask
from core.words import _l
from notices import dossiers
from notices.kinds import Volume
from sanctions.files_made import Made, copied, made_for
from sanctions.models_file_views import FileView


def may_view(actor: Actor, track: CaseTrack) -> bool:
    """Whether somebody belongs to the company concerned, as lead or member."""
    return actor.has("respondent", "lead", "member") and actor.party_id == track.party_id


def view(session: Session, track: CaseTrack, *, actor: Actor, now: datetime) -> FileView:
    """Make the file for this respondent, and keep what is shown (row S49)."""
    if not may_view(actor, track):
        raise NotAllowed(_l("Only people of the company concerned see its file."))
    holds.still_kept(track.case)
    made = copied(session, track, made_for(session, track))
    ask = Ask(session, track, actor, {"made": made}, now)
    dossiers.move(ask, TRACK, "view_file")
    _missing(session, track, made, now)
    shown: FileView = ask.facts["view"]
    return shown


def _missing(session: Session, track: CaseTrack, made: Made, now: datetime) -> None:
    """Have an officer see to what the company could not be shown, though a finding rests on it."""
    without = {each.mark for each in made.entries if not each.sha256}
    missing = [each for each in clauses.cited(track) if f"evidence:{each.id}" in without]
    evidence_looks.ask_for_copies(session, track, missing, now)


@TRACK.guard("S49")
def made_for_this_respondent(ask: Ask) -> Iterator[Refused]:
    """The file is of its own track, without letters to complainants, others' documents, or names without consent."""
    if not may_view(ask.actor, ask.it):
        yield NotAllowed(_l("Only people of the company concerned see its file."))
    made: Made | None = ask.facts.get("made")
    if made is None:
        return
    foreign = [
        each
        for each in made.entries
        if each.volume != Volume.MAIN.value or each.party_id not in {None, ask.it.party_id, *made.formers}
    ]
    if foreign or made.party_id != ask.it.party_id:
        yield NotNow(_l("This file holds papers that are not this company's to see."))
    if any(is_named(each.text, made.hidden) for each in made.entries if each.inward):
        yield NotNow(_l("This file still names somebody who did not consent; ask the case officer."))


@TRACK.effect("S49")
def note_view(ask: Ask) -> None:
    """Keep what was shown to whom; the journal has its digest."""
    made: Made = ask.facts["made"]
    shown = FileView(track_id=ask.it.id, made_at=ask.now, made_for=ask.actor.id, entries=made.plain, sha256=made.sha256)
    ask.session.add(shown)
    ask.session.flush()
    ask.facts["view"] = shown
    ask.facts["journal"] = {"view": shown.id, "entries": len(made.entries), "sha256": made.sha256}
