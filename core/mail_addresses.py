"""Mail addresses: which ones a server can take, and how they are spelled on the way to it."""

import re

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9_-]+"
_WHOLE = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@{_LABEL}(?:\.{_LABEL})+")


def spelled(address: str) -> str | None:
    """An address as it stands in a mail, its host (例子.中国) in ASCII; None where no mail gets there."""
    before, _at, host = address.strip().rpartition("@")
    try:
        plain = f"{before}@{host.encode('idna').decode()}"
    except UnicodeError:
        return None
    return plain if _WHOLE.fullmatch(plain) else None
