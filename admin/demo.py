"""The demonstration's data: the whole story of a fictional association, told by the verbs over the past two years."""

import csv
import tempfile
from datetime import timedelta
from pathlib import Path

from flask_babel import force_locale
from sqlalchemy import func, select

from admin import demo_approvals, demo_cases, demo_lives, demo_parties, demo_stops, demo_texts
from admin.demo_cases import Course, Matter
from admin.demo_complaints import Life
from admin.demo_stage import Stage, all_or_nothing, hand_over, moment
from casework import receipts
from casework.models import Complaint
from casework.models_cases import CaseFile
from complainants import queries_tracking
from core.db import SYSTEM_READER, read_as, session, transaction
from core.labels import state_label
from imports.historic import import_complaints
from imports.mapping import mapping
from notices.models import Document
from registry.models_accounts import Account

ZH, EN = demo_texts.ZH, demo_texts.EN
PAST = 730
"""How many days before the present the story begins."""
SHOWN_CODES = {41: None, 18: None, 43: ("英文投诉", "in English")}
"""Complaints whose receipt codes are told with the accounts, for trying the tracking page, and what sets each apart:
none where it is how many companies it stands before by now."""
COMPANIES = {1: ("一家单位", "one company"), 2: ("两家单位", "two companies"), 3: ("三家单位", "three companies")}

LIVES = (
    (1, Life(1, ZH[11], "lanqiao", "RECEIVED", how="APP")),
    (0, Life(2, ZH[0], "haiwang", "RECEIVED", how="APP")),
    (2, Life(3, EN[0], "xingcha", "RECEIVED", how="APP")),
    (3, Life(4, ZH[6], "zhouxing", "RECEIVED", how="SMS_SIGNATURE")),
    (2, Life(5, ZH[10], "shibei", "RECEIVED", channel="PHONE")),
    (12, Life(6, ZH[7], "wanxi", "COMPLETED", how="APP")),
    (11, Life(7, ZH[16], "beiting", "NEED_INFO", channel="LETTER")),
    (4, Life(8, EN[3], "zhichao", "NEED_INFO")),
    (40, Life(9, ZH[9], "luzhou", "NEED_INFO")),
    (35, Life(10, ZH[14], "qingyu", "REJECTED")),
    (60, Life(11, ZH[8], "yuanfan", "REJECTED", channel="COUNTER")),
    (24, Life(12, EN[6], "lanqiao", "RECHECKED")),
    (52, Life(13, ZH[17], "duosheng", "REFERRED_OUT")),
    (18, Life(14, EN[4], "yuanshan", "REFERRED_OUT")),
    (3, Life(15, ZH[2], "xingcha", "SENT", share=True)),
    (9, Life(17, ZH[12], "wanxi", "OPENED", how="APP")),
    (8, Life(18, EN[1], "beiting", "WRITING", firm="changxi", share=True)),
    (15, Life(19, ZH[3], "zhouxing", "TIME_ASKED", how="APP")),
    (22, Life(20, ZH[13], "shibei", "EXTENDED")),
    (14, Life(21, ZH[5], "lanqiao", "TIME_REFUSED", firm="haishi", how="APP")),
    (10, Life(22, ZH[13], "zhichao", "RETURNED", how="SMS_SIGNATURE")),
    (15, Life(23, ZH[16], "wanxi", "INSISTED", how="APP")),
    (11, Life(24, ZH[8], "qingyu", "ALL_RETURNED")),
    (14, Life(25, ZH[17], "xingcha", "ANSWERED", firm="haishi", share=True)),
    (18, Life(26, EN[5], "haiwang", "ANSWERED", how="APP")),
    (20, Life(27, ZH[4], "luzhou", "SENT_BACK")),
    (23, Life(28, ZH[10], "yuanfan", "OVERDUE")),
    (24, Life(29, ZH[1], "beiting", "OVERDUE", how="APP", verified=True)),
    (19, Life(31, ZH[2], "lanqiao", "MERGED", firm="haishi", how="APP")),
    (18, Life(41, ZH[1], "haiwang", "RELEASED", how="APP", verified=True)),
    (20, Life(42, ZH[16], "luzhou", "RELEASED")),
    (21, Life(43, EN[0], "xingcha", "RELEASED", how="APP")),
    (36, Life(44, ZH[12], "wanxi", "DISPUTED", firm="tingan")),
    (28, Life(45, EN[2], "lanqiao", "DISPUTED", how="APP", verified=True)),
    (33, Life(46, ZH[7], "zhouxing", "ASKED_AGAIN", how="APP")),
    (80, Life(47, ZH[15], "shibei", "CHECKED")),
    (120, Life(48, ZH[14], "qingyu", "ACCEPTED")),
    (70, Life(50, ZH[13], "zhichao", "NO_FEEDBACK")),
    (65, Life(51, ZH[9], "haiwang", "SETTLED", firm="tingan")),
    (45, Life(52, ZH[5], "xingcha", "WITHDRAWN")),
    (38, Life(53, ZH[1], "wanxi", "WITHDRAWN", how="APP")),
)
"""How many days ago a complaint came in, and its life."""

