"""What lower rooms keep of what higher ones register: each once, in the order in which it came."""

from typing import TypeVar

T = TypeVar("T")


class Registered(list[T]):
    """A list that stays the same however often a module or a room is set up."""

    def add(self, it: T) -> T:
        """Register it, above a function or in a wiring; it is given back unchanged."""
        if it not in self:
            self.append(it)
        return it
