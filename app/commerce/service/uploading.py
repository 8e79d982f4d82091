"""An uploaded file becomes a draft."""

from pathlib import Path
from typing import BinaryIO

from app.commerce.reading import find_encoding
from app.commerce.reading.workbook import is_workbook
from app.commerce.service.drafts import open_draft
from app.commerce.service.working import receive
from app.commerce.types import ChannelRow, Draft, FileFormat, FileKind


def upload(
    folder: Path,
    stream: BinaryIO,
    channel: ChannelRow,
    *,
    kind: FileKind = FileKind.ORDERS,
    file_name: str,
    started_by: int,
) -> Draft:
    """Take a file into ``folder`` and begin its preparation.

    Raises:
        FileRefusedError: it is empty, or no text that can be read; it is gone again.
    """
    code, path = receive(folder, stream)
    name = Path(file_name.replace("\\", "/")).name or "orders.csv"
    try:
        if is_workbook(path):
            path = path.replace(path.with_suffix(".xlsx"))
            format_, options = FileFormat.XLSX, {}
        else:
            found = find_encoding(path, None)
            told = {"encoding": found.encoding, "is_lenient": found.is_lenient}
            format_, options = FileFormat.CSV, {"found": told}
        return open_draft(
            channel,
            code=code,
            kind=kind,
            format_=format_,
            file_name=name,
            started_by=started_by,
            options=options,
        )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
