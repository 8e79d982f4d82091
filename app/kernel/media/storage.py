"""Where renditions lie: a folder by default, S3-compatible storage by setting. One interface."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

CONTENT_TYPE = "image/webp"
FOR_EVER = "public, max-age=31536000, immutable"
EXTENSION = "media_storage"


class Storage(Protocol):
    """Bytes by key. A key is ``<sha prefix>/<sha>-<width>.webp``, never a name from outside."""

    def put(self, key: str, data: bytes) -> None:
        """Store, all or nothing; a second time is fine and makes the file young again."""

    def get(self, key: str) -> bytes | None:
        """Return the bytes, or None."""

    def delete(self, key: str) -> None:
        """Forget a key; one that is not there is fine."""

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield every key below a prefix with the moment it was last stored."""


class FolderStorage:
    """Files under a folder. A file appears whole or not at all, and survives a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes) -> None:
        """Write beside the target, flush, rename."""
        target = self.root / key
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(target)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise
        _flush_folder(target.parent)

    def get(self, key: str) -> bytes | None:
        """Read the file."""
        try:
            return (self.root / key).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, key: str) -> None:
        """Unlink the file."""
        (self.root / key).unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """List one prefix folder, half-written leftovers of a crash included."""
        folder = self.root / prefix
        for file in folder.iterdir() if folder.is_dir() else ():
            with suppress(FileNotFoundError):
                yield f"{prefix}/{file.name}", datetime.fromtimestamp(file.stat().st_mtime, UTC)


class S3Storage:
    """A bucket. Address and credentials come from the environment that boto3 reads (``AWS_…``)."""

    def __init__(self, bucket: str, prefix: str = "", client: Any = None) -> None:
        self.bucket, self.prefix = bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client = client

    @property
    def client(self) -> Any:
        """Return the boto3 client, made on first use."""
        if self._client is None:
            import boto3

            self._client = boto3.client("s3")
        return self._client

    def put(self, key: str, data: bytes) -> None:
        """Upload with the headers a cache in front may pass on."""
        self.client.put_object(
            Bucket=self.bucket,
            Key=self.prefix + key,
            Body=data,
            ContentType=CONTENT_TYPE,
            CacheControl=FOR_EVER,
        )

    def get(self, key: str) -> bytes | None:
        """Download."""
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
        except self.client.exceptions.NoSuchKey:
            return None
        data: bytes = answer["Body"].read()
        return data

    def delete(self, key: str) -> None:
        """Delete the object."""
        self.client.delete_object(Bucket=self.bucket, Key=self.prefix + key)

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """List the objects below a prefix."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=f"{self.prefix}{prefix}/"
        )
        for page in pages:
            for found in page.get("Contents", ()):
                yield found["Key"].removeprefix(self.prefix), found["LastModified"]


def open_storage(url: str, default: Path) -> Storage:
    """Return the storage of ``file:///folder`` or ``s3://bucket/prefix`` (default: a folder)."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return S3Storage(parts.netloc, parts.path)
    return FolderStorage(Path(unquote(parts.path)) if parts.path else default)


def storage() -> Storage:
    """Return the application's storage."""
    found: Storage = current_app.extensions[EXTENSION]
    return found


def key_of(sha256: str, width: int) -> str:
    """Return the key of one rendition."""
    return f"{sha256[:2]}/{sha256}-{width}.webp"


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
