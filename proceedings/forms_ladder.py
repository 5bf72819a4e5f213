"""The questions of the ladder as a form: each factor to be judged, with reasons and where it was read."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from core.errors import Refused
from core.fields import Anything
from core.forms import LongText, OneOf, Whole
from core.words import _l
from desk.forms_rows import MORE, RowForm
from sanctions.ladder_factors import FACTORS, JUDGED, NO, answers
from sanctions.ladder_scores import Judged

ANEW = "score"
"""The button that only works the score out anew."""
CORRECTED = {
    "A1": _l("People affected, if the findings count some twice or not at all"),
    "A10": _l("Calls, messages and visits, if the findings count some twice or not at all"),
}
WHY = "_reason"
"""How the name of the field ends that holds the reasons for an answer."""
OWN_ENTRY = _l("My own entry, with the reasons")


class FactorForm(RowForm):
    """The factors of the ladder; their fields are A4, A4_source, A4_reason and so on."""

    drafted = True
    JUDGED: ClassVar[tuple[str, ...]] = JUDGED
    CORRECTED: ClassVar[tuple[str, ...]] = tuple(CORRECTED)
    SCORE: ClassVar[tuple[str, str]] = (MORE, ANEW)
    departure = LongText(
        _l("Why the proposal departs from the ladder"),
        most=5000,
        rows=4,
        required=False,
        hint=_l(
            "Needed where the measures are others than those suggested, or where steps are skipped. Where all of them "
            "together are heavier, the company reads it in the advance notice."
        ),
    )
    new_facts = LongText(
        _l("New facts that came from elsewhere"),
        most=3000,
        rows=2,
        required=False,
        hint=_l(
            "Needed only where a review remitted the case or its panel returned it, and more is proposed than before."
        ),
    )

    asks: Callable[[], Iterable[Refused]] = tuple
    """What the rules find wrong in what was typed: said with all other errors, each at its field."""

    def validate(self, extra_validators: Anything = None) -> bool:
        """Report every error of this page at once, so that none is left for a second round."""
        right = bool(super().validate(extra_validators=extra_validators))
        for refused in self.asks():
            self._tell(refused)
            right = False
        return right

    def judged(self) -> dict[str, Judged]:
        """What was said about each factor; numbers of the findings only if they were corrected."""
        said = {
            name: Judged(self[name].data or NO, (self[f"{name}{WHY}"].data or "").strip(), self._source(name))
            for name in JUDGED
        }
        for name in CORRECTED:
            if self[name].data is not None:
                reason = (self[f"{name}{WHY}"].data or "").strip()
                said[name] = Judged(str(self[name].data), reason, self._source(name))
        return said

    @property
    def corrected(self) -> bool:
        """Whether a number of the findings is corrected, perhaps wrongly."""
        return any(self[name].data is not None or self[f"{name}{WHY}"].errors for name in CORRECTED)

    def _source(self, name: str) -> str:
        return str(self[f"{name}_source"].data or "")

    def offer_sources(self, sources: Iterable[tuple[str, str]]) -> None:
        """Offer where a factor can be read: findings, evidence, earlier measures, or words of one's own."""
        offered = [("", OWN_ENTRY), *sources]
        for name in (*JUDGED, *CORRECTED):
            self[f"{name}_source"].choices = offered

    def take(self, judgements: Mapping[str, Judged]) -> None:
        """Fill in what was said before."""
        for name in JUDGED:
            self[name].data = NO
        for name, said in judgements.items():
            self[name].data = int(said.answer) if name in CORRECTED else said.answer
            self[f"{name}{WHY}"].data, self[f"{name}_source"].data = said.reason, said.source


def _fields() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in JUDGED:
        found[name] = OneOf(FACTORS[name].asks, list(answers(name).items()), required=False)
    for name, text in CORRECTED.items():
        found[name] = Whole(text, least=0, most=10_000_000, required=False)
    for name in (*JUDGED, *CORRECTED):
        found[f"{name}_source"] = OneOf(_l("Where it was read"), (), look="select", required=False)
        found[f"{name}{WHY}"] = LongText(_l("Reasons"), most=2000, rows=2, required=False)
    return found


for _name, _field in _fields().items():
    setattr(FactorForm, _name, _field)
