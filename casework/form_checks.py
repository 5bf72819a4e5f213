"""Checks that several forms of complaints share."""

import re
from datetime import timedelta
from typing import Any

from wtforms.validators import ValidationError

from casework.policies_stop_contacts import ELEVEN, HOLDER_CONFIRMS, ONE_NUMBER, is_slipped_mobile, plain_number
from core import clock, days, texts
from core.characters import levelled
from core.mail_addresses import spelled
from core.words import _
from printing import fonts, glyphs
from printing.pdf_failures import CharactersMissing

YEARS = 30
"""What lies longer back is a slip of the pen."""
_PHONE = re.compile(r"[0-9+()\-–. #*]+")
_FACTORS = [pow(2, place, 11) for place in range(17, 0, -1)]
LEAST_DIGITS, MOST_DIGITS = 5, 20
_ID = re.compile(r"[A-Za-z0-9()（）\- ]+")
LEAST_ID, MOST_ID = 6, 20


def own_number(form: Any, field: Any) -> None:  # noqa: ANN401 - a form with a number to stop, and that field
    """Whoever gives a number that shall not be contacted gives one that a letter can name, and confirms whose it is."""
    if field.errors:
        return  # its form alone is wrong: said once
    if field.data and not plain_number(field.data):
        raise ValidationError(str(ONE_NUMBER))
    if field.data and is_slipped_mobile(plain_number(field.data)):
        raise ValidationError(str(ELEVEN))
    if field.data and not form.stop_own.data:
        raise ValidationError(str(HOLDER_CONFIRMS))


def mobile_for_texts(form: Any, field: Any) -> None:  # noqa: ANN401 - a form with a contact and a wish for texts
    """Whoever wants text messages leaves a number that can get them."""
    if form.texts and form.texts.data and not texts.is_mobile(field.data or ""):
        raise ValidationError(_("Text messages go to mobile numbers only: write one here, or take the tick away."))


def mail_or_mobile(_form: Any, field: Any) -> None:  # noqa: ANN401 - a form, and the field of a contact
    """Require a contact at which the person can be told something: mail address or mobile number."""
    if field.data and spelled(field.data) is None and not texts.is_mobile(field.data):
        raise ValidationError(
            _("Write an email address, such as name@example.com, or a mobile number, such as 13800138000.")
        )


def mail_or_telephone(_form: Any, field: Any) -> None:  # noqa: ANN401 - as above
    """Require a mail address or a telephone number: staff may also call a landline."""
    if field.data and spelled(field.data) is None and not _is_number(field.data):
        raise ValidationError(_("Write an email address, or a telephone number in digits."))


def telephone(_form: Any, field: Any) -> None:  # noqa: ANN401 - as above
    """Require a number from which somebody called, however it is written; companies also have short ones."""
    if field.data and not _is_number(field.data):
        raise ValidationError(_("Write a telephone number in digits, such as 13800138000 or 010-12345678."))


def _is_number(typed: str) -> bool:
    plain = levelled(typed)
    return bool(_PHONE.fullmatch(plain)) and LEAST_DIGITS <= len(re.sub(r"[^0-9*]", "", plain)) <= MOST_DIGITS


def identity_number(_form: Any, field: Any) -> None:  # noqa: ANN401 - as above
    """Require the length of an identity card or passport number; what else is doubtful only warns."""
    if field.data and (
        not _ID.fullmatch(field.data) or not LEAST_ID <= len(re.sub(r"[^A-Za-z0-9]", "", field.data)) <= MOST_ID
    ):
        raise ValidationError(
            _(
                "Write the number as it stands on the document: 18 digits or letters, "
                "or the letters and digits of a passport."
            )
        )


def doubtful_number(typed: str | None) -> str:
    """Why an identity number was likely mistyped: its last character does not fit, or no card has so many digits."""
    plain = re.sub(r"[ -]", "", levelled(typed or "")).upper()
    if re.fullmatch(r"[0-9]{12,17}|[0-9]{19,20}", plain):
        return _(
            "An identity card has a number of 18 digits (the old cards with 15 are no longer valid); "
            "this one has %(count)s: please check it.",
            count=len(plain),
        )
    if re.fullmatch(r"[0-9]{17}[0-9X]", plain) and _last(plain) != plain[-1]:
        return _("The last character of the identity number does not fit the others: please check it.")
    return ""


def _last(plain: str) -> str:
    return "10X98765432"[sum(int(each) * by for each, by in zip(plain, _FACTORS, strict=False)) % 11]


def can_be_printed(_form: Any, field: Any) -> None:  # noqa: ANN401 - as above
    """Refuse what no letter could show, where it is typed; the rare characters of a name have pictures of their own.

    A machine that lacks its typefaces takes complaints all the same: only its letters wait for them.
    """
    said = field.data or ""
    drawn = glyphs.undrawn(said) if field.private else []
    try:
        fonts.printable("".join(each for each in said if each not in drawn))
    except fonts.FontsMissing:
        return
    except CharactersMissing as lacking:
        told = _("%(label)s: %(message)s", label=str(field.label.text), message=str(lacking))
        raise ValidationError(told) from None


def not_long_ago(_form: Any, field: Any) -> None:  # noqa: ANN401 - as above
    """Refuse a day too long ago, which is most likely a mistyped year."""
    if field.data and field.data < clock.today() - timedelta(days=round(365.25 * YEARS)):
        raise ValidationError(_("This is more than %(years)s years ago: check the year.", years=YEARS))


def after_the_first(form: Any, field: Any) -> None:  # noqa: ANN401 - a form with two days of conduct
    """Refuse a last day before the first one."""
    if field.data and form.conduct_from.data and field.data < form.conduct_from.data:
        raise ValidationError(str(days.BACKWARDS))
