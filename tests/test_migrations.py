"""Migrations go up, down and up again on a database with rows in it, and end where the models are."""

import json
import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, delete, func, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from casework import erasure_requests, evidence, inquiries, rechecks, tasks
from casework.models import Answer, Task
from casework.models_cases import CaseComplaint, CaseTrack, Evidence
from core import journal, mail
from core.actors import Actor
from core.clock import day_of, local, midnight
from core.crypto import seal, unseal
from core.db import Base, db, transaction
from core.mail import Mail
from core.outbox import Outbox
from figures import months
from notices import alerts, serving
from notices.models import Service, ServiceStep
from registry import accounts, queries
from registry.models import Party, ServiceAddress
from registry.models_accounts import Audience
from registry.models_settings import Installation
from sanctions import admissions, bulletin_corrections, statements, verifications
from sanctions.models_admissions import Admission
from sanctions.models_decisions import Statement
from sanctions.models_file_views import FileView
from sanctions.models_hearings import Hearing
from sanctions.models_measures import RectificationItem
from sanctions.models_publications import BulletinCorrection, PublicationText
from sanctions.models_reviews import Review
from tests import builders, restoring
from tests.builders import Desk
from tests.builders_cases import actor
from tests.casework.test_erasing_kept import withdrawn
from tests.complainants.test_second_looks import asked as asked_again
from tests.conftest import NOW, OWNER, _application, _owner, _run, _worker, copy_of, drop
from tests.filestore import making_files
from tests.notices.test_serving_ways import alerted, letter
from tests.sanctions.chain import DAY, Chain
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_on_paper import enter, offline
from wsgi import create_app

HOUR = timedelta(hours=1)
STILL_HELD = "0076"
"""Down to here, step by step, no row of these lives is lost; below, steps take away the settings they brought."""
MADE_AGAIN = {"case_entry", "in_use", "service_step"}
"""What follows from other tables, or waits in a receipt: a step up fills it again."""
DATABASE = f"zilu_migrated_{_run}_{_worker}"


@pytest.fixture
def migrated(template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application on a database of its own, migrated and seeded as all of this run's are."""
    with psycopg.connect(_owner("postgres"), autocommit=True) as server:
        drop(server, DATABASE)
        server.execute(copy_of(template, DATABASE))
    with psycopg.connect(_owner(DATABASE), autocommit=True) as inside:
        restoring.unmark(inside)
    owner = make_url(os.environ[OWNER]).set(database=DATABASE)
    monkeypatch.setenv(OWNER, owner.render_as_string(hide_password=False))
    app = create_app(SQLALCHEMY_DATABASE_URI=_application(DATABASE), TESTING=True)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    with psycopg.connect(_owner("postgres"), autocommit=True) as server:
        drop(server, DATABASE)


def _down_to(revision: str) -> None:
    """Nobody is connected meanwhile."""
    db.session.remove()
    db.engine.dispose()
    downgrade(revision=revision)


def _differences() -> list[object]:
    engine = create_engine(os.environ[OWNER])
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Base.metadata)
    engine.dispose()
    return [one for one in found if "alembic_version" not in str(one)]


def _rows() -> dict[str, int]:
    """How many rows each table holds, whoever may read them."""
    engine = create_engine(os.environ[OWNER])
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        counts = {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in names}
    engine.dispose()
    return counts


def _lost(before: dict[str, int]) -> dict[str, tuple[int, int]]:
    """The tables that hold fewer rows than before, with both numbers."""
    after = _rows()
    return {name: (number, after.get(name, 0)) for name, number in before.items() if after.get(name, 0) < number}


def test_down_and_up_on_populated_data_and_up_from_nothing(migrated: Flask) -> None:
    with transaction() as at:
        Desk(at, NOW).forwarded()
        chain = Chain(at, NOW)
        chain.made_public()
        months.count(at, date(2026, 11, 1), chain.later(40))
        for name in ("decision", "document", "service", "clock", "publication", "forwarding", "figure", "evidence"):
            assert at.scalar(select(func.count()).select_from(Base.metadata.tables[name])), name
    before = _rows()
    _down_to(STILL_HELD)
    assert _lost(before).keys() <= MADE_AGAIN
    upgrade()
    assert _lost(before) == {}
    with transaction() as at:
        assert not list(journal.verify(at))
    _down_to("base")
    engine = create_engine(os.environ[OWNER])
    with engine.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar()
    engine.dispose()
    assert left == 1  # alembic's own
    upgrade()
    assert not _differences()


