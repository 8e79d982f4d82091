"""When two members become one: every domain says how its rows follow, and it can be undone.

Identity decides that a source goes into a target; it lies too low to know who keeps rows of them.
So a domain declares in its manifest which columns name a member::

    merging.register(
        "community",
        moves=[Moved(THREAD.c.author_id, _l("posts")), Moved(LIKE.c.member_id)],
        settle=recount,
    )
    merging.stays(ROLE.c.member_id, "rights are given to a person, never inherited")

A row that moves is written down with its former value, so that parting is exact. A row that would
break a unique key (both liked the same post) stays with the source. What is derived from rows is
never moved but counted anew by ``settle``, after a merge and after a parting.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from app.kernel.db import UTCDateTime, changed, db, insert

BATCH = 500
Key = list[Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """A column that names a member and follows him.

    Attributes:
        label: what such rows are called on the page that asks before a merge; None: not shown.
        where: only these rows of the merge.
        twins: what becomes of rows that can't follow, because the target has the same: it gets
            their keys. Without it they stay with the source.
    """

    column: sa.Column[Any]
    label: object | None = None
    where: "Callable[[Log], sa.ColumnElement[bool]] | None" = None
    twins: "Callable[[Log, list[Key]], object] | None" = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row that a merge touched.

    Attributes:
        key: its primary key before.
        before: the changed columns with their former values; all columns: the row was deleted;
            None: the row was made.
    """

    table: str
    key: Key
    before: dict[str, Any] | None

    @property
    def is_move(self) -> bool:
        """Return whether the row was given another owner, and nothing else."""
        return self.before is not None and len(self.before) == 1


@dataclass(slots=True)
class Log:
    """What one merge does, in order.

    Attributes:
        lines: what has been touched so far; identity stores it.
        further_id: whom the target has become by a later merge: what he has got of the target
            comes back to it one day, so no twin of that may take its place.
    """

    merge_id: int
    source_id: int
    target_id: int
    actor_id: int | None = None
    lines: list[Line] = field(default_factory=list)
    further_id: int | None = None

    def move(
        self,
        column: sa.Column[Any],
        where: sa.ColumnElement[bool] | None = None,
        twins: "Callable[[Log, list[Key]], object] | None" = None,
    ) -> int:
        """Let the source's rows name the target; return how many did.

        Rows that would break a unique key stay, and ``twins`` is told of them. Two statements for
        each 500 rows, one for none.
        """
        table = column.table
        assert isinstance(table, sa.Table)  # noqa: S101 - columns of tables only
        free = _no_twin(column, self.target_id)
        if self.further_id is not None:
            free += _no_twin(column, self.further_id)
        conditions = [column == self.source_id, *([] if where is None else [where])]
        if twins is None:
            query = _keys(table).where(*conditions, *free)
            keys = [list(row) for row in db.session.execute(query)]
        else:
            query = _keys(table).where(*conditions).add_columns(sa.and_(*free))
            rows = [list(row) for row in db.session.execute(query)]
            keys = [key for *key, is_free in rows if is_free]
            if held := [key for *key, is_free in rows if not is_free]:
                twins(self, held)
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            changed(
                sa.update(table)
                .where(_among(table, batch), column == self.source_id)
                .values({column.name: self.target_id})
            )
        self.lines += [Line(table.name, key, {column.name: self.source_id}) for key in keys]
        return len(keys)

    def change(self, table: sa.Table, key: Key, former: Mapping[str, Any], **values: Any) -> None:
        """Change one row; its former values are written down. One statement."""
        changed(sa.update(table).where(_is(table, key)).values(**values))
        before = {name: _plain(former[name]) for name in values}
        now = {name: _plain(value) for name, value in values.items()}
        self.lines.append(Line(table.name, key, {**before, "": now}))

    def delete(self, table: sa.Table, where: sa.ColumnElement[bool]) -> int:
        """Delete rows that make no sense in one person; parting brings them back."""
        rows = db.session.execute(sa.select(table).where(where)).mappings().all()
        if rows:
            changed(sa.delete(table).where(where))
        names = [column.name for column in table.primary_key]
        self.lines += [
            Line(table.name, [row[n] for n in names], {k: _plain(v) for k, v in row.items()})
            for row in rows
        ]
        return len(rows)

    def made(self, table: sa.Table, key: Key) -> None:
        """Note a row that exists because of the merge."""
        self.lines.append(Line(table.name, key, None))

    def has_made(self, table: sa.Table, key: Key) -> bool:
        """Return whether the merge made this row."""
        return Line(table.name, key, None) in self.lines


