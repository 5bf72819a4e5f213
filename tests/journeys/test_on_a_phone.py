"""A complaint on a phone: plain words and examples on each page, targets for a thumb, companies that are suggested."""

from collections.abc import Callable

import pytest

from tests import test_plain_words as plain
from tests.journeys import cast
from tests.journeys.look import SMALL
from tests.journeys.person import PHONE, Person
from tests.journeys.places import PUBLIC

FACTS = {"zh": "他们每天打电话给我的同事。", "en": "They call my colleagues every day."}
EXAMPLE = {"zh": "例如", "en": "For example"}
WAITING = "<span class=count>99+</span>"
"""How much may wait behind what stands under "More"."""
WITH_EXAMPLES = ("/complain/company", "/complain/conduct")


class Reader:
    """Somebody who reads each page on the way, with a thumb on it."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.wrong: list[tuple[str, str]] = []
        self.read: list[str] = []

    def reads(self, path: str = "") -> None:
        """What stands here is plain, says how to fill it in, and can be touched."""
        if path:
            self.person.go(path)
        lang, page = self.person.lang, self.person.page
        at, html = page.url.removeprefix(self.person.site.address), page.content()
        self.read.append(at)
        self.wrong += [(at, each) for each in page.evaluate(SMALL)]
        told = plain.sentences(html, lang)
        self.wrong += [(at, each) for each in told if plain.length(each, lang) > plain.LONGEST[lang]]
        said = " ".join(plain.passages(html)).lower()
        self.wrong += [(at, word) for word in plain.OFFICIALESE[lang] if plain.stands(word, said, lang)]
        if at in WITH_EXAMPLES and EXAMPLE[lang] not in page.locator("main").inner_text():
            self.wrong.append((at, "has no example"))

    def goes_on(self, **fields: object) -> None:
        """Fill in what is asked, go on, and read what comes."""
        self.person.send(**fields)  # type: ignore[arg-type]
        self.reads()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_page_of_a_complaint_is_plain_has_examples_and_is_made_for_a_thumb(
    person: Callable[..., Person], lang: str
) -> None:
    reader = Reader(person(lang, **PHONE))
    for path in ("/", "/complain", "/rights", "/privacy", "/track/lost", "/complain/who"):
        reader.reads(path)
    reader.goes_on(role="DEBTOR")
    reader.goes_on(how="NAME", value=cast.LENDER)
    reader.goes_on(codes=["V-C04"], conduct_from="2026-11-03", conduct_to="2026-11-10", facts=FACTS[lang])
    reader.goes_on(holding="files")
    reader.goes_on(consent=True)
    reader.goes_on(holding="key")
    code = reader.person.page.locator("[data-receipt-code]").inner_text()
    reader.reads("/track/")
    reader.goes_on(code=code)
    assert reader.read[-1] == "/track/complaint"
    assert len(reader.read) == 14
    assert not reader.wrong, "\n".join(map(str, reader.wrong))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_links_that_stand_alone_are_made_for_a_thumb_as_buttons_are(person: Callable[..., Person], lang: str) -> None:
    somebody = person(lang, **PHONE)
    wrong = []
    for path in (*PUBLIC.values(), "/bulletins?text=没有&level=5", "/nowhere"):
        somebody.page.goto(somebody.site.address + path)
        wrong += [(path, each) for each in somebody.page.evaluate(SMALL)]
    assert not wrong, "\n".join(map(str, wrong))


def test_the_way_to_leave_has_a_line_of_its_own_and_covers_no_corner_of_the_page(person: Callable[..., Person]) -> None:
    somebody = person("zh", **PHONE)
    for path in ("/", "/complain/conduct"):
        page = somebody.go(path).page
        bar = page.locator(".leave-bar").bounding_box()
        assert bar is not None
        assert (bar["x"], bar["width"], bar["y"] + bar["height"]) == (0, 390, 844)
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        last = page.locator(".public-foot p").last.bounding_box()
        assert last is not None
        assert last["y"] + last["height"] <= bar["y"], "the end of the page is read above it"


def test_a_company_is_suggested_by_its_app_and_a_firm_by_its_name(person: Callable[..., Person]) -> None:
    page = at_the_company(person("zh", **PHONE)).page
    for field, typed, offered in (("value", cast.APP, cast.LENDER), ("firm", cast.FIRM[:2], cast.FIRM)):
        with page.expect_response("**/companies?q=*"):
            page.locator(f"input[name={field}]").press_sequentially(typed)
        first = page.locator(f"#{field}-list option").first
        first.wait_for(state="attached")
        assert first.get_attribute("value") == offered


def test_who_knows_no_company_goes_on_all_the_same(person: Callable[..., Person]) -> None:
    somebody = at_the_company(person("zh", **PHONE))
    somebody.send(how="UNKNOWN", more_unknown=True)
    assert somebody.page.url.endswith("/complain/conduct")


def at_the_company(somebody: Person) -> Person:
    """The second page of the form."""
    return somebody.go("/complain/who").send(role="DEBTOR")


def test_the_main_menu_of_staff_has_its_own_line_beside_what_stands_under_more(person: Callable[..., Person]) -> None:
    page = person("en", **PHONE).sign_in(cast.mail("head")).page
    menu, search = page.locator(".top-nav.with-more").bounding_box(), page.locator(".top-search").bounding_box()
    assert menu is not None
    assert search is not None
    assert menu["width"] > 195
    assert menu["y"] >= search["y"] + search["height"]


@pytest.mark.parametrize("who", ["lead@yunqi.example", cast.mail("head")])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_of_the_main_menu_is_out_of_sight_on_a_phone(
    person: Callable[..., Person], lang: str, who: str
) -> None:
    somebody = person(lang, **PHONE).sign_in(who)
    page = somebody.page
    page.set_viewport_size({"width": 1440, "height": 844})
    every = list(dict.fromkeys(each.get_attribute("href") for each in page.locator(".top-nav a, .top-more a").all()))
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate(f"document.querySelector('.top-more > summary').insertAdjacentHTML('beforeend', '{WAITING}')")
    assert page.evaluate("() => (it => it.scrollWidth <= it.clientWidth)(document.querySelector('.top-nav'))")
    page.locator(".top-more > summary").click()
    shown = [each for each in page.locator(".top-nav a, .top-more a").all() if each.is_visible()]
    assert [each.get_attribute("href") for each in shown] == every
    boxes = [each.bounding_box() or {"x": -1, "width": 0} for each in shown]
    assert all(0 <= box["x"] <= box["x"] + box["width"] <= 390 for box in boxes)
    somebody.picture(f"more.{lang}.390")


def test_on_a_phone_the_states_of_the_procedure_are_listed_instead_of_drawn(person: Callable[..., Person]) -> None:
    page = person("zh", **PHONE).go("/procedure").page
    drawings, lists = (page.locator(each).all() for each in (".procedure-frame", ".procedure-list"))
    assert len(drawings) == len(lists) > 0
    assert [each.is_visible() for each in (*drawings, *lists)] == [False] * len(drawings) + [True] * len(lists)
    page.set_viewport_size({"width": 800, "height": 844})
    assert [each.is_visible() for each in (*drawings, *lists)] == [True] * len(drawings) + [False] * len(lists)


def test_filters_in_use_stay_closed_on_a_phone_and_open_where_there_is_room(person: Callable[..., Person]) -> None:
    somebody = person("zh", **PHONE).sign_in(cast.mail("head"))
    page, shut = somebody.page, ".filter-box:not([open])"
    for path in ("/staff?view=open&channel=WEB&state=RECEIVED", "/staff/cases?view=open&officer=me"):
        for wide, closed in ((390, 1), (1280, 0)):
            page.set_viewport_size({"width": wide, "height": 844})
            somebody.go(path)
            assert page.locator(".chips li").count() > 1
            assert page.locator(".filter-box").count() == 1
            assert page.locator(shut).count() == closed, (path, wide)
            somebody.picture(f"filtered-{path.split('?')[0].rpartition('/')[2]}.zh.{wide}")
    page.set_viewport_size({"width": 390, "height": 844})
    somebody.go("/staff?view=open&since=2026.11.31")
    assert not page.locator(shut).count(), "a field that could not be read is looked at"
