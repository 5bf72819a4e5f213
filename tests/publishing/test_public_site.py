"""What else the public has of bulletins: feeds of a selection, data for machines, withdrawals in their place, mails."""

import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core import clock, keyset, mail, outbox
from core.actors import SYSTEM
from core.db import db
from core.machine import Ask
from core.mail import Mail
from publishing import feeds, queries_public
from publishing.models_subscriptions import BulletinSubscription
from sanctions import rounds
from sanctions.models_publications import Publication, PublicationText
from sanctions.states import PUBLICATION
from tests.proceedings.test_pages import House, house, today
from tests.publishing.test_bulletin_pages import _published
from tests.sanctions.chain import Chain

__all__ = ["house", "today"]
ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "reader@reader.example"
DAYS = ("datePublished", "dateModified")


def test_a_selection_has_its_own_feeds_in_both_languages(house: House) -> None:
    house.fill(_published)
    anybody = house.enter(lang="zh").client
    for asked, found in (("", 1), ("?measure=5&code=V-I02&year=2026&kind=INSTITUTION", 1), ("?kind=FIRM", 0)):
        atom = ET.fromstring(anybody.get(f"/bulletins.atom{asked}").text)  # noqa: S314 - our own
        assert len(list(atom.iter(f"{ATOM}entry"))) == found, asked
        feed = json.loads(anybody.get(f"/bulletins.json{asked}").text)
        assert len(feed["items"]) == found, asked
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["feed_url"].startswith("http://127.0.0.1:8000/bulletins.json")
    assert feed["feed_url"].endswith("?kind=FIRM")
    assert "催收" in feed["title"]
    english = json.loads(house.enter(lang="en").client.get("/bulletins.json").text)
    assert (english["language"], english["items"][0]["title"][:12]) == ("en", "Public criti")
    (item,) = english["items"]
    assert item["url"].endswith(f"/bulletins/{house.slug}?lang=en")
    assert item["id"].endswith(f"/bulletins/{house.slug}"), "one and the same bulletin in both languages"
    atom = ET.fromstring(house.enter(lang="en").client.get("/bulletins.atom").text)  # noqa: S314 - our own
    (entry,) = atom.iter(f"{ATOM}entry")
    assert [each.attrib["href"] for each in entry.iter(f"{ATOM}link")] == [item["url"]]
    assert "measure=5" in anybody.get("/bulletins?measure=5").text.partition("application/feed+json")[2][:200]


def test_an_english_page_leads_to_the_english_feed_and_names_its_own_address(house: House) -> None:
    house.fill(_published)
    feeds = re.compile(r'href="(/bulletins\.(?:atom|json)[^"]*)"')
    for lang, end in (("en", "?lang=en"), ("zh", "")):
        anybody = house.enter(lang=lang)
        for path in ("/bulletins", f"/bulletins/{house.slug}"):
            page = anybody.get(path)
            assert set(feeds.findall(page)) == {f"/bulletins.atom{end}", f"/bulletins.json{end}"}, (lang, path)
            where = f"http://127.0.0.1:8000{path}"
            assert f'rel="canonical" href="{where}{end}"' in page
            assert f'hreflang="zh-CN" href="{where}"' in page
            assert f'hreflang="en" href="{where}?lang=en"' in page
    narrowed = house.enter(lang="en").get("/bulletins?kind=FIRM")
    assert 'rel="canonical" href="http://127.0.0.1:8000/bulletins?kind=FIRM&amp;lang=en"' in narrowed


def test_a_feed_tells_that_a_bulletin_was_corrected_and_when(house: House) -> None:
    house.fill(_published)
    anybody, where = house.enter(lang="en"), f"/staff/publications/{house.slug}"
    (before,) = anybody.client.get("/bulletins.json").json["items"]
    said = {"what": "LEAVE_OUT", "wrong": "共六次", "right": "共某次", "reason": "商业秘密"}
    house.enter("publisher").post(f"{where}/do/propose_correction", **said)
    house.enter("other").post(f"{where}/do/correct")
    (now,) = anybody.client.get("/bulletins.json").json["items"]
    assert (now["id"], now["tags"]) == (before["id"], ["Corrected", *before["tags"]])
    assert re.fullmatch(r"Corrected on [^;]+ 2026; .+", now["content_text"])
    assert "Corrected" not in before["content_text"]
    assert 'term="Corrected"' in anybody.get("/bulletins.atom")


