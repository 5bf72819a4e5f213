"""What a font has is read off its own table as the big library reads it, in a tenth of the memory."""

import pytest
from fontTools.ttLib import TTCollection, TTFont

from printing import fonts, fonts_covered


@pytest.mark.parametrize("name", [*fonts.FETCHED, *fonts.INSTALLED[:2]])
def test_every_character_that_the_library_finds_is_found_and_no_other(name: str) -> None:
    path = fonts.folder() / name if name in fonts.FETCHED else fonts.installed(name)
    assert path is not None
    whole = TTCollection(path, lazy=True).fonts[0] if path.suffix == ".ttc" else TTFont(path, lazy=True)
    assert {point for run in fonts_covered.covered(path) for point in run} == set(whole.getBestCmap())
