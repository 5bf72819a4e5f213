"""What somebody looks for, as the index is asked for it: words, companies that they name, kinds, dates, pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core import clock
from core.keyset import number_of
from core.words import LazyString, _l
from search.terms import LONGEST_WORD, Term

LONGEST: Final = 100
MOST_TERMS: Final = 10
_EVER: Final = datetime(1900, 1, 1, tzinfo=UTC)
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
Place = tuple[datetime, int]
Stems = Mapping[str, Sequence[str]]
Named = Mapping[str, Sequence[int]]

EMPTY: Final = _l("Type a number, a name or words to look for.")
SHORT: Final = _l("Type at least two Chinese characters, a word or a number.")
LONG: Final = _l("That is too long to look for: at most %(count)s characters.", count=LONGEST)
LONG_WORD: Final = _l("A word has at most %(count)s letters.", count=LONGEST_WORD)
MANY: Final = _l("Those are too many words: at most %(count)s.", count=MOST_TERMS)
SLOW: Final = _l("The search took too long and was stopped. Use rarer words, or choose a kind or dates.")


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; the address of the page says all of it."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    after: str = ""


def refused(asked: Asked, words: list[Term]) -> LazyString | None:
    """Why this cannot be looked for, in words; nothing where it can."""
    if not asked.text.strip():
        return EMPTY
    if len(asked.text) > LONGEST:
        return LONG
    if len(words) > MOST_TERMS:
        return MANY
    return None if words else no_word(asked)


def no_word(asked: Asked) -> LazyString:
    """Why nothing of what was typed is a word of the index."""
    return LONG_WORD if any(len(part) > LONGEST_WORD for part in asked.text.split()) else SHORT


def stems(session: Session, words: Iterable[Term]) -> dict[str, list[str]]:
    """Each Latin word as the index keeps it: "harassed" as "harass"; none of words that mean nothing alone."""
    latin = sorted({word for term in words for word in term.words})
    if not latin:
        return {}
    asked = text("SELECT w, tsvector_to_array(to_tsvector('english', w)) FROM unnest(CAST(:words AS text[])) w")
    return {word: list(stems) for word, stems in session.execute(asked, {"words": latin})}


def query_of(words: list[Term], stems: Stems, parties: Named, kinds: Iterable[str]) -> str:
    """The words as the index is asked for them; nothing where none of them can be."""
    ways = [_ways(term, stems, parties.get(term.text, ())) for term in words]
    every = [way for way in ways if way]
    return narrowed(" & ".join(every), kinds) if every else ""


def _ways(term: Term, stems: Stems, parties: Iterable[int]) -> str:
    """One word: all its pairs and stems, or one of the companies that it names."""
    wanted = [quoted(pair) for pair in term.pairs]
    for word in term.words:
        known = [quoted(stem) for stem in stems.get(word, ())]
        if word == term.beginning and known:  # it may go on, or be whole: "HT2026-SERVICES" stands as "servic"
            wanted.append(f"({' | '.join([f'{quoted(word)}:*', *known])})")
        else:
            wanted += known
    companies = [quoted(f"@p{number}") for number in parties]
    said = [f"({' & '.join(wanted)})"] if wanted else []
    return f"({' | '.join([*said, *companies])})" if said or companies else ""


def narrowed(query: str, kinds: Iterable[str]) -> str:
    """Only things of these kinds; any, where none is named."""
    chosen = " | ".join(quoted(f"#{kind}") for kind in kinds)
    return f"({query}) & ({chosen})" if chosen else query


def quoted(lexeme: str) -> str:
    """One word of the index as a query names it, whatever signs it holds."""
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def bounds(asked: Asked) -> tuple[Place, datetime]:
    """Before which place, and not before which moment."""
    upper = place(asked.after) or (_NEVER, 0)
    if asked.until is not None:
        upper = min(upper, (clock.midnight(asked.until + timedelta(days=1)), 0))
    return upper, clock.midnight(asked.since) if asked.since else _EVER


def within(at: datetime, asked: Asked) -> bool:
    """Whether a moment lies between the dates that were asked for."""
    upper, lower = bounds(replace(asked, after=""))
    return lower <= at < upper[0]


def spoken(place: Place) -> str:
    """Where a page ends, as the address of the next one says it."""
    return f"{place[0].timestamp():.6f}~{place[1]}"


def place(spoken: str) -> Place | None:
    """The same read back; nothing where nobody of us wrote it."""
    at, _, said = spoken.partition("~")
    number = number_of(said)
    if number is None:
        return None
    try:
        return datetime.fromtimestamp(float(at), UTC), number
    except (ValueError, OverflowError, OSError):
        return None
