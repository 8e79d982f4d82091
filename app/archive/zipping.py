"""Photos as a ZIP that is sent while it is made: no file on disk, one photo in memory."""

import io
import zipfile
from collections.abc import Iterator, Sequence

from app.archive.types import Print
from app.kernel import clock
from app.kernel.media.storage import key_of, storage

CREDITS = "credits.txt"


class _Sink(io.RawIOBase):
    """Takes what the ZIP writes and gives it on."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = bytearray()

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: object) -> int:
        """Keep some bytes until they are taken."""
        taken = bytes(data)  # type: ignore[call-overload]
        self._bytes += taken
        return len(taken)

    def take(self) -> bytes:
        """Return what was written since."""
        taken = bytes(self._bytes)
        self._bytes.clear()
        return taken


def zipped(prints: Sequence[Print]) -> Iterator[bytes]:
    """Yield a ZIP of the largest rendition of every photo, and a text of credit lines.

    A photo whose file is gone is left out; its credit line says so.
    """
    sink, lines = _Sink(), list[str]()
    moment = clock.now().astimezone(clock.zone()).timetuple()[:6]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as made:
        for each in prints:
            name = f"{each.thread_code}-{each.position + 1}.webp"
            data = storage().get(key_of(each.sha256, max(map(int, each.widths.split(",")))))
            lines.append(f"{name}\t{each.credit or '-'}" + ("" if data else "\t(missing)"))
            if data:
                made.writestr(zipfile.ZipInfo(name, moment), data)
                yield sink.take()
        made.writestr(zipfile.ZipInfo(CREDITS, moment), "\n".join(lines) + "\n")
    yield sink.take()
