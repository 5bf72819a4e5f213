"""How bulletins are found: by company, its names and codes, measure, words and year, and in the feed."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core import clock
from core.actors import SYSTEM
from core.clock import day_of
from core.plainly import titled
from registry import merging, renaming, rulebook
from registry.models_accounts import Account
from sanctions.models_publications import Publication
from search import queries
from tests.builders_cases import actor, party
from tests.proceedings.test_pages import House, house, today
from tests.publishing.test_bulletin_pages import _published

__all__ = ["house", "today"]


def test_bulletins_are_found_by_company_measure_kind_of_breach_and_year(house: House) -> None:
    house.fill(_published)
    anybody = house.enter()
    for asked in ("text=青屿", "measure=5", "code=V-I02", "year=2026", "kind=INSTITUTION"):
        assert house.slug in anybody.get(f"/bulletins?{asked}"), asked
    for asked in ("text=别处", "measure=3", "code=V-C04", "year=2024", "kind=FIRM"):
        assert house.slug not in anybody.get(f"/bulletins?{asked}"), asked
    name = house.read(lambda at: rulebook.by_code(at, ["V-I02"])["V-I02"].name("en"))
    assert f">{titled(name)}</option>" in anybody.get("/bulletins?lang=en"), "as the list writes it"
    for nonsense in ("after=x", "before=9_9_9", "year=abc", "measure=99", "code=%00"):
        anybody.get(f"/bulletins?{nonsense}")


def test_a_bulletin_keeps_the_english_name_of_its_time_also_where_that_alone_became_another(house: House) -> None:
    house.fill(_published)

    def named(at: Session) -> None:
        company, out = at.get_one(CaseTrack, house.track).party, at.scalars(select(Publication.published_at)).one()
        company.name_en = "Qingyu Finance"
        assert out is not None
        names, first = {"name_zh": company.name_zh, "name_en": "Qingyu Bank"}, day_of(out) + timedelta(days=1)
        renaming.rename(at, company, actor=SYSTEM, version=None, now=out + timedelta(days=2), from_on=first, **names)

    house.read(named)
    page = house.enter(lang="en").get(f"/bulletins/{house.slug}")
    assert "Public criticism of Qingyu Finance" in page
    assert "Qingyu Bank" not in page


def test_a_bulletin_keeps_the_english_name_of_a_company_that_was_merged_since(house: House) -> None:
    house.fill(_published)
    _merged(house, into=True)
    said = "Public criticism of Qingyu Finance"
    for where in (f"/bulletins/{house.slug}", "/bulletins", "/bulletins.atom"):
        assert said in house.enter(lang="en").get(where), where


def test_by_the_code_of_a_merged_entry_all_bulletins_of_its_company_are_found(house: House) -> None:
    house.fill(_published)
    gone, kept = _merged(house, into=False)
    for code in (gone, kept):
        assert house.slug in house.enter().get(f"/bulletins?text={code}"), code


def _merged(house: House, *, into: bool) -> tuple[str, str]:
    """The company of the bulletin into another entry, or that into it; both codes."""

    def merge(at: Session) -> tuple[str, str]:
        mine = at.get_one(CaseTrack, house.track).party
        mine.name_en = "Qingyu Finance"
        gone, kept = (mine, party(at, "远山消费金融有限公司")) if into else (party(at, "远山消费金融有限公司"), mine)
        head = actor(at.get_one(Account, house.people["head"]))
        merging.merge(at, gone, kept, reason="同一执照", actor=head, versions=(None, None), now=clock.now())
        return gone.uscc, kept.uscc

    return cast("tuple[str, str]", house.read(merge))


def test_a_bulletin_is_found_by_the_english_words_that_its_page_shows(house: House) -> None:
    house.fill(_published)
    anybody = house.enter()
    page = anybody.get(f"/bulletins/{house.slug}")
    for shown, asked in (("public exposure of a debtor", "“exposure of a debtor”"), ("Public criticism", "criticism")):
        assert shown in page
        assert house.slug in anybody.get(f"/bulletins?text={asked}"), asked
    assert house.slug not in anybody.get("/bulletins?text=interview")


ENGLISH = "Qingyu Online Microloan Co., Ltd."


@pytest.mark.parametrize("most", [queries.MOST_NAMED, 0])
def test_words_of_its_name_and_of_its_text_find_a_bulletin_together_in_list_and_feeds(
    house: House, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    house.fill(_published)
    house.read(lambda at: setattr(at.get_one(CaseTrack, house.track).party, "name_en", ENGLISH))
    monkeypatch.setattr(queries, "MOST_NAMED", most)
    anybody = house.enter(lang="en")
    title = f"Public criticism of {ENGLISH}"
    assert title in anybody.get(f"/bulletins/{house.slug}")
    for asked in (title, "criticism qingyu", "青屿 曝光", "microloan exposure", "ltd qingyu"):
        for where in ("/bulletins", "/bulletins.atom", "/bulletins.json"):
            assert house.slug in anybody.client.get(where, query_string={"text": asked}).text, (where, asked)
    for asked in ("criticism haiwang", "interview qingyu", "“criticism qingyu”"):
        assert house.slug not in anybody.client.get("/bulletins", query_string={"text": asked}).text, asked


def test_a_bulletin_belongs_to_the_year_that_it_is_in_china(house: House) -> None:
    house.fill(_published)
    instant = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    house.read(lambda at: at.execute(update(Publication).values(published_at=instant)) and None)
    found = [house.slug in house.enter().get(f"/bulletins?year={year}") for year in (2026, 2027)]
    assert found == [False, True]


def test_the_feed_lists_bulletins_with_their_permanent_addresses(house: House) -> None:
    house.fill(_published)
    answer = house.enter().client.get("/bulletins.atom")
    assert answer.mimetype == "application/atom+xml"
    assert f"/bulletins/{house.slug}</id>" in answer.text
    again = house.enter().client.get("/bulletins.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
