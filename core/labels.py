"""What people read for the states of things, and the colours of their tags: rooms tell an application at start-up."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from core.under_way import application
from core.words import Words

KEY = "labels"


class Label(NamedTuple):
    """What people read for a state, and the colour of its tag."""

    text: Words
    colour: str


Told: TypeAlias = dict[str, dict[str, Label]]
"""By machine and state."""
_setting_up: list[Told] = [{}]


def begin(extensions: dict[str, Any]) -> None:
    """Take what rooms tell from here on for the application that has these extensions."""
    _setting_up[0] = extensions[KEY] = {}


def label(machine: str, table: Mapping[Any, tuple[Words, str]]) -> None:
    """Say what people read for each state of a machine, and its colour."""
    rows = _setting_up[0].setdefault(machine, {})
    rows.update({_plain(state): Label(*row) for state, row in table.items()})


def _plain(thing: object) -> str:
    return str(getattr(thing, "value", thing))


def state_label(machine: object, state: object) -> Label:
    """The words and colour of a state; an unnamed one shows its code in grey."""
    code = _plain(state)
    return _of(str(getattr(machine, "name", machine))).get(code) or Label(code, "grey")


def labels_of(machine: str) -> dict[str, Label]:
    """All labels of a machine, for filters and tests."""
    return dict(_of(machine))


def _of(machine: str) -> dict[str, Label]:
    """The labels that rooms told the application at work."""
    told: Told = application().extensions[KEY]
    return told.get(machine, {})
