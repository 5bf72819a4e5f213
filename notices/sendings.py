"""What a form sent: kept with its files, and given to the form again if the deed is done later."""

from typing import Any

from flask import g, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from core import drafting
from core.actors import Actor
from core.forms import OWN
from filestore import files
from filestore.uploading import is_token, taken
from notices.doers import Sent


def filled(sent: Sent) -> MultiDict[str, Any]:
    """What was sent, as a form reads it."""
    found: MultiDict[str, Any] = MultiDict(sent.fields)
    for name, called, sha in sent.files:
        found.add(name, FileStorage(files.open_file(sha), filename=called, name=name))
    return found


def _brought() -> list[tuple[str, FileStorage]]:
    """Files that came with the form, and those that came in pieces before."""
    ahead = [(name, taken(value)) for name, value in request.form.items(multi=True) if is_token(value)]
    return [*request.files.items(multi=True), *((name, file) for name, file in ahead if file is not None)]


def sent_now(session: Session, earlier: Sent | None = None) -> Sent:
    """What this request sends, with its files kept; without new files those of the earlier version stay."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name.rpartition("-")[2] not in OWN and name not in OWN and not is_token(value)
    ]
    kept = []
    for name, file in _brought():
        if file.filename:
            kept.append((name, file.filename, files.keep(session, file.stream, file.filename).sha256))
            file.stream.seek(0)
    again = {name for name, _called, _sha in kept}
    kept += [each for each in (earlier.files if earlier else ()) if each[0] not in again]
    form, kept_at = g.get("checked_form"), g.get("checked_place", "")
    place = drafting.signed(kept_at, form.subject, drafting.here(named=form.named)) if kept_at else ""
    seen = ((name, value) for name, value in request.form.items(multi=True) if name.rpartition("-")[2] == "version")
    return Sent(tuple(fields), tuple(kept), place, tuple(seen))


def give_back(session: Session, sent: Sent, whose: Actor) -> bool:
    """What was sent and is not done stands in its form again, as its author's draft; its files are chosen anew."""
    return bool(sent.place) and drafting.give_back(session, sent.place, (*sent.fields, *sent.seen), whose)
