"""Later work of subscriptions: the mail with the link, and the mails about a bulletin, many at a time."""

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import mail
from core.db import session, transaction
from core.outbox import job, later
from core.site import outside
from core.words import LOCALES, _
from proceedings import bulletin_page
from publishing import subscriptions
from publishing.models_subscriptions import BulletinSubscription
from registry import settings
from sanctions.models_publications import Publication
from sanctions.policies_publications import text_now

AT_ONCE = 200


@job("sanctions.mail_confirmation")
def mail_confirmation(number: int) -> None:
    """The link by which the holder of an address says that the mails are wanted."""
    with transaction() as at:
        it = at.get(BulletinSubscription, number)
        if it is None or it.confirmed_at is not None:
            return
        link = _address("confirm_subscription", subscriptions.token_of(it, "confirm")) + _in_its_language(it)
        with force_locale(LOCALES.get(it.lang, LOCALES["zh"])):
            subject = str(_("Please confirm: emails about bulletins"))
            body = mail.written("mail/bulletin_confirm.txt", link=link, association=_association(it.lang))
        mail.send_later(at, f"subscribe:{it.asked_at:%Y%m%d%H%M}:{it.id}", it.address, subject, body, language=it.lang)


@job("sanctions.tell_subscribers")
def tell_subscribers(number: int, what: str, after: int, turn: int | None = None) -> None:
    """Ask for the mails of one lot, and for the next lot; each mail stands for one event (`turn`) and one address.

    Texts that are proposed while it runs change nothing of that.
    """
    with transaction() as at:
        ask_for_mails(at, number, what, after, turn)


def ask_for_mails(at: Session, number: int, what: str, after: int, turn: int | None = None) -> None:
    """Ask for the mails of one lot: whoever unsubscribes meanwhile waits until it is asked, and takes the mail back."""
    publication = at.get_one(Publication, number)
    told = {
        "published": publication.state == "PUBLISHED",
        "corrected": publication.state == "PUBLISHED",
        "withdrawn": publication.state == "WITHDRAWN" and publication.ended_at is None,
    }
    if not told[what]:
        return
    found = at.scalars(
        select(BulletinSubscription)
        .where(BulletinSubscription.id > after, BulletinSubscription.confirmed_at.is_not(None))
        .order_by(BulletinSubscription.id)
        .limit(AT_ONCE)
        .with_for_update(read=True)
    ).all()
    turn = len(publication.texts) if turn is None else turn
    event = f"{subscriptions.MAILS}:{number}:{what}:{turn}"
    for it in found:
        _mail(at, it, publication, what, f"{event}:{it.id}")
    if len(found) == AT_ONCE:
        last = found[-1].id
        key, next_lot = f"subscribers:{number}:{what}:{turn}:{last}", {"after": last, "turn": turn}
        later(at, "sanctions.tell_subscribers", key=key, number=number, what=what, **next_lot)


def _mail(at: Session, it: BulletinSubscription, publication: Publication, what: str, key: str) -> None:
    """The number, no name, and the permanent address, the same for everybody: who follows it, nobody can tell."""
    leave = _address("unsubscribe", subscriptions.token_of(it, "end"))
    address = bulletin_page.address(publication) + _in_its_language(it)
    with force_locale(LOCALES.get(it.lang, LOCALES["zh"])):
        subject = {
            "published": _("A bulletin was published"),
            "corrected": _("A bulletin was corrected"),
            "withdrawn": _("A bulletin was withdrawn"),
        }[what]
        words = {
            "address": address,
            "leave": leave + _in_its_language(it),
            "what": what,
            "association": _association(it.lang),
        }
        stands = text_now(publication)
        words["number"] = stands.summary.get("number", "") if stands is not None else ""
        body = mail.written("mail/bulletin.txt", **words)
    mail.send_later(at, key, it.address, str(subject), body, language=it.lang, leave_url=leave)


def _association(lang: str) -> str:
    return settings.association(session())[f"name_{'en' if lang == 'en' else 'zh'}"]


def _in_its_language(it: BulletinSubscription) -> str:
    """What an address gets, so that its page speaks as the mail does in a browser of another language as well."""
    return "?lang=en" if it.lang == "en" else ""


def _address(page: str, token: str) -> str:
    return outside(bulletin_page.path(f"publishing_public.{page}", token=token))
