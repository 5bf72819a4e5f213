"""What is said to the database while a page is made, for tests that hold how much a page may ask."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from core.db import db
from tests.casework.house import Browser


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Every statement that anybody sends to the database meanwhile, the one by which a connection prepares apart."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("PREPARE"):
            said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def asked(app: Flask, browser: Browser, url: str) -> tuple[list[str], str]:
    """What a page asks, once this connection knows its long question; and the page."""
    browser.get(url)
    with counted(app) as said:
        shown = browser.get(url)
    return said, shown
