"""What is read before a setting is confirmed: what it says and said, and what years of keeping erase at once."""

from admin.records import Related
from admin.setting_tables import Valued, governs, measured
from casework import queries_erasing_cases, queries_erasures
from core import clock, mail, texts
from core.db import session, transaction
from core.errors import Changed
from core.plainly import instant_text, number
from core.show import instant
from core.words import _, _l, _n, bracketed, joined
from notices import former_addresses
from registry import leavers, queries, settings_past
from registry.seeded_words import basis_words

OF_COMPLAINTS, OF_CASES = queries_erasures.YEARS, queries_erasing_cases.YEARS
MOST = queries_erasures.COUNTED


def words(row):
    """Say how much is due to be erased by these years as of today; nothing of any other setting."""
    if row.key not in {OF_COMPLAINTS, OF_CASES}:
        return ""
    day = queries_erasures.first_day(clock.today(), row.value)
    with transaction() as at:  # administrators read neither complaints nor cases
        if row.key == OF_COMPLAINTS:
            many = queries_erasures.past_today(at, clock.today(), row.value)
            said = _n(
                "By these years %(num)d complaint is due today to be erased.",
                "By these years %(num)d complaints are due today to be erased.",
                many,
            )
            return joined(said, _beside_complaints(at, clock.midnight(day)))
        many = queries_erasing_cases.past_today(at, clock.today(), row.value)
        said = _n(
            "By these years %(num)d case is due today to be erased.",
            "By these years %(num)d cases are due today to be erased.",
            many,
        )
        people = number(len(former_addresses.replaced_before(at, day)), MOST)
        return joined(
            said, _("Due with them: contact persons of replaced service addresses: %(people)s.", people=people)
        )


def _beside_complaints(at, before):
    return _(
        "Due with them: emails: %(mails)s; text messages: %(texts)s; addresses of locked accounts: %(accounts)s.",
        mails=number(mail.count_before(at, before, MOST + 1), MOST),
        texts=number(texts.count_before(at, before, MOST + 1), MOST),
        accounts=number(len(leavers.left_before(at, before)), MOST),
    )


def note(row):
    """What stands above the button that confirms a setting."""
    said = _("In production nothing rests on a value that the association has not confirmed.")
    erased = words(row)
    if not erased:
        return said
    return joined(said, erased, _("Erasing begins in the night after you confirm; nothing of it can be brought back."))


def facts(row, form):
    """What is confirmed: the value and the one before, its basis and whose it is; the form knows what was read."""
    form.seen.data = _seen(row)
    with transaction() as at:  # no administrator reads what the journal says was changed
        past = settings_past.before(at, row)
    if past is None:
        before = laid_down_at = None
    else:
        laid_down_at, before = instant(past.laid_down_at), measured(Valued(row.key, row.unit, past.value))
        if not past.confirmed:
            before = _("%(value)s (never confirmed)", value=before)
    return [
        (_("What it governs"), governs(row)),
        (_("Value"), measured(row)),
        (_("Value before"), before),
        (_("What it rests on"), basis_words(row.basis) or "—"),
        (_("Laid down by"), queries.account_name(session(), row.laid_down_by) or "—"),
        (_("Laid down at"), laid_down_at),
    ]


def earlier(row):
    """The values of a setting one after the other: who laid each down and confirmed it, and until when it counted."""
    with transaction() as at:  # no administrator reads what the journal says was changed
        found = settings_past.history(at, row)
        people = queries.account_names(at, (number for each in found for number in (each.by, each.confirmed_by)))
    rows = [
        [
            measured(Valued(row.key, row.unit, each.value)),
            basis_words(each.basis) or "—",
            _by(people, each.by, each.at) if each.at else _("With the system"),
            _by(people, each.confirmed_by, each.counts_from) if each.counts_from else _("Not confirmed"),
            instant_text(each.until) if each.until else _("Counts today") if each.counts_from else "—",
        ]
        for each in found
    ]
    heads = (_("Value"), _("What it rests on"), _("Laid down"), _("Confirmed; counts from then on"), _("Counted until"))
    return [Related(_l("Values so far, the newest first"), heads, rows)] if rows else []


def _by(people, number, at):
    """When, and who did it."""
    return f"{instant_text(at)}{bracketed(people[number])}" if number in people else instant_text(at)


def require_read(row, form):
    """Refuse to confirm what is not what was read, and say both: nothing was typed that could be kept."""
    if form.version.data in (None, row.version):
        return
    if row.confirmed_at is not None:
        raise Changed(_l("Somebody else has confirmed this meanwhile."))
    raise Changed(
        _l(
            "This has changed since you opened it. You read: %(before)s. It says now: %(now)s.",
            before=form.seen.data or "—",
            now=_seen(row),
        )
    )


def _seen(row):
    return f"{measured(row)} · {basis_words(row.basis) or '—'}"
