"""Whose uploads a request may carry on, and how a form takes those that are whole for files of its own."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import Flask, g
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from core import clock, throttle
from core.crypto import keyed_hash
from core.db import session, transaction
from core.errors import Refused
from core.furniture import place
from filestore import uploads

BROWSER: Final = "uploads"
"""The name of the cookie's entry with the secret of a browser without an account."""
_TOKEN: Final = re.compile(r"upload:([0-9a-f]{32})")


def owner(*, new: bool = False) -> str:
    """Whose uploads these are: an account's, or those of this browser alone; nobody's where it has begun none."""
    if g.me.id is not None:
        return f"account:{g.me.id}"
    if BROWSER not in cookie:
        if not new:
            return ""
        cookie[BROWSER] = secrets.token_urlsafe(24)
    return uploads.STRANGER + keyed_hash("upload.owner", cookie[BROWSER]).hex()


def address() -> str:
    """Where they come from, as a digest."""
    return keyed_hash("upload.address", throttle.address()).hex()


class Uploaded(FileStorage):
    """A file that came in pieces before the form did; everything else takes it for an ordinary one."""

    token: str = ""
    size: int = 0


def is_token(value: object) -> bool:
    """Whether the value of a field of files stands for an upload."""
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def taken(value: str) -> Uploaded | None:
    """The file that a form means; nothing where it is not whole, somebody else's, or waited for no longer."""
    found, whose = _TOKEN.fullmatch(value), owner()
    if found is None or not whose:
        return None
    with _inside() as at:
        it = uploads.find(at, found[1], owner=whose, now=clock.now())
        if it is None or not uploads.is_whole(it):
            return None
        token, name, size = it.token, it.name, it.size
    stream = uploads.path_of(token).open("rb")
    g.setdefault("uploads", []).append((token, stream))
    file = Uploaded(stream, filename=name)
    file.token, file.size = token, size
    return file


@contextmanager
def _inside() -> Iterator[Session]:
    """A transaction of its own, or the one in which a form is read again."""
    if session().info.get("open"):
        yield session()
    else:
        with transaction() as at:
            yield at


def set_aside(file: FileStorage, key: str) -> FileStorage:
    """A whole file of a form that comes back, waiting as one that was sent in pieces; as it is, if it can't wait.

    The same form with the same file, sent again from where it was (Back), finds the one that waits already.
    """
    if g.me.id is None or isinstance(file, Uploaded) or session().info.get("open"):
        return file
    length, token = file.stream.seek(0, 2), ""
    known = _known(file, key)
    try:
        with transaction() as at:
            uploads.alone(at, known)
            waits = uploads.find(at, known, owner=owner(), now=clock.now())
            if waits is not None and uploads.is_whole(waits):
                return taken(f"upload:{known}") or file
            whose = {"owner": owner(), "address": address(), "token": known}
            it = uploads.begin(at, file.filename, length, **whose, now=clock.now())
            token = it.token
            while piece := file.stream.read(uploads.PIECE):
                uploads.go_on(at, token, it.received, piece, owner=owner(), now=clock.now())
            uploads.judge(it)
    except Refused:
        uploads.clear([token] if token else [])
        file.stream.seek(0)
        return file
    return taken(f"upload:{token}") or file


def _known(file: FileStorage, key: str) -> str:
    """By what a file is found again that this form brings once more."""
    content = hashlib.sha256()
    file.stream.seek(0)
    while piece := file.stream.read(uploads.PIECE):
        content.update(piece)
    file.stream.seek(0)
    said = f"{owner()}:{key or secrets.token_hex(16)}:{content.hexdigest()}:{file.filename}"
    return keyed_hash("upload.again", said).hex()[:32]


def give_up(at: Session) -> list[str]:
    """Nothing that somebody without an account has sent ahead is waited for; clear the bytes once that is certain."""
    return uploads.drop_all(at, owner=owner()) if g.me.id is None and owner() else []


def leave() -> None:
    """Nobody who uses this browser afterwards is told of what was sent ahead from it."""
    cookie.pop(BROWSER, None)


def kept(file: FileStorage) -> None:
    """A file was kept though the form comes back, because of another one: it is under way no longer."""
    if isinstance(file, Uploaded):
        g.setdefault("uploads_kept", []).append(file.token)


def _settle(answer: Response) -> Response:
    """After a form that was carried out its uploads are forgotten: what was to stay is kept by its content."""
    done = answer.status_code in {302, 303}
    used = [token for token, _stream in g.get("uploads", ())] if done else g.get("uploads_kept", [])
    if used and (done or answer.status_code == 422) and "refused" not in g:  # noqa: PLR2004 - the form comes back
        with transaction() as at:
            gone = uploads.drop(at, used, owner=owner())
        uploads.clear(gone)
    return answer


def _close(_error: BaseException | None) -> None:
    for _token, stream in g.pop("uploads", ()):
        stream.close()


def init_app(app: Flask) -> None:
    """Tell pages where uploads go, and settle them after each request."""
    place("uploads", "uploads.begin")
    app.after_request(_settle)
    app.teardown_request(_close)
