"""How somebody's attendance at a training, and what came of it, are said: alike on every page and paper."""

from core.plainly import number
from core.words import LazyString, _l
from sanctions.models_measures import TrainingPerson

MISSED = _l("not passed, for a session was missed")


def came_to(it: TrainingPerson) -> LazyString | str:
    """Whether somebody came: whoever came to some of the sessions is not absent."""
    every, some = len(it.training.sessions), len(it.sessions)
    if it.attended:
        return _l("attended")
    if some and every > 1:
        return _l("%(came)s/%(every)s sessions", came=number(some), every=number(every))
    return "—" if it.attended is None else _l("absent")


def outcome(it: TrainingPerson) -> LazyString | str:
    """Passed or not, once there is a mark; with the reason where the mark alone would have been enough."""
    if it.result is None and it.makeup_on is None:
        return ""
    if it.passed:
        return _l("passed")
    enough = it.makeup_on is None and (it.result or 0) >= it.training.pass_mark
    return MISSED if enough else _l("not passed")
