"""Throttles: what counts as one who asks."""

import pytest
from flask import Flask

from core import throttle

ONE = "2001:db8:1:2:aaaa::1"


@pytest.mark.parametrize(
    ("asks", "counts_as"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        (ONE, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unix:"),
        (None, "nobody"),
    ],
)
def test_a_line_counts_once_however_many_addresses_it_has(asks: str | None, counts_as: str) -> None:
    with Flask("any").test_request_context(environ_overrides={"REMOTE_ADDR": asks}):
        assert throttle.address() == counts_as
