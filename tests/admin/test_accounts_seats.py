"""Before somebody loses account or role, the page names the panels that will lack a member."""

from flask import Flask

from core.db import transaction
from sanctions import rounds
from tests.admin.office import Office
from tests.proceedings.test_pages import BEGUN
from tests.sanctions.reviewing import Reviewing


def test_before_a_member_of_a_panel_loses_role_or_account_the_page_says_that_a_seat_becomes_free(app: Flask) -> None:
    security = Office(app, "security_admin")
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN).fill_pool()
        track = chain.deliberating([1])
        chain.vote(track, "PROPOSED")
        panel = rounds.panel(at, track)
        assert panel is not None
        seats = {each.account_id: each for each in panel.members}
        cast = {vote.member_id for vote in rounds.votes(at, panel)}
        waits = next(number for number, each in seats.items() if each.id not in cast)
        voted = next(number for number, each in seats.items() if each.id in cast)
    for deed in ("take", "lock"):
        said = security.get(f"accounts/do/{deed}/?id={waits}")
        assert "已被抽选参加1项尚未作出决定的审议或者复核" in said
        assert "其席位即空缺" in said
        assert "其席位即空缺" not in security.get(f"accounts/do/{deed}/?id={voted}")
