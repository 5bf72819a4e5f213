"""The form by which outsiders ask for a recusal, and the words that staff share."""

from casework.policies_recusals import CHOOSE_GROUND, SAY_FACTS
from core.fields import LongText
from core.fields_choice import OneOf
from core.forms import Form
from core.words import _l

GROUND_WORDS = [
    ("EMPLOYED", _l("Employed by a company concerned, now or not long ago")),
    ("SHARES", _l("Holds shares of a company concerned")),
    ("BUSINESS", _l("Does business with a company concerned, now or not long ago")),
    ("RELATIVE", _l("A relative of somebody concerned")),
    ("TOOK_PART", _l("Took part in the case before, in another way")),
]
FACTS = _l("Names, times, and how you know it")


class AskForm(Form):
    """Who should take no part, on what ground and facts."""

    drafted = True
    person = OneOf(_l("Who should take no part in the case"), (), missing=_l("Choose a person."))
    ground = OneOf(_l("Ground"), GROUND_WORDS, missing=CHOOSE_GROUND)
    facts = LongText(_l("Facts"), most=5000, rows=5, hint=FACTS, missing=SAY_FACTS)
