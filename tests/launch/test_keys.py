"""Keys are made once, are private, and are not made where others may be in use."""

import json
from base64 import b64decode
from pathlib import Path

from launch import keys


def test_keys_stay_the_same_and_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = keys.for_application(folder, may_make=True)
    assert keys.for_application(folder, may_make=False) == first
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [len(b64decode(key)) for key in json.loads(Path(first["ZILU_KEY_FILE"]).read_text()).values()] == [32]


def test_no_key_is_made_for_a_database_that_may_hold_text_under_another(tmp_path: Path) -> None:
    assert keys.for_application(tmp_path / "keys", may_make=False) == {}
