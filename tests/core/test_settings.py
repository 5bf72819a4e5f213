"""What the machine tells the application: whatever is wrong with it is named, and no key is repeated."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import NEEDED, ROOT, Misconfigured, from_environ

GIVEN = {
    **dict.fromkeys(NEEDED, "x" * 16),
    "DATABASE_URL": "postgresql+psycopg://zilu_app:pa#s/s@db.example/zilu",
    "REDIS_URL": "redis://:secret@queue.example/0",
}
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "keys.json"
    file.write_text(f'{{"1": "{KEY}"}}')
    return file


@pytest.mark.parametrize(
    ("holds", "names"),
    [
        (None, "FileNotFoundError"),
        (f'{{"1": "{KEY}"', "JSONDecodeError"),
        (f'["{KEY}"]', "AttributeError"),
        (f'{{"1": ["{KEY}"]}}', "TypeError"),
        (f'{{"new": "{KEY}"}}', "new is no number"),
        (f'{{"1": "{KEY}", "2": "{KEY[:40]}"}}', "2 is no number"),
    ],
)
def test_a_key_file_that_holds_no_keys_is_named_and_not_repeated(tmp_path: Path, holds: str | None, names: str) -> None:
    file = tmp_path / "keys.json"
    if holds is not None:
        file.write_text(holds)
    with pytest.raises(Misconfigured, match=names) as refused:
        from_environ({**GIVEN, "ZILU_KEY_FILE": str(file)})
    assert str(file) in str(refused.value)
    assert KEY[:20] not in str(refused.value)
    file.write_text(f'{{"1": "{KEY}", "2": "{KEY}"}}')
    assert list(from_environ({**GIVEN, "ZILU_KEY_FILE": str(file)}).field_keys) == ["1", "2"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("DATABASE_URL", "db.example/secret"),
        ("DATABASE_URL", "mysql://zilu_app:secret@db.example/zilu"),
        ("REDIS_URL", "valkey://:secret@queue.example/0"),
        ("REDIS_URL", "redis://:secret@queue.example:none/0"),
        ("ZILU_BASE_URL", "secret.example"),
        ("SMTP_URL", "secret.example:587"),
        ("REDIS_URL", "redis://:secret@queue.example/0?socket_timeout=soon"),
        ("DATABASE_OWNER_URL", "zilu_owner:secret"),
        ("ZILU_S3_ENDPOINT", "secret"),
        ("ZILU_S3_BUCKET", "a secret place"),
        ("ZILU_SCANNER", "tcp://"),
        ("ZILU_MAIL_FROM", "secret"),
        ("ZILU_MAIL_FROM", "secret@a.example\nBcc: b@c.example"),
        ("ZILU_TRUSTED_PROXIES", "secret"),
        ("ZILU_SWEEP_EVERY", "secret"),
        ("ZILU_SWEEP_EVERY", "nan"),
        ("ZILU_SWEEP_EVERY", "-1"),
        ("PORT", "secret"),
        ("PORT", "70000"),
        ("ZILU_HASH_KEY", "\udcffsecret"),
        ("ZILU_SECRET_KEY", "a secret"),
        ("ZILU_DATA", "/srv/secret "),
        ("REDIS_URL", "redis://:secret@queue.example/0\n"),
        ("ZILU_BASE_URL", "https://zilu.example "),
        ("ZILU_BASE_URL", "https://zilu.example/secret"),
        ("SMTP_URL", "smtp://zilu:secret@mail.example:587?starttls=1"),
        ("SMTP_URL", "smtp://zilu:secret@mail.example:587?starttls"),
        ("SMTP_URL", "smtp://zilu:secret@mail.example:587?tls"),
        ("SMTP_URL", "smtp://zilu:secret@mail.example:587?tls="),
        ("SMTP_URL", "smtp://zilu:secret@mail.example:587?tls=on"),
        ("SMTP_URL", "smtp://zilu:secret@mail.example:587?tls=1&tls=0"),
        ("SMTP_URL", "smtp://zilu:secret@mail.example:587#tls=1"),
        ("SMTP_URL", "smtp://zilu:secret@mail.example:587/tls=1"),
        ("ZILU_FONTS", "/no/such/folder"),
        ("ZILU_DATA", "/etc/hostname"),
        ("ZILU_SEAL_FILE", "/etc/hostname"),
        ("ZILU_TIME_OFFSET_FILE", "/etc/hostname"),
    ],
)
def test_what_cannot_be_right_is_named_and_not_repeated(keys: Path, name: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=name) as refused:
        from_environ({**GIVEN, "ZILU_KEY_FILE": str(keys), name: said})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("said", "by_tls_alone"), [("0", False), ("1", True), ("true", True), ("", True)])
def test_cookies_travel_by_tls_alone_unless_it_is_switched_off(keys: Path, said: str, by_tls_alone: bool) -> None:
    given = {**GIVEN, "ZILU_KEY_FILE": str(keys), "ZILU_SECURE_COOKIES": said}
    assert from_environ(given).secure_cookies == by_tls_alone


def test_an_endpoint_without_its_bucket_is_refused(keys: Path) -> None:
    with pytest.raises(Misconfigured, match="ZILU_S3_BUCKET"):
        from_environ({**GIVEN, "ZILU_KEY_FILE": str(keys), "ZILU_S3_ENDPOINT": "https://s3.example"})


def test_a_clock_whose_pause_is_no_number_goes_no_round() -> None:
    asked = [sys.executable, "-m", "flask", "--app", "wsgi", "clock"]
    given = os.environ | {"ZILU_SWEEP_EVERY": "abc"}
    done = subprocess.run(asked, cwd=ROOT, env=given, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ZILU_SWEEP_EVERY is no number of seconds above 0")
    assert "Traceback" not in done.stderr


def test_a_command_without_its_environment_says_what_is_missing_and_ends_with_one() -> None:
    given = {name: value for name, value in os.environ.items() if name not in NEEDED}
    asked = [sys.executable, "-m", "flask", "--app", "wsgi", "seed"]
    done = subprocess.run(asked, cwd=ROOT, env=given, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: Set DATABASE_URL, REDIS_URL")
    assert "Traceback" not in done.stderr
