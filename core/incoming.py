"""What browsers send: taken in as a whole, or refused in words where the disk has no room for it."""

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict

from core.errors import Unavailable
from core.words import _l


class Incoming(Request):
    """A request; what is larger than memory should hold is written to the disk before any page sees it."""

    def _load_form_data(self) -> None:
        """Whoever sent it is told; the page that says so finds an empty form, for the rest is not read again."""
        try:
            super()._load_form_data()
        except OSError as error:
            self.__dict__.update(form=ImmutableMultiDict(), files=ImmutableMultiDict())
            raise Unavailable(_l("The file can't be kept at the moment. Try again later.")) from error
