"""Samples of documents: every kind and language, signed where it leaves the house, a picture of each page."""

from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from admin import samples
from notices.kinds import KINDS


def write(app: Flask, folder: Path) -> tuple[int, str]:
    said = app.test_cli_runner().invoke(args=["sample-documents", str(folder)])
    return said.exit_code, said.stdout + said.stderr


def test_each_kind_is_written_in_each_of_its_languages_with_its_pages(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "KINDS", {kind: KINDS[kind] for kind in ("D06a", "D10")})
    code, said = write(app, tmp_path / "new")
    assert (code, "3 documents" in said) == (0, True)
    made = {each.name for each in (tmp_path / "new").iterdir()}
    expected = {f"{name}{end}" for name in ("D06a.zh", "D06a.en", "D10.zh") for end in (".pdf", "-1.png")}
    assert made == expected | {"D06a.en-2.png"}, "the English letter encloses its Chinese text"
    signed = {name: b"/ByteRange" in (tmp_path / "new" / name).read_bytes() for name in ("D06a.zh.pdf", "D10.zh.pdf")}
    assert signed == {"D06a.zh.pdf": True, "D10.zh.pdf": False}
    with Image.open(tmp_path / "new" / "D06a.zh-1.png") as page:
        assert page.size == (794, 1123)


def test_without_its_drawer_it_says_what_to_install(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "DRAWER", "no-such-drawer")
    code, said = write(app, tmp_path / "new")
    assert (code, "poppler-utils" in said) == (1, True)
    assert not (tmp_path / "new").exists()
