"""The whole chain as people live it: from a complaint to a bulletin and a closed case, each in an own window."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.clock import ZONE
from tests.filestore import making_files as made
from tests.journeys import cast
from tests.journeys.look import Looker
from tests.journeys.person import Person
from tests.site import Site

BEGINS = datetime(2026, 3, 2, 9, 30, tzinfo=ZONE)
"""Early in a year whose calendar is certain."""
FACTS = (
    "2月10日起，对方催收人员每天多次打电话给我的同事，告诉他们我欠款并报出金额。"
    "2月20日又把我的姓名和欠款金额发在公司群里。我的电话是13912345678。"
)
LEADS = {"lender": "lead@yunqi.example", "firm": "lead@hengtai.example"}


@dataclass
class Story:
    """One story: its site, its people, and the day it has come to."""

    site: Site
    somebody: Callable[..., Person]
    ask: Callable[..., list[Any]]
    people: dict[str, Person] = field(default_factory=dict)
    signed_in: dict[str, datetime] = field(default_factory=dict)
    today: datetime = BEGINS
    code: str = ""
    ref: str = ""
    looker: Looker = field(default_factory=Looker)

    def look(self, person: Person, name: str) -> None:
        """Look closely at the page that somebody has open."""
        self.looker.at(person, name)

    def on(self, month: int, day: int, hour: int = 10) -> None:
        """Go on to that day: whoever was signed in has to do so again."""
        self.today = datetime(2026, month, day, hour, tzinfo=ZONE)
        self.site.be_at(self.today)

    def who(self, name: str) -> Person:
        """Somebody of the story; all but the public are signed in."""
        if name not in self.people:
            self.people[name] = self.somebody()
            self.people[name].mail = LEADS.get(name) or (cast.mail(name) if cast.knows(name) else "")
        person = self.people[name]
        if person.mail and self.signed_in.get(name) != self.today:
            person.sign_in()
            self.signed_in[name] = self.today
        return person

    def tell(self) -> None:
        """All of it, day by day."""
        self.first_day()
        self.after_the_time_to_answer()
        self.after_the_time_for_a_statement()
        self.on_the_day_of_the_interview()
        self.after_the_time_for_a_review()
        self.at_the_end()

    def first_day(self) -> None:
        """Complained, accepted, forwarded to both; the lender answers at once."""
        self.complain()
        self.forward()
        for lead in LEADS:
            self.confirm(lead)
            self.open(lead, "转办函")
        self.answer(
            "lender",
            "REMEDY_NONMONEY",
            "经核查，我司委托的衡泰公司于2月10日至20日拨打了投诉人同事的电话。我司已责令停止，并更换作业人员。",
            "我司已责令合作方停止联系您的同事，并向您致歉。",
        )
        self.release("lender")

    def after_the_time_to_answer(self) -> None:
        """The firm let its time pass and answers late; disputed, escalated, filed, investigated, proposed."""
        self.on(3, 18)
        self.open("firm", "催办函")
        self.see_the_time_is_over("firm")
        self.answer(
            "firm",
            "EXPLAINED",
            "我司作业人员未核实号码归属，误将投诉人同事列为联系人，致电12次，已停止。",
            "我司作业人员联系了您的同事，我们已停止并向您致歉。",
        )
        self.release("firm")
        self.dispute()
        self.escalate()
        self.allege("lender", "V-I01", "2月20日通过合作方将投诉人姓名和欠款金额发布在其工作群，群内有同事36人。")
        self.allege("lender", "V-C04", "2月10日至20日通过合作方12次致电投诉人的3名同事催收。")
        self.allege("firm", "V-C04", "2月10日至20日12次致电投诉人的3名同事催收。")
        for lead in LEADS:
            self.file(lead)
        for lead in LEADS:
            self.open(lead, "立案通知书")
            self.explain(lead, "已停止有关行为，正在排查全部在催名单。")
            self.find(lead, "通话清单与群聊截图相互印证。")
            self.report(lead)
        heavier = "违规行为通过公司群公开债务信息，影响范围大，行业内通报不足以警示，故建议公开通报批评并约谈。"
        self.propose("lender", [1, 2, 3, 5], heavier)
        self.propose("firm", [1, 2], "首次违规，及时停止并致歉，责令整改和警示约谈即可达到目的。")
        for lead in LEADS:
            self.open(lead, "事先告知书")
        self.state("lender", "我司已终止有关作业人员的授权，请求从轻。")
        self.waive("lender")

    def after_the_time_for_a_statement(self) -> None:
        """The firm said nothing; both panels decide; the lender gives up the review, corrects, and is published."""
        self.on(3, 24)
        for lead in LEADS:
            self.draw(lead)
            self.vote(lead)
        for lead in LEADS:
            self.open(lead, "决定书")
        self.waive("lender")
        self.order("lender")
        for kind in ("责令整改通知书", "约谈通知书", "培训通知书"):
            self.open("lender", kind)
        self.correct("lender")
        self.enrol()
        self.publish()

    def on_the_day_of_the_interview(self) -> None:
        """The lender comes to the interview."""
        self.on(4, 3, 14)
        self.interview("lender")

    def after_the_time_for_a_review(self) -> None:
        """The lender's people are trained, its track is closed; the firm's decision is in force."""
        self.on(4, 16)
        self.train()
        self.verify("lender")
        self.finish("lender")
        self.order("firm")
        for kind in ("责令整改通知书", "约谈通知书"):
            self.open("firm", kind)
        self.correct("firm")

    def at_the_end(self) -> None:
        """The firm comes to its interview, its track is closed, and with it the complaint."""
        self.on(4, 28, 14)
        self.interview("firm")
        self.verify("firm")
        self.finish("firm")

    def complain(self) -> None:
        """A borrower complains: the institution by the name of its app, and the firm."""
        borrower = self.who("borrower")
        borrower.go("/complain").follow("开始")
        self.look(borrower, "who")
        borrower.send(role="DEBTOR")
        self.look(borrower, "company")
        borrower.send(how="APP", value=cast.APP, firm=cast.FIRM)
        self.look(borrower, "conduct")
        borrower.send(codes=["V-I01", "V-C04"], conduct_from="2026-02-10", conduct_to="2026-02-20", facts=FACTS)
        shot = {"name": "通话记录.png", "mimeType": "image/png", "buffer": made.picture(size=(300, 200))}
        self.look(borrower, "evidence")
        borrower.send(files=shot, fresh=True)
        self.look(borrower, "contact")
        borrower.send(name="沈若禾", contact="shen@example.invalid", consent=True)
        self.look(borrower, "check-and-send")
        borrower.send()
        self.code = borrower.page.locator("[data-receipt-code]").inner_text()
        self.ref = re.findall(r"TS2026-\w{6}", borrower.reads())[0]

    def forward(self) -> None:
        """Intake checks the masked copy, accepts, and puts it before the lender and the firm."""
        intake = self.who("intake")
        intake.go("/staff?view=acceptance").follow("", where="tbody")
        self.look(intake, "triage")
        copy = intake.page.locator("[name='accept-masked_facts']").input_value()
        assert "13912345678" not in copy
        parties = intake.page.locator("[name='accept-respondents']:checked").count()
        assert parties == 2, "the lender and the firm are offered, and ticked: both were named"
        intake.send("/do/accept", **{"accept-masked_facts": copy})
        sides = intake.page.locator(".respondent")
        assert sides.count() == 2
        self.look(intake, "complaint-forwarded")

    def confirm(self, lead: str) -> None:
        """At the first sign-in the lead confirms where notices are served (D28)."""
        person = self.who(lead)
        assert person.page.url.endswith("/portal/address")
        self.look(person, "address-first")
        person.send(
            electronic=True,
            postal_address="蓝湾市海望区潮汐路1号",
            contact_name="陈立",
            contact_phone="0592-5550100",
            understood=True,
        )
        assert person.page.url.endswith("/portal/")

    def open(self, lead: str, kind: str) -> Person:
        """Open a notice in the portal once it is there: its receipt is recorded."""
        person = self.who(lead)
        person.until(f"tr:has-text('{kind}') a.queue-link", "/portal/notices/").click()
        person.until("form[action$='/open']")
        self.look(person, "notice-unopened")
        person.send("/open")
        person.until("a[href$='.pdf']")
        return person

    def forwarding(self, lead: str) -> int:
        """The number of the forwarding to a company."""
        asked = "SELECT f.id FROM forwarding f JOIN party p ON p.id = f.party_id WHERE p.name_zh = :name"
        return int(self.ask(asked, name=cast.LENDER if lead == "lender" else cast.FIRM)[0].id)

    def see_the_time_is_over(self, lead: str) -> None:
        """A company reads, before it answers, that it is late."""
        person, matter = self.who(lead), f"/portal/forwardings/{self.forwarding(lead)}"
        person.until("text=已逾期", matter)
        person.go(f"{matter}/answer").says("期限已过")

    def answer(self, lead: str, outcome: str, to_association: str, to_complainant: str) -> None:
        """A company writes its answer, looks at it, and sends it."""
        person = self.who(lead)
        number = self.forwarding(lead)
        self.look(person.go("/portal/"), "portal-home-waiting")
        self.look(person.go(f"/portal/forwardings/{number}"), "forwarding-open")
        for page in ("more-time", "not-ours"):
            if self.today == BEGINS:
                self.look(person.go(f"/portal/forwardings/{number}/{page}"), f"forwarding-{page}")
        self.look(person.go(f"/portal/forwardings/{number}/answer"), "answer")
        said = {"outcome": outcome, "to_association": to_association, "to_complainant": to_complainant}
        person.send(press="look", **said)
        self.look(person, "answer-check")
        person.send(holding="seen", general=True)

    def release(self, lead: str) -> None:
        """Staff read the text for the complainant, who is the debtor, and hand it on."""
        intake = self.who("intake")
        intake.go(f"/staff/forwardings/{self.forwarding(lead)}")
        self.look(intake, "forwarding-answered")
        intake.send("/do/release", **{"release-read": True})

    def track(self, lead: str) -> int:
        """The number of the track against a company."""
        asked = "SELECT t.id FROM case_track t JOIN party p ON p.id = t.party_id WHERE p.name_zh = :name"
        return int(self.ask(asked, name=cast.LENDER if lead == "lender" else cast.FIRM)[0].id)

    def case(self) -> int:
        """The number of the case."""
        return int(self.ask("SELECT id FROM case_file")[0].id)

    def follow_up(self) -> None:
        """The borrower opens the tracking page with the code."""
        borrower = self.who("borrower")
        borrower.go("/track/")
        if "/complaint" not in borrower.page.url:
            borrower.send(code=self.code)

    def dispute(self) -> None:
        """The borrower reads both answers and disputes them."""
        self.follow_up()
        borrower = self.who("borrower")
        self.look(borrower, "track-released")
        every = borrower.page.locator("[name='d-releases']").all()
        assert len(every) == 2
        marks = [each.get_attribute("value") for each in every]
        why = "昨天他们又给我的同事打了电话，群里的消息也没有撤回。"
        borrower.send("/dispute", **{"d-releases": marks, "d-why": why})

    def escalate(self) -> None:
        """The officer sees signs of a breach: a case with one track for each company."""
        officer = self.who("officer")
        officer.go(f"/staff/complaints/{self.ref}/do/escalate")
        self.look(officer, "escalate")
        officer.send(why="两家被投诉主体均承认曾联系投诉人同事，涉嫌向无关第三人催收并泄露债务。")
        assert officer.page.locator("#related a").count() == 1
        self.look(officer, "complaint-escalated")
        self.look(officer.go(f"/staff/cases/{self.case()}"), "case-screening")

    def allege(self, lead: str, code: str, facts: str) -> None:
        """The officer says what is alleged of one company."""
        officer = self.who("officer")
        officer.go(f"/staff/cases/{self.case()}/tracks/{self.track(lead)}/allege")
        self.look(officer, "allege")
        officer.send(code=code, facts=facts, persons=3, acts=12)

    def file(self, lead: str) -> None:
        """The head files and names the investigator."""
        head = self.who("head")
        head.go(f"/staff/cases/{self.case()}/tracks/{self.track(lead)}/file")
        self.look(head, "file")
        name = head.page.locator("[name=investigator] option", has_text="程未央").get_attribute("value")
        head.send(investigator=name)

    def explain(self, lead: str, text: str) -> None:
        """A company explains what happened."""
        person = self.who(lead)
        person.go(f"/portal/cases/{self.track(lead)}/explanation")
        self.look(person, "explain")
        person.send(press="look", text=text)
        self.look(person, "explain-check")
        several = {"general": True} if person.page.locator("[name=general]").count() else {}
        person.send(holding="seen", **several)

    def find(self, lead: str, reason: str) -> None:
        """The investigator finds the allegation of a track established, by the evidence."""
        investigator = self.who("investigator")
        investigator.go(f"/staff/cases/{self.case()}")
        links = investigator.page.locator(f"#track-{self.track(lead)} a[href$='/find']")
        self.look(investigator, "case-investigated")
        for address in [each.get_attribute("href") for each in links.all()]:
            investigator.go(str(address))
            self.look(investigator, "find")
            proofs = investigator.page.locator("[name=evidence]").all()
            marks = [each.get_attribute("value") for each in proofs]
            investigator.send(finding="ESTABLISHED", evidence=marks, reason=reason)

    def report(self, lead: str) -> None:
        """The investigator files the report."""
        investigator = self.who("investigator")
        investigator.go(f"/staff/cases/{self.case()}/tracks/{self.track(lead)}/report")
        self.look(investigator, "report")
        investigator.send(
            course="调取了双方通话清单和群聊记录，询问了投诉人。",
            conclusion="对无关第三人进行催收并泄露债务信息的事实成立。",
            proposal="建议采取自律管理措施。",
        )

    def propose(self, lead: str, measures: list[int], reasons: str) -> None:
        """The reviewer proposes other measures than the ladder suggests, with reasons: the advance notice goes out."""
        reviewer = self.who("reviewer")
        reviewer.go(f"/staff/tracks/{self.track(lead)}/do/propose_minor")
        self.look(reviewer, "propose")
        reviewer.send(measures=measures, reasons=reasons, departure=reasons)

    def state(self, lead: str, text: str) -> None:
        """A company states its view on the measures proposed."""
        person = self.who(lead)
        self.look(person.go(f"/portal/cases/{self.track(lead)}"), "portal-case-advance-notice")
        self.look(person.go(f"/portal/cases/{self.track(lead)}/statement"), "statement")
        person.send(press="look", text=text)
        person.send(holding="seen")

    def waive(self, lead: str) -> None:
        """A company says in writing that nothing more will follow."""
        person = self.who(lead)
        self.look(person.go(f"/portal/cases/{self.track(lead)}/waive"), "waive")
        person.send(confirmed=True)

    def draw(self, lead: str) -> None:
        """The secretary draws the panel by lot."""
        secretary = self.who("secretary")
        self.look(secretary.go("/staff/panel"), "panels-to-draw")
        secretary.go(f"/staff/tracks/{self.track(lead)}")
        secretary.send("/draw")

    def members(self, lead: str) -> list[str]:
        """Who sits on the panel of a track."""
        asked = (
            "SELECT a.name FROM panel_member m JOIN account a ON a.id = m.account_id "
            "WHERE m.track_id = :track AND m.recused_at IS NULL ORDER BY m.chair DESC, m.id"
        )
        names = [row.name for row in self.ask(asked, track=self.track(lead))]
        known = {name: who for who, (name, _roles) in cast.STAFF.items()}
        return [known[name] for name in names]

    def vote(self, lead: str) -> None:
        """Every member reads the file and votes; the chair announces the decision."""
        number, members = self.track(lead), self.members(lead)
        for member in members:
            person = self.who(member)
            self.look(person.go(f"/staff/panel/{number}"), "panel-vote")
            person.send("/vote", **{"vote-choice": "PROPOSED", "vote-reasons": "事实清楚，证据充分，措施适当。"})
        chair = self.who(members[0])
        self.look(chair.go(f"/staff/panel/{number}"), "panel-decide")
        said = {"decision-reasons": "违规事实清楚，证据充分，当事单位的意见已予考虑。"}
        if chair.page.locator("[name='decision-statement_dealt']").count():
            said["decision-statement_dealt"] = "当事单位提出的整改情况已在措施幅度中予以考虑。"
        chair.send("/decision", **said)

    def order(self, lead: str) -> None:
        """The officer orders the measures of a decision in force: a notice for each."""
        officer = self.who("officer")
        officer.go(f"/staff/tracks/{self.track(lead)}/do/execute")
        self.look(officer, "order")
        box = officer.page.locator(".choice", has_text="许宁").locator("[name=interviewers]")
        box.set_checked(True)
        plan = {"place_of": "协会三楼会议室"}
        if officer.page.locator("[name=first_on]").count():
            days = [(self.today + timedelta(days=each)).date().isoformat() for each in (14, 15)]
            plan |= {"first_on": days[0], "last_on": days[1], "training_place": "协会培训中心"}
        officer.send(**plan)

    def correct(self, lead: str) -> None:
        """A company reports what it did about each problem, with its proof, signed by the named executive."""
        person = self.who(lead)
        self.look(person.go(f"/portal/cases/{self.track(lead)}"), "portal-case-measures")
        self.look(person.go(f"/portal/cases/{self.track(lead)}/report"), "correct")
        areas = person.page.locator("textarea[name^=report_]").all()
        said: dict[str, Any] = {str(each.get_attribute("name")): "已停止并完成整改，附抽查录音。" for each in areas}
        for name in list(said):
            proof = {"name": "整改证明.pdf", "mimeType": "application/pdf", "buffer": made.pdf(author="孙屿")}
            said[name.replace("report_", "files_")] = proof
        person.send(press="look", **said)
        self.look(person, "correct-check")
        person.send(signed=True)

    def enrol(self) -> None:
        """The lender says who takes part in the training, and confirms that it comes to the interview."""
        person = self.who("lender")
        number = self.track("lender")
        self.look(person.go(f"/portal/cases/{number}/training"), "enrol")
        people = {f"name_{place}": name for place, name in enumerate(("高一鸣", "蒋文", "田野"), 1)}
        person.send(**people, **{f"position_{place}": "催收主管" for place in (1, 2, 3)})
        person.go(f"/portal/cases/{number}")
        person.send("/interview")

    def slug(self) -> str:
        """The permanent name of the bulletin."""
        return str(self.ask("SELECT slug FROM publication")[0].slug)

    def publish(self) -> None:
        """A publisher redacts the decision's text and hands it over; a second one approves; it is published."""
        publisher, second = self.who("publisher"), self.who("publisher2")
        address = f"/staff/publications/{self.slug()}"
        self.look(publisher.go(f"{address}/preview"), "publication-preview")
        self.look(publisher.go(address), "publication-draft")
        publisher.send("/redactions", right=False, passage="文本里没有这句话", reason="可推断投诉人身份")
        assert publisher.page.locator("#passage-error").count() == 1
        publisher.send("/redactions", passage="群内有同事36人", reason="可推断投诉人身份")
        assert "群内有同事36人" not in publisher.page.locator("[data-manuscript]").inner_text()
        publisher.send("/do/submit")
        publisher.go(address)
        assert publisher.page.locator("form[action$='/do/approve']").count() == 0, "not who redacted it"
        second.go(address)
        second.send("/do/approve")
        publisher.go(address)
        publisher.send("/do/publish_public")

    def interview(self, lead: str) -> None:
        """The interview takes place; its record is written, signed page by page in the portal, and closed."""
        officer, number = self.who("officer"), self.track(lead)
        officer.go(f"/staff/tracks/{number}/record")
        self.look(officer, "record")
        entries = officer.page.locator("[name^=entry_][name$=_question]").all()
        asked = [each.get_attribute("name") for each in entries if each.input_value()]
        answers = {str(name).replace("_question", "_answer"): "情况属实，已整改。" for name in asked}
        officer.send(
            attendee_1_name="郑安",
            attendee_1_position="副总经理",
            attendee_1_identity_checked="1234",
            promise_1_commitment="不再联系与债务无关的人员",
            promise_1_due="即日",
            ended_at=f"{self.today:%Y-%m-%d} 11:00",
            rights_told=True,
            recusal_answer="不申请回避",
            **answers,
        )
        company, address = self.who(lead), f"/portal/cases/{number}/record"
        company.go(f"{address}/1")
        self.look(company, "portal-record")
        while address in company.page.url:  # each signature leads to the next page that wants one
            company.send(name="郑安", read=True)
        officer.go(f"/staff/tracks/{number}/do/hold_interview")
        officer.send(holding="refused_because")

    def train(self) -> None:
        """Attendance and marks of everybody who was enrolled."""
        officer = self.who("officer")
        officer.go(f"/staff/tracks/{self.track('lender')}/do/confirm_training")
        self.look(officer, "results")
        form = officer.page.locator("main form")
        came = [str(each.get_attribute("name")) for each in form.locator("[name^=came_]").all()]
        officer.send(**dict.fromkeys(came, True), **{name.replace("came", "mark"): 92 for name in came})

    def verify(self, lead: str) -> None:
        """Two officers look at every correction and its proof."""
        number = self.track(lead)
        asked = "SELECT i.no FROM rectification_item i JOIN measure m ON m.id = i.measure_id WHERE m.track_id = :track"
        for row in self.ask(asked, track=number):
            for who in ("officer", "officer2"):
                person = self.who(who).go(f"/staff/tracks/{number}/problems/{row.no}")
                self.look(person, "verify-problem")
                person.send(result="PASS", note="核对整改证明和抽查录音，问题已纠正。")

    def finish(self, lead: str) -> None:
        """Everything was carried out: the track is passed and closed."""
        officer = self.who("officer")
        officer.go(f"/staff/tracks/{self.track(lead)}/do/pass")
        self.look(officer, "pass")
        officer.send(lessons="合作方作业名单应当逐号核验。", holding="lessons")
