"""The slip with the receipt code that staff hand to the person, in the language of the complaint."""

from flask import render_template, url_for
from flask_babel import force_locale
from markupsafe import Markup

from casework.models import Complaint
from complainants import receipt_pictures
from core.site import outside
from core.words import LOCALES


def page(it: Complaint, code: str) -> str:
    """The code, shown once, with what the person needs to use it."""
    address = outside(url_for("complainants_track.enter"))
    picture = receipt_pictures.data_address(it.ref, code, address)
    with force_locale(LOCALES[it.lang]):
        slip = render_template("desk/receipt_slip.html", ref=it.ref, code=code, address=address, picture=picture)
    return render_template("desk/staff_receipt.html", complaint=it, code=code, slip=Markup(slip))  # noqa: S704 - the template has escaped it
