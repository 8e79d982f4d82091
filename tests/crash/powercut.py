"""A folder that forgets what was not fsynced when the power goes: FUSE in a process of its own.

``python -m tests.crash.powercut BACKING MOUNT`` serves MOUNT. Reads and writes go to memory; fsync
copies a file's changed bytes to BACKING; fsync of the folder makes deletions last. Killing the
process with -9 is the power cut: BACKING then holds exactly what a disk would.
"""

import ctypes.util
import errno
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

# Light on purpose: every power-on starts this module anew.
ROOT = Path(__file__).resolve().parent.parent.parent
MOUNT_SECONDS = 15.0


def why_not() -> str | None:
    """Return why this machine cannot play a power cut, or None when it can."""
    if not Path("/dev/fuse").exists():
        return "no /dev/fuse on this machine: power cuts are not tested"
    if ctypes.util.find_library("fuse") is None:
        return "libfuse.so.2 is missing (Debian: apt-get install fuse libfuse2): no power cuts"
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "/dev/fuse may not be opened by this user: power cuts are not tested"
    return None


class _File:
    """Bytes as a program sees them, and which of them the disk has not seen."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)
        self.unsynced: list[tuple[int, int]] = []

    def write(self, data: bytes, offset: int) -> int:
        if offset > len(self.data):
            self.truncate(offset)
        self.data[offset : offset + len(data)] = data
        self.unsynced.append((offset, offset + len(data)))
        return len(data)

    def truncate(self, length: int) -> None:
        if length < len(self.data):
            del self.data[length:]
        else:
            self.unsynced.append((len(self.data), length))
            self.data.extend(bytes(length - len(self.data)))

    def sync(self, path: Path) -> None:
        """Put on disk what the disk has not seen."""
        with path.open("r+b" if path.exists() else "w+b") as file:
            for start, end in self.unsynced:
                file.seek(start)
                file.write(self.data[start : min(end, len(self.data))])
            file.truncate(len(self.data))
        self.unsynced.clear()


class Forgetful:
    """One flat folder, held in memory."""

    def __init__(self, backing: Path) -> None:
        self.backing = backing
        self.files = {p.name: _File(p.read_bytes()) for p in backing.iterdir() if p.is_file()}

    def _file(self, path: str) -> _File:
        try:
            return self.files[path[1:]]
        except KeyError:
            raise OSError(errno.ENOENT, path) from None

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        now = time.time()
        times = {"st_atime": now, "st_mtime": now, "st_ctime": now}
        owner = {"st_uid": os.getuid(), "st_gid": os.getgid()}
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2, **times, **owner}
        size = len(self._file(path).data)
        return {
            "st_mode": stat.S_IFREG | 0o644,
            "st_nlink": 1,
            "st_size": size,
            **times,
            **owner,
        }

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *self.files]

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        self.files[path[1:]] = _File()
        return 0

    def open(self, path: str, flags: int) -> int:
        self._file(path)
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return bytes(self._file(path).data[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        return self._file(path).write(data, offset)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        self._file(path).truncate(length)
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        self._file(path).sync(self.backing / path[1:])
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        for known in self.backing.iterdir():
            if known.name not in self.files:
                known.unlink()
        for name in self.files:
            (self.backing / name).touch()
        return 0

    def unlink(self, path: str) -> int:
        self._file(path)
        del self.files[path[1:]]
        return 0

    def chmod(self, path: str, mode: int) -> int:
        return 0

    def chown(self, path: str, uid: int, gid: int) -> int:
        return 0

    def utimens(self, path: str, times: Any = None) -> int:
        return 0


def serve(backing: Path, mount: Path) -> None:
    """Serve the folder until killed."""
    import fuse

    operations = type("Operations", (Forgetful, fuse.Operations), {})
    fuse.FUSE(operations(backing), str(mount), foreground=True, nothreads=True, fsname="powercut")


class Machine:
    """A machine with one disk whose power can be cut and come back."""

    def __init__(self, home: Path) -> None:
        self.disk, self.mount = home / "disk", home / "mount"
        self.disk.mkdir()
        self.mount.mkdir()
        self._process: subprocess.Popen[bytes] | None = None

    def power_on(self) -> None:
        """Mount the disk with what is on it.

        Raises:
            RuntimeError: it would not mount.
        """
        command = [sys.executable, "-m", "tests.crash.powercut", str(self.disk), str(self.mount)]
        self._process = subprocess.Popen(command, cwd=ROOT)
        deadline = time.monotonic() + MOUNT_SECONDS
        while not self.mount.is_mount():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the power-cut folder did not mount")
            time.sleep(0.02)

    def cut(self) -> None:
        """Cut the power: what was not fsynced is gone."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None
        self._unmount()

    def _unmount(self) -> None:
        for command in (["fusermount", "-u", "-z"], ["umount", "-l"]):
            with suppress(FileNotFoundError):
                done = subprocess.run([*command, self.mount], capture_output=True, check=False)
                if done.returncode == 0:
                    return

    def close(self) -> None:
        """Leave nothing mounted."""
        if self._process is not None:
            self.cut()


def kill(process: "subprocess.Popen[str]") -> str:
    """Kill a program that was running on the machine; return what it had printed."""
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    output, _ = process.communicate(timeout=30)
    return output


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]))
