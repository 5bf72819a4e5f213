"""What looks at a running demonstration says so where none runs."""

from pathlib import Path

import pytest
from flask import Flask

from admin import lighthouse, pictures
from core.errors import Unavailable

NOWHERE = "http://127.0.0.1:9"


def test_pictures_and_lighthouse_say_where_nothing_answers(app: Flask, tmp_path: Path) -> None:
    with app.test_request_context(), pytest.raises(Unavailable, match=NOWHERE):
        list(pictures.take(NOWHERE, tmp_path))
    with app.test_request_context(), pytest.raises(Unavailable, match=NOWHERE):
        list(lighthouse.judge(NOWHERE, [], 1))