Step = Callable[[Log], object]


@dataclass(frozen=True, slots=True)
class Domain:
    """How one domain's rows follow.

    Attributes:
        moves: columns that follow by themselves.
        carry: what else is to be done in a merge, before the columns move.
        part: what undoes ``carry`` beyond the log, after the rows are back.
        settle: counts anew what is derived, after a merge and after a parting.
        figures: what members bring, by name, for the page that tells about it.
    """

    name: str
    moves: tuple[Moved, ...] = ()
    carry: Step | None = None
    part: Step | None = None
    settle: Step | None = None
    figures: Mapping[str, Callable[[Sequence[int]], int]] = field(default_factory=dict)
    is_first: bool = False


_domains: dict[str, Domain] = {}
_staying: dict[tuple[str, str], str] = {}


def register(
    name: str,
    *,
    moves: Sequence[Moved] = (),
    carry: Step | None = None,
    part: Step | None = None,
    settle: Step | None = None,
    figures: Mapping[str, Callable[[Sequence[int]], int]] | None = None,
    is_first: bool = False,
) -> None:
    """Say how a domain's rows follow. Called from its manifest.

    Args:
        name: the domain.
        moves: columns that follow by themselves.
        carry: what else is to be done in a merge, before the columns move; may run again.
        part: what undoes ``carry`` beyond the log.
        settle: counts anew what is derived.
        figures: what members bring, by name.
        is_first: the ledger: under its locks all others are decided.
    """
    _domains[name] = Domain(
        name, tuple(moves), carry, part, settle, dict(figures or {}), is_first=is_first
    )


def stays(column: sa.Column[Any], reason: str) -> None:
    """Say that a column names a member and stays as it is, and why."""
    _staying[column.table.name, column.name] = reason


def domains() -> list[Domain]:
    """Return the domains in the order in which they follow: the ledger, then by name."""
    return sorted(_domains.values(), key=lambda domain: (not domain.is_first, domain.name))


def columns() -> dict[tuple[str, str], str]:
    """Return every declared column with what becomes of it: ``moves`` or the reason it stays."""
    moving = {
        (move.column.table.name, move.column.name): "moves"
        for domain in _domains.values()
        for move in domain.moves
    }
    return {**_staying, **moving}


# --- merge and part ------------------------------------------------------------------------------


def carry(log: Log, *, again: bool = False) -> None:
    """Let everything follow from the source to the target, in the current transaction.

    Args:
        log: where it is written down.
        again: for rows that came to the source after its merge: only what can be repeated.
    """
    for domain in domains():
        if domain.carry is not None and not (again and domain.is_first):
            domain.carry(log)
        for move in domain.moves:
            where = None if move.where is None else move.where(log)
            log.move(move.column, where, move.twins)
    _settle(log)


def part(log: Log) -> None:
    """Undo everything that ``log`` holds, the last first; what has changed since stays so."""
    for group in _groups(log.lines[::-1]):
        _undo(group, log)
    for domain in domains()[::-1]:
        if domain.part is not None:
            domain.part(log)
    _settle(log)


def _settle(log: Log) -> None:
    for domain in domains():
        if domain.settle is not None:
            domain.settle(log)


def preview(member_id: int) -> list[tuple[object, int]]:
    """Return what a member would bring: (label, rows) of everything that is shown. One statement.

    Rows that would stay because the other has the same are counted too.
    """
    shown = [move for domain in domains() for move in domain.moves if move.label is not None]
    if not shown:
        return []
    counts = [
        sa.select(sa.func.count())
        .select_from(move.column.table)
        .where(move.column == member_id)
        .scalar_subquery()
        for move in shown
    ]
    row = db.session.execute(sa.select(*counts)).one()
    totals: dict[str, tuple[object, int]] = {}
    for move, count in zip(shown, row, strict=True):
        label = str(move.label)
        totals[label] = (move.label, totals.get(label, (None, 0))[1] + int(count))
    return [each for each in totals.values() if each[1]]


def named_in(member_ids: Sequence[int]) -> set[int]:
    """Return which of these members still stand in a column that follows. One statement."""
    moving = [move.column for domain in domains() for move in domain.moves]
    if not moving or not member_ids:
        return set()
    asked = [sa.select(column).where(column.in_(member_ids)) for column in moving]
    return set(db.session.scalars(sa.union(*asked)))


