"""What browsers send: taken in as a whole, or refused in words where the disk has no room for it."""

from collections.abc import Callable
from string import punctuation
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final, TypeVar, cast
from urllib.parse import quote

from flask import Request, current_app, request
from werkzeug.datastructures import ImmutableMultiDict

from core.errors import Unavailable
from core.words import _l

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

View = TypeVar("View", bound=Callable[..., object])
IN_MEMORY: Final = 500_000
FOLDER: Final = "INCOMING"
"""Under this name the settings say where files lie meanwhile; the folder of passing things may be memory."""


def takes_files(view: View) -> View:
    """Mark a page to which people without an account send files: on no other one more is taken of them than text."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def may_bring_files() -> bool:
    """Whether the page asked is one of these."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), takes_files.__name__, False)


class Incoming(Request):
    """A request; what is larger than memory should hold is written to the disk before any page sees it.

    Bytes that should have been encoded in its address are: what is no UTF-8 is then read as far as it can be, and the
    same of its cookies.
    """

    def __init__(self, environ: "WSGIEnvironment", populate_request: bool = True, shallow: bool = False) -> None:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():
            environ["QUERY_STRING"] = quote(query, safe=punctuation, encoding="latin1")
        cookies = environ.get("HTTP_COOKIE", "")
        if not cookies.isascii():
            environ["HTTP_COOKIE"] = cookies.encode("latin1").decode(errors="replace").encode().decode("latin1")
        super().__init__(environ, populate_request, shallow)

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - as werkzeug calls it
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        folder = current_app.config.get(FOLDER)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        return cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY, dir=folder))

    def _load_form_data(self) -> None:
        """Whoever sent it is told; the page that says so finds an empty form, for the rest is not read again."""
        try:
            super()._load_form_data()
        except OSError as error:
            self.__dict__.update(form=ImmutableMultiDict(), files=ImmutableMultiDict())
            raise Unavailable(_l("The file can't be kept at the moment. Try again later.")) from error
