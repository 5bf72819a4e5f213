"""Chips above a list: what it is filtered by, each with the address of the list without that filter."""

from collections.abc import Callable, Iterable
from typing import Any

from core.words import _

Filter = tuple[str, str, list[tuple[str, Any]] | None, str]
"""Name, label, answers (none where it is typed), and what is chosen."""


def chips_of(filters: Iterable[Filter], without: Callable[[str], str]) -> list[tuple[str, str]]:
    """One for each filter that is set; `without` gives the address of the list without it."""
    chips = []
    for name, label, answers, chosen in filters:
        if chosen:
            shown = dict(answers).get(chosen, chosen) if answers is not None else chosen
            chips.append((f"{label}{_(': ')}{shown}", without(name)))
    return chips
