"""What looks at a running demonstration says so where none runs."""

from pathlib import Path

import pytest
from flask import Flask

from admin import lighthouse, pictures
from core.db import transaction
from core.errors import Unavailable

NOWHERE = "http://127.0.0.1:9"


def test_pictures_and_lighthouse_say_where_nothing_answers(app: Flask, tmp_path: Path) -> None:
    with app.test_request_context(), pytest.raises(Unavailable, match=NOWHERE):
        list(pictures.take(NOWHERE, tmp_path))
    with app.test_request_context(), pytest.raises(Unavailable, match=NOWHERE):
        list(lighthouse.judge(NOWHERE, [], 1))


@pytest.mark.parametrize("word", ["pictures", "lighthouse"])
def test_their_commands_say_it_in_the_language_of_all_commands(
    word: str, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZILU_LIGHTHOUSE", '["true"]')
    said = app.test_cli_runner().invoke(args=[word, "--at", NOWHERE])
    assert (said.exit_code, NOWHERE in said.stderr, said.stderr.isascii()) == (1, True, True)


def test_where_no_demonstration_is_told_they_say_so(app: Flask) -> None:
    with app.test_request_context(), transaction() as at, pytest.raises(Unavailable, match=r"演示数据|no demons"):
        pictures.case_and_bulletin(at)
