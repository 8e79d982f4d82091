"""What is known of who acts: one statement, however many rules ask.

A part of the house that knows something of members gives an SQL expression; it becomes a column of
the one statement that every decision about points reads. Rules may ask about what has a label.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.loyalty import policy
from app.loyalty.models import LoyaltyAward
from app.loyalty.queries.books import NEWEST
from app.loyalty.types import Value
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


_known: dict[str, _Known] = {}


def register(
    name: str,
    expression: Expression,
    *,
    attribute: Attribute | None = None,
    read: Callable[[Any], Value | None] | None = None,
) -> None:
    """Add something that is known of members. Called from a manifest.

    Args:
        name: how conditions and decisions call it.
        expression: makes its SQL; it must cost one look into an index.
        attribute: given where staff may use it in conditions.
        read: makes a value of what the database gives; default: as it is.
    """
    kind = attribute.kind if attribute else None
    plain = bool if kind is AttributeKind.FLAG else _as_it_is
    _known[name] = _Known(expression, read or plain, attribute)
    _statement.cache_clear()
    kept.cache_clear()


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


@cache
def _statement(*, with_awards: bool) -> sa.Select[Any]:
    member_id = MEMBER.c.id
    columns: list[sa.ColumnElement[Any]] = [member_id.label("for_member"), NEWEST.label("newest")]
    columns += [known.expression(member_id).label(f"fact_{n}") for n, known in _known.items()]
    done = AWARD.alias("done")
    before = sa.and_(done.c.member_id == member_id, done.c.action == sa.bindparam("action"))
    columns.append(sa.exists().where(before).label("has_done"))
    members: sa.BindParameter[list[int]] = sa.bindparam("member_ids", expanding=True)
    if not with_awards:
        return sa.select(*columns).where(member_id.in_(members))
    source = sa.and_(
        AWARD.c.source_kind == sa.bindparam("source_kind"),
        AWARD.c.source_id == sa.bindparam("source_id"),
    )
    return (
        sa.select(*columns, *AWARD.c)
        .select_from(MEMBER.outerjoin(AWARD, source))
        .where(member_id.in_(members))
    )


def of_act(member_id: int, action: str, source: Ref) -> Context:
    """Return what stands around one act. One statement."""
    rows = db.session.execute(
        _statement(with_awards=True),
        {
            "member_ids": [member_id],
            "action": action,
            "source_kind": source.kind,
            "source_id": source.id,
        },
    ).all()
    if not rows:
        return Context(1, {}, {})
    facts = _facts(rows[0])
    facts[policy.FIRST_TIME] = not rows[0].has_done
    earlier = [row for row in rows if row.id is not None]
    return Context(int(rows[0].newest), {member_id: facts}, {source: earlier} if earlier else {})


def of_acts(member_ids: Collection[int], sources: Sequence[Ref]) -> Context:
    """Return what stands around many acts, without ``first_time``. Two statements."""
    rows = _rows_of(member_ids)
    version = int(rows[0].newest) if rows else 1
    facts = {row.for_member: _facts(row) for row in rows}
    earlier: dict[Ref, list[Any]] = {}
    found = db.session.execute(
        sa.select(AWARD).where(
            AWARD.c.source_kind.in_({source.kind for source in sources}),
            AWARD.c.source_id.in_({source.id for source in sources}),
        )
    )
    for row in found:
        earlier.setdefault(Ref(row.source_kind, row.source_id), []).append(row)
    return Context(version, facts, earlier)


def of_members(member_ids: Collection[int]) -> dict[int, dict[str, Value | None]]:
    """Return what is known of members, without ``first_time``. One statement."""
    return {row.for_member: _facts(row) for row in _rows_of(member_ids)}


def _rows_of(member_ids: Collection[int]) -> Sequence[Any]:
    parameters = {"member_ids": sorted(member_ids), "action": ""}
    return db.session.execute(_statement(with_awards=False), parameters).all()


def _facts(row: Any) -> dict[str, Value | None]:
    return {name: known.read(getattr(row, f"fact_{name}")) for name, known in _known.items()}


def done_before(member_ids: Collection[int], actions: Collection[str]) -> set[tuple[int, str]]:
    """Return which members have done which actions before. One statement."""
    rows = db.session.execute(
        sa.select(AWARD.c.member_id, AWARD.c.action)
        .where(AWARD.c.member_id.in_(member_ids), AWARD.c.action.in_(actions))
        .distinct()
    )
    return {(row.member_id, row.action) for row in rows}


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
