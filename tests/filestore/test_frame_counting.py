"""A moving picture from outside is opened apart: its decoders run in a process that holds nothing."""

import io

import pytest

from core.errors import BadInput
from filestore import frame_counting
from filestore.confined import Bounds
from filestore.file_kinds import kind_of
from tests.filestore import making_files as made


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_pixels_of_all_frames_are_counted_by_another_process_and_not_at_all_where_that_may_do_nothing(
    monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    picture = made.picture(form)
    assert frame_counting.pixels_in(picture) > 0
    assert frame_counting.pixels_in(picture[: len(picture) // 2]) == 0
    assert kind_of(io.BytesIO(picture), f"a.{form.lower()}").media_type == f"image/{form.lower()}"
    monkeypatch.setattr(frame_counting, "BOUNDS", Bounds(memory=16 << 20, cpu=1, wall=20.0, alone=True))
    with pytest.raises(BadInput):
        kind_of(io.BytesIO(picture), f"a.{form.lower()}")
