"""What the machine tells the application: whatever is wrong with it is named, and no key is repeated."""

from pathlib import Path

import pytest

from core.settings import NEEDED, Misconfigured, from_environ

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


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
        from_environ({**dict.fromkeys(NEEDED, "x"), "ZILU_KEY_FILE": str(file)})
    assert str(file) in str(refused.value)
    assert KEY[:20] not in str(refused.value)
    file.write_text(f'{{"1": "{KEY}", "2": "{KEY}"}}')
    assert list(from_environ({**dict.fromkeys(NEEDED, "x"), "ZILU_KEY_FILE": str(file)}).field_keys) == ["1", "2"]
