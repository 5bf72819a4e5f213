"""The worker of RQ, which can tell why it ended."""

from contextlib import suppress
from typing import Any

from rq import SimpleWorker
from rq.worker import WorkerStatus
from sqlalchemy.exc import SQLAlchemyError

from admin import servers, starting
from core.outbox import OneWork
from core.settings import Misconfigured
from core.under_way import application


class Hands(SimpleWorker):  # type: ignore[misc] - RQ is read without types
    """RQ ends without a word where Valkey goes away during a job or right after it: that is no end as wanted."""

    lost = True
    wrong: Misconfigured | None = None
    """Why it does nothing more."""
    job_class = OneWork

    def request_stop(self, signum: int, frame: Any) -> None:
        """Somebody asked it to stop."""
        self.lost = False
        super().request_stop(signum, frame)

    def dequeue_job_and_maintain_ttl(self, *args: Any, **kwargs: Any) -> Any:
        """Nothing waits any more, and it was to stop then. While the database is away nothing is taken up.

        Each piece of work would fail at once, and all that waits would come again only by the sweep.
        """
        self.set_state(WorkerStatus.IDLE)  # asked to stop while it waits, it does
        servers.wait_for(servers.database)
        found = super().dequeue_job_and_maintain_ttl(*args, **kwargs)
        if found is None:
            self.lost = False
            return None
        return found if self._is_right_yet() else None

    def _is_right_yet(self) -> bool:
        """Whether the database is the one of this code; it may have waited for hours. The sweep hands over again."""
        try:
            with suppress(SQLAlchemyError):  # away again: the work says so
                starting.check_still(application())
        except Misconfigured as wrong:
            self.wrong = wrong
        return self.wrong is None
