"""The ladder in the back office: rows instead of brackets, faults in words, and the examples before it is laid down."""

import re
from typing import Any

import pytest
from flask import Flask

from admin.forms_ladder import FORMS
from registry.models_settings import Setting
from registry.seeds_settings import LADDER_BANDS, LADDER_FACTORS
from tests import vnu
from tests.admin.office import Office

BASIS = "会员大会2026年11月决议"
BANDS: dict[str, Any] = {
    "band_1_least": "0", "band_1_last": "9", "band_1_measures": ["L0"],
    "band_2_least": "10", "band_2_last": "39", "band_2_measures": ["L1"],
    "band_3_least": "40", "band_3_last": "", "band_3_measures": ["L1", "L4"],
    "basis": BASIS,
}  # fmt: skip


@pytest.fixture
def system(app: Flask) -> Office:
    return Office(app, "system_admin")


def of(system: Office, key: str) -> Setting:
    return system.one(Setting, Setting.key == key)


def edit(system: Office, key: str, status: int = 200, **said: Any) -> str:
    return system.post(f"settings/edit/?id={of(system, key).id}", status, **said)


def as_shown(page: str) -> dict[str, list[str]]:
    """What the form of a page would send as it stands."""
    form = page[page.index("<main") :]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and not (kind and kind[1] in {"checkbox", "radio"} and " checked" not in tag):
            found.setdefault(name[1], []).append(value[1].replace("&#34;", '"') if value else "")
    return {name: values for name, values in found.items() if name not in {"key", "version", "csrf_token"}}


@pytest.mark.parametrize("key", ["LADDER_BASE", "LADDER_FACTORS", "LADDER_BANDS", "LADDER_OTHERS", "LADDER_REPEAT"])
def test_what_is_shown_is_what_is_laid_down_and_sent_back_it_is_the_same(system: Office, key: str) -> None:
    kept = of(system, key).value
    shown = as_shown(system.get(f"settings/edit/?id={of(system, key).id}"))
    looked = as_shown(edit(system, key, **(shown | {"basis": BASIS, "step": "look"})))
    assert of(system, key).basis != BASIS
    edit(system, key, 303, **(looked | {"basis": BASIS, "step": "keep"}))
    assert (of(system, key).value, of(system, key).basis) == (kept, BASIS)


def test_the_examples_are_shown_before_anything_is_laid_down_and_only_what_was_looked_at_is(system: Office) -> None:
    page = edit(system, "LADDER_BANDS", **BANDS, step="look")
    assert "30 → 责令整改 + 警示约谈" in page
    assert "30 → 责令整改</b>" in page
    assert of(system, "LADDER_BANDS").value == LADDER_BANDS
    seen = as_shown(page)["seen"]
    other = BANDS | {"band_2_least": "11", "band_1_last": "10"}
    assert "与您查看的内容不一致" in edit(system, "LADDER_BANDS", **other, step="keep", seen=seen)
    assert "与您查看的内容不一致" in edit(system, "LADDER_BANDS", **BANDS, step="keep")
    assert of(system, "LADDER_BANDS").value == LADDER_BANDS
    edit(system, "LADDER_BANDS", 303, **BANDS, step="keep", seen=seen)
    assert of(system, "LADDER_BANDS").value == [[0, ["L0"]], [10, ["L1"]], [40, ["L4", "L1"]]]
    assert of(system, "LADDER_BANDS").confirmed_at is None


