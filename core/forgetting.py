"""Files that rows no longer need: their removal is asked for here, and done after the transaction by `filestore`."""

import json
import re
import secrets
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy.orm import Session

from core.outbox import later

PROOF: Final = {"proof": True}
"""Marks a column that says what a file was and does not need it: its bytes go when nothing else names them."""
FORGET: Final = "core.forget_file"
"""The job that forgets one file."""
DIGEST: Final = re.compile(r'"([0-9a-f]{64})"')


def named_in(value: Any) -> list[str]:  # noqa: ANN401 - whatever JSON holds
    """The digests named in JSON: a table keeps them in a column of its own, or the files would count as unused."""
    return sorted(set(DIGEST.findall(json.dumps(value))))


def forget_later(session: Session, digests: Iterable[str]) -> None:
    """Have these files removed after this transaction, unless something else needs them by then."""
    for digest in sorted(digests):
        later(session, FORGET, key=f"forget:{digest}:{secrets.token_hex(8)}", sha256=digest)