def test_of_several_proposals_the_last_one_waits_and_a_bulletin_of_before_says_since_when_its_decision_is_in_force(
    migrated: Flask,
) -> None:
    with transaction() as at:
        chain = Chain(at, NOW)
        publication = chain.made_public()
        shown = at.scalars(select(PublicationText).where(PublicationText.shown)).one()
        number, wanted = shown.id, shown.summary["in_force_since"]
        shown.summary = {name: said for name, said in shown.summary.items() if name != "in_force_since"}
        for passage in ("无关人员", "共六次"):
            said = {"passage": passage, "reason": "可以据此推知个人", "version": None, "now": chain.later(20)}
            bulletin_corrections.leave_out(at, publication, actor=actor(chain.publisher), **said)  # type: ignore[arg-type]
            by = {"actor": actor(chain.other_publisher), "version": None, "now": chain.later(20)}
            if passage == "无关人员":
                bulletin_corrections.refuse(at, publication, reasons="不足以识别", **by)  # type: ignore[arg-type]
    _down_to("0066")
    upgrade()
    with transaction() as at:
        waits = select(BulletinCorrection.outcome).order_by(BulletinCorrection.id)
        assert at.scalars(waits).all() == ["LAPSED", None]
        assert at.get_one(PublicationText, number).summary["in_force_since"] == wanted != ""


def test_a_decision_that_is_in_effect_already_is_a_task_after_the_upgrade(migrated: Flask) -> None:
    with transaction() as at:
        track = Chain(at, NOW).effective([1])
        number, since = track.id, select(CaseComplaint.since)
        attached = at.scalars(since).all()
        at.execute(delete(Task))
        tasks.put(at, "no_copy", ("track", number, track.ref), role="officer", now=NOW)
    for _ in range(2):
        _down_to("0170")
        with transaction() as at:
            new = select(func.count(Task.id)).where(Task.kind.in_(["to_order", "no_copy"]))
            assert at.scalar(new) == 0, "code of before has no words for them"
        db.session.remove()
        db.engine.dispose()
        upgrade()
    with transaction() as at:
        [task] = tasks.open_of(at, ("track", number))
        assert (task.kind, task.role, task.subject_ref) == ("to_order", "officer", at.get_one(CaseTrack, number).ref)
        assert at.scalars(since).all() == attached == [NOW], "as the journal tells when a complaint came to its case"


_FOUND = select(RectificationItem.findings)


def made_up(came: date, entered: datetime) -> datetime:
    """The moment of what came on paper, as it was kept before it had its day beside it."""
    return datetime.combine(came, local(entered).timetz())


def test_requests_and_reports_that_came_on_paper_get_their_day_and_their_files_are_found_by_the_entry(
    migrated: Flask,
) -> None:
    with transaction() as at:
        chain = Reviewing(at, NOW)
        entered, (early, late) = chain.later(14), (day_of(chain.later(each)) for each in (8, 12))
        sent = [
            ("ask_hearing", chain.proposed([1, 4], "V-I02"), early),
            ("ask_review", chain.served_decision([1, 4], "V-I02"), early),
            ("ask_review", chain.served_decision([1]), early),
            ("report_correction", chain.executing([1]), late),
        ]
        chain.serve(sent[0][1], "D17", chain.later(4))
        offline(chain)
        for event, track, came in sent:
            enter(chain, track, event, 14, came=came, scans=[(BytesIO(making_files.picture()), f"{event}.png")])
        enter(chain, sent[0][1], "waive_hearing", 14, came=early)
        it = chain.proposed([1])
        chain.serve(it, "D17", chain.later(4))
        said = {"text": "属实。", "signed_by": "周岚", "position": "副总裁", "authorised": True, "told": True}
        admissions.admit(at, it, **said, actor=actor(chain.lead), now=chain.later(6))  # type: ignore[arg-type]
        enter(chain, it, "withdraw_admission", 14, came=early)
        failed = [{"text": "已停止外呼", "at": entered.isoformat()}]
        at.execute(update(RectificationItem).values(earlier=failed))
    _down_to("0181")
    kept = (Hearing.asked_at, Review.asked_at, RectificationItem.reported_at)
    with transaction() as at:
        for moment, came in zip(kept, (early, early, late), strict=True):
            before = made_up(came, entered)
            at.execute(update(moment.class_).where(moment == entered).values({moment: before}))
            purpose = {Review: "REVIEW", Hearing: "STATEMENT"}.get(moment.class_, "PROOF")
            at.execute(update(Evidence).where(Evidence.purpose == purpose).values(added_at=before))
    db.session.remove()
    db.engine.dispose()
    upgrade()
    with transaction() as at:
        assert at.scalars(select(RectificationItem.earlier).distinct()).one() == failed, "what did not pass is told"
        assert at.scalars(select(Hearing.waived_came_on).where(Hearing.waived_at == entered)).all() == [early]
        taken_back = select(Admission.withdrawn_came_on).where(Admission.withdrawn_at == entered)
        assert at.scalars(taken_back).all() == [early], "so far midnight of that day"
        for moment, days in zip(kept, ([early], [early] * 2, [late]), strict=True):
            assert at.scalars(select(moment.class_.came_on).where(moment == entered)).all() == days
        assert at.scalars(select(Evidence.purpose).where(Evidence.added_at == entered).order_by(Evidence.id)).all() == [
            "STATEMENT",
            *["REVIEW"] * 2,
            "PROOF",
        ]


