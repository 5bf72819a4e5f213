"""The index of the search for a crowd: its entries by as many processes as there are cores, then its inner indexes."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
from sqlalchemy.schema import CreateIndex

from bench.crowd import marks
from bench.crowd.copying import trusted
from core.gathered import DIALECT
from search import anew, entries
from search.models import SearchEntry

INNER = [
    each for each in SearchEntry.metadata.tables["search_entry"].indexes if each.kwargs.get("postgresql_using") == "gin"
]
"""What is made once all entries stand: each entry would cost it ten times as much."""
MARK = "The index of a crowd's search, whole"


def index(owner: str, tell: Callable[[str], None]) -> bool:
    """Everything that there is can be found; whether that was to be made, and did not come with a copied crowd."""
    with psycopg.connect(owner, autocommit=True) as server:
        if marks.stands(server, "search_entry", MARK):
            tell("the index of the search is there already")
            return False
        for each in INNER:  # as the model has them: whoever was stopped before their end left none to read them from
            server.execute(trusted(f"DROP INDEX IF EXISTS {each.name}"))
        many = 0
        for block in anew.write_all(sorted(entries.KNOWN.sources), hands=os.cpu_count() or 1):
            many += block.entries
            tell(f"{block.kind} up to {block.upto}: {many} entries")
        tell("indexes of the search")
        with ThreadPoolExecutor() as beside:  # each is made by one process of the server
            list(beside.map(lambda each: _made(owner, str(CreateIndex(each).compile(dialect=DIALECT))), INNER))
        marks.leave(server, "search_entry", MARK)
        server.execute("VACUUM ANALYZE search_entry")
    return True


def _made(owner: str, definition: str) -> None:
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute("SET maintenance_work_mem = '512MB'")
        server.execute(trusted(definition))