CASES = (
    (600, Matter((Life(61, ZH[2], "lanqiao", "", firm="haishi", share=True),), {
        "lanqiao": Course("CLOSED", (1, 4), persons=4, acts=22, publication="PUBLISHED"),
        "haishi": Course("CLOSED", (1, 3, 5), persons=6, acts=31, publication="PUBLISHED")})),
    (430, Matter((Life(63, ZH[3], "haiwang", "", how="APP"),), {
        "haiwang": Course("CLOSED", (1, 2, 5), persons=12, acts=40, publication="CORRECTED",
                          recusal="REFUSED", review="UPHELD"),
        "tingan": Course("CLOSED", (1, 3, 5), persons=12, acts=40, publication="WITHDRAWN", defence="HEARING")})),
    (270, Matter((Life(65, ZH[4], "luzhou", "", firm="changxi"),), {
        "luzhou": Course("CLOSED", (1, 4), acts=12, publication="PUBLISHED", fails=True),
        "changxi": Course("NO_MEASURE", (1,), votes=("NONE", "NONE", "ABSTAIN"))})),
    (176, Matter((Life(67, ZH[5], "beiting", "", how="APP"),), {
        "beiting": Course("EXECUTING", (1, 4), acts=9, publication="DROPPED", rest=8),
        "changxi": Course("VERIFYING", (1,), acts=9, review="WITHDRAWN", rest=14)})),
    (170, Matter((Life(68, ZH[11], "xingcha", "", firm="haishi", verified=True),), {
        "xingcha": Course("EXECUTING", (1, 5), persons=3, acts=15, publication="APPROVED", rest=6),
        "haishi": Course("EXECUTING", (1, 2, 3), persons=3, acts=15, review="UPHELD", rest=17)})),
    (160, Matter((Life(69, EN[2], "zhouxing", ""),), {
        "zhouxing": Course("EXECUTING", (1, 4), acts=11, publication="REDACTED", recusal="GRANTED", rest=5),
        "yuanshan": Course("CLOSED", acts=11)})),
    (150, Matter((Life(70, ZH[10], "wanxi", "", how="APP"), Life(71, ZH[2], "wanxi", "")), {
        "wanxi": Course("EXECUTING", (2, 5), persons=5, acts=33, publication="DRAFT", rest=4),
        "tingan": Course("NOT_FILED")})),
    (114, Matter((Life(82, ZH[0], "xingcha", "", firm="haishi", how="APP"),), {
        "xingcha": Course("IN_REVIEW", (1, 4), persons=2, acts=16, defence="HEARING", review="ASKED",
                          rest=5),
        "haishi": Course("ADMITTED", (1, 2), persons=2, acts=16, defence="ADMISSION", late=8)})),
    (108, Matter((Life(72, ZH[1], "qingyu", "", firm="mingli"),), {
        "qingyu": Course("SERVED", (1, 5), acts=18, rest=8),
        "mingli": Course("DECIDED", (1, 2), acts=18, state=False, defence="ADMISSION", rest=4)})),
    (95, Matter((Life(73, ZH[7], "lanqiao", "", how="APP"),), {
        "lanqiao": Course("EFFECTIVE", (1, 2), acts=5, review="OPEN", rest=3),
        "haishi": Course("DELIBERATION", (1, 3), acts=5, recusal="ASKED")})),
    (84, Matter((Life(74, ZH[0], "zhichao", "", firm="mingli", how="APP"), Life(75, EN[1], "zhichao", "")), {
        "zhichao": Course("PRE_NOTICE", (1, 4), persons=3, acts=14, rest=3),
        "mingli": Course("NOTICE_ISSUED", (1, 2), persons=3, acts=14, rest=2)})),
    (74, Matter((Life(76, ZH[8], "haiwang", ""),), {
        "haiwang": Course("REVIEWING", (1,), rest=5),
        "tingan": Course("INVESTIGATING", (1,))})),
    (70, Matter((Life(79, ZH[3], "beiting", "", firm="changxi"),), {
        "beiting": Course("HEARING_SET", (1, 4), persons=9, acts=10, defence="HEARING", late=9),
        "changxi": Course("HEARING_ASKED", (1, 5), persons=9, acts=10, defence="HEARING", late=5)})),
    (58, Matter((Life(80, ZH[17], "luzhou", "", firm="changxi", verified=True),), {
        "luzhou": Course("SUSPENDED", (), persons=2, acts=2, rest=5),
        "changxi": Course("REFERRED", (), persons=2, acts=2, rest=4)})),
    (42, Matter((Life(77, ZH[4], "qingyu", "", firm="mingli", how="APP"),), {
        "qingyu": Course("SCREENING"),
        "mingli": Course("FILED", rest=2)}, silent=True)),
)  # fmt: skip
"""How many days ago the first complaint of a case came in, and how its tracks go."""