def test_who_found_what_of_a_correction_before_is_as_the_journal_tells(migrated: Flask) -> None:
    with transaction() as at:
        chain = Chain(at, NOW)
        track = chain.executing([1])
        chain.report(track)
        chain.verify(track, "FAIL")
        verifications.fail(at, track, actor=actor(chain.officer), version=None, now=chain.later(22))
        chain.serve(track, "D23a", chain.later(22))
        chain.report(track, chain.later(23))
        chain.verify(track, "PASS", chain.later(24))
        kept = [each | {"at": datetime.fromisoformat(each["at"])} for each in at.scalars(_FOUND).one()]
    _down_to("0205")
    with transaction() as at:
        assert len(at.scalars(_FOUND).one()) == len(kept), "what was kept before stays"
        at.execute(update(RectificationItem).values(findings=[]))
    _down_to("0205")
    upgrade()
    with transaction() as at:
        told = [each | {"at": datetime.fromisoformat(each["at"])} for each in at.scalars(_FOUND).one()]
    notes = [None, kept[1]["note"], None, kept[3]["note"]]
    assert told == [each | {"note": note} for each, note in zip(kept, notes, strict=True)]


def test_a_second_look_that_was_ticked_off_unanswered_waits_again(migrated: Flask) -> None:
    with transaction() as at:
        desk = Desk(at, NOW)
        waits, refused = (asked_again(desk) for _ in range(2))
        rechecks.refuse(at, refused, why="不影响结论。", actor=desk.head, now=NOW)
        at.execute(update(Task).where(Task.kind == "recheck").values(done_at=NOW, done_by=desk.head.id))
        number = waits.id
    _down_to("0211")
    upgrade()
    with transaction() as at:
        again = select(Task.subject_id).where(Task.done_at.is_(None), Task.kind == "recheck")
        assert at.scalars(again).all() == [number]


def test_an_early_deletion_that_was_ticked_off_undecided_waits_again(migrated: Flask) -> None:
    with transaction() as at:
        desk = Desk(at, NOW)
        waits, refused = (withdrawn(desk, number) for number in (1, 2))
        said = {"asked_on": NOW.date(), "reason": "来电", "actor": desk.officer, "now": NOW}
        for each in (waits, refused):
            erasure_requests.propose(at, each, **said)
        erasure_requests.refuse(at, refused, why="诉讼未了", actor=desk.head, now=NOW)
        at.execute(update(Task).where(Task.kind == erasure_requests.KIND).values(done_at=NOW, done_by=desk.head.id))
        number = waits.id
    _down_to("0217")
    upgrade()
    with transaction() as at:
        again = select(Task.subject_id).where(Task.done_at.is_(None), Task.kind == erasure_requests.KIND)
        assert at.scalars(again).all() == [number]


