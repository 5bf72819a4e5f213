"""Where bytes lie: a folder or a bucket gives back what it was given, and says so where it cannot."""

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy.orm import Session

from core.errors import Unavailable
from filestore import files
from filestore.file_checks import MIB
from filestore.stores import Folder, Store
from filestore.stores_s3 import Bucket


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Run a real S3 server on this machine."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Both places where files may lie keep the same promises."""
    if request.param == "folder":
        return Folder(tmp_path / "files")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    endpoint = request.getfixturevalue("s3")
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket="zilu-files")
    return Bucket("zilu-files", endpoint)


def test_what_a_store_was_given_it_gives_back(store: Store) -> None:
    content = os.urandom(3 * MIB)
    digest = hashlib.sha256(content).hexdigest()
    store.put(digest, io.BytesIO(content), len(content))
    store.put(digest, io.BytesIO(content), len(content))
    with store.open(digest) as stream:
        assert stream.read() == content
        stream.seek(5)
        assert stream.read(3) == content[5:8]


def test_a_store_says_so_when_bytes_are_missing(store: Store) -> None:
    with pytest.raises(OSError, match=r".+"):
        store.open("ab" + "0" * 62)


def test_a_bucket_that_is_away_is_a_refusal_and_not_a_fault(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr(files._place, "store", Bucket("zilu-files", "http://127.0.0.1:9"))
    with pytest.raises(Unavailable):
        files.keep(session, io.BytesIO(b"text"), "a.txt")
    assert session.get(files.StoredFile, hashlib.sha256(b"text").hexdigest()) is None


class FullDisk(io.BytesIO):
    """A stream whose reader meets a full disk half-way."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError(28, "No space left on device")
        return super().read(min(size or 4, 4))


def test_a_full_disk_leaves_no_file(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with pytest.raises(OSError, match="No space"):
        folder.put("ab" * 32, FullDisk(b"12345678"), 8)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