def test_a_correction_of_an_old_bulletin_stands_before_newer_bulletins_in_the_feeds(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two(chain: Chain) -> CaseTrack:
        first, _newer = _published(chain), _published(chain)
        return first

    house.fill(two)
    anybody, where = house.enter(lang="en"), f"/staff/publications/{house.slug}"
    monkeypatch.setattr(feeds, "MOST", 1)
    assert house.slug not in anybody.get("/bulletins.json")
    said = {"what": "LEAVE_OUT", "wrong": "共六次", "right": "共某次", "reason": "商业秘密"}
    house.enter("publisher").post(f"{where}/do/propose_correction", **said)
    assert house.slug not in anybody.get("/bulletins.json"), "only proposed"
    house.enter("other").post(f"{where}/do/correct")
    for form in ("json", "atom"):
        assert house.slug in anybody.get(f"/bulletins.{form}"), form


def test_what_comes_by_mail_is_not_offered_as_a_selection(house: House) -> None:
    house.fill(_published)
    anybody = house.enter(lang="zh")
    section = '<section class="bulletin-follow"'
    for asked, words, inside in (("", "订阅", True), ("?kind=FIRM", "不按当前筛选结果区分", False)):
        page = anybody.get(f"/bulletins{asked}")
        follow = page.partition(section)[2].partition("</section>")[0]
        assert ("/bulletins/subscribe" in follow) is inside
        assert words in page
        assert "/bulletins/subscribe" in page.partition(section)[2]


def test_words_of_the_text_find_it(house: House) -> None:
    house.fill(_published)
    anybody = house.enter(lang="zh")
    for asked in ("涉嫌违规事项", "公开通报批评 青屿", "公开通报批评\u3000青屿", "公〔2026〕"):
        assert house.slug in anybody.get(f"/bulletins?text={asked}"), asked
    body = str(house.read(lambda at: at.scalars(select(PublicationText.body)).one()))
    assert "申请复核的权利" in body
    assert "本决定书送达之日起" in body
    for asked in ("涉嫌违规事项 没有的词", "100%", "_", "申请复核的权利", "本决定书送达之日起"):
        assert house.slug not in anybody.get(f"/bulletins?text={asked}"), asked


def test_machines_read_what_people_read(house: House) -> None:
    house.fill(_published)
    anybody = house.enter(lang="zh")
    page = anybody.get(f"/bulletins/{house.slug}")
    for said in (
        'itemtype="https://schema.org/Article"',
        'itemprop="headline"',
        'itemprop="datePublished"',
        'property="og:title"',
        f'property="og:url" content="http://127.0.0.1:8000/bulletins/{house.slug}"',
        'hreflang="en"',
        'rel="canonical"',
    ):
        assert said in page, said
    assert "<script type" not in page
    house.read(lambda at: at.execute(update(PublicationText).values(at=PublicationText.at - timedelta(days=40))))
    page = anybody.get(f"/bulletins/{house.slug}")
    out, changed = (re.search(rf'itemprop="{name}"[^>]*?"(\d{{4}}-\d\d-\d\d)', page) for name in DAYS)
    assert out is not None
    assert changed is not None
    assert changed[1] >= out[1], "drafted days before, it is not said to have changed before it was out"
    listed = re.search(rf"/bulletins/{house.slug}</loc><lastmod>(.*?)</lastmod>", anybody.get("/sitemap.xml"))
    assert listed is not None
    assert listed[1] >= out[1]
    plan = anybody.get("/sitemap.xml")
    ET.fromstring(plan)  # noqa: S314 - our own
    assert f"/bulletins/{house.slug}</loc>" in plan
    assert "?lang=en</loc>" in plan
    robots = anybody.get("/robots.txt")
    assert "Disallow: /staff" in robots
    assert "/sitemap.xml" in robots
    strange = anybody.client.get("/sitemap.xml", headers={"Host": "evil.example"})
    assert "evil.example" not in strange.text


def test_the_notice_of_a_withdrawal_takes_the_place_of_the_bulletin_in_list_and_feeds(house: House) -> None:
    house.fill(_published)
    anybody = house.enter(lang="zh")
    (before,) = anybody.client.get("/bulletins.json").json["items"]
    code = house.read(lambda at: at.scalars(select(Publication.codes)).one()[0])
    house.enter("head").post(f"/staff/publications/{house.slug}/do/withdraw", reason="决定已被撤销")
    selections = ("", "?text=青屿", f"?code={code}&measure=5")
    for where in [f"/bulletins{form}{chosen}" for form in ("", ".atom", ".json") for chosen in selections]:
        said = anybody.get(where)
        assert f"/bulletins/{house.slug}" in said, where
        assert re.search(r"原公告（蓝互金协公〔2026〕\d+号）已撤回", said), f"{where}: not the notice of it was"
        assert not [word for word in before["tags"] if word in re.sub(r"(?s)<form.*?</form>", "", said)], where
    (now,) = anybody.client.get("/bulletins.json").json["items"]
    assert (now["url"], now["tags"]) == (before["url"], ["撤回公告"])
    assert now["id"] != before["id"]
    assert now["title"].startswith("关于撤回《")
    for where in ("/bulletins?measure=3", "/sitemap.xml"):
        assert house.slug not in anybody.get(where), where
    assert "撤回公告" in anybody.get("/bulletins")
    notices = anybody.client.get("/bulletins/withdrawals")
    assert house.slug in notices.text
    assert notices.headers["X-Robots-Tag"] == "noindex"
    page = anybody.get(f"/bulletins/{house.slug}", 410)
    assert "og:title" not in page
    assert "schema.org" not in page


def test_a_notice_of_withdrawal_stands_in_the_selection_of_every_measure_of_its_bulletin(house: House) -> None:
    def made(chain: Chain) -> CaseTrack:
        track = chain.executing([2, 5], "V-I02")
        publication = rounds.publication(chain.session, track)
        assert publication is not None
        chain.publish(publication, chain.later(10))
        return track

    house.fill(made)
    anybody = house.enter(lang="zh")
    places = [f"/bulletins{form}?measure={measure}" for measure in (2, 5) for form in ("", ".json", ".atom")]
    assert all(house.slug in anybody.get(where) for where in places)
    house.enter("head").post(f"/staff/publications/{house.slug}/do/withdraw", reason="决定已被撤销")
    for where in places:
        said = re.sub(r"(?s)<form.*?</form>|<ul class=.chips.*?</ul>", "", anybody.get(where))
        assert house.slug in said, where
        assert "已撤回" in said, where
    listed = re.sub(r"(?s)<form.*?</form>", "", anybody.get("/bulletins"))
    assert "警示约谈" not in listed, "nothing of the decision"
    assert house.slug not in anybody.get("/bulletins?measure=3")


def _links(house: House) -> list[tuple[str, str, str | None]]:
    def mails(at: Session) -> list[tuple[str, str, str | None]]:
        outbox_ = at.scalars(select(Mail).order_by(Mail.id)).all()
        return [(one.subject, one.body, one.leave_url) for one in outbox_ if one.to == ADDRESS]

    return list(house.read(mails))


def _run(house: House) -> None:
    with house.app.app_context():
        outbox.run_all()


def _count(house: House) -> int:
    return int(house.read(lambda at: at.scalar(select(func.count()).select_from(BulletinSubscription))))


def _path(text: str) -> str:
    return "/" + re.findall(r"https?://[^/]+/(\S+)", text)[0]


def test_mails_come_only_after_the_address_was_confirmed_and_end_with_one_click(house: House) -> None:
    anybody = house.enter(lang="zh")
    for _turn in range(2):
        anybody.post("/bulletins/subscribe", mail=ADDRESS)
        assert "近期已发送过确认邮件的，不再重复发送" in anybody.get("/bulletins")
    _run(house)
    (subject, body, leave) = _links(house)[0]
    assert (len(_links(house)), subject, leave) == (1, "请确认：订阅公告邮件", None)
    house.fill(_published)
    _run(house)
    assert len(_links(house)) == 1
    anybody.get(_path(body))
    assert not house.read(lambda at: at.scalars(select(BulletinSubscription)).one().confirmed_at)
    anybody.post(_path(body))
    _withdraw(house)
    _run(house)
    told = _links(house)[1:]
    assert [each[0] for each in told] == ["公告撤回提醒"]
    assert "青屿" not in told[0][1]
    assert f"/bulletins/{house.slug}\n" in told[0][1]
    _one_click(house, str(told[0][2]))


def test_a_bulletin_withdrawn_before_its_mails_went_out_is_announced_to_nobody(house: House) -> None:
    anybody = house.enter(lang="zh")
    anybody.post("/bulletins/subscribe", mail=ADDRESS)
    _run(house)
    anybody.post(_path(_links(house)[0][1]))
    house.fill(_published)
    _withdraw(house)
    _run(house)
    assert [each[0] for each in _links(house)[1:]] == ["公告撤回提醒"]


def test_nobody_is_mailed_again_because_a_correction_was_proposed_meanwhile(house: House) -> None:
    anybody = house.enter(lang="zh")
    anybody.post("/bulletins/subscribe", mail=ADDRESS)
    _run(house)
    anybody.post(_path(_links(house)[0][1]))
    house.fill(_published)
    _run(house)
    before = len(_links(house))
    assert before == 2

    def propose(at: Session) -> dict[str, Any]:
        last = at.scalars(select(PublicationText).order_by(PublicationText.no.desc())).first()
        assert last is not None
        said = {name: getattr(last, name) for name in ("publication_id", "title", "summary", "body", "at")}
        at.add(PublicationText(**said, no=last.no + 1))
        asked = select(outbox.Outbox.args).where(outbox.Outbox.job == "sanctions.tell_subscribers")
        return dict(at.scalars(asked).one())

    args = house.read(propose)
    with house.app.app_context():
        outbox.JOBS["sanctions.tell_subscribers"](**args)  # once more, from where it died
    _run(house)
    assert len(_links(house)) == before


def _one_click(house: House, leave: str) -> None:
    """As a mail program does it: no cookie, no form of ours; then nothing is left to end, and nothing is said of it."""
    noted = house.read(lambda at: at.scalars(select(Mail).order_by(Mail.id.desc()).limit(1)).one())
    message = mail.composed(noted, "a@b.example")
    assert message["List-Unsubscribe"] == f"<{leave}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stranger = house.app.test_client()
    assert stranger.get(_path(leave)).status_code == 200
    assert _count(house) == 1
    was, house.app.config["WTF_CSRF_ENABLED"] = house.app.config["WTF_CSRF_ENABLED"], True
    for _turn in range(2):
        assert stranger.post(_path(leave), data={"List-Unsubscribe": "One-Click"}).status_code == 200
    house.app.config["WTF_CSRF_ENABLED"] = was
    assert _count(house) == 0
    assert not _links(house)


def _withdraw(house: House) -> None:
    def act(at: Session) -> None:
        it = at.scalars(select(Publication)).one()
        PUBLICATION.carry_out(Ask(at, it, SYSTEM, {"reason": "决定已被撤销"}, clock.now()), "withdraw")

    house.read(act)


def _two_more(at: Session) -> None:
    """Withdrawn on the days before."""
    for one in (Publication, PublicationText):
        names = [each.name for each in one.__table__.columns if each.name not in {"id", "version"}]
        for it in at.scalars(select(one)).all():
            kept = {name: getattr(it, name) for name in names}
            for days in (1, 2):
                slug = f"2026-9{days}"
                if isinstance(it, Publication):
                    changed = {"slug": slug, "withdrawn_at": kept["withdrawn_at"] - timedelta(days=days)}
                else:
                    changed = {"publication_id": at.scalar(select(Publication.id).where(Publication.slug == slug))}
                at.add(one(**kept | changed))
        at.flush()


def test_every_notice_of_withdrawal_is_found_and_the_list_of_bulletins_says_where(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.fill(_published)
    _withdraw(house)
    house.read(_two_more)
    monkeypatch.setattr(keyset, "SIZE", 2)
    anybody = house.enter(lang="zh")
    first = anybody.get("/bulletins/withdrawals")
    assert re.findall(r'/bulletins/(2026-\w+)"', first) == [house.slug, "2026-91"]
    (after,) = re.findall(r'href="([^"]+)" rel="next"', first)
    assert re.findall(r'/bulletins/(2026-\w+)"', anybody.get(after)) == ["2026-92"]
    assert "此处仅列最新的" not in anybody.get("/bulletins")
    monkeypatch.setattr(queries_public, "MOST", 2)
    listing = anybody.get("/bulletins")
    assert "撤回公告共3件，此处仅列最新的2件。" in listing
    assert "2026-92" not in listing
    assert "此处仅列最新的" not in anybody.get("/bulletins?measure=3")


@pytest.mark.parametrize("path", ["/bulletins", "/bulletins.atom"])
def test_three_are_listed_with_no_more_questions_to_the_database_than_one(house: House, path: str) -> None:
    house.fill(_published)
    _withdraw(house)
    anybody, said = house.enter(lang="zh"), []
    with house.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note := lambda *of: said.append(of[2]))
    anybody.get(path)
    one = len(said)
    house.read(_two_more)
    said.clear()
    anybody.get(path)
    event.remove(engine, "before_cursor_execute", note)
    assert len(said) == one > 0


def test_a_new_bulletin_stands_in_the_feed_before_older_notices_of_withdrawal(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.fill(_published)
    _withdraw(house)
    house.read(_two_more)

    def out_again(at: Session) -> None:
        it = at.scalars(select(Publication).where(Publication.slug == "2026-92")).one()
        it.state, it.withdrawn_at, it.published_at = "PUBLISHED", None, clock.now() + timedelta(hours=1)

    house.read(out_again)
    monkeypatch.setattr(feeds, "MOST", 2)
    told = house.enter(lang="zh").client.get("/bulletins.json").json["items"]
    assert [each["url"].rpartition("/")[2] for each in told] == ["2026-92", house.slug]


def test_a_page_of_the_list_on_which_nothing_stands_any_more_leads_to_its_beginning(house: House) -> None:
    house.fill(_published)
    anybody = house.enter(lang="zh").client
    for gone in ("after=1_1", "before=x", "before=99999999999_1"):
        answer = anybody.get(f"/bulletins?kind=INSTITUTION&{gone}")
        assert (answer.status_code, answer.location) == (302, "/bulletins?kind=INSTITUTION"), gone
    assert house.slug in anybody.get("/bulletins?kind=INSTITUTION").text
