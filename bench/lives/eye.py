"""The eye: looks at what is written, through a connection of its own; each question is planned once for a life.

Who steers a life asks dozens of times a step what is there: in a transaction of the application each question would
cost four ways to the server, here it is one.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, text

from core.db import db
from core.planned import PLANNED


class Eye:
    """Reads everything, as the system does, and writes nothing."""

    def __init__(self) -> None:
        """Open until it is closed."""
        self._connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection.execute(text("SET ROLE zilu_system"))
        self._connection.execute(text("SET plan_cache_mode = force_generic_plan"))

    def rows(self, wanted: Executable | str, **given: Any) -> Sequence[Any]:
        """All that is found of what is written."""
        asked = text(wanted) if isinstance(wanted, str) else wanted
        return self._connection.execute(asked, given, execution_options=PLANNED).all()

    def one(self, wanted: Executable | str, **given: Any) -> Any:
        """The first word of the first row."""
        found = self.rows(wanted, **given)
        return found[0][0] if found else None

    def close(self) -> None:
        """Nothing more is looked at."""
        self._connection.invalidate()
        self._connection.close()