def test_the_day_of_what_came_on_paper_before_is_as_the_journal_tells(migrated: Flask) -> None:
    with transaction() as at:
        desk, chain = Desk(at, NOW), Chain(at, NOW)
        came, entered, next_day = day_of(NOW) + timedelta(days=5), chain.later(6) + HOUR, chain.later(7)
        answered = desk.answer(desk.forwarded(), now=entered, day=came).answers[-1].id
        track, it = chain.proposed([1]), chain.filed()
        chain.serve(track, "D17", chain.later(4))
        chain.serve(it, "D11b")
        at.execute(update(ServiceAddress).values(electronic=False))
        at.expire_all()
        by: dict[str, Any] = {"actor": actor(chain.lead), "now": entered}
        said = statements.state(at, track, text="人数有误。", day=came, **by).id
        picture = BytesIO(making_files.picture())
        piece = evidence.hand_in(at, track, picture, "一.png", purpose="STATEMENT", **by).id
        by["now"] = next_day
        at_noon = statements.state(at, track, text="补充。", day=came + DAY, **by).id
        of_one_day = statements.state(at, track, text="再补充。", day=came, **by | {"now": chain.later(8)}).id
        online = statements.state(at, track, text="又补充。", **by | {"now": chain.later(9)}).id
        wrote = {"text": "情况说明。", "signed_by": "周岚", "received_on": came, "scans": (), "version": None}
        for now in (entered, next_day):
            inquiries.enter_answer(at, it, **wrote, actor=actor(chain.officer), now=now)  # type: ignore[arg-type]
        number, parts = it.id, it.explained
        assert [each.came_on for each in parts] == [came, came]
        as_written = {said: made_up(came, entered), at_noon: midnight(came + DAY) + 12 * HOUR}
        for each, moment in as_written.items():
            at.execute(update(Statement).where(Statement.id == each).values(stated_at=moment))
        at.execute(update(Evidence).where(Evidence.id == piece).values(added_at=as_written[said]))
    for _ in range(2):
        _down_to("0175")
        upgrade()
        with transaction() as at:
            assert at.get_one(Answer, answered).came_on == came
            told = [at.get_one(Statement, each) for each in (said, at_noon, of_one_day, online)]
            assert [each.came_on for each in told] == [came, came + DAY, came, None]
            assert [each.stated_at for each in told] == [entered, next_day, chain.later(8), chain.later(9)]
            assert at.get_one(Evidence, piece).added_at == entered
            assert at.get_one(CaseTrack, number).explained == parts


def test_alerts_that_counted_as_done_without_a_server_and_hashes_are_asked_for_again_and_files_of_json_named_beside_it(
    migrated: Flask,
) -> None:
    with transaction() as at:
        chain = Chain(at, NOW)
        service = alerted(Desk(at, NOW))
        service.proof = {"place": "前台", "file": "a" * 64}
        entries = [{"section": "EVIDENCE", "sha256": "b" * 64}, {"section": "NOTICE", "sha256": ""}]
        at.add(FileView(track_id=chain.drafted().track_id, made_at=NOW, entries=entries, sha256="0"))
        mail.send_later(at, "invited:1", "lead@bank.example", "通知", "请登录。")
        at.flush()
        at.execute(update(Outbox).values(done_at=NOW))
        at.execute(update(Installation).values(mode="production"))
        alerts = select(Mail.id).where(Mail.key.startswith(f"alert:{service.id}:"))
        again = ("before_opening", "leave_to_others", "names_apart", "rehash:0", "rehash:0177:0")
        of_cases = ("names_of_cases", "without_told")  # for there is one
        mails = (f"mail:{number}" for number in at.scalars(alerts))
        wanted = sorted([*again, *of_cases, *mails])
    _down_to("0097")
    upgrade()
    with transaction() as at:
        assert len(wanted) > 1
        assert set(at.scalars(select(Party.sort_zh).where(Party.name_zh.startswith("青屿")))) == {
            "qing1青yu3屿xiao1消fei4费jin1金rong2融you3有xian4限gong1公si1司"
        }
        assert sorted(at.scalars(select(Outbox.key).where(Outbox.done_at.is_(None)))) == wanted
        assert at.scalars(select(Service.proof_sha256).where(Service.proof_sha256.is_not(None))).all() == ["a" * 64]
        assert at.scalars(select(FileView.shown_sha256)).all() == [["b" * 64]]


