"""A fresh beginning for each life: everybody is there, and nothing has happened yet."""

import psycopg
from sqlalchemy.engine import make_url

from bench.lives.world import BEGAN, People
from core.db import db, transaction
from notices import seals
from tests import restoring


class Anew:
    """The database that the application is connected to, put back as often as wanted by the marks of its tables."""

    def __init__(self, owner: str) -> None:
        """As the owner of the database; it may put tables back."""
        address = make_url(owner).set(drivername="postgresql", database=db.engine.url.database)
        self._address = address.render_as_string(hide_password=False)
        self._server: psycopg.Connection[tuple[object, ...]] | None = None
        self._people: People | None = None

    def __call__(self) -> People:
        """Nothing has happened yet; these are there."""
        db.session.remove()
        if self._people is None or self._server is None:
            with transaction() as at:
                self._people = People(at, BEGAN)
                seals.for_demonstration(at, BEGAN)
            db.session.remove()
            self._server = psycopg.connect(self._address, autocommit=True)
            if not restoring.keep(self._server):
                message = "the owner of the bench's database may not put it back"
                raise PermissionError(message)
        elif not restoring.restore(self._server):
            message = "the bench's database could not be put back"
            raise RuntimeError(message)
        return self._people
