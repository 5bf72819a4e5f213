"""Two checkouts on one machine share nothing."""

import os
import socket
from pathlib import Path

from launch import places


def test_each_checkout_has_data_of_its_own(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert places.base("start", one) != places.base("start", two)
    assert places.base("start", one) == places.base("start", tmp_path / "two" / ".." / "one")


def test_the_tests_never_touch_the_data_of_start(tmp_path: Path) -> None:
    test, start = places.base("test", tmp_path), places.base("start", tmp_path)
    assert test not in start.parents
    assert start not in test.parents
    assert test != start


def test_a_deep_checkout_still_gets_a_socket_path_that_fits() -> None:
    deep = Path("/home/somebody") / ("a-very-long-folder-name/" * 8)
    for purpose in ("start", "test", "bench"):
        assert len(os.fsencode(places.socket_folder(purpose, deep) / ".s.PGSQL.5432.lock")) < 107


def test_a_taken_port_is_passed_over() -> None:
    first = places.free_port("seed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first))
        taken.listen()
        other = places.free_port("seed")
    assert other != first
    assert other < 32768
    assert not first == other == places.free_port("another seed")