def test_rows_are_kept_while_they_are_typed_each_setting_its_own(system: Office) -> None:
    page = f"settings/edit/?id={of(system, 'LADDER_BANDS').id}"
    place = re.search(r'data-draft="([^"]+)"', system.get(page))
    assert place is not None
    more = {"band_4_least": "70", "band_4_last": "", "band_4_measures": ["L5"], "band_3_last": "69"}
    system.client.post("/drafts", data={"place": place[1], **BANDS, **more}, headers={"X-Draft": "1"})
    shown = as_shown(system.get(page))
    assert (shown["band_4_least"], shown["band_3_last"]) == (["70"], ["69"])
    assert "文字已保留" not in system.get(f"settings/edit/?id={of(system, 'LADDER_FACTORS').id}")
    looked = as_shown(edit(system, "LADDER_BANDS", **(BANDS | more), step="look"))
    edit(system, "LADDER_BANDS", 303, **(looked | {"basis": BASIS}), step="keep")
    assert "文字已保留" not in system.get(page)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"band_2_least": "12"}, "10至11分不落入任何一档"),
        ({"band_2_least": "8"}, "8至9分同时落入两档"),
        ({"band_1_least": "1"}, "第一档从0分开始"),
        ({"band_1_last": ""}, "请填写本档的终点"),
        ({"band_3_last": "90"}, "最后一档没有上限"),
        ({"band_2_last": "5"}, "本档的终点早于起点"),
        ({"band_2_least": "zehn"}, "请用数字填写整数"),
        ({"band_3_measures": ["L4", "L5"]}, "同一行为只适用一项重类措施"),
        ({"band_1_measures": ["L0", "L1"]}, "不采取措施（L0）不能与其他措施并列"),
        ({"band_1_measures": ["L9"]}, "请从所列选项中选择"),
        ({"band_2_measures": []}, "请填写：措施"),
        ({"basis": ""}, "依据"),
    ],
)
def test_bands_that_cannot_be_read_are_refused_in_words(system: Office, wrong: dict[str, Any], words: str) -> None:
    page = edit(system, "LADDER_BANDS", 422, **(BANDS | wrong), step="look")
    assert words in page[page.index("error-summary") :]
    assert of(system, "LADDER_BANDS").value == LADDER_BANDS


def test_factors_are_whole_numbers_and_steps_that_rise(system: Office) -> None:
    shown = as_shown(system.get(f"settings/edit/?id={of(system, 'LADDER_FACTORS').id}")) | {"basis": BASIS}
    assert shown["M2_filing"] == ["10"]
    for wrong, words in (
        ({"A4": "-1"}, "0"),
        ({"M1": "viel"}, "请用数字填写整数"),
        ({"A1_2_least": "2"}, "每一级的起点高于上一级（2）"),
        ({f"A2_{n}_{field}": "" for n in (1, 2) for field in ("least", "points")}, "请至少设定一级"),
        ({"A1_1_points": ""}, "请填写：加分"),
    ):
        page = edit(system, "LADDER_FACTORS", 422, **(shown | wrong), step="look")
        assert words in page[page.index("error-summary") :]
    more = edit(system, "LADDER_FACTORS", **shown, more="A1")
    assert 'name="A1_4_least"' in more
    grown = shown | {"A1_4_least": "100", "A1_4_points": "30", "M4": "0", "step": "look"}
    page = edit(system, "LADDER_FACTORS", **grown)
    assert page.count("<b>") >= 2
    edit(system, "LADDER_FACTORS", 303, **(as_shown(page) | {"basis": BASIS, "step": "keep"}))
    assert of(system, "LADDER_FACTORS").value == LADDER_FACTORS | {
        "M4": 0, "A1": [[2, 5], [10, 10], [50, 20], [100, 30]]
    }  # fmt: skip


def test_graver_violations_never_score_less_and_floors_are_measures(system: Office) -> None:
    base = {"S1": "10", "S2": "40", "S3": "35", "S4": "50", "S5": "70", "basis": BASIS, "step": "look"}
    assert "更严重的违规，分值不得低于较轻的违规" in edit(system, "LADDER_BASE", 422, **base)
    floors = {"S5": "9", "A4": "2", "A5": "2", "basis": BASIS, "step": "look"}
    edit(system, "LADDER_FLOORS", 422, **floors)
    page = edit(system, "LADDER_FLOORS", **(floors | {"S5": "5"}))
    keep = {"S5": "5", "step": "keep", "seen": as_shown(page)["seen"]}
    edit(system, "LADDER_FLOORS", 303, **(floors | keep))
    assert of(system, "LADDER_FLOORS").value == {"S5": 5, "A4": 2, "A5": 2}


def test_its_pages_are_valid_html_at_every_stage(system: Office) -> None:
    pages = {key: system.get(f"settings/edit/?id={of(system, key).id}") for key in FORMS}
    pages["looked at"] = edit(system, "LADDER_BANDS", **BANDS, step="look")
    pages["looked at other"] = edit(system, "LADDER_BANDS", **BANDS, step="keep")
    pages["wrong"] = edit(system, "LADDER_BANDS", 422, **(BANDS | {"band_2_least": "8", "basis": ""}), step="look")
    pages["one more"] = edit(system, "LADDER_BANDS", **BANDS, more="band")
    assert vnu.errors(pages) == []
