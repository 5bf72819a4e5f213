"""The search in two languages: what has a title in each is headed by the reader's."""

from typing import Any

from sqlalchemy.orm import Session

from tests.builders_cases import World
from tests.casework.shelf import BEGUN, Shelf, shelf, today

__all__ = ["shelf", "today"]


def test_a_case_is_found_by_both_its_titles_and_headed_by_the_one_in_the_readers_language(shelf: Shelf) -> None:
    def titled(at: Session) -> dict[str, Any]:
        world = World(at, BEGUN)
        case = world.case()
        case.title, case.title_en = "潮汐计划专案", "The case of the tide"
        return {"officer": world.officer.id, "case": case.id}

    shelf.fill(titled)
    for said in ("潮汐计划", "tides", "“of the tide”"):
        for lang, head in (("zh", "潮汐计划专案"), ("en", "The case of the tide")):
            [hit] = shelf.look(said, lang=lang).hits
            assert (hit.number, "".join(piece.text for piece in hit.title)) == (shelf.made["case"], head)
    assert shelf.drift() == []
