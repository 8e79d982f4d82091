"""A package: a folder, a ZIP or one file. Nothing is ever unpacked to where it says."""

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import IO

from app.integrations.movein.settings import MAX_FILES, MAX_RATIO, MAX_UNPACKED
from app.integrations.movein.types import PackageError
from app.kernel.i18n import lazy_gettext as _l

BLOCK = 1 << 20
MAX_PATH = 500
MEGABYTE = 1024 * 1024
ENCRYPTED = 0x1


class PathError(ValueError):
    """A path leads out of its package, or is none."""


def clean_path(text: str) -> str:
    """Return a path inside a package in its one written form.

    Raises:
        PathError: it is absolute, climbs, or is no path.
    """
    path = text.strip().replace("\\", "/")
    parts = PurePosixPath(path).parts
    is_bad = (
        not parts
        or len(path) > MAX_PATH
        or path.startswith("/")
        or ".." in parts
        or ":" in parts[0]
        or any(not sign.isprintable() for sign in path)
    )
    if is_bad:
        raise PathError(text)
    return "/".join(part for part in parts if part != ".")


class Package:
    """What lies in a folder, a ZIP or a file, by relative paths with ``/``."""

    def __init__(self, place: Path, name: str = "") -> None:
        """Open a package.

        Args:
            place: where it lies.
            name: what people call it, where it is one file that lies under another name.

        Raises:
            PackageError: it is not there, can't be read, or is a trap.
        """
        self._root = place
        self._zip: zipfile.ZipFile | None = None
        self._names: dict[str, str] = {}
        if place.is_dir():
            self._names = {name: name for name in _files_of(place)}
        elif not place.is_file():
            raise PackageError(_l("The package is not there. Upload it again, or name its folder."))
        elif zipfile.is_zipfile(place):
            self._zip, self._names = _opened(place)
        else:
            self._names = {name or place.name: place.name}

    @property
    def names(self) -> list[str]:
        """Return the paths of all files, in order."""
        return sorted(self._names)

    def has(self, name: str) -> bool:
        """Return whether there is such a file."""
        return name in self._names

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file of it for reading.

        Raises:
            PackageError: it is not there or damaged.
        """
        if name not in self._names:
            raise PackageError(_l("A file of the package is not there any more."))
        if self._zip is not None:
            try:
                with self._zip.open(self._names[name]) as stream:
                    yield stream
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
                raise PackageError(_l("The ZIP is damaged. Pack it again.")) from error
            return
        path = self._root if self._root.is_file() else self._root / name
        with path.open("rb") as file:
            yield file

    @contextmanager
    def on_disk(self, name: str) -> Iterator[Path]:
        """Lend a file of it as a file on disk: itself, or a copy that goes again."""
        if self._zip is None:
            yield self._root if self._root.is_file() else self._root / name
            return
        with NamedTemporaryFile(suffix=".package") as copy, self.open(name) as stream:
            for block in iter(lambda: stream.read(BLOCK), b""):
                copy.write(block)
            copy.flush()
            yield Path(copy.name)

    def photo(self, name: str, limit: int) -> BytesIO | None:
        """Return the first bytes of a file, at most ``limit``; None: there is no such file."""
        if name not in self._names:
            return None
        with self.open(name) as stream:
            return BytesIO(stream.read(limit))

    def close(self) -> None:
        """Let go of the file."""
        if self._zip is not None:
            self._zip.close()


def _files_of(root: Path) -> Iterator[str]:
    """Yield the files below a folder; links are not followed, a link to a file is none."""
    count = 0
    for folder, folders, files in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            path = Path(folder) / name
            if name.startswith(".") or path.is_symlink() or not path.is_file():
                continue
            count += 1
            if count > MAX_FILES:
                raise PackageError(_l("There are too many files in it: 200,000 at most."))
            yield path.relative_to(root).as_posix()


def _opened(place: Path) -> tuple[zipfile.ZipFile, dict[str, str]]:
    """Open a ZIP and look at what it says of itself; reading never gives more than that."""
    try:
        archive = zipfile.ZipFile(place)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise PackageError(_l("The ZIP is damaged. Pack it again.")) from error
    try:
        return archive, _checked(archive)
    except BaseException:
        archive.close()
        raise


def _checked(archive: zipfile.ZipFile) -> dict[str, str]:
    infos = archive.infolist()
    if len(infos) > MAX_FILES:
        raise PackageError(_l("There are too many files in it: 200,000 at most."))
    if sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise PackageError(_l("Unpacked, this ZIP is larger than 20 GB. Give it in parts."))
    names = {}
    for info in infos:
        if info.is_dir():
            continue
        if info.flag_bits & ENCRYPTED:
            raise PackageError(_l("This ZIP has a password. Pack it without one."))
        if info.file_size > MEGABYTE and info.file_size > MAX_RATIO * max(1, info.compress_size):
            raise PackageError(_l("A file in this ZIP unpacks to more than 200 times its size."))
        try:
            names[clean_path(info.filename)] = info.filename
        except PathError as error:
            raise PackageError(_l("This ZIP holds paths that lead out of it.")) from error
    return names
