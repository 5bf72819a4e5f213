"""Whether a word stands anywhere in the database: for tests of what must be gone."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Base


def everything(at: Session) -> dict[str, str]:
    """Every column of every table in clear, what is encrypted decrypted."""
    found: dict[str, str] = {}
    for table in Base.metadata.sorted_tables:
        for row in at.execute(select(table)).mappings():
            for name, value in row.items():
                words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
                found[f"{table.name}.{name}"] = found.get(f"{table.name}.{name}", "") + "\n" + words
    return found


def holding(at: Session, *words: str) -> set[str]:
    """The columns in which one of these words stands."""
    return {place for place, said in everything(at).items() if any(word in said for word in words)}
