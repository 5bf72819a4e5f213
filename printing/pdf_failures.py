"""Why one document could not be made, in words for the person who has to mend it."""

import unicodedata
from enum import StrEnum
from typing import Final

from core.characters import is_han
from core.errors import Unavailable
from core.words import LazyString, _l


class Reason(StrEnum):
    """What went wrong."""

    BLOCKED = "blocked"
    BROKEN = "broken"
    CHARACTERS = "characters"
    KEY_AWAY = "key_away"
    KEY_PLAIN = "key_plain"
    KEY_WRONG = "key_wrong"
    NOT_TRUSTED = "not_trusted"
    STAMP_AWAY = "stamp_away"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"


WHY: Final[dict[Reason, LazyString]] = {
    Reason.BLOCKED: _l("The document asked for a file or an address outside its own materials."),
    Reason.BROKEN: _l("The document could not be laid out."),
    Reason.KEY_AWAY: _l("The key of the seal can't be reached, so that the document could not be signed."),
    Reason.KEY_PLAIN: _l(
        "The signer on the network is asked over https only: plain http is for a signer on this machine. Correct its "
        "address in the file of keys."
    ),
    Reason.KEY_WRONG: _l("The key of the seal does not belong to the seal certificate in use."),
    Reason.NOT_TRUSTED: _l("The seal certificate can't be proven with the revocation data at hand."),
    Reason.STAMP_AWAY: _l("The time-stamp authority does not answer."),
    Reason.TOO_LARGE: _l("The document needs more memory than a document may use."),
    Reason.TOO_LONG: _l("The document takes longer to make than a document may take."),
}


class RenderFailed(Unavailable):
    """One document could not be made; others can. ``detail`` is for the log."""

    def __init__(self, reason: Reason, detail: str = "", *, told: LazyString | None = None) -> None:
        """Say it in the words of WHY, or in better ones."""
        super().__init__(told or WHY[reason])
        self.reason = reason
        self.detail = detail


class CharactersMissing(RenderFailed):
    """A character that no font of ours can draw; an archive file may not hold it."""

    def __init__(self, characters: tuple[str, ...]) -> None:
        """Name the first of them: as they are, or by their code where nobody could see them."""
        names = ", ".join(map(_named, characters[:10]))
        told = _l(
            "Letters can't show %(characters)s. Write it in Chinese characters, or in Latin letters as in a passport.",
            characters=names,
        )
        if all(map(is_han, characters)):
            told = _l("Letters can't show %(characters)s. Write its sound in Latin letters.", characters=names)
        super().__init__(Reason.CHARACTERS, told=told)
        self.characters = characters


def _named(character: str) -> str:
    """The character; a code where it is private or unassigned, and every screen shows it otherwise."""
    return f"U+{ord(character):04X}" if unicodedata.category(character)[0] == "C" else f"“{character}”"
