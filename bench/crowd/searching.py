"""The index of the search for a crowd: its entries by as many processes as there are cores, then its inner indexes."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg

from bench.crowd import marks
from bench.crowd.copying import trusted
from search import anew, entries

GIN = """
SELECT c.oid::regclass::text, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = 'search_entry'::regclass AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'gin')
"""
MARK = "The index of a crowd's search, whole"


def index(owner: str, tell: Callable[[str], None]) -> bool:
    """Everything that there is can be found; whether that was to be made, and did not come with a copied crowd."""
    with psycopg.connect(owner, autocommit=True) as server:
        if marks.stands(server, "search_entry", MARK):
            tell("the index of the search is there already")
            return False
        indexes = server.execute(GIN).fetchall()
        for name, _definition in indexes:
            server.execute(trusted(f"DROP INDEX {name}"))
        many = 0
        for block in anew.write_all(sorted(entries.KNOWN.sources), hands=os.cpu_count() or 1):
            many += block.entries
            tell(f"{block.kind} up to {block.upto}: {many} entries")
        tell("indexes of the search")
        with ThreadPoolExecutor() as beside:  # each is made by one process of the server
            list(beside.map(lambda row: _made(owner, row[1]), indexes))
        marks.leave(server, "search_entry", MARK)
        server.execute("VACUUM ANALYZE search_entry")
    return True


def _made(owner: str, definition: str) -> None:
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute("SET maintenance_work_mem = '512MB'")
        server.execute(trusted(definition))
