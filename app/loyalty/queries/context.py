"""What is known of who acts: one statement, however many rules ask.

A part of the house that knows something of members gives an SQL expression; it becomes a column of
the one statement that every decision about points reads. Rules may ask about what has a label.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.kernel.db import db, is_one_of
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.loyalty import policy
from app.loyalty.models import LoyaltyAward
from app.loyalty.queries import books
from app.loyalty.queries.books import NEWEST
from app.loyalty.queries.families import former_selves
from app.loyalty.types import RuleBook, Value
from app.loyalty.types.actions import Attribute, AttributeKind, Option

Expression = Callable[[sa.ColumnElement[int]], sa.ColumnElement[Any]]
"""The column of a member's id -> an expression about him."""

AWARD = cast("sa.Table", LoyaltyAward.__table__)
MEMBER = cast("sa.Table", Member.__table__)


@dataclass(frozen=True, slots=True)
class _Known:
    expression: Expression
    read: Callable[[Any], Value | None]
    attribute: Attribute | None
    is_for_hooks: bool = False


_known: dict[str, _Known] = {}


def register(
    name: str,
    expression: Expression,
    *,
    attribute: Attribute | None = None,
    read: Callable[[Any], Value | None] | None = None,
    is_for_hooks: bool = False,
) -> None:
    """Add something that is known of members. Called from a manifest.

    Args:
        name: how conditions and decisions call it.
        expression: makes its SQL; it must cost one look into an index.
        attribute: given where staff may use it in conditions.
        read: makes a value of what the database gives; default: as it is.
        is_for_hooks: it is asked at every act; anything else only where a rule or campaign asks.
    """
    kind = attribute.kind if attribute else None
    plain = bool if kind is AttributeKind.FLAG else _as_it_is
    _known[name] = _Known(expression, read or plain, attribute, is_for_hooks)
    _statement.cache_clear()
    kept.cache_clear()
    _reader.cache_clear()


def _as_it_is(value: Any) -> Value | None:
    return cast("Value | None", value)


FIRST = Attribute(policy.FIRST_TIME, _l("For the first time"))


def attributes() -> list[Attribute]:
    """Return what conditions may ask about who acts."""
    return [FIRST, *(each.attribute for each in _known.values() if each.attribute)]


@cache
def kept() -> tuple[str, ...]:
    """Return the names of what rules may ask about members: it stays with each act."""
    return tuple(sorted(name for name, each in _known.items() if each.attribute))