def figure(name: str, member_ids: Sequence[int]) -> int:
    """Return one figure of what members bring together; 0 where nobody knows it."""
    asked = [domain.figures[name] for domain in domains() if name in domain.figures]
    return sum(ask(member_ids) for ask in asked)


def figures(member_ids: Sequence[int]) -> dict[str, int]:
    """Return what members bring together, by name (``orders``, ``points``)."""
    return {name: ask(member_ids) for domain in domains() for name, ask in domain.figures.items()}


# --- rows ----------------------------------------------------------------------------------------


def _keys(table: sa.Table) -> sa.Select[Any]:
    return sa.select(*table.primary_key.columns).order_by(*table.primary_key.columns)


def _is(table: sa.Table, key: Key) -> sa.ColumnElement[bool]:
    pairs = zip(table.primary_key.columns, key, strict=True)
    return sa.and_(*(column == _typed(column, value) for column, value in pairs))


def _among(table: sa.Table, keys: Sequence[Key]) -> sa.ColumnElement[bool]:
    columns_ = list(table.primary_key.columns)
    if len(columns_) == 1:
        return columns_[0].in_([key[0] for key in keys])
    return sa.or_(*(_is(table, key) for key in keys))


def _no_twin(column: sa.Column[Any], owner_id: int) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that no row of the new owner stands in the way of a unique key."""
    table = column.table
    twins = []
    for names in _unique_keys(column):
        twin = table.alias()
        same = [twin.c[name] == table.c[name] for name in names if name != column.name]
        twins.append(~sa.exists().where(twin.c[column.name] == owner_id, *same))
    return twins


def _unique_keys(column: sa.Column[Any]) -> list[list[str]]:
    table = column.table
    assert isinstance(table, sa.Table)  # noqa: S101 - columns of tables only
    keys: list[list[str]] = [
        [each.name for each in constraint.columns]
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint)
    ]
    keys += [[c.name for c in index.columns] for index in table.indexes if index.unique]
    return sorted(key for key in keys if column.name in key)


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _typed(column: sa.Column[Any], value: Any) -> Any:
    """Return a value from JSON as its column takes it."""
    if isinstance(value, str) and isinstance(column.type, UTCDateTime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    if value is not None and isinstance(column.type, sa.Enum) and column.type.enum_class:
        return column.type.enum_class(value)
    return value


# --- undoing -------------------------------------------------------------------------------------


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Return lines in their order, put together where one statement undoes them."""
    groups: list[list[Line]] = []
    last: object = None
    for line in lines:
        shape = (line.table, None if line.before is None else sorted(line.before))
        if shape != last or len(groups[-1]) >= BATCH:
            groups.append([])
        groups[-1].append(line)
        last = shape
    return groups


def _undo(group: Sequence[Line], log: Log) -> None:
    table = db.metadata.tables[group[0].table]
    before = group[0].before
    if before is None:
        return  # the domain that made it settles what becomes of it
    if set(before) == {column.name for column in table.columns}:
        rows = [
            {name: _typed(table.c[name], value) for name, value in (line.before or {}).items()}
            for line in group
        ]
        changed(insert(table).values(rows).on_conflict_do_nothing())
    elif "" in before:
        for line in group:
            _change_back(table, line)
    else:
        _move_back(table, group, next(iter(before)), log)


def _move_back(table: sa.Table, group: Sequence[Line], name: str, log: Log) -> None:
    """Let rows that still name the target name the source again.

    One whose like the source got meanwhile, by whoever had found him before the merge, stays.
    """
    keys = [line.key for line in group]
    names = [column.name for column in table.primary_key.columns]
    if name in names:
        place = names.index(name)
        keys = [[*key[:place], log.target_id, *key[place + 1 :]] for key in keys]
    changed(
        sa.update(table)
        .where(
            _among(table, keys),
            table.c[name] == log.target_id,
            *_no_twin(table.c[name], log.source_id),
        )
        .values({name: log.source_id})
    )


def _change_back(table: sa.Table, line: Line) -> None:
    """Give a row its former values unless somebody has changed it since."""
    before = dict(line.before or {})
    now = before.pop("")
    for name, value in before.items():
        column = table.c[name]
        changed(
            sa.update(table)
            .where(_is(table, line.key), column.is_not_distinct_from(_typed(column, now[name])))
            .values({name: _typed(column, value)})
        )
