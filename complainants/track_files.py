"""The tracking page's route of a file that this browser sent: looked at again, as a file of the form is."""

from flask import abort
from flask.typing import ResponseReturnValue

from complainants.track import bp, tracking, whose
from core.throttle import limiter
from filestore import downloads
from registry import door


@bp.get("/files/<int:number>")
@limiter.limit("120 per minute", key_func=whose)
def own_file(number: int) -> ResponseReturnValue:
    """A file that was sent from here since the complaint was opened, as it came."""
    found = tracking()
    it = next((each for each in found.evidence if each.id == number), None)
    if it is None or number not in door.files_sent_here():
        abort(404)
    return downloads.served(it.sha256, it.name, it.media_type, inline=True)
