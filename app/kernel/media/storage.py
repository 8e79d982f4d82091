"""Where renditions lie: a folder by default, S3-compatible storage by setting. One interface."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

CONTENT_TYPE = "image/webp"
UNKNOWN_TYPE = "application/octet-stream"
PIECE = 256 * 1024  # bytes that are passed on at once
FOR_EVER = "public, max-age=31536000, immutable"
EXTENSION = "media_storage"


class Storage(Protocol):
    """Bytes by key. A key is made by this module's functions, never a name from outside."""

    def put(self, key: str, data: bytes) -> None:
        """Store, all or nothing; a second time is fine and makes the file young again."""

    def put_file(self, key: str, file: Path, content_type: str = UNKNOWN_TYPE) -> None:
        """Store a file piece by piece, all or nothing, as :meth:`put` does."""

    def get(self, key: str) -> bytes | None:
        """Return the bytes, or None."""

    def fetch(self, key: str, target: Path) -> bool:
        """Copy into a file piece by piece; return whether it is there."""

    def size(self, key: str) -> int | None:
        """Return how many bytes there are, or None."""

    def pieces(self, key: str, start: int, stop: int) -> Iterator[bytes]:
        """Yield the bytes from ``start`` up to, not including, ``stop``."""

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
        self._put(key, BytesIO(data))

    def put_file(self, key: str, file: Path, content_type: str = UNKNOWN_TYPE) -> None:  # noqa: ARG002 - a folder has no types
        """Copy beside the target, flush, rename."""
        with file.open("rb") as source:
            self._put(key, source)

    def _put(self, key: str, source: IO[bytes]) -> None:
        target = self.root / key
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                shutil.copyfileobj(source, file, PIECE)
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

    def fetch(self, key: str, target: Path) -> bool:
        """Copy the file."""
        try:
            shutil.copyfile(self.root / key, target)
        except FileNotFoundError:
            return False
        return True

    def size(self, key: str) -> int | None:
        """Ask the file system."""
        try:
            return (self.root / key).stat().st_size
        except FileNotFoundError:
            return None

    def pieces(self, key: str, start: int, stop: int) -> Iterator[bytes]:
        """Read a part of the file."""
        with (self.root / key).open("rb") as file:
            file.seek(start)
            while start < stop and (piece := file.read(min(PIECE, stop - start))):
                start += len(piece)
                yield piece

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

    def put_file(self, key: str, file: Path, content_type: str = UNKNOWN_TYPE) -> None:
        """Upload from a file; boto3 sends large ones in parts."""
        said = {"ContentType": content_type, "CacheControl": FOR_EVER}
        self.client.upload_file(str(file), self.bucket, self.prefix + key, ExtraArgs=said)

    def fetch(self, key: str, target: Path) -> bool:
        """Download into a file."""
        if self.size(key) is None:
            return False
        self.client.download_file(self.bucket, self.prefix + key, str(target))
        return True

    def size(self, key: str) -> int | None:
        """Ask for the head of the object."""
        try:
            answer = self.client.head_object(Bucket=self.bucket, Key=self.prefix + key)
        except self.client.exceptions.ClientError:  # a HEAD has no body that says which
            return None
        return int(answer["ContentLength"])

    def pieces(self, key: str, start: int, stop: int) -> Iterator[bytes]:
        """Download a part of the object."""
        answer = self.client.get_object(
            Bucket=self.bucket, Key=self.prefix + key, Range=f"bytes={start}-{stop - 1}"
        )
        yield from answer["Body"].iter_chunks(PIECE)

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


def film_key(sha256: str, *, is_preview: bool = False) -> str:
    """Return the key of a video that is ready, or of its short mute preview."""
    return f"{sha256[:2]}/{sha256}-{'preview' if is_preview else '720'}.mp4"


def source_key(sha256: str) -> str:
    """Return a key for a video as it came. Each has its own, so that it can go without asking."""
    return f"{sha256[:2]}/{sha256}-{secrets.token_hex(8)}.source"


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
