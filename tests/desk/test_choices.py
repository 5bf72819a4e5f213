"""What forms of staff take in: files are judged and copied before anything else is written."""

from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from desk import choices, queries_people, queries_workload
from filestore.files import StoredFile
from tests.builders import account
from tests.conftest import NOW
from tests.filestore import making_files as made


def test_a_shared_file_has_its_copy_before_a_letter_takes_its_number(session: Session) -> None:
    [file] = choices.kept(session, [FileStorage(BytesIO(made.pdf()), "letter.pdf")], shared=True)
    assert session.get_one(StoredFile, file.sha256).stripped_as


def test_of_a_file_for_staff_alone_no_copy_is_made(session: Session) -> None:
    [file] = choices.kept(session, [FileStorage(BytesIO(made.pdf()), "letter.pdf")])
    assert session.scalars(select(StoredFile.sha256)).all() == [file.sha256]


def test_people_stand_in_lists_by_pinyin(session: Session) -> None:
    names = ["Zhou Yan", "白杨", "李四", "陆衡", "沈岩", "王一", "周言", "闫妮"]
    for name in reversed(names):
        account(session, name, "officer")
    assert [each.name for each in queries_people.people(session, "officer")] == names, "闫 is none of the commoner ones"
    assert [each.name for each in queries_workload.loads(session, NOW.date())] == names
