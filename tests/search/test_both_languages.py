"""The search in two languages: titles in each, numbers with words in them, and signs of either width."""

from typing import Any

from sqlalchemy.orm import Session

from tests.builders import Desk
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


def test_a_number_that_ends_in_a_word_is_found_in_a_text_and_an_address_typed_in_wide_signs_as_well(
    shelf: Shelf,
) -> None:
    def make(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        it = desk.received(facts="合同号HT2026-SERVICES与HT2026-THE，多次致电。", contact="lin@example.com")
        return {"officer": desk.officer.id, "it": it.id}

    shelf.fill(make)
    for said in (
        "HT2026-SERVICES",
        "ht2026-servic",
        "ＨＴ２０２６－ＳＥＲＶＩＣＥＳ",
        "HT2026-THE",
        "lin＠example.com",
    ):
        assert shelf.kinds(said) == [("complaint", shelf.made["it"])], said


def test_a_number_is_found_however_it_is_typed(shelf: Shelf) -> None:
    def make(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        facts = "致电0571-88886666。本人护照号E12345678，合同号D7654321。"
        it = desk.received(contact="13812345678", id_no="H1234567890", facts=facts)
        it.source_no = "信访〔2026〕第5号"
        return {"officer": desk.officer.id, "it": it.id, "ref": it.ref}

    shelf.fill(make)
    ref = shelf.made["ref"]
    persons = ("+86 138 1234 5678", "138-1234-5678", "１３８１２３４５６７８", "（0571）88886666")
    passes = ("E12345678", "ｅ１２３４ ５６７８", "h1234567890")
    papers = ("信访[2026]第5号", "信访（2026）第 5 号", "信訪〔２０２６〕第５號")
    for said in (*persons, *passes, *papers, ref.lower(), ref.replace("-", ""), ref.replace("-", "—"), f"“{ref}”"):
        assert shelf.kinds(said) == [("complaint", shelf.made["it"])], said
