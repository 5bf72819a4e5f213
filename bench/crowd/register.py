"""Companies and people of a crowd: institutions and firms with their other names, what binds them, who works there."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from bench.crowd.copying import Copied, Server, last
from bench.crowd.words import Words
from core.crypto import seal
from core.pinyin import sort_key
from registry.accounts import mail_key
from registry.names import check_character, fold, fold_number

KINDS = ("消费金融有限公司", "网络小额贷款有限公司", "数字科技有限公司", "融资担保有限公司", "商业银行股份有限公司")
FIRMS = ("信用管理有限公司", "商务咨询有限公司", "资产管理服务有限公司", "企业管理有限公司")
STAFF = (("intake", 12), ("officer", 20), ("investigator", 10), ("head", 3), ("reviewer", 6), ("publisher", 2))
LONG_AGO = date(2018, 1, 1)


@dataclass
class Register:
    """Who is there, by number."""

    institutions: list[tuple[int, str, str]] = field(default_factory=list)
    """Number, name, and the app people know."""
    firms: list[tuple[int, str, str]] = field(default_factory=list)
    firms_of: dict[int, list[int]] = field(default_factory=dict)
    staff: dict[str, list[int]] = field(default_factory=dict)
    people_of: dict[int, int] = field(default_factory=dict)
    """By company, the account of its lead."""


def tables() -> dict[str, Copied]:
    """What is filled here, in this order."""
    return {
        each.name: each
        for each in (
            Copied("party", "id kind name_zh name_en folded_zh folded_en sort_zh uscc member_no", version=1),
            Copied("party_alias", "party_id kind value folded"),
            Copied("basis", "party_id kind from_on document", status="ACTIVE", version=1),
            Copied("account", "id mail mail_hash name audience party_id", version=1),
            Copied("account_role", "account_id role"),
            Copied("engagement", "institution_id firm_id from_on products", version=1),
            Copied(
                "service_address",
                "party_id account_id electronic postal_address contact_name contact_phone signed_by signed_name "
                "signed_at from_on",
            ),
        )
    }


def enter(server: Server, rng: Random, words: Words, many: int) -> Register:
    """So many companies, a third of them firms, with their people, and staff."""
    into, made = tables(), Register()
    first, person = last(server, "party"), last(server, "account")
    names = rng.sample([word for word in words.rare if len(word) == 3], many)
    for place, stem in enumerate(names, 1):
        person += 1
        _company(into, rng, made, first + place, stem, person)
    for role, number in STAFF:
        for _ in range(number):
            person += 1
            _account(into, person, f"{rng.choice(words.rare)[:2]}{role[:1]}{person}", "staff", None, role)
            made.staff.setdefault(role, []).append(person)
    for institution, _name, _app in made.institutions:
        made.firms_of[institution] = [each[0] for each in rng.sample(made.firms, min(3, len(made.firms)))]
        for firm in made.firms_of[institution]:
            into["engagement"].add(institution, firm, LONG_AGO, "个人消费贷款")
    for table in into.values():
        table.write(server, table.take())
    return made


def _company(into: dict[str, Copied], rng: Random, made: Register, number: int, stem: str, person: int) -> None:
    lends = number % 3 > 0
    zh = stem + rng.choice(KINDS if lends else FIRMS)
    en = f"{'Lender' if lends else 'Firm'} {number} Co., Ltd."
    first = f"91888800MB{number:07d}"
    into["party"].add(
        number, "INSTITUTION" if lends else "FIRM", zh, en, fold(zh), fold(en), sort_key(zh),
        first + check_character(first), f"CR{number:05d}" if lends else None,
    )  # fmt: skip
    app, phone = f"{stem[:2]}借{number}", f"0100-7{number:06d}"
    for kind, value in (("APP", app), ("SMS_SIGNATURE", f"【{stem}{number}】"), ("SHORT", stem), ("NUMBER", phone)):
        into["party_alias"].add(number, kind, value, fold_number(value) if kind == "NUMBER" else fold(value))
    into["basis"].add(number, "MEMBERSHIP" if lends else "UNDERTAKING", LONG_AGO, "入会证书" if lends else "承诺书")
    _account(into, person, f"{stem}联络人", "party", number, "lead")
    into["service_address"].add(
        number, person, True, f"蓝湾市{stem}路{number}号", seal(stem.encode()), seal(phone.encode()), person,
        seal(stem.encode()), datetime(2025, 1, 2, 2, tzinfo=UTC), LONG_AGO + timedelta(days=30),
    )  # fmt: skip
    (made.institutions if lends else made.firms).append((number, zh, app))
    made.people_of[number] = person


def _account(into: dict[str, Any], number: int, name: str, audience: str, party: int | None, role: str) -> None:
    mail = f"crowd{number}@lanwan.example"
    into["account"].add(number, seal(mail.encode()), mail_key(mail), name, audience, party)
    into["account_role"].add(number, role)
