"""The commands of the demonstration: its data, its accounts, and pictures of its pages."""

import json
import os
import sys
import time
from pathlib import Path
from typing import NoReturn

import click
import pyotp
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale

from admin import demo, lighthouse, pictures
from core import clock
from core.db import transaction
from core.errors import Refused
from core.labels import state_label
from core.site import outside
from notices import seals
from registry import accounts, credentials, seeds
from registry.models_accounts import Audience

REFUSED = 1


@click.command("demo")
@click.option("--accounts", "show", is_flag=True, help="Fill in nothing, only print the accounts to sign in with.")
@with_appcontext
def demo_command(*, show: bool) -> None:
    """Fill the database with the demonstration's fictional data, once; print its accounts."""
    if current_app.extensions["zilu"].mode != "demonstration":
        click.echo("Demonstration data belong into a demonstration only: ZILU_MODE is production here.", err=True)
        sys.exit(REFUSED)
    try:
        if not show:
            _fill()
        _tell()
    except Refused as refused:
        _say(refused)


def _fill() -> None:
    with transaction() as at:
        seeds.sow(at, mode="demonstration", now=clock.now())
        seals.for_demonstration(at, clock.now())
    if demo.is_there():
        click.echo("The demonstration data are there already.", err=True)
        if (printed := demo.printed_address()) and printed != outside(""):
            click.echo(f"Letters that were made before lead to {printed}, this site's address at that time.", err=True)
        return
    click.echo("Telling two years of a fictional association; this takes half a minute to three minutes.", err=True)
    began = time.monotonic()
    demo.fill(tell=lambda said: click.echo(said, err=True))
    click.echo(f"The demonstration data were made in {time.monotonic() - began:.1f} s.", err=True)


def _tell() -> None:
    click.echo(f"  Password of every account / 所有账号的密码: {accounts.DEMONSTRATION_PASSWORD}")
    click.echo("  The six digits are the code of this half minute / 六位数字为当前动态验证码: ./zilu demo --accounts")
    with transaction() as at:
        for account in accounts.demonstration_accounts(at):
            secret = credentials.secret_of(at, account.id)
            code = pyotp.TOTP(secret.totp_secret).now() if secret.totp_secret else "-"
            roles = sorted(account.role_words - {"respondent"})
            with force_locale("zh_Hans_CN"):
                words = "、".join(str(state_label("role", role).text) for role in roles)
            party = account.party.name_zh if account.audience is Audience.PARTY and account.party else ""
            click.echo(f"  {account.mail:<31}{code:>7}  {words} {', '.join(roles)} {party or account.name}".rstrip())
        click.echo("  Receipt codes for /track / 查询码:")
        for code, zh, en in demo.codes(at):
            click.echo(f"  {code}  {zh} / {en}")


def _say(refused: Refused) -> NoReturn:
    """Why it cannot be, in the language of all commands."""
    with force_locale("en"):
        click.echo(str(refused), err=True)
    sys.exit(REFUSED)


@click.command("pictures")
@click.option("--at", "address", default="http://127.0.0.1:8000", help="Where the demonstration runs.")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("docs/pictures"), help="Where to."
)
@with_appcontext
def pictures_command(address: str, folder: Path) -> None:
    """Take the README's pictures of a running demonstration with a headless Chromium."""
    try:
        for name, size in pictures.take(address.rstrip("/"), folder):
            click.echo(f"{name}  {size // 1024} KB")
    except Refused as refused:
        _say(refused)


@click.command("lighthouse")
@click.option("--at", "address", default="http://127.0.0.1:8000", help="Where the demonstration runs.")
@click.option("--runs", default=1, type=click.IntRange(1), help="Of several the middle one counts.")
@with_appcontext
def lighthouse_command(address: str, runs: int) -> None:
    """Judge five pages of a running demonstration by Lighthouse; refused where an aim is missed."""
    program = json.loads(os.environ.get("ZILU_LIGHTHOUSE", "[]"))
    if not program:
        click.echo("Lighthouse is installed by ./zilu lighthouse, and nothing else.", err=True)
        sys.exit(REFUSED)
    passed = True
    try:
        for each in lighthouse.judge(address.rstrip("/"), program, runs):
            points = "  ".join(f"{what} {got}" for what, got in each.points.items())
            click.echo(f"{each.name:<15} {points}  machine {each.machine}{'' if each.passed else '  MISSED'}")
            for audit in each.wanting:
                click.echo(f"  {each.name}: {audit}", err=True)
            passed &= each.passed
    except Refused as refused:
        _say(refused)
    if not passed:
        aims = ", ".join(f"{what} {aim}" for what, aim in lighthouse.AIMS.items())
        click.echo(f"The aims are: {aims}.", err=True)
        sys.exit(REFUSED)
