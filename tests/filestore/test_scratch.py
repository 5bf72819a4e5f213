"""Folders for copies: a killed process's are cleared after a while, nobody's who still works in one."""

import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from filestore import scratch

AGE = timedelta(days=2)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine's place for temporary files, of its own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_an_installation_that_lives_in_another_year_clears_nobody_elses_folder() -> None:
    with scratch.folder() as in_use:
        with time_machine.travel(datetime(2050, 1, 1, tzinfo=UTC)):
            scratch.clear(AGE)
        assert in_use.exists()


def test_what_a_killed_process_left_is_cleared_after_a_while() -> None:
    left = scratch.kept("left")
    (left / "copy").write_bytes(b"copy")
    scratch.clear(AGE)
    assert left.exists()
    before = time.time() - AGE.total_seconds() - 1
    os.utime(left, (before, before))
    scratch.clear(AGE)
    assert not left.exists()
