"""Names in the search: companies as they stand now, and people whose name was put right."""

import io
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from casework import cases, evidence, putting_right
from casework.intake import EvidenceFile
from casework.models import Complaint
from casework.models_cases import CaseFile
from core import outbox
from core.actors import SYSTEM
from core.db import transaction
from filestore import files
from registry import lineage, merging, parties, renaming
from registry.models import Party
from registry.models_lineage import PartyMerge
from tests.builders import Desk, party
from tests.builders_cases import World, actor
from tests.casework.shelf import BEGUN, Shelf, shelf, today
from tests.conftest import NOW

__all__ = ["shelf", "today"]


def test_a_name_that_was_put_right_is_hidden_in_the_files_as_well(shelf: Shelf) -> None:
    def make(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        kept = [files.keep(at, io.BytesIO(f"李汇文的{each}".encode()), f"{each}.txt") for each in ("来电", "去电")]
        mine, theirs = [EvidenceFile(each.sha256, each.name, each.media_type, each.size) for each in kept]
        sent = desk.forwarded(name="李会文", files=[mine])
        desk.answer(sent, files=[theirs])
        return {"officer": desk.officer.id, "intake": desk.intake, "id": sent.complaint_id}

    shelf.fill(make)
    with shelf.app.app_context():
        outbox.run_all()
    assert len(shelf.kinds("李汇文")) == 2
    with shelf.app.app_context(), transaction() as at:
        it = at.get_one(Complaint, shelf.made["id"])
        putting_right.person(at, it, name="李汇文", why="来电说明", actor=shelf.made["intake"], now=BEGUN)
    assert shelf.kinds("李汇文") == []
    assert shelf.drift() == []
    with shelf.app.app_context():
        with transaction() as at:  # as files were found before they followed such a name
            at.execute(text("UPDATE search_entry SET body = '李汇文的来电' WHERE subject_kind = 'evidence'"))
        assert shelf.drift() != []
        outbox.JOBS["search.hide_names"]()
        assert shelf.drift() == []
        with transaction() as at:  # as all was masked before the field of a name was taken apart
            at.execute(text("UPDATE search_entry SET body = '李汇文' WHERE subject_kind IN ('complaint', 'evidence')"))
        outbox.JOBS["search.names_apart"]()
    assert shelf.drift() == []


def test_a_name_that_a_complaint_introduces_is_hidden_in_its_files_as_on_its_pages(shelf: Shelf) -> None:
    def make(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        kept = files.keep(at, io.BytesIO("李会文和林晓芸来电".encode()), "李会文的通话.txt")
        file = EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size)
        said = {"facts": "多次致电李会文。", "request": "我叫李会文，请停止。", "product": "李会文的消费贷"}
        it = desk.received(name=None, contact=None, files=[file], **said)
        it.issue = "催收李会文的联系人"
        world = World(at, BEGUN)
        rests, by = world.complaint(name="贺知秋"), {"actor": actor(world.officer), "now": BEGUN}
        rests.facts = "联系人：林晓芸。"
        evidence.add(at, world.case(rests), io.BytesIO("林晓芸的通话单".encode()), "林晓芸.txt", **by)
        return {"officer": desk.officer.id, "it": it.id}

    shelf.fill(make)
    with shelf.app.app_context():
        outbox.run_all()
    assert (shelf.kinds("李会文"), len(shelf.kinds("林晓芸"))) == ([], 1)

    def told_more(at: Session) -> dict[str, Any]:
        it = at.get_one(Complaint, shelf.made["it"])
        it.facts += "联系人：林晓芸。"
        return {}

    shelf.fill(told_more)
    assert shelf.kinds("林晓芸") == []
    assert shelf.drift() == []


def test_nothing_of_a_case_or_its_files_is_found_by_the_name_of_a_complainant(shelf: Shelf) -> None:
    def make(at: Session) -> dict[str, Any]:
        world = World(at, BEGUN)
        told, joined, other = (world.complaint(name=name) for name in ("林晓芸", "韩冰洁", "贺知秋"))
        case = world.case(told)
        by: dict[str, Any] = {"actor": actor(world.officer), "now": BEGUN}
        said = {"code": "V-C04", "facts": "多次致电林晓芸的同事", "persons": 2, "acts": 6}
        cases.allege(at, case.tracks[0], **said, **by)
        cases.rename(at, case, title="林晓芸一案", version=None, **by)
        for name in ("林晓芸", "韩冰洁", "贺知秋"):
            evidence.add(at, case, io.BytesIO(f"{name}的通话单".encode()), f"{name}.txt", shows=f"{name}的来电", **by)
        people = {"officer": world.officer.id, "by": by}
        return {"case": case.id, "joined": joined.id, "told": told.id, "other": other.id, **people}

    def many() -> list[int]:
        assert shelf.drift() == []
        return [len(shelf.kinds(name)) for name in ("林晓芸", "韩冰洁", "贺知秋")]

    def merged(at: Session, lead: int | None, state: str) -> dict[str, Any]:
        it = at.get_one(Complaint, shelf.made["joined"])
        assert it.lead_id != lead
        it.lead_id, it.state = lead, state
        return {}

    def attach(at: Session) -> dict[str, Any]:
        it, other = at.get_one(CaseFile, shelf.made["case"]), at.get_one(Complaint, shelf.made["other"])
        cases.attach(at, it, other, **shelf.made["by"])
        return {}

    shelf.fill(make)
    with shelf.app.app_context():
        outbox.run_all()
    assert many() == [0, 1, 1]
    assert ("case", shelf.made["case"]) in shelf.kinds("致电 同事")
    shelf.fill(lambda at: merged(at, shelf.made["told"], "MERGED"))
    assert many() == [0, 0, 1]
    shelf.fill(lambda at: merged(at, None, "RECEIVED"))
    assert many() == [0, 1, 1]
    shelf.fill(attach)
    assert many() == [0, 1, 0]
    with shelf.app.app_context():
        with transaction() as at:  # as they were found before
            at.execute(text("UPDATE search_entry SET body = '林晓芸' WHERE subject_kind IN ('case', 'evidence')"))
        assert shelf.drift() != []
        outbox.JOBS["search.names_of_cases"]()
    assert many() == [0, 1, 0]


def test_merged_renamed_and_parted_companies_are_found_as_they_stand(shelf: Shelf) -> None:
    def make(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        twin = party(at, "潮音网络小额贷款有限公司")
        sent = desk.forwarded(twin)
        who = {"twin": twin.id, "lender": desk.lender.id, "officer": desk.officer.id}
        return who | {"sent": sent.id, "complaint": sent.complaint_id}

    shelf.fill(make)
    made = shelf.made

    def merge(at: Session) -> dict[str, Any]:
        pair = [at.get_one(Party, made[name]) for name in ("twin", "lender")]
        said: dict[str, Any] = {"reason": "同一公司", "actor": SYSTEM, "now": NOW}
        merged = merging.merge(at, pair[0], pair[1], versions=(None, None), **said)
        renaming.rename(at, pair[1], name_zh="青屿数字金融有限公司", version=None, actor=SYSTEM, now=NOW)
        return {"merge": merged.id}

    shelf.fill(merge)
    assert shelf.drift() == []
    for name in ("潮音网络", "青屿消费", "青屿数字"):
        assert {("party", made["lender"]), ("complaint", made["complaint"])} <= set(shelf.kinds(name)), name
    assert ("forwarding", made["sent"]) in shelf.kinds("致电", shelf.company("lender"))

    def part(at: Session) -> dict[str, Any]:
        merge = at.get_one(PartyMerge, made["merge"])
        merging.undo(at, merge, reason="两家公司", back=[], actor=SYSTEM, version=None, now=NOW)
        return {}

    shelf.fill(part)
    assert shelf.drift() == []
    assert ("party", made["twin"]) in shelf.kinds("潮音网络")
    assert ("forwarding", made["sent"]) in shelf.kinds("致电", shelf.company("twin"))


def test_a_company_is_not_found_by_a_name_that_was_entered_by_mistake(shelf: Shelf) -> None:
    def rename(at: Session) -> dict[str, Any]:
        one = party(at, "潮茵网络小额贷款有限公司")
        renaming.rename(at, one, name_zh="潮音网络小额贷款有限公司", version=None, actor=SYSTEM, now=NOW)
        return {"one": one.id, "officer": Desk(at, BEGUN).officer.id}

    def take_out(at: Session) -> dict[str, Any]:
        mistake = lineage.former_names(at, at.get_one(Party, shelf.made["one"]))[0]
        parties.drop_alias(at, mistake, actor=SYSTEM, why="写错", now=NOW)
        return {}

    shelf.fill(rename)
    assert ("party", shelf.made["one"]) in shelf.kinds("潮茵网络")
    shelf.fill(take_out)
    assert shelf.kinds("潮茵网络") == []
    assert shelf.drift() == []
