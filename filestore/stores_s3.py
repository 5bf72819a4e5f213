"""A store in a bucket of an S3-compatible server; loaded only where one is named, for its client needs 10 MB."""

import os
import shutil
import tempfile
from typing import Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

_IN_MEMORY = 2 * 1024 * 1024


class Bucket:
    """A bucket; who may write there is told by the usual AWS_… variables of the environment."""

    def __init__(self, name: str, endpoint: str = "") -> None:
        """Use this bucket of Amazon's or, by its address, of any other server."""
        self.name = name
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
            config=Config(
                connect_timeout=3,
                read_timeout=30,
                retries={"max_attempts": 2, "mode": "standard"},
                s3={"addressing_style": "path" if endpoint else "auto"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, sha256: str, stream: BinaryIO, size: int) -> None:
        """Upload, unless the bucket has it; an object appears whole or not at all."""
        try:
            if self._size(sha256) != size:
                self._client.put_object(Bucket=self.name, Key=sha256, Body=stream, ContentLength=size)
        except (BotoCoreError, ClientError) as error:
            raise OSError(str(error)) from error

    def _size(self, sha256: str) -> int:
        try:
            return int(self._client.head_object(Bucket=self.name, Key=sha256)["ContentLength"])
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in {403, 404}:
                return -1
            raise

    def open(self, sha256: str) -> BinaryIO:
        """Fetch a copy of the object, so that it can be read from any place in it."""
        spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
        try:
            body = self._client.get_object(Bucket=self.name, Key=sha256)["Body"]
            shutil.copyfileobj(body, spool)
        except (BotoCoreError, ClientError) as error:
            spool.close()
            raise OSError(str(error)) from error
        spool.seek(0)
        return cast("BinaryIO", spool)

    def remove(self, sha256: str) -> None:
        """Delete the object."""
        try:
            self._client.delete_object(Bucket=self.name, Key=sha256)
        except (BotoCoreError, ClientError) as error:
            raise OSError(str(error)) from error

    def clear(self, before: float) -> None:
        """An object appears whole or not at all."""
