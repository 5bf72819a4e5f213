"""How a company's people write together: one shared draft with its files, kept, looked at, then sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import flash, g, request
from sqlalchemy.orm import Session

from casework import evidence, shared_drafts
from casework.models_cases import CaseTrack
from casework.shared_drafts import SharedDraft
from core import clock
from core.db import transaction
from core.errors import BadInput
from core.forms import OWN, new_key
from core.plainly import instant_text
from core.words import _, _l, joined
from filestore import files
from portal.forms_portal import WrittenForm

SAVE, LOOK, NOTHING = "save", "look", "nothing"
NOT_TEXT = OWN | {"seen", "gone"}


@dataclass
class Desk:
    """A form on the draft that colleagues share."""

    place: str
    form: Any
    draft: SharedDraft
    given: Mapping[str, object]
    """What its fields begin with where nobody has written."""


def desk(kind: Callable[..., WrittenForm], place: str, *, version: int | None = None, **given: object) -> Desk:
    """The form, filled with what was kept; what its author typed and did not send takes precedence."""
    kept = draft(place)
    form = kind(version=version, data={**given, **kept.fields, "seen": kept.number})
    form.gone.choices = [(placed(each), each["name"]) for each in kept.files]
    return Desk(place, form, kept, given)


def draft(place: str) -> SharedDraft:
    """What the company's people have kept in this place."""
    with transaction() as at:
        return shared_drafts.find(at, place, actor=g.me)


def overtaken(place: str, form: Any) -> None:  # noqa: ANN401 - a form of any kind
    """Tell whoever pressed to send that a colleague changed the text, before what the form itself lacks.

    The page shows the new text, and its next press would send that one.
    """
    if form.is_submitted() and "refused" not in g:
        with transaction() as at:
            shared_drafts.held(at, place, seen=form.seen.data or 0, actor=g.me)


def kept(at: Desk) -> str:
    """Keep what was written; says whether to look at it or to go on later, and nothing if something is wrong.

    A draft in which nothing stands is none: colleagues would read that somebody had begun.
    If files came, what is unfinished or wrong is told after everything else was kept, since no browser
    sends files again.
    """
    form, right = at.form, at.form.validate_on_submit()
    act = request.form.get("act", SAVE)
    unfinished = all(not _written(field) for field in form if field.errors)
    if act == SAVE:
        _only_what_is_wrong(form)
    brought = [field for field in form if field.type == "Files"]
    worth = act == SAVE or any(field.data for field in brought)
    if not form.is_submitted() or "refused" in g or not (right or (unfinished and worth)):
        return ""
    with transaction(once=form.key.data) as session:
        found, seen = _with_files(session, at, brought), form.seen.data or 0
        empty = act == SAVE and not found and _is_empty(at)
        if empty:
            shared_drafts.held(session, at.place, seen=seen, actor=g.me, typed=True)
            shared_drafts.drop(session, at.place, actor=g.me)
        else:
            texts = _texts(form.data)
            shared_drafts.keep(session, at.place, fields=texts, files=found, seen=seen, actor=g.me, now=clock.now())
    if any(field.errors for field in brought) or (act == LOOK and not right):
        _go_on(at)
        return ""
    return NOTHING if empty else LOOK if act == LOOK else SAVE


def _with_files(session: Session, at: Desk, brought: Sequence[Any]) -> list[dict[str, Any]]:
    """The draft's files without those ticked to go, and what came now; each once within its part."""
    stay = [each for each in at.draft.files if placed(each) not in (at.form.gone.data or [])]
    fresh = [each for field in brought for each in _uploaded(session, field)]
    found = list({placed(each): each for each in [*stay, *fresh]}.values())
    if len(found) > files.AT_ONCE:
        raise BadInput("files", _l("At most %(most)s files can be sent together.", most=files.AT_ONCE))
    return found


def _only_what_is_wrong(form: WrittenForm) -> None:
    """Show errors only: what is merely unfinished does not keep a draft from being saved."""
    for field in form:
        if not _written(field) and field.type != "Files":
            field.errors = []


def _written(field: Any) -> bool:  # noqa: ANN401 - a field of any kind
    """Whether something stands in it; a day that can't be read has no value, and is not to be lost for that."""
    return bool(field.data or getattr(field, "typed", ""))


def _is_empty(at: Desk) -> bool:
    """Whether nobody has written anything beside what stands there from the beginning."""
    return all(not value or value == at.given.get(name) for name, value in _texts(at.form.data).items())


def _go_on(at: Desk) -> None:
    """The form on what was just kept, to be sent again."""
    at.draft, at.form.key.data, at.form.gone.data = draft(at.place), new_key(), []
    at.form.seen.data = at.draft.number
    for field in at.form:
        if field.type == "Files":
            field.data = []


def placed(file: Mapping[str, Any]) -> str:
    """A file of a draft within its part: one that proves two problems is taken out of one of them only."""
    return f"{file.get('of', '')}:{file['sha256']}"


def told(draft: SharedDraft) -> str:
    """Who prepared it; whoever may send it hears of that only here."""
    return _("Draft of your company, last saved by %(who)s on %(at)s.", who=draft.by, at=instant_text(draft.at, "long"))


def together(*, leads: bool) -> str:
    """The words beside a text that only the company's lead sends."""
    return "" if leads else _("Draft it with your colleagues; an authorised person sends it.")


def begun(place: str, note: str, button: str, *, beside: bool = False) -> dict[str, str]:
    """Note and button of an offer to write, or to go on writing; `beside` keeps the note as well."""
    kept = draft(place)
    if not kept.number:
        return {"note": note, "button": button}
    return {"note": joined(note if beside else "", told(kept)), "button": _("Go on with the draft")}


def say_kept(act: str) -> None:
    """Tell somebody who goes on later that nothing is lost."""
    if act == SAVE:
        flash(_("The draft is saved; your colleagues see it too."), "info")
    elif act == NOTHING:
        flash(_("Nothing is written yet, so no draft is kept."), "info")


def _uploaded(session: Session, field: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a field of files
    """Uploads, checked and kept, with errors told; a field called files_3 belongs to part 3."""
    part = field.short_name.partition("_")[2]
    found: list[dict[str, Any]] = []
    wrong: list[str] = []
    for upload in field.data:
        try:
            kept_file = files.keep(session, upload.stream, upload.filename, kinds=field.kinds)
        except BadInput as refused:
            wrong.append(str(refused))
            continue
        found.append(
            {
                "sha256": kept_file.sha256,
                "name": kept_file.name,
                "media_type": kept_file.media_type,
                "size": kept_file.size,
                "of": part,
            },
        )
    if wrong:
        field.errors = [*field.errors, *wrong]
    return found


def _texts(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in data.items()
        if name not in NOT_TEXT and not name.startswith("files") and value is not None
    }


def hand_in(
    session: Session,
    track: CaseTrack,
    said: SharedDraft,
    purpose: str,
    *,
    now: datetime,
    of: str = "",
    item_id: int | None = None,
) -> None:
    """Make the files of a draft, or of one part of it, the company's evidence."""
    for each in said.evidence(of):
        with files.open_file(each.sha256) as stream:
            given = {"purpose": purpose, "item_id": item_id, "actor": g.me, "now": now}
            evidence.hand_in(session, track, stream, each.name, **given)
