"""What the machine tells the application: addresses, keys and limits from the environment."""

import json
import math
import os
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import click
from redis.connection import parse_url
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

NEEDED = ("DATABASE_URL", "REDIS_URL", "ZILU_DATA", "ZILU_SECRET_KEY", "ZILU_HASH_KEY")
SHORTEST = 16
"""So many characters has a string that nobody guesses."""
KEY_SIZES = (16, 24, 32)
"""Bytes of a key that AES takes; new ones have 32."""
ADDRESSES = {
    "DATABASE_URL": ("postgresql+psycopg", "postgresql"),
    "DATABASE_OWNER_URL": ("postgresql+psycopg", "postgresql"),
    "REDIS_URL": ("redis", "rediss", "unix"),
    "ZILU_BASE_URL": ("http", "https"),
    "SMTP_URL": ("smtp", "smtps"),
    "ZILU_S3_ENDPOINT": ("http", "https"),
    "ZILU_SCANNER": ("tcp", "unix"),
}
"""How addresses of the environment begin."""
ENDS = {
    "ZILU_BASE_URL": ", and ends after the host or its port",
    "SMTP_URL": ", and asks for nothing but ?tls=1",
}
TLS_WORDS = ("1", "yes", "true", "0", "no", "false")
"""How SMTP_URL asks for TLS, or against it."""
NAMES_NOBODY = "unix"
"""How an address begins that is a place on this machine; all others of these name a host."""
WITH_HOST = ("ZILU_BASE_URL", "SMTP_URL", "ZILU_S3_ENDPOINT", "ZILU_SCANNER")
"""Those that are good for nothing without it."""
PLACES = ("ZILU_DATA", "ZILU_KEY_FILE", "ZILU_SEAL_FILE", "ZILU_TEXTS_FILE")
"""What names a file or folder; like an address it neither begins nor ends with a space."""
BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
SWEEPS, LONGEST_PAUSE = 20.0, 3600.0
HIGHEST_PORT = 65535
ROOT = Path(__file__).resolve().parent.parent


class Misconfigured(click.ClickException):
    """The environment lacks something that the application cannot run without: a command ends with that sentence."""


@dataclass(frozen=True)
class Settings:
    """The environment, read once at start-up."""

    database_url: str
    redis_url: str
    data: Path
    mode: str
    secret_key: str
    field_keys: Mapping[str, bytes] = field(repr=False, default_factory=dict)
    hash_key: bytes = field(repr=False, default=b"")
    base_url: str = ""
    """The public address; none: this machine's own, `here`."""
    here: str = "http://127.0.0.1:8000"
    smtp_url: str = ""
    mail_from: str = "noreply@zilu.invalid"
    texts_file: Path | None = None
    """Names the gateway for text messages (core.texts_gateway); none: they are not sent."""
    scanner: str = ""
    """Where clamd listens; none: what comes from outside is not looked through."""
    s3_bucket: str = ""
    s3_endpoint: str = ""
    secure_cookies: bool = True
    trusted_proxies: int = 0
    sweep_every: float = SWEEPS
    """Seconds between two rounds of the clock process."""
    seal_file: Path = Path("seal.json")
    """Names the keys of the electronic seal (printing.signing.keys_in)."""

    @property
    def demonstration(self) -> bool:
        """Whether every page and document says 演示."""
        return self.mode == "demonstration"


