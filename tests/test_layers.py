"""The layers of the rooms, asked of the imports of every module."""

from collections.abc import Iterator
from copy import deepcopy

import grimp
import pytest

from tests import layers
from tests.layers import LAYERS, beginnings, layer_of
from tests.rooms import ROOMS

ORDER = tuple(LAYERS)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*ROOMS, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None)


def _modules(graph: grimp.ImportGraph) -> Iterator[str]:
    return (module for room in ROOMS for module in sorted(graph.find_descendants(room)))


def _upward(graph: grimp.ImportGraph) -> list[tuple[str, str]]:
    """Imports of what stands higher in the same room."""
    return [
        (module, brought)
        for module in _modules(graph)
        for brought in sorted(graph.find_modules_directly_imported_by(module))
        if brought.startswith(f"{module.partition('.')[0]}.")
        and ORDER.index(layer_of(brought) or ORDER[0]) < ORDER.index(layer_of(module) or ORDER[0])
    ]


def _of_the_web(graph: grimp.ImportGraph) -> list[tuple[str, str]]:
    """Imports of the web by modules that stand below it."""
    return [
        (module, web)
        for module in _modules(graph)
        for web in sorted(graph.find_modules_directly_imported_by(module) & layers.WEB.keys())
        if layer_of(module) not in layers.WEB[web]
    ]


def _beyond(graph: grimp.ImportGraph) -> list[tuple[str, str]]:
    """Imports of the layers of pages of another room by modules that stand below them: the web by a roundabout way."""
    of_pages = ORDER[: ORDER.index("verbs")]
    return [
        (module, brought)
        for module in _modules(graph)
        if layer_of(module) not in of_pages
        for brought in sorted(graph.find_modules_directly_imported_by(module))
        if brought.partition(".")[0] in {*ROOMS} - {module.partition(".")[0]} and layer_of(brought) in of_pages
    ]


def _planted(graph: grimp.ImportGraph, importer: str, imported: str) -> grimp.ImportGraph:
    planted = deepcopy(graph)
    planted.add_import(importer=importer, imported=imported)
    return planted


def test_every_module_of_a_room_has_its_layer(graph: grimp.ImportGraph) -> None:
    assert [module for module in _modules(graph) if layer_of(module) is None] == []


def test_a_new_module_whose_name_says_no_layer_has_none() -> None:
    assert layer_of("sanctions.whatever") is None
    assert layer_of("sanctions.bulletinsandmore") is None
    assert layer_of("sanctions.models_whatever") == "models"


def test_each_beginning_begins_a_name_and_means_one_thing(graph: grimp.ImportGraph) -> None:
    every = [word for words in layers.EVERYWHERE.values() for word in words.split()]
    begun = {room: {each for module in graph.find_descendants(room) for each in beginnings(module)} for room in ROOMS}
    for room, table in layers.ROOMS.items():
        own = [word for words in table.values() for word in words.split()]
        assert table.keys() <= LAYERS.keys()
        assert len({*every, *own}) == len(every) + len(own), room
        assert not set(own) - begun[room], room
    assert layers.ROOMS.keys() == set(ROOMS)
    assert not set(every) - set().union(*begun.values())


def test_no_module_imports_what_stands_higher_in_its_room(graph: grimp.ImportGraph) -> None:
    assert _upward(graph) == []


def test_an_import_upward_would_be_seen(graph: grimp.ImportGraph) -> None:
    upward = ("sanctions.policies_reviews", "sanctions.review_effects")
    assert _upward(_planted(graph, *upward)) == [upward]


def test_only_layers_of_pages_know_the_web(graph: grimp.ImportGraph) -> None:
    assert _of_the_web(graph) == sorted(layers.KNOW_THE_WEB)


def test_below_all_pages_no_room_imports_the_pages_of_another(graph: grimp.ImportGraph) -> None:
    assert _beyond(graph) == []


def test_a_verb_that_knew_the_pages_of_another_room_would_be_seen(graph: grimp.ImportGraph) -> None:
    assert ("notices.approval", "core.show") in _beyond(_planted(graph, "notices.approval", "core.show"))


def test_what_knows_the_web_is_all_named(graph: grimp.ImportGraph) -> None:
    known = {each for each in graph.modules if each.startswith(("flask", "werkzeug", "wtforms"))}
    assert known - {"flask_babel", "flask_sqlalchemy"} == layers.WEB.keys(), "words and the database are anybody's"


@pytest.mark.parametrize("web", sorted(layers.WEB))
def test_a_verb_that_knew_the_web_would_be_seen(graph: grimp.ImportGraph, web: str) -> None:
    assert ("notices.serving", web) in _of_the_web(_planted(graph, "notices.serving", web))