def test_steps_of_service_go_into_the_receipt_on_the_way_down_and_come_out_of_it_again(migrated: Flask) -> None:
    with transaction() as at:
        desk = Desk(at, NOW)
        service, older = letter(desk), letter(desk)
        by = {"actor": desk.officer, "now": NOW}
        for slip, why in (("EX1", "查无此人"), ("EX2", "地址不详")):
            serving.step(at, service.id, "post", slip_no=slip, proof={"file": "a" * 64, "file_name": "a.png"}, **by)
            serving.step(at, service.id, "returned", reason=why, proof={"place": "城东邮局"}, **by)
        alerts.attempted(at, service, "已搬离", proof={"place": "潮汐路1号"}, **by)
        serving.step(at, older.id, "post", slip_no="EX9", **by)
        alerts.bounced(at, alerted(desk), NOW, noted_by=desk.officer)
        kept = _steps(at)
        assert len(kept) == 7
    _down_to("0203")
    engine = create_engine(os.environ[OWNER])
    with engine.begin() as connection:  # as the version before left it: no steps, what it knew of the last return
        found = connection.execute(text("SELECT proof, trouble FROM service WHERE id = :id"), {"id": service.id}).one()
        proof = json.loads(unseal(bytes(found.proof)))
        assert (proof["returned_on"], found.trouble) == ("2026-11-25", "已搬离")
        found = connection.execute(text("SELECT proof FROM service WHERE id = :id"), {"id": older.id}).one()
        proof = {name: said for name, said in json.loads(unseal(bytes(found.proof))).items() if name != "steps"}
        proof |= {"returned_on": "2026-11-25"}
        told = {"id": older.id, "proof": seal(json.dumps(proof).encode()), "why": "无人接听"}
        connection.execute(text("UPDATE service SET proof = :proof, trouble = :why WHERE id = :id"), told)
    engine.dispose()
    upgrade()
    with transaction() as at:
        came = _steps(at)
        assert [each for each in came if each[0] != older.id] == [each for each in kept if each[0] != older.id]
        of_older = [(each[1], each[3]) for each in came if each[0] == older.id]
        assert of_older == [("post", {"slip_no": "EX9"}), ("returned", {"reason": "无人接听"})]
        assert [each for each in came if each[:2] == (older.id, "post")] == [
            each for each in kept if each[0] == older.id
        ]
        assert "steps" not in (at.get_one(Service, service.id).proof or {})


def _steps(at: Session) -> list[tuple[Any, ...]]:
    found = at.scalars(select(ServiceStep).order_by(ServiceStep.service_id, ServiceStep.id))
    return [(it.service_id, it.event, it.day, it.said, it.sha256, it.noted_by, it.noted_at) for it in found]


def test_an_invitation_that_waits_is_refused_on_the_way_down_and_its_account_stays_unaccepted(migrated: Flask) -> None:
    with transaction() as at:
        company = builders.party(at, "澜桥消费金融有限公司").id
        inviting = Actor(builders.account(at, "系统员", "officer").id, frozenset({"system_admin"}), audience="admin")
        number = accounts.invite(
            at, actor=inviting, mail="new@example.com", name="新人", audience=Audience.PARTY,
            party=at.get_one(Party, company), now=NOW,
        ).id  # fmt: skip
        assert queries.waiting_renewals(at)
    _down_to("0142")
    upgrade()
    with transaction() as at:
        assert [each.id for each in queries.people_of(at, company) if each.invited] == [number]
        assert not queries.waiting_renewals(at)


def test_who_invited_somebody_is_known_after_the_upgrade_and_of_whom_the_operator_named_nobody(migrated: Flask) -> None:
    with transaction() as at:
        first, colleague = (
            Actor(builders.account(at, name, "officer").id, frozenset({"system_admin"}), audience="admin")
            for name in ("系统员", "同事")
        )
        mail = "new@example.com"
        invited = accounts.invite(at, actor=first, mail=mail, name="新人", audience=Audience.STAFF, now=NOW)
        accounts.invite_again(at, invited, actor=colleague, now=NOW + timedelta(hours=2))
        accounts.first_admin(at, "root@example.com", now=NOW)
        number = first.id
    _down_to("0140")
    upgrade()
    with transaction() as at:
        brought = [accounts.by_mail(at, each) for each in (mail, "root@example.com")]
        assert [each and each.invited_by for each in brought] == [number, None]
