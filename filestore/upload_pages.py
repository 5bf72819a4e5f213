"""Where a browser sends a large file piece by piece: begun, asked how far it is, carried on, given up."""

from typing import Final

from flask import Response, abort, g, jsonify, request
from flask.typing import ResponseReturnValue

from core import clock, throttle
from core.db import transaction
from core.errors import BadInput, Refused
from core.furniture import blueprint
from core.throttle import limiter
from filestore import uploads
from filestore.models_uploads import Upload
from filestore.uploading import address, owner

OFFSET: Final = "Upload-Offset"
bp = blueprint("uploads", __name__, audience=None, prefix="/uploads")


@bp.errorhandler(Refused)
def refused(error: Refused) -> ResponseReturnValue:
    """The sentence alone, for the script beside the field; with the true end, where a piece came out of place."""
    answer = jsonify(message=str(error))
    answer.status_code = error.status
    if isinstance(error, uploads.Misplaced):
        answer.headers[OFFSET] = str(error.received)
    return answer


@bp.post("")
@limiter.limit("60 per minute; 600 per hour")
def begin() -> ResponseReturnValue:
    """Begin one, once its name and size are right."""
    size = request.form.get("size", type=int) or 0
    with transaction() as at:
        whose = owner(new=True)
        it = uploads.begin(at, request.form.get("name"), size, owner=whose, address=address(), now=clock.now())
        _count(it.size, came=False)
    return _told(it), 201


@bp.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """How much has come: where a browser goes on after its page or its network was away."""
    with transaction() as at:
        it = uploads.find(at, token, owner=owner(), now=clock.now()) or abort(404)
    return _told(it)


@bp.put("/<token>")
@limiter.limit("240 per minute")
def go_on(token: str) -> ResponseReturnValue:
    """One piece, where the last one ended; the whole is looked into at once, and given up where it is wrong."""
    offset = request.headers.get(OFFSET, type=int)
    if offset is None:
        abort(400)
    if (request.content_length or 0) > uploads.PIECE:
        abort(413)
    piece = request.stream.read(uploads.PIECE + 1)
    if len(piece) > uploads.PIECE:
        abort(413)
    with transaction() as at:
        it = uploads.go_on(at, token, offset, piece, owner=owner(), now=clock.now()) or abort(404)
        _count(len(piece))
    if it.received == it.size:
        _judge(it)
    return _told(it)


def _count(size: int, *, came: bool = True) -> None:
    """Whoever has no account shares the day of the address; accounts have a quota of their own."""
    if g.me.id is None:
        throttle.megabytes(size, came=came)


def _judge(it: Upload) -> None:
    try:
        uploads.judge(it)
    except BadInput:
        _give_up(it.token)
        raise


def _give_up(token: str) -> None:
    with transaction() as at:
        gone = uploads.drop(at, [token], owner=owner())
    uploads.clear(gone)


@bp.delete("/<token>")
def give_up(token: str) -> ResponseReturnValue:
    """Somebody took another file."""
    _give_up(token)
    return "", 204


def _told(it: Upload) -> Response:
    answer = jsonify(id=it.token, name=it.name, size=it.size, offset=it.received, piece=uploads.PIECE)
    answer.headers[OFFSET] = str(it.received)
    answer.headers["Cache-Control"] = "no-store"
    return answer
