"""What rooms register with one another."""

from core.registered import Registered


def test_a_room_that_is_set_up_twice_registers_once_and_keeps_its_place() -> None:
    told = Registered[str]()
    assert [told.add(each) for each in ("casework", "sanctions", "casework")] == ["casework", "sanctions", "casework"]
    assert told == ["casework", "sanctions"]