def is_there():
    """Whether the story has been told in this database."""
    at = session()
    read_as(at, SYSTEM_READER)
    found = at.scalar(select(Account.id).where(Account.demonstration).limit(1)) is not None
    at.rollback()
    return found


def fill(tell=lambda _said: None):
    """Tell the whole story, or nothing of it."""
    end = moment()
    stage = Stage(end - timedelta(days=PAST), end)
    with all_or_nothing():
        with transaction() as stage.at:
            stage.now = stage.begin
            stage.know_calendar()
            demo_parties.set_up(stage)
        _historic()
        _plan(stage)
        stage.play(tell)
        with transaction() as stage.at:
            stage.now = end
            demo_approvals.tell(stage)
        made = stage.leave_rendering()
        with transaction() as at:
            found = {model: at.scalar(select(func.count()).select_from(model)) for model in (Complaint, CaseFile)}
    hand_over()
    tell(f"{found[Complaint]} complaints, {found[CaseFile]} cases; {made} documents will be rendered by the worker.")
    return stage


def _plan(stage):
    stage.plan(stage.ago(PAST - 30), demo_parties.change_over_time(stage))
    stage.plan(stage.ago(CASES[0][0] - 2, 20), stage.evenings())
    for days, life in LIVES:
        stage.plan(_began(stage, days, life), demo_lives.tell(stage, life))
    demo_stops.plan(stage, LIVES)
    for days, matter in CASES:
        stage.plan(_began(stage, days, matter.lives[0]), demo_cases.tell(stage, matter))


def _began(stage, days, life):
    """At the hour at which people complain; today, a while ago."""
    if days == 0:
        return stage.end - timedelta(minutes=50 + life.no)
    return stage.ago(days, 8 + (life.no * 7) % 14)


def _historic():
    """Rows of an old register, through the import."""
    heads = mapping("cfpb").all_columns
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.DictWriter(file, heads, restval="")
            lines.writeheader()
            for place, (day, product, issue, told, company, _no) in enumerate(demo_texts.HISTORIC):
                lines.writerow({
                    "Date received": day, "Product": product, "Issue": issue, "Consumer complaint narrative": told,
                    "Company": company, "Date sent to company": day, "Complaint ID": str(8800101 + place * 9),
                })  # fmt: skip
        import_complaints(path, "cfpb")


def _companies(complaint):
    many = len({each.party_id for each in complaint.forwardings})
    return COMPANIES.get(many) or (f"{many}家单位", f"{many} companies")


def printed_address():
    """Give the address that stands in the QR code of the latest letter; none before the first."""
    with transaction() as at:
        asked = select(Document.paper).where(Document.outward, Document.erased_at.is_(None))
        paper = at.scalar(asked.order_by(Document.id.desc()).limit(1))
        return paper["head"]["verify_url"].partition("/verify")[0] if paper else ""


def codes(at):
    """Receipt codes with which anybody may try the tracking page, and where their complaints stand by now."""
    for number, apart in SHOWN_CODES.items():
        code = receipts.code(f"demonstration:{number}")
        complaint, told = at.get_one(Complaint, receipts.find(at, code)), []
        standing = queries_tracking.tracking(at, complaint.id).standing
        for locale, words, colon in zip(
            ("zh_Hans_CN", "en"), apart or _companies(complaint), ("：", ": "), strict=True
        ):
            with force_locale(locale):
                told.append(words + colon + str(state_label("complaint_own", standing).text))
        yield code, *told
