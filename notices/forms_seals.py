"""Forms of sealing by hand: the scan of a stamped document."""

from core.forms import Form, PastDate, Text, Whole
from core.words import _l
from filestore.fields_files import Files


class StampedForm(Form):
    """The scan, and what the line of the seal log says."""

    scan = Files(
        _l("Scan of the stamped document"),
        required=True,
        most=50,
        kinds="PDF, JPG, PNG, WEBP",
        missing=_l("Choose the scan of the stamped document."),
        hint=_l("One PDF, or pictures of all pages in their order. It becomes the file that recipients get."),
    )
    number = Text(
        _l("Number on the stamped paper"),
        most=60,
        missing=_l("Type the number that stands on the stamped paper."),
        hint=_l("Typed from the paper in your hand, so that no scan gets under another number. Any brackets will do."),
    )
    day = PastDate(_l("Day of sealing"), missing=_l("Give the day of sealing."))
    copies = Whole(_l("Stamped copies"), least=1, most=999, missing=_l("Say how many copies were stamped."))
