"""What browsers send: taken in as a whole, or refused in words where the disk has no room for it."""

from collections.abc import Callable
from io import BytesIO
from string import punctuation
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar, cast
from urllib.parse import quote

from flask import Request, current_app, request
from gunicorn.http.errors import ParseException
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from core.errors import Unavailable
from core.words import _l

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

View = TypeVar("View", bound=Callable[..., object])
IN_MEMORY: Final = 500_000
FOLDER: Final = "INCOMING"
"""Under this name the settings say where files lie meanwhile; the folder of passing things may be memory."""


def takes_files(view: View) -> View:
    """Mark a page to which people without an account may send files: on others only as much as text needs is taken."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def may_bring_files() -> bool:
    """Whether the page asked is one of these."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), takes_files.__name__, False)


MOST_FIELDS: Final = 10_000
"""Of a form without files; one that brings files has a tenth of them, as Flask has it."""
Parsed = tuple[IO[bytes], MultiDict[str, Any], MultiDict[str, Any]]


class OnlySoMuch(FormDataParser):
    """Takes no more of a form without files than text may be long; werkzeug's own would read it all at once.

    A body as large as files may be, of a field for every other byte, would need a hundred times its size in memory.
    """

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> Parsed:
        most, content = self.max_form_memory_size or 0, bytearray()
        while len(content) <= most and (piece := stream.read(most + 1 - len(content))):
            content += piece
        if len(content) > most or content.count(b"&") >= MOST_FIELDS:
            raise RequestEntityTooLarge
        return super()._parse_urlencoded(BytesIO(content), mimetype, content_length, options)


class Pieces:
    """A body that says the length of each piece before it: one that says it wrongly ends like one that breaks off."""

    def __init__(self, body: IO[bytes]) -> None:
        """As the server takes it in, which has a kind of error of its own for this."""
        self._body = body

    def read(self, size: int) -> bytes:
        """At most so many bytes."""
        try:
            return self._body.read(size)
        except ParseException as error:
            raise ConnectionAbortedError from error


class Incoming(Request):
    """A request whose large parts are written to disk before any page sees it.

    Bytes that should have been encoded in its address are: what is no UTF-8 is then read as far as it can be, and the
    same of its cookies.
    """

    form_data_parser_class = OnlySoMuch

    def __init__(self, environ: "WSGIEnvironment", populate_request: bool = True, shallow: bool = False) -> None:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():
            environ["QUERY_STRING"] = quote(query, safe=punctuation, encoding="latin1")
        cookies = environ.get("HTTP_COOKIE", "")
        if not cookies.isascii():
            environ["HTTP_COOKIE"] = cookies.encode("latin1").decode(errors="replace").encode().decode("latin1")
        if "HTTP_TRANSFER_ENCODING" in environ:
            environ["wsgi.input"] = Pieces(environ["wsgi.input"])
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
        except (OSError, ClientDisconnected, RequestEntityTooLarge) as error:
            self.__dict__.update(form=ImmutableMultiDict(), files=ImmutableMultiDict())
            if isinstance(error, OSError):
                raise Unavailable(_l("The file can't be kept at the moment. Try again later.")) from error
            raise