def expression_of(name: str, member_id: sa.ColumnElement[int]) -> sa.ColumnElement[Any] | None:
    """Return the SQL of a member's fact; None where it has none (:data:`policy.FIRST_TIME`)."""
    known = _known.get(name)
    return known.expression(member_id) if known else None


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around acts when they are decided.

    Attributes:
        version: of the rules that hold.
        facts: by member, by name; also those that only hooks ask for.
        earlier: rows of awards by source.
    """

    version: int
    facts: dict[int, dict[str, Value | None]]
    earlier: dict[Ref, list[Any]]


Names = tuple[str, ...]


def asked(book: RuleBook, actions: Collection[str], *, of_hooks: bool = True) -> Names:
    """Return what deciding about some actions asks of who acts; every other column costs a look.

    Args:
        book: the rules that hold.
        actions: what was done.
        of_hooks: with what missions, badges and the like ask at every act, and what stays with it.
    """
    asking = [rule.conditions for action in actions for rule in book.rules_of(action)]
    pays = bool(asking) or policy.ORDER in actions
    asking += [
        campaign.conditions
        for campaign in book.campaigns.values()
        if not set(actions).isdisjoint(campaign.actions)
    ]
    names = {condition.attribute for conditions in asking for condition in conditions}
    if pays:
        names |= {policy.MULTIPLIER, policy.FROZEN}
    if of_hooks:
        names |= {name for name, known in _known.items() if known.is_for_hooks}
        names.update(kept())
    return tuple(name for name in (policy.FIRST_TIME, *_known) if name in names)


@cache
def _statement(names: Names, *, with_awards: bool) -> sa.Select[Any]:
    member_id = MEMBER.c.id
    columns: list[sa.ColumnElement[Any]] = [member_id.label("for_member"), NEWEST.label("newest")]
    columns += [_column(name, member_id) for name in names]
    members: sa.BindParameter[list[int]] = sa.bindparam("member_ids", expanding=True)
    if not with_awards:
        return sa.select(*columns)
    source = sa.and_(
        AWARD.c.source_kind == sa.bindparam("source_kind"),
        AWARD.c.source_id == sa.bindparam("source_id"),
    )
    return (
        sa.select(*columns, *AWARD.c)
        .select_from(MEMBER.outerjoin(AWARD, source))
        .where(member_id.in_(members))
    )


def _column(name: str, member_id: sa.ColumnElement[int]) -> sa.ColumnElement[Any]:
    if name != policy.FIRST_TIME:
        return _known[name].expression(member_id).label(f"fact_{name}")
    return sa.not_(sa.or_(*_done_before(member_id))).label(f"fact_{name}")


def _done_before(member_id: sa.ColumnElement[int]) -> Iterator[sa.ColumnElement[bool]]:
    """Yield whether he has done it before: as himself, or as somebody who was merged into him.

    One EXISTS each, so that every database finds its rows by an index.
    """
    done = AWARD.alias("done")
    is_such = done.c.action == sa.bindparam("action")
    yield sa.exists().where(is_such, done.c.member_id == member_id)
    near, far = MEMBER.alias("near"), MEMBER.alias("far")
    yield sa.exists().where(
        is_such, done.c.member_id == near.c.id, near.c.merged_into_id == member_id
    )
    yield sa.exists().where(
        is_such,
        done.c.member_id == far.c.id,
        far.c.merged_into_id == near.c.id,
        near.c.merged_into_id == member_id,
    )


def of_act(member_id: int, action: str, source: Ref) -> Context:
    """Return what stands around one act. One statement; one more when new rules hold."""
    book = books.last_known()
    while True:
        names = asked(book, [action])
        rows = db.session.execute(
            _statement(names, with_awards=True),
            {
                "member_ids": [member_id],
                "action": action,
                "source_kind": source.kind,
                "source_id": source.id,
            },
        ).all()
        if not rows:
            return Context(1, {}, {})
        if (newest := int(rows[0].newest)) == book.version:
            break
        book = books.note(newest)
    earlier = [row for row in rows if row.id is not None]
    facts = {member_id: _reader(names)(rows[0])}
    return Context(newest, facts, {source: earlier} if earlier else {})


def of_acts(
    member_ids: Collection[int], actions: Collection[str], sources: Sequence[Ref]
) -> Context:
    """Return what stands around many acts, without ``first_time``. Two statements."""
    book = books.last_known()
    while True:
        names = _many_times(asked(book, actions))
        rows = _rows_of(member_ids, names)
        if not rows or (newest := int(rows[0].newest)) == book.version:
            break
        book = books.note(newest)
    earlier: dict[Ref, list[Any]] = {}
    found = db.session.execute(
        sa.select(AWARD).where(
            AWARD.c.source_kind.in_({source.kind for source in sources}),
            is_one_of(AWARD.c.source_id, {source.id for source in sources}),
        )
    )
    for row in found:
        earlier.setdefault(Ref(row.source_kind, row.source_id), []).append(row)
    read = _reader(names)
    facts = {row.for_member: read(row) for row in rows}
    return Context(book.version if rows else 1, facts, earlier)


def of_members(
    member_ids: Collection[int], names: Names | None = None
) -> dict[int, dict[str, Value | None]]:
    """Return what is known of members, without ``first_time``. One statement, none for no names.

    Args:
        member_ids: at most some thousand.
        names: from :func:`asked`; None: everything.
    """
    chosen = _many_times(tuple(_known) if names is None else names)
    if not chosen:
        return {}
    read = _reader(chosen)
    return {row.for_member: read(row) for row in _rows_of(member_ids, chosen)}


def _many_times(names: Names) -> Names:
    """Leave out what changes between two of many acts: whether one is the first."""
    return tuple(name for name in names if name != policy.FIRST_TIME)


def _rows_of(member_ids: Collection[int], names: Names) -> Sequence[Any]:
    statement = _statement(names, with_awards=False)
    return db.session.execute(statement.where(is_one_of(MEMBER.c.id, member_ids))).all()


@cache
def _reader(names: Names) -> Callable[[Any], dict[str, Value | None]]:
    """Return what makes facts of a row whose third column is the first of these names."""
    last = 2 + len(names)
    reads = [bool if name == policy.FIRST_TIME else _known[name].read for name in names]

    def read(row: Any) -> dict[str, Value | None]:
        values = zip(names, reads, row[2:last], strict=True)
        return {name: make(value) for name, make, value in values}

    return read


def done_before(member_ids: Collection[int], actions: Collection[str]) -> set[tuple[int, str]]:
    """Return which members have done which actions before, whoever they were. Two statements."""
    former = former_selves(member_ids)
    rows = db.session.execute(
        sa.select(AWARD.c.member_id, AWARD.c.action)
        .where(AWARD.c.member_id.in_({*member_ids, *former}), AWARD.c.action.in_(actions))
        .distinct()
    )
    return {(former.get(row.member_id, row.member_id), row.action) for row in rows}


def _words(text: Any) -> tuple[str, ...]:
    return tuple(sorted(text.split(","))) if text else ()


ROLES = {
    Role.KOC: _l("KOC"),
    Role.MENTOR: _l("Mentor"),
    Role.LEADER: _l("Circle leader"),
    Role.CONCIERGE: _l("Concierge"),
    Role.MODERATOR: _l("Moderator"),
    Role.OPERATOR: _l("Operator"),
    Role.ANALYST: _l("Analyst"),
    Role.ADMINISTRATOR: _l("Administrator"),
}


def _roles() -> Sequence[Option]:
    return [(role.value, label) for role, label in ROLES.items()]


register(
    "roles",
    identity.roles_expression,
    attribute=Attribute("roles", _l("Role"), AttributeKind.CHOICE, _roles),
    read=_words,
)
