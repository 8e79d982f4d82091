"""A file on its way in: uploaded, its columns chosen, looked at, confirmed or dropped.

Every step is one conditional UPDATE on the draft's state, so that of two people (or of a person and
the worker) one goes on and the other is told.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.commerce import queries
from app.commerce.models import ImportDraft, ImportMapping
from app.commerce.queries.drafts import LAST_CHOICE
from app.commerce.reading import DayOrder, Options, Peek, Reading, kept_columns, peek
from app.commerce.service.batches import MAX_NAME_CHARS, open_batch
from app.commerce.types import (
    OPEN_STATES,
    Batch,
    ChannelRow,
    Draft,
    DraftMovedError,
    DraftState,
    Field,
    FileFormat,
    FileKind,
    FileRefusedError,
    Foreseen,
)
from app.kernel import audit, clock, ids, jobs
from app.kernel.db import changed, db, insert, use_case
from app.kernel.types import Ref

SWEEP = "commerce.drafts"
CHOOSING = (DraftState.MAPPING, DraftState.CHECKING, DraftState.CHECKED)


@dataclass(frozen=True, slots=True)
class Choices:
    """How somebody wants a file to be read.

    Attributes:
        name: under which the columns are to be saved; empty: only as the last choice.
        encoding: empty: as found out.
    """

    columns: Mapping[Field, int]
    delimiter: str = ""
    encoding: str = ""
    day_order: DayOrder = DayOrder.YEAR_FIRST
    currency: str = ""
    order_from_row: bool = False
    name: str = ""


def file_of(folder: Path, draft: Draft) -> Path:
    """Return where a draft's rows lie, as a text file."""
    return folder / f"{draft.code}.csv"


def book_of(folder: Path, draft: Draft) -> Path:
    """Return where a draft's workbook lies."""
    return folder / f"{draft.code}.xlsx"


def errors_of(folder: Path, draft: Draft) -> Path:
    """Return where the bad rows that a dry run found are written."""
    return folder / f"{draft.code}-errors.csv"


def options_of(draft: Draft) -> Options:
    """Return how a draft is to be read."""
    chosen = draft.options
    columns = chosen.get("columns")
    return Options(
        encoding=chosen.get("encoding") or None,
        delimiter=chosen.get("delimiter") or None,
        order_from_row=bool(chosen.get("order_from_row")),
        kind=draft.kind,
        columns=None if columns is None else {Field(name): at for name, at in columns.items()},
        day_order=DayOrder(chosen.get("day_order", "")),
        currency=chosen.get("currency", ""),
    )


def peek_at(folder: Path, draft: Draft) -> Peek:
    """Return a draft's header and sample values.

    Raises:
        FileRefusedError: they can't be told with this delimiter.
        OSError: the file is gone.
    """
    options, found = options_of(draft), draft.options["found"]
    return peek(
        file_of(folder, draft),
        found["encoding"],
        replace(options, columns=None),
        is_lenient=found["is_lenient"],
    )


