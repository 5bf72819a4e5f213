"""Drafts that the people of one company write together: members prepare, the lead sends what everybody sees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.intake import EvidenceFile
from core import clock, drafts
from core.actors import Actor
from core.drafts import Draft
from core.errors import Changed, NotAllowed
from core.words import _l


@dataclass(frozen=True)
class SharedDraft:
    """What a company's people have written so far; version 0 if nobody has begun."""

    fields: dict[str, Any] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    by: str = ""
    at: datetime | None = None
    number: int = 0
    place: str = ""
    account: int | None = None
    """Who saved it last; drafts kept before it was noted say only the name."""

    def evidence(self, of: str = "") -> list[EvidenceFile]:
        """Its files as evidence; if `of` names a part, only the files of that part."""
        return [
            EvidenceFile(each["sha256"], each["name"], each["media_type"], each["size"])
            for each in self.files
            if each.get("of", "") == of
        ]


NONE = SharedDraft()
KINDS = {
    "forwarding": ("answer",),
    "case_track": ("explanation", "statement", "report", "review"),
    "material_request": ("material",),
}
"""By table of the matters they are about: with which words the places of these drafts begin."""
_SENT = "sent"
"""What remains of a sent draft: its number, so that none is reused while a page of it may be open."""


def find(session: Session, place: str, *, actor: Actor) -> SharedDraft:
    """The draft of the actor's company in this place. Read inside transaction(): no reader sees drafts."""
    kept = drafts.find(session, _owner(actor), place)
    return _read(place, kept) if kept and _SENT not in kept else NONE


def begun(session: Session, places: Iterable[str], *, actor: Actor) -> dict[str, SharedDraft]:
    """The drafts that the actor's company has begun in these places, by place; in one query."""
    found = drafts.begun(session, _owner(actor), places)
    return {place: _read(place, kept) for place, kept in found.items() if _SENT not in kept}


def _read(place: str, kept: Mapping[str, Any]) -> SharedDraft:
    at = datetime.fromisoformat(kept["at"])
    return SharedDraft(kept["fields"], kept["files"], kept["by"], at, kept["number"], place, kept.get("account"))


def keep(
    session: Session,
    place: str,
    *,
    fields: Mapping[str, Any],
    files: Sequence[Mapping[str, Any]],
    seen: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what was written, unless a colleague has saved something in the meantime."""
    drafts.begin(session, _owner(actor), place, now)
    there = held(session, place, seen=seen, actor=actor, typed=True)
    kept = {
        "fields": dict(fields),
        "files": [dict(each) for each in files],
        "by": actor.name,
        "account": actor.id,
        "at": now.isoformat(),
        "number": (there.number or _sent(session, place, actor)) + 1,
    }
    drafts.save(session, _owner(actor), place, kept, now)
    drafts.hold(session, _owner(actor), place, [each["sha256"] for each in files])


def held(session: Session, place: str, *, seen: int, actor: Actor, typed: bool = False) -> SharedDraft:
    """The draft as its reader saw it, locked until the transaction ends; refused if a colleague changed it since.

    `typed` says whether the reader sends a text of their own, which the page must show again.
    """
    session.get(Draft, (_owner(actor), place), with_for_update=True)
    there = find(session, place, actor=actor)
    if there.number == seen:
        return there
    if there.at is None and typed:
        raise Changed(_l("A colleague has sent or removed this draft since you opened it. Your text stands below."))
    if there.at is None:
        raise Changed(_l("A colleague has sent or removed this draft since you opened it. Nothing was sent now."))
    time = f"{clock.local(there.at):%H:%M}"
    if there.account == actor.id and typed:
        raise Changed(
            _l(
                "You saved this draft yourself at %(time)s, in another window, after you opened it here. Both texts "
                "stand here: compare them.",
                time=time,
            ),
        )
    if there.account == actor.id:
        raise Changed(
            _l(
                "You saved this draft yourself at %(time)s, in another window, after you opened it here. Nothing was "
                "sent: the text as it is now stands here, check it again.",
                time=time,
            ),
        )
    if not typed:
        raise Changed(
            _l(
                "%(who)s saved this draft at %(time)s, after you opened it. Nothing was sent: "
                "the text as it is now stands here, check it again.",
                who=there.by,
                time=time,
            ),
        )
    raise Changed(
        _l(
            "%(who)s saved this draft at %(time)s, after you opened it. Both texts stand here: compare them.",
            who=there.by,
            time=time,
        ),
    )


def drop(session: Session, place: str, *, actor: Actor) -> None:
    """Drop the draft, since it was sent; the numbering in this place goes on."""
    there = find(session, place, actor=actor)
    drafts.drop(session, _owner(actor), place)
    if there.at is not None:
        drafts.save(session, _owner(actor), place, {_SENT: there.number}, there.at)


def _sent(session: Session, place: str, actor: Actor) -> int:
    """The version of the last draft that was sent from this place."""
    return int(drafts.find(session, _owner(actor), place).get(_SENT, 0))


def forget(session: Session, what: str, numbers: Sequence[int]) -> None:
    """Forget the drafts of one kind about these matters, with their files, of every company."""
    if numbers:
        drafts.forget_places(session, "party:", f"^{what}:({'|'.join(map(str, numbers))})(:|$)")


def follow(session: Session, table: str, numbers: Sequence[int], old: int, new: int) -> None:
    """Let drafts about matters that went from one party of the register to another go with them."""
    if table in KINDS and numbers:
        kinds, places = "|".join(KINDS[table]), "|".join(map(str, numbers))
        drafts.give(session, _of(old), _of(new), f"^({kinds}):({places})(:|$)")


def _owner(actor: Actor) -> str:
    if actor.party_id is None:
        raise NotAllowed
    return _of(actor.party_id)


def _of(party_id: int) -> str:
    return f"party:{party_id}"
