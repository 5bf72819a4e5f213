"""Each address of the application is looked at by somebody, or says why not."""

from flask import Flask

from tests.journeys import unlooked


def test_each_page_is_looked_at_or_stands_in_a_list_with_a_reason(whole_app: Flask) -> None:
    every = {rule.endpoint for rule in whole_app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    told = {unlooked.page(key) for key in unlooked.IN_THE_STORY}
    lists = (told, unlooked.IN_THE_DEMONSTRATION, unlooked.BEHIND_THE_SCENES, set(unlooked.WHY))
    assert sorted(every - set().union(*lists)) == [], "put it into one of the lists of tests/journeys/unlooked.py"
    assert sorted(set().union(*lists) - every) == [], "no such page"
    assert sum(map(len, lists)) == len(set().union(*lists)), "one of them is enough"
