"""The names under which a company's people keep what they write together, by matter and round."""

from casework.models import Forwarding
from casework.models_cases import CaseTrack
from portal.models_materials import MaterialRequest


def answer(it: Forwarding) -> str:
    """An answer to a forwarding."""
    return f"answer:{it.id}:{it.round}"


def explanation(it: CaseTrack) -> str:
    """An explanation of what happened."""
    return f"explanation:{it.id}"


def material(it: MaterialRequest) -> str:
    """Material for an institution."""
    return f"material:{it.id}"


def statement(it: CaseTrack) -> str:
    """A statement on what is proposed."""
    return f"statement:{it.id}:{it.round}"


def report(it: CaseTrack, measure: int, attempt: int) -> str:
    """A report on the corrections of this order."""
    return f"report:{it.id}:{measure}:{attempt}"


def review(it: CaseTrack) -> str:
    """A request for a review."""
    return f"review:{it.id}:{it.round}"