def _field_keys(environ: Mapping[str, str]) -> dict[str, bytes]:
    """Keys for encrypted fields by id; the highest id encrypts, all decrypt."""
    file = environ.get("ZILU_KEY_FILE")
    if not file:
        return {}
    try:
        said = json.loads(Path(file).read_text("utf-8"))
        found = {name: b64decode(key) for name, key in said.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        message = f"ZILU_KEY_FILE {file} can't be read as keys by their numbers: {type(error).__name__}."
        raise Misconfigured(message) from None  # what could not be read may be a key
    if wrong := [name for name, key in found.items() if not name.isdecimal() or len(key) not in KEY_SIZES]:
        message = f"ZILU_KEY_FILE {file}: {', '.join(wrong)} is no number with the base64 of 32 bytes."
        raise Misconfigured(message)
    return found


def _is_address(name: str, said: str, schemes: tuple[str, ...]) -> bool:
    try:
        if name.startswith("DATABASE_"):
            return make_url(said).drivername in schemes
        at = urlsplit(said)
        if name == "REDIS_URL" and at.scheme in schemes:
            parse_url(said)  # type: ignore[no-untyped-call]
        if name == "ZILU_BASE_URL" and (at.path.strip("/") or at.query or at.fragment or at.username is not None):
            return False  # pages are asked for at the root: a link in a mail would lead nowhere
        if name == "SMTP_URL" and (at.path.strip("/") or at.fragment or not _is_of_tls(at.query)):
            return False  # ?starttls=1 would send the password, and links to sign in, for everybody to read
        is_place = at.scheme == NAMES_NOBODY or name not in WITH_HOST
        return at.scheme in schemes and at.port != 0 and bool(at.hostname or is_place)
    except (ValueError, ArgumentError):
        return False


def _is_of_tls(asked: str) -> bool:
    """Whether it asks for TLS or against it, once, or for nothing; a bare ?tls is no word that mail understands."""
    said = parse_qs(asked, keep_blank_values=True)
    return not said or any(said == {"tls": [word]} for word in TLS_WORDS)


def _check_addresses(environ: Mapping[str, str]) -> None:
    """Refuse an address that cannot be one, by its name alone: it may hold a password."""
    for name in (*ADDRESSES, *PLACES):
        if (value := environ.get(name, "")) != value.strip():
            message = f"{name} begins or ends with a space, or with the end of a line: take that out."
            raise Misconfigured(message)
    for name, schemes in ADDRESSES.items():
        if not (said := environ.get(name)):
            continue
        if not _is_address(name, said, schemes):
            message = f"{name} is no address that begins with {' or '.join(f'{each}://' for each in schemes)}"
            message += f"{ENDS.get(name, '')}."
            raise Misconfigured(message)


def _check_the_rest(environ: Mapping[str, str]) -> None:
    """Refuse what would be found out at the first mail, file or document only, or at none at all."""
    for found in (_unreadable, _guessed, _of_mail, _of_store, _of_folders, _of_seal):
        for message in found(environ):
            raise Misconfigured(message)
    if named := environ.get("ZILU_TIME_OFFSET_FILE"):
        _seconds("What ZILU_TIME_OFFSET_FILE names", _held(Path(named)), least=-math.inf, most=math.inf)


def _unreadable(environ: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*NEEDED, *ADDRESSES, *(each for each in environ if each.startswith("ZILU_"))}):
        if not _is_readable(environ.get(name, "")):
            yield f"{name} holds bytes that are no UTF-8."


def _guessed(environ: Mapping[str, str]) -> Iterator[str]:
    if len(environ["ZILU_SECRET_KEY"]) < SHORTEST:
        yield f"ZILU_SECRET_KEY is shorter than {SHORTEST} characters: who guesses it signs in as anybody."


def _of_mail(environ: Mapping[str, str]) -> Iterator[str]:
    sender = parseaddr(environ.get("ZILU_MAIL_FROM") or "a@b")[1]
    if not all(sender.rpartition("@")) or not environ.get("ZILU_MAIL_FROM", "").isprintable():
        yield "ZILU_MAIL_FROM is no address of mail, nor a name with one: Zilü <noreply@association.example>."


def _of_store(environ: Mapping[str, str]) -> Iterator[str]:
    bucket = environ.get("ZILU_S3_BUCKET", "")
    if (bucket or environ.get("ZILU_S3_ENDPOINT")) and not BUCKET.fullmatch(bucket):
        yield "ZILU_S3_BUCKET is no name of a bucket: letters, digits, dots, hyphens."


def _of_folders(environ: Mapping[str, str]) -> Iterator[str]:
    for name in ("ZILU_DATA", "ZILU_FONTS"):
        if (place := environ.get(name)) and not Path(place).is_dir() and (name == "ZILU_FONTS" or Path(place).exists()):
            yield f"{name} {place} is no folder."


