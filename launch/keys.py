"""Passwords and keys: made once, kept in files that only their owner may read."""

import base64
import json
import os
import secrets
from pathlib import Path


def secret(folder: Path, name: str) -> str:
    """The word kept under this name, made at the first call."""
    kept = folder / name
    if not kept.exists():
        _keep(kept, secrets.token_urlsafe(32))
    return kept.read_text()


def field_keys(folder: Path) -> Path:
    """The file with the keys of encrypted fields, by key id."""
    kept = folder / "field_keys.json"
    if not kept.exists():
        _keep(kept, json.dumps({"1": base64.b64encode(secrets.token_bytes(32)).decode()}))
    return kept


def for_application(folder: Path, *, may_make: bool) -> dict[str, str]:
    """The application's keys as it reads them from its environment.

    New ones are only made where nothing can have been encrypted with others.
    """
    if not may_make and not (folder / "field_keys.json").exists():
        return {}
    return {
        "ZILU_SECRET_KEY": secret(folder, "secret_key"),
        "ZILU_HASH_KEY": secret(folder, "hash_key"),
        "ZILU_KEY_FILE": str(field_keys(folder)),
    }


def _keep(target: Path, text: str) -> None:
    """Write it whole or not at all; when two make it at once, the first one's stays."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(half, target)
    except FileExistsError:
        pass
    finally:
        half.unlink()