def version_of(draft: Draft) -> str:
    """Return what tells whether somebody has gone on with a draft since it was shown."""
    text = json.dumps([draft.state.value, draft.options], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _refuse_other_version(draft_id: int, version: str) -> None:
    """Refuse to go on from what is not there any more. Takes the row's lock first."""
    same = ImportDraft.row_position
    changed(sa.update(ImportDraft).where(ImportDraft.id == draft_id).values(row_position=same))
    if version_of(queries.draft_by_id(draft_id)) != version:
        raise DraftMovedError


@use_case
def open_draft(
    channel: ChannelRow,
    *,
    code: str,
    kind: FileKind,
    format_: FileFormat,
    file_name: str,
    started_by: int,
    options: Mapping[str, Any],
) -> Draft:
    """Note an uploaded file, which lies under ``code`` already."""
    draft_id = ids.next_id()
    is_book = format_ is FileFormat.XLSX
    row = {
        "id": draft_id,
        "code": code,
        "channel_id": channel.id,
        "kind": kind,
        "format": format_,
        "file_name": file_name[-MAX_NAME_CHARS:],
        "state": DraftState.ARRIVING if is_book else DraftState.MAPPING,
        "options": dict(options),
        "row_position": 0,
        "row_count": None,
        "foreseen": None,
        "refusal": "",
        "batch_id": None,
        "started_by": started_by,
        "created_at": clock.now(),
    }
    db.session.execute(insert(ImportDraft).values(row))
    audit.note(started_by, "orders.file_uploaded", Ref("import_draft", draft_id))
    if is_book:
        jobs.nudge(SWEEP)
    return queries.draft_by_id(draft_id)


@use_case
def note_arrived(draft_id: int, told: Mapping[str, Any]) -> bool:
    """Note that a workbook has become rows; return whether anybody still waits for it."""
    return _move(draft_id, (DraftState.ARRIVING,), DraftState.MAPPING, told)


@use_case
def refuse_draft(draft_id: int, error: FileRefusedError) -> None:
    """Note that a file can't be read at all."""
    told = {"refused": error.as_json()}
    _move(draft_id, (DraftState.ARRIVING,), DraftState.REFUSED, told)


@use_case
def choose_columns(
    draft_id: int,
    choices: Choices,
    seen: Peek,
    *,
    version: str,
    found: Mapping[str, Any],
    actor_id: int,
) -> None:
    """Take the choices, remember them for the next file like it, and ask for the dry run.

    Args:
        draft_id: the draft.
        choices: what was chosen.
        seen: the header it was chosen for.
        version: of the draft that was seen, see :func:`version_of`.
        found: the encoding the file is read in now.
        actor_id: who chose.

    Raises:
        DraftMovedError: it is not waiting for choices any more.
    """
    kept = _kept(choices)
    told = {
        **kept,
        "columns": {field.value: at for field, at in choices.columns.items()},
        "found": dict(found),
        "refused": None,
        "name": choices.name,
    }
    _refuse_other_version(draft_id, version)
    if not _move(draft_id, CHOOSING, DraftState.CHECKING, told, foreseen=None, row_position=0):
        raise DraftMovedError
    draft = queries.draft_by_id(draft_id)
    saved = {**kept, "columns": kept_columns(choices.columns, seen.header)}
    for name in {LAST_CHOICE + seen.digest[:40], choices.name or LAST_CHOICE + seen.digest[:40]}:
        _remember(draft, name, seen.digest, saved, actor_id)
    jobs.nudge(SWEEP)


def _kept(choices: Choices) -> dict[str, Any]:
    return {
        "encoding": choices.encoding,
        "delimiter": choices.delimiter,
        "day_order": choices.day_order.value,
        "currency": choices.currency,
        "order_from_row": choices.order_from_row,
    }


def _remember(
    draft: Draft, name: str, digest: str, options: Mapping[str, Any], actor_id: int
) -> None:
    now = clock.now()
    row = {
        "id": ids.next_id(),
        "channel_id": draft.channel_id,
        "kind": draft.kind,
        "name": name,
        "header_digest": digest,
        "options": dict(options),
        "created_by": actor_id,
        "created_at": now,
        "used_at": now,
    }
    again = {name: row[name] for name in ("header_digest", "options", "used_at")}
    statement = insert(ImportMapping).values(row)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["channel_id", "kind", "name"], set_=again)
    )


@use_case
def choose_sheet(draft_id: int, sheet: str) -> None:
    """Take another sheet of the workbook; columns are chosen anew.

    Raises:
        DraftMovedError: it is not waiting for choices any more.
    """
    told = {"sheet": sheet, "columns": None, "refused": None}
    if not _move(draft_id, CHOOSING, DraftState.ARRIVING, told, foreseen=None, row_position=0):
        raise DraftMovedError
    jobs.nudge(SWEEP)


