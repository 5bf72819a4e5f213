"""What the evidence room consists of: the files of one place in a list, and the one that is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request, url_for

from casework import evidence_looks, evidence_notes, late_evidence, queries_evidence, timelines
from casework.models_cases import CaseFile, Evidence
from casework.models_evidence import EvidenceNote
from casework.queries_evidence import Place
from core import clock
from core.db import session
from core.words import LazyString, language
from desk import queries_complaint, showing
from desk.forms_evidence import ConfirmForm, CorrectNoteForm, CoverForm, LookNoteForm, OpenForm
from filestore import copying, downloads, file_kinds, files, previews, scanning
from filestore.models_uploads import MadeCopy
from registry import queries as register


@dataclass(frozen=True)
class Room:
    """One file, what it belongs to, and the case from which the reader came."""

    it: Evidence
    place: Place
    case: CaseFile | None

    @property
    def names(self) -> list[str]:
        """Names that must not show: in a case, of everybody with files in the list."""
        return showing.names_of_case(self.case) if self.case is not None else self.place.names

    def url(self, it: Evidence | None = None, **more: Any) -> str:  # noqa: ANN401 - values of an address
        """The room with one of its files."""
        number = it.id if it is not None else self.it.id
        return url_for("desk_evidence.room", number=number, case=self.case.id if self.case else None, **more)

    def path(self, name: str, **more: Any) -> str:  # noqa: ANN401 - as above
        """An address below the file that is looked at."""
        case = self.case.id if self.case else None
        return url_for(f"desk_evidence.{name}", number=self.it.id, case=case, **more)


def page(room: Room, given: dict[str, Any] | None = None) -> str:
    """The page; a form that was sent with errors is shown as it was sent."""
    at, it, given = session(), room.it, given or {}
    every = queries_evidence.beside(at, it, room.case)
    case = room.case or room.place.case
    said = showing.beside(case, every, late_evidence.marks(at, case, every, language())) if case is not None else {}
    listed = showing.files(every, room.names, late=said)
    here = next(place for place, each in enumerate(every) if each.id == it.id)
    opened = queries_evidence.is_open(at, room.place, it, g.me, clock.now())
    notes = queries_evidence.notes(at, it) if opened else []
    viewer = _viewer(room) if opened else {"viewer": "", "shown": {}}
    return render_template(
        "desk/evidence_room.html",
        room=room,
        it=it,
        place=room.place,
        back=_back(room),
        listed=[each | {"url": room.url(other), "here": other.id == it.id} for each, other in zip(listed, every)],  # noqa: B905 - of one length
        file=listed[here],
        answered=_answered(it),
        called=file_kinds.called,
        before=room.url(every[here - 1]) if here else "",
        after=room.url(every[here + 1]) if here + 1 < len(every) else "",
        opened=opened,
        opening=given.get("open") or OpenForm(prefix="open"),
        note=(given.get("note") or LookNoteForm(prefix="note")) if evidence_looks.may_note(g.me, room.place) else None,
        keeps=it.shared and evidence_looks.may_note(g.me, room.place),
        covering=_covering(room, given) if opened and viewer["viewer"] != "held" else None,
        wrong=next(iter(given.values()), None),
        timed=it.media_type.startswith(evidence_looks.TIMED),
        notes=[_note(room, each) for each in notes],
        correcting=_correcting(room, notes, given),
        openings=_openings(room),
        clock_text=evidence_notes.clock_text,
        **viewer,
    )


def _answered(it: Evidence) -> str:
    """The complaint whose answer it came with, where it was taken over from there."""
    number = it.complaint_id if it.taken_over else None
    return queries_complaint.complaint_ref(session(), number) or "" if number is not None else ""


def _covering(room: Room, given: dict[str, Any]) -> dict[str, Any] | None:
    """The copy for outsiders, for whoever may hand one in; recordings have none."""
    it = room.it
    in_a_case = room.case is not None or room.place.case is not None
    if not in_a_case or not evidence_looks.may_cover(g.me) or it.media_type.startswith(evidence_looks.TIMED):
        return None
    checking = given.get("confirm") or ConfirmForm(prefix="confirm", data={"copy": it.covered_sha256})
    return {
        "form": given.get("cover") or CoverForm(prefix="cover"),
        "by": register.account_name(session(), it.covered_by) if it.covered_by else "",
        "checked_by": register.account_name(session(), it.cover_checked_by) if it.cover_checked_by else "",
        "checking": checking if evidence_looks.may_confirm(g.me, it) else None,
    }


def _back(room: Room) -> tuple[str, str]:
    case = room.case or room.place.case
    if case is not None:
        return case.ref, url_for("desk_cases.show", number=case.id, _anchor="evidence")
    return room.place.ref, url_for("desk_complaints.show", ref=room.place.ref, _anchor="evidence")


def _note(room: Room, it: EvidenceNote) -> dict[str, Any]:
    changes = evidence_notes.may_change(g.me, room.place, it)
    return {"it": it, "who": register.account_name(session(), it.author_id), "changes": changes}


def _correcting(room: Room, notes: Sequence[EvidenceNote], given: dict[str, Any]) -> dict[str, Any] | None:
    """The note that its author corrects and its form, in place of the one for another note."""
    wanted = request.args.get("note", type=int)
    it = next((each for each in notes if each.id == wanted), None)
    if it is None or not evidence_notes.may_change(g.me, room.place, it):
        return None
    at = evidence_notes.clock_text(it.at_second) if it.at_second is not None else ""
    held = {"version": it.version, "at": at, "text": it.body}
    form = given.get("corrected") or CorrectNoteForm(prefix="corrected", data=held)
    return {"form": form, "path": room.path("correct_note", note=it.id)}


def _openings(room: Room) -> list[dict[str, Any]]:
    """Who opened the file, and why, if they said so."""
    found = queries_evidence.openings(session(), room.place, room.it)
    people = timelines.people(session(), found)
    return [
        {
            "at": each.at,
            "who": people[each.actor].name if each.actor in people else each.actor,
            "why": (each.changes or {}).get("why", ""),
        }
        for each in found
    ]


def _viewer(room: Room) -> dict[str, Any]:
    """How the file is shown, and what the viewer needs for that."""
    it, media_type, source = room.it, room.it.media_type, room.path("content", inline=1)
    if held := scanning.held_among(session(), [it.sha256]):
        return {"viewer": "held", "shown": {"harmful": held[it.sha256] == files.FOUND}}
    copy: MadeCopy | None = None
    if media_type in copying.HARD:
        copy = copying.known(session(), [it.sha256]).get(it.sha256)
        if copy is None or copy.copy_sha256 is None:
            return {"viewer": "copy", "shown": {"trouble": _trouble(copy)}}
        media_type, source = str(copy.media_type), room.path("copy")
    if media_type in downloads.INLINE and not media_type.startswith("application/"):
        return {"viewer": media_type.partition("/")[0], "shown": {"source": source, "made": copy is not None}}
    return _drawn(room, media_type)


def _trouble(copy: MadeCopy | None) -> LazyString | None:
    return copying.WHY[copy.trouble] if copy is not None and copy.trouble else None


def _drawn(room: Room, media_type: str) -> dict[str, Any]:
    """What the product draws itself, within limits."""
    sha256 = room.it.sha256
    if media_type == previews.PDF:
        count = previews.pages(sha256)
        number = min(max(request.args.get("page", 1, type=int), 1), max(count, 1))
        return {"viewer": "pages" if count else "none", "shown": {"count": count, "number": number}}
    if media_type in previews.TABLES:
        sheet = request.args.get("sheet", 0, type=int)
        table = previews.table(sha256, media_type, sheet)
        return {"viewer": "table" if table else "none", "shown": {"table": table, "sheet": max(sheet, 0)}}
    if media_type == previews.TEXT:
        words, more = previews.text(sha256)
        return {"viewer": "text", "shown": {"words": words, "more": more}}
    if media_type == previews.LETTER and (written := previews.letter(sha256)):
        return {"viewer": "letter", "shown": {"words": written, "more": False}}
    return {"viewer": "none", "shown": {}}
