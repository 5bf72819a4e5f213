"""Signing a finished PDF: what is asked of the signing press, which alone reads the key; nothing here loads pyHanko."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from printing.pdf_failures import Reason, RenderFailed
from printing.press import Limits, Named, Press

SIGNING: Final = Press(made_by_one=1000)
"""Apart from the press that lays documents out: what people typed and the key never meet in one process."""

LIMITS: Final = Limits(cpu=20, wall=90.0)
MAKE: Final = Named("printing.signing_pades", "sign")
TRY: Final = Named("printing.signing_pades", "try_key")
OURS: Final = {Reason.KEY_AWAY, Reason.KEY_PLAIN, Reason.KEY_WRONG, Reason.NOT_TRUSTED, Reason.STAMP_AWAY}


@dataclass(frozen=True, slots=True)
class Order:
    """What to sign with, and what the signature says; asked twice it gives the same bytes, where the key allows it."""

    file: Path
    """Names the keys and where they lie, never their secrets: see ``keys_in``."""
    key: str
    certificates: tuple[bytes, ...]
    """The seal's own certificate first, its issuers after it, the root last; DER."""
    at: datetime
    name: str = ""
    reason: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file, and the PAdES level that it reached."""

    content: bytes
    level: str
    sha256: str


def keys_in(file: Path) -> Mapping[str, Any]:
    """What the file of keys says: ``keys`` by name, and perhaps ``timestamps``, ``revocation``, ``ocsp``; none else.

    A key is ``{"kind": "file", "path": …, "secret": …}``, ``{"kind": "pkcs11", "module": …, "token": …, "label": …,
    "secret": …}`` or ``{"kind": "remote", "url": …, "name": …, "secret": …, "ca": …}``; a secret is the path of a file.
    """
    try:
        read = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def has_key(file: Path, name: str) -> bool:
    """Whether a key of this name is configured; that it can be used, only the signing press knows."""
    return name in keys_in(file).get("keys", {})


def signed(pdf: bytes, order: Order) -> Signed:
    """The PDF with an invisible signature after it; raises RenderFailed with a reason a person understands."""
    if not has_key(order.file, order.key):
        raise RenderFailed(Reason.KEY_AWAY, order.key)
    level, _, content = _pressed(MAKE, pdf, order).partition(b"\n")
    return Signed(content, level.decode(), hashlib.sha256(content).hexdigest())


def try_key(order: Order) -> None:
    """Raises RenderFailed where the key can't be used, or is not the one of the certificate."""
    if not has_key(order.file, order.key):
        raise RenderFailed(Reason.KEY_AWAY, f"{order.file} names no key {order.key}")
    _pressed(TRY, order)


def _pressed(function: Named, *given: Any) -> bytes:  # noqa: ANN401 - what the function takes
    try:
        return SIGNING.make(function, *given, limits=LIMITS)
    except RenderFailed as failed:
        if failed.reason in OURS:
            raise
        raise RenderFailed(Reason.KEY_AWAY, failed.detail or failed.reason) from None  # a driver that crashed or hung


def warm() -> None:
    """Load what signs in this process, so that its signing press, forked later, starts a third of a second sooner.

    For tests and commands of their own; the worker is 28 MB smaller without it, and its press signs a thousand.
    """
    MAKE.load()


def write_private(target: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = target.with_name(f".{target.name}.{os.getpid()}")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    half.replace(target)


def keep_file_key(file: Path, name: str, pkcs12: bytes, password: str) -> None:
    """Keep a key that was made here beside the file of keys, and name it there."""
    write_private(file.parent / f"{name}.p12", pkcs12)
    write_private(file.parent / f"{name}.pass", password.encode())
    said = dict(keys_in(file))
    keys = {**said.get("keys", {}), name: {"kind": "file", "path": f"{name}.p12", "secret": f"{name}.pass"}}
    write_private(file, json.dumps({**said, "keys": keys}, indent=1).encode())