@use_case
def choose_again(draft_id: int, *, error: FileRefusedError | None = None) -> bool:
    """Go back to the columns: somebody wants to, or the dry run could not read the file."""
    told = {"refused": error.as_json() if error else None}
    states = (DraftState.CHECKING, DraftState.CHECKED)
    return _move(draft_id, states, DraftState.MAPPING, told, foreseen=None, row_position=0)


# --- the dry run ---------------------------------------------------------------------------------


@use_case
def begin_check(draft_id: int, rows: int) -> bool:
    """Note how many rows there are; return whether anybody still waits for the dry run."""
    states = (DraftState.CHECKING,)
    return _move(draft_id, states, DraftState.CHECKING, {}, row_count=rows, row_position=0)


@use_case
def note_checked(draft_id: int, start: int, end: int) -> bool:
    """Move a dry run's position; return False when somebody else did, or nobody waits for it."""
    moved = changed(
        sa.update(ImportDraft)
        .where(
            ImportDraft.id == draft_id,
            ImportDraft.state == DraftState.CHECKING,
            ImportDraft.row_position == start,
        )
        .values(row_position=end)
    )
    return moved == 1


@use_case
def finish_check(draft_id: int, end: int, foreseen: Foreseen, reading: Reading) -> bool:
    """Note what an import would do; return whether anybody still waits for it."""
    told = {"reading": reading.as_json()}
    return _move(
        draft_id,
        (DraftState.CHECKING,),
        DraftState.CHECKED,
        told,
        foreseen=foreseen.as_json(),
        row_position=end,
    )


# --- the end -------------------------------------------------------------------------------------


@use_case
def confirm_draft(code: str, *, version: str, actor_id: int) -> Batch:
    """Import what was looked at. A second yes returns the import that the first one began.

    Args:
        code: the draft.
        version: of the draft that was seen, see :func:`version_of`.
        actor_id: who said yes.

    Raises:
        DraftMovedError: there is nothing to say yes to any more.
    """
    draft = queries.get_draft(code)
    if draft.state is DraftState.CHECKED:
        _refuse_other_version(draft.id, version)
    if not _move(draft.id, (DraftState.CHECKED,), DraftState.IMPORTED, {}):
        draft = queries.draft_by_id(draft.id)
        if draft.batch_id is None:
            raise DraftMovedError
        return queries.batch_by_id(draft.batch_id)
    reading = Reading.from_json(queries.draft_by_id(draft.id).options["reading"])
    batch = open_batch(
        queries.get_channel(draft.channel_id),
        kind=draft.kind,
        file_name=draft.file_name,
        file_digest=reading.digest,
        mapping=reading.as_json(),
        mapping_digest=reading.mapping_digest,
        row_count=reading.rows,
        is_upload=True,
        started_by=actor_id,
    )
    changed(sa.update(ImportDraft).where(ImportDraft.id == draft.id).values(batch_id=batch.id))
    jobs.nudge("commerce.import")
    return batch


@use_case
def drop_draft(draft_id: int, *, actor_id: int | None) -> bool:
    """Give a file up; nothing of it was imported. Return whether it was there to be dropped."""
    states = (*OPEN_STATES, DraftState.REFUSED)
    dropped = _move(draft_id, states, DraftState.DROPPED, {})
    if dropped:
        audit.note(actor_id, "orders.file_dropped", Ref("import_draft", draft_id))
    return dropped


def _move(
    draft_id: int,
    states: tuple[DraftState, ...],
    state: DraftState,
    told: Mapping[str, Any],
    **values: Any,
) -> bool:
    """Move a draft on from one of some states; return False when it stands elsewhere."""
    # Claimed first: from here on nobody else changes its options.
    claimed = changed(
        sa.update(ImportDraft)
        .where(ImportDraft.id == draft_id, ImportDraft.state.in_(states))
        .values(state=state, **values)
    )
    if claimed and told:
        options = {**queries.draft_by_id(draft_id).options, **told}
        changed(sa.update(ImportDraft).where(ImportDraft.id == draft_id).values(options=options))
    return claimed == 1
