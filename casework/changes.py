"""Two people on one thing: what the second is told about the change of the first."""

from typing import Any

from sqlalchemy.orm import object_session

from casework import timelines
from core.errors import Changed
from core.machine import Machine
from core.plainly import at_in_words
from core.words import _, _l, language

KINDS = {
    "complaint": "complaint",
    "forwarding": "forwarding",
    "stop_contact": "stop_contact",
    "case_track": "track",
    "case_file": "case",
    "publication": "publication",
    "recusal": "recusal",
    "review": "review",
}
"""What the journal calls the rows of a table."""
STAFF = "zilu_staff"


def subject_of(thing: Any) -> tuple[str, int, str] | None:  # noqa: ANN401 - whatever a form is about
    """The thing as the journal names it, or the one it belongs to, and what people call that."""
    if thing is None:
        return None
    if (kind := KINDS.get(thing.__tablename__)) is not None:
        return kind, thing.id, str(getattr(thing, "ref", None) or getattr(thing, "number", None) or thing.id)
    owner = next((name for name in ("track", "case", "complaint") if getattr(thing, name, None) is not None), "")
    return subject_of(getattr(thing, owner)) if owner else None


def changed(thing: Any) -> Changed:  # noqa: ANN401 - whatever carries a version
    """What the second of two people is told: staff read who changed it, when and how; others only that it changed."""
    last = _last(thing)
    if last is None:
        return Changed()
    said = {"at": at_in_words(last["at"]), "who": _people(last), "what": last["text"]}
    return Changed(
        _l("Meanwhile, at %(at)s (%(who)s): %(what)s. Look at how it stands now.", **said),
        kept=_l(
            "Meanwhile, at %(at)s (%(who)s): %(what)s. Look at how it stands now; your text is kept below.", **said
        ),
    )


def unchanged(thing: Any, seen: int | None) -> None:  # noqa: ANN401 - whatever carries a version
    """Refuse as in `core.errors`, but tell what the other person did."""
    if seen is not None and seen != thing.version:
        raise changed(thing)


def over(thing: Any, machine: Machine, event: str) -> Changed | None:  # noqa: ANN401 - whatever carries a version
    """Why something can no longer be done with a thing as it stands: who took it further, when and how."""
    if machine.row(thing.state, event) is not None or (last := _last(thing, moved=True)) is None:
        return None
    return Changed(
        _l(
            "This cannot be done as it stands now. At %(at)s (%(who)s): %(what)s.",
            at=at_in_words(last["at"]),
            who=_people(last),
            what=last["text"],
        ),
    )


def _people(entry: dict[str, Any]) -> str:
    """Who did it: whoever drafted, and whoever signed that draft where it was somebody else."""
    return _(", ").join(
        filter(None, (entry["who"], entry["signer"] and _("signed off by %(name)s", name=entry["signer"])))
    )


def _last(thing: Any, *, moved: bool = False) -> dict[str, Any] | None:  # noqa: ANN401 - whatever carries a version
    """What was last done with the thing, or what last `moved` it to another state; for staff only."""
    session = object_session(thing)
    reader = session.info.get("reader") if session is not None else None
    subject = subject_of(thing)
    if session is None or reader is None or reader.role != STAFF or subject is None:
        return None
    about = [(subject[0], subject[1], "")]
    if subject[0] == "track":  # what is written about a track is partly in the journal of its case
        about.append(("case", getattr(thing, "track", thing).case_id, ""))
    found = timelines.entries(session, about, language())
    return next((each for each in found if each["moved"] or not moved), None)
