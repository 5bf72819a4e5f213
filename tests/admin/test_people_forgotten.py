"""After the years it is forgotten how people of companies and of the house were reached; what they did stays."""

from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from admin import retention
from core import journal, mail
from core.db import transaction
from core.mail import Mail
from notices.models import Document
from registry import keys_fit, service_addresses
from registry.models import ServiceAddress
from registry.models_accounts import Account, AccountSecret
from tests.builders import Desk, account
from tests.conftest import NOW

FIVE, TEN = (datetime(year, 11, 25, 16, 0, tzinfo=UTC) for year in (2031, 2036))
"""The first minutes, in Shanghai, after the years of complaints and of cases since NOW."""


def test_how_people_were_reached_is_forgotten_after_the_years_and_who_acted_stays(app: Flask) -> None:
    with app.app_context(), time_machine.travel(NOW, tick=False):
        with transaction() as at:
            desk = Desk(at, NOW)
            for contact in ("林岚", "陈立"):
                where = service_addresses.NewAddress(True, "海望区1号", contact, "0100-5550101", "青屿联系人")
                service_addresses.confirm(at, actor=desk.lead, address=where, now=NOW)
            gone = account(at, "离任人", "officer")
            gone.locked_at = NOW
            at.add(AccountSecret(account_id=gone.id, password_hash="x", totp_secret="y", totp_at=NOW))
            mail.send_later(at, "told:1", gone.mail, "一件事", "请登录查看。")
            number, was = gone.id, gone.mail
        for at_once, contacts, kept in (
            (FIVE - timedelta(minutes=1), ["林岚", "陈立"], was),
            (FIVE, ["林岚", "陈立"], f"{number}@former.invalid"),
            (TEN, ["", "陈立"], f"{number}@former.invalid"),
        ):
            retention.erase_due(at_once)
            with transaction() as at:
                found = at.get_one(Account, number)
                secret = at.get_one(AccountSecret, number)
                old, new = at.scalars(
                    select(ServiceAddress).where(ServiceAddress.signed_at == NOW).order_by(ServiceAddress.id)
                )
                forms = at.scalars(select(Document).where(Document.kind == "D28").order_by(Document.id)).all()
                assert (found.name, found.mail) == ("离任人", kept)
                assert (secret.password_hash, secret.totp_secret) == (("x", "y") if kept == was else (None, None))
                assert at.scalars(select(Mail.key)).all() == (["told:1"] if kept == was else [])
                assert [old.contact_name, new.contact_name] == contacts
                assert old.signed_name == "青屿联系人", "on who signed it rests that a notice was served"
                assert [each.erased_at is not None for each in forms] == [not contacts[0], False]
                assert ["林岚" in str(each.paper) for each in forms] == [contacts[0] == "林岚", False]
                keys_fit.check_keys(at)
                assert list(journal.verify(at)) == []
