"""The form by which a selection of the queue is saved as a view."""

from core.forms import Form, Text, Tick
from core.words import _l


class SaveViewForm(Form):
    """Its name, and whether all may use it."""

    name = Text(_l("Name of the view"), most=40, missing=_l("Give the view a name."))
    shared = Tick(_l("Everybody of the staff sees this view"), required=False)