def _of_seal(environ: Mapping[str, str]) -> Iterator[str]:
    if (named := environ.get("ZILU_SEAL_FILE")) and not _is_json(Path(named)):
        yield f"ZILU_SEAL_FILE {named} holds no JSON that begins with a brace: no key of the seal would be found."


def _is_readable(said: str) -> bool:
    try:
        said.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_json(file: Path) -> bool:
    """Whether it holds a JSON object, or can't be read: the disk or token with the keys may come later."""
    try:
        return isinstance(json.loads(file.read_text("utf-8")), dict)
    except OSError:
        return True
    except ValueError:
        return False


def _held(file: Path) -> str:
    try:
        return file.read_text() if file.exists() else ""
    except (OSError, ValueError):
        return "?"


def _seconds(what: str, said: str, *, least: float, most: float, where_none: float = 0) -> float:
    """A number of seconds within these bounds, themselves left out."""
    try:
        found = float(said or where_none)
    except ValueError:
        found = math.nan
    if not least < found < most:
        message = f"{what} is no number of seconds" + (f" above {least} and below {most}." if most < math.inf else ".")
        raise Misconfigured(message)
    return found


def _port(environ: Mapping[str, str]) -> int:
    said = environ.get("PORT") or "8000"
    if not (said.isascii() and said.isdecimal() and 0 < int(said) <= HIGHEST_PORT):
        message = f"PORT is a number from 1 to {HIGHEST_PORT}."
        raise Misconfigured(message)
    return int(said)


def _proxies(environ: Mapping[str, str]) -> int:
    said = environ.get("ZILU_TRUSTED_PROXIES") or "0"
    if not (said.isascii() and said.isdecimal()):
        message = "ZILU_TRUSTED_PROXIES says how many proxies stand in front, as a number."
        raise Misconfigured(message)
    return int(said)


def from_environ(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings; raises Misconfigured with the name of what is missing."""
    missing = [name for name in NEEDED if not environ.get(name)]
    if missing:
        message = f"Set {', '.join(missing)}, or start the application through ./zilu, which sets them."
        raise Misconfigured(message)
    mode = environ.get("ZILU_MODE", "production")
    if mode not in {"production", "demonstration"}:
        message = f"ZILU_MODE is production or demonstration, not {mode!r}."
        raise Misconfigured(message)
    _check_addresses(environ)
    _check_the_rest(environ)
    keys = _field_keys(environ)
    if not keys:
        message = "ZILU_KEY_FILE must name the file with the keys of encrypted fields."
        raise Misconfigured(message)
    return Settings(
        database_url=environ["DATABASE_URL"],
        redis_url=environ["REDIS_URL"],
        data=Path(environ["ZILU_DATA"]),
        mode=mode,
        secret_key=environ["ZILU_SECRET_KEY"],
        field_keys=keys,
        hash_key=environ["ZILU_HASH_KEY"].encode(),
        base_url=environ.get("ZILU_BASE_URL", ""),
        here=f"http://127.0.0.1:{_port(environ)}",
        smtp_url=environ.get("SMTP_URL", ""),
        mail_from=environ.get("ZILU_MAIL_FROM") or "noreply@zilu.invalid",
        texts_file=Path(environ["ZILU_TEXTS_FILE"]) if environ.get("ZILU_TEXTS_FILE") else None,
        scanner=environ.get("ZILU_SCANNER", ""),
        s3_bucket=environ.get("ZILU_S3_BUCKET", ""),
        s3_endpoint=environ.get("ZILU_S3_ENDPOINT", ""),
        secure_cookies=environ.get("ZILU_SECURE_COOKIES") != "0",
        trusted_proxies=_proxies(environ),
        sweep_every=_seconds(
            "ZILU_SWEEP_EVERY", environ.get("ZILU_SWEEP_EVERY", ""), least=0, most=LONGEST_PAUSE, where_none=SWEEPS
        ),
        seal_file=Path(environ.get("ZILU_SEAL_FILE") or Path(environ["ZILU_DATA"], "seal", "seal.json")),
    )
