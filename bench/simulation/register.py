"""The register of a simulation: the demonstration's companies and people, and as many more as the cases want."""

import random
from datetime import date
from itertools import product
from typing import Any

from admin import demo_parties
from bench.simulation.season import Season
from registry import accounts, parties, service_addresses
from registry.models import BasisKind, PartyKind
from registry.models_accounts import Account, Audience
from registry.names import check_character
from registry.service_addresses import NewAddress
from sanctions import pools

CASES_FOR_ONE = 80
"""About so many cases concern one institution in three years."""
FIRST, SECOND = "澄沐岚淙泊涟沂湛洛沚渌湘", "帆砚禾舟棠岑麓峦弦朔屿垣"
LENDING = ("消费金融有限公司", "网络小额贷款有限公司", "融资担保有限公司", "信息服务有限公司")
COLLECTING = ("资产管理服务有限公司", "信用管理有限公司", "商务咨询有限公司")
MORE_STAFF = (
    ("officer3", "程问", ("officer",)),
    ("officer4", "卓远", ("officer",)),
    ("investigator3", "郁清", ("investigator",)),
    ("reviewer2", "谢思", ("reviewer",)),
    *((f"panel{n}", f"审议员{n}", ("panel",)) for n in range(8, 14)),
    *((f"review{n}", f"复核员{n}", ("review body",)) for n in range(7, 13)),
)


def set_up(season: Season, cases: int) -> None:
    """Enter everybody who is there before the first complaint."""
    demo_parties.set_up(season)
    for key, name, roles in MORE_STAFF:
        _account(season, key, name, Audience.STAFF, roles)
        if set(roles) & set(pools.ROLES):
            person = season.at.get_one(Account, season.people[key].id)
            keeper = season.people["system"]
            pools.place(season.at, person, organisation="蓝湾大学", actor=keeper, now=season.begin)
    season.lenders = [season.parties[each.key] for each in demo_parties.INSTITUTIONS]
    bound = [each.key for each in demo_parties.FIRMS if each.bound]
    season.firms = [(season.parties[lender], season.parties[firm]) for lender, firm, *_ in demo_parties.ENGAGED
                    if firm in bound and lender != "yuanfan"]  # fmt: skip
    names = ["".join(each) for each in product(FIRST, SECOND)]
    random.Random(season.seed).shuffle(names)  # noqa: S311 - the same each time
    for serial in range(max(0, cases // CASES_FOR_ONE - len(season.lenders))):
        _institution(season, serial, names)


def _institution(season: Season, serial: int, names: list[str]) -> None:
    """One more institution; every second has a firm of its own that collects for it."""
    name, round_no = names[serial % len(names)], serial // len(names)
    word = name + "甲乙丙丁戊"[round_no] * bool(round_no)
    lender = _party(season, 2 * serial, f"{word}{LENDING[serial % 4]}", PartyKind.INSTITUTION,
                    BasisKind.MEMBERSHIP if serial % 4 == 0 else BasisKind.SIGNATORY)  # fmt: skip
    season.lenders.append(lender)
    if serial % 2 == 0:
        firm = _party(season, 2 * serial + 1, f"{word}{COLLECTING[serial % 3]}", PartyKind.FIRM, BasisKind.UNDERTAKING)
        season.firms.append((lender, firm))
        parties.engage(
            season.at, actor=season.people["system"], institution=lender, firm=firm, from_on=date(2023, 1, 1),
            to_on=None, products="个人消费贷款", white_list_url="", contract=f"SIM-{serial}", last_evaluated_on=None,
            now=season.now,
        )  # fmt: skip


def _party(season: Season, serial: int, name: str, kind: PartyKind, basis: BasisKind) -> Any:
    at, now, keeper = season.at, season.now, season.people["system"]
    code = f"91999901MA{5000000 + serial * 41:07d}"
    party = parties.create(
        at, actor=keeper, kind=kind, name_zh=name, name_en=f"Company {serial} Co., Ltd.",
        uscc=code + check_character(code), named_executive="周岚", now=now,
        member_no=f"SM{serial:04d}" if basis is BasisKind.MEMBERSHIP else None,
    )  # fmt: skip
    parties.add_basis(at, party, actor=keeper, kind=basis, from_on=date(2022, 1, 1), document="签署页", now=now)
    key = f"sim{serial}"
    season.parties[key] = party
    _account(season, key, f"联系人{serial}", Audience.PARTY, ("lead",), party)
    if serial % 9:
        address = NewAddress(
            electronic=bool(serial % 7), postal_address=f"蓝湾市海望区某路{serial}号", contact_name="联系人",
            contact_phone=f"0100-556{serial % 10000:04d}", signed_name=f"联系人{serial}",
        )  # fmt: skip
        service_addresses.confirm(at, actor=season.people[key], address=address, now=now)
    return party


def _account(
    season: Season,
    key: str,
    name: str,
    audience: Audience,
    roles: tuple[str, ...],
    party: Any = None,
) -> None:
    made = accounts.enter_demonstration(
        season.at, mail=f"{key}@sim.example", name=name, audience=audience, roles=roles, party=party, now=season.begin
    )
    season.enter(key, made)
