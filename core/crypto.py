"""Encrypted columns and keyed hashes: personal data is unreadable in the database without the key file."""

import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


@dataclass
class _Keys:
    ciphers: Mapping[str, AESGCM] = field(default_factory=dict)
    newest: str = ""
    hashing: bytes = b""


_keys = _Keys()
_NONCE = 12


def use_keys(fields: Mapping[str, bytes], hashing: bytes) -> None:
    """Set the keys: by id for fields (the highest id encrypts, all decrypt), one for hashes."""
    _keys.ciphers = {name: AESGCM(key) for name, key in fields.items()}
    _keys.newest, _keys.hashing = max(fields, key=int, default=""), hashing


def newest() -> str:
    """The id of the key that encrypts."""
    return _keys.newest


def keyed_hash(purpose: str, value: str) -> bytes:
    """A digest by which a value can be found but not guessed without the key."""
    return hmac.digest(_keys.hashing, f"{purpose}\0{value}".encode(), "sha256")


def seal(plain: bytes) -> bytes:
    """Encrypt with the newest key; the key's id stands in front."""
    name, nonce = _keys.newest, os.urandom(_NONCE)
    return name.encode() + b":" + nonce + _keys.ciphers[name].encrypt(nonce, plain, name.encode())


def unseal(sealed: bytes) -> bytes:
    """Decrypt; raises KeyError where the key of that id is not at hand."""
    name, rest = sealed.split(b":", 1)
    return _keys.ciphers[name.decode()].decrypt(rest[:_NONCE], rest[_NONCE:], name)


def derived(purpose: str, value: str, size: int) -> bytes:
    """Secret bytes that only this installation can derive from a value, the same each time."""
    return hmac.digest(_keys.hashing, f"derive:{purpose}\0{value}".encode(), "sha256")[:size]


class Encrypted(TypeDecorator[str]):
    """A text column encrypted with AES-256-GCM."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Encrypt on the way in."""
        return None if value is None else seal(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Decrypt on the way out."""
        return None if value is None else unseal(value).decode()


class EncryptedJson(TypeDecorator[Any]):
    """A JSON value encrypted with AES-256-GCM."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ANN401, ARG002
        """Encrypt on the way in."""
        return None if value is None else seal(json.dumps(value, ensure_ascii=False).encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002
        """Decrypt on the way out."""
        return None if value is None else json.loads(unseal(value))
