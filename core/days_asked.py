"""Days that an address asks for, as somebody typed them there: what of them could not be taken."""

from datetime import date

from flask import request

from core.words import _


def misread(first: date | None, last: date | None, names: tuple[str, str] = ("since", "until")) -> list[str]:
    """Which days in the address of this page could not be read, as they were typed."""
    read = dict(zip(names, (first, last), strict=True))
    found = [
        str(_("“%(typed)s” could not be read as a day: nothing was left out because of it.", typed=word))
        for name, day in read.items()
        if day is None and (word := request.args.get(name, "").strip())
    ]
    if first and last and first > last:
        found.append(str(_("The first day is after the last one: nothing lies between them.")))
    return found
