"""Characters of names that no typeface has: documents print each from a picture that its owner gave."""

import base64
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from core.characters import is_han
from printing import fonts
from printing.fonts import GETA

_TAGS: Final = re.compile(r"(<title>.*?</title>|<[^>]*>)", re.DOTALL)


def undrawn(text: str) -> list[str]:
    """The characters of a name that need a picture, each once, in order: private ones, and the rarest Chinese ones.

    Where typefaces are missing nobody knows of the rarest: what has to be printed then is refused by itself.
    """
    try:
        lacking = {*fonts.uncovered(text)}
    except fonts.FontsMissing:
        lacking = set()
    every = (each for each in text if unicodedata.category(each) == "Co" or (each in lacking and is_han(each)))
    return list(dict.fromkeys(every))


def _address(character: str) -> str:
    return f"part:character-{ord(character):x}"


def resources(pictures: Mapping[str, str]) -> dict[str, tuple[bytes, str]]:
    """What the page may name: each picture under the address of its character."""
    return {_address(each): (base64.b64decode(picture), "image/png") for each, picture in pictures.items()}


def pictured(html: str, pictures: Mapping[str, str], said: str) -> str:
    """The page with the pictures in place; in titles and attributes, where none can stand, a printer's mark."""
    for character in pictures:
        image = f'<img class="character" src="{_address(character)}" alt="{said}">'
        parts = _TAGS.split(html)
        html = "".join(part.replace(character, GETA if place % 2 else image) for place, part in enumerate(parts))
    return html
