"""The index: an entry for each thing that can be found, and the words of the house.

Tokens stand beside the entry on PostgreSQL (``tokens``, a GIN index) and in the FTS5 table
``search_text`` on SQLite, whose row id is the entry's. That table keeps no text of its own.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Model

ONLY_FILLED = sa.text("tokens IS NOT NULL")
ONLY_NEW = sa.text("NOT is_learnt")
TOKENIZER = "tokenize='ascii'"


class SearchEntry(Model):
    """One thing in one generation of the index.

    Attributes:
        id: its moment and a tail: the newest have the greatest, so the index itself is in order.
        generation: searches read the live one; a rebuild writes the next beside it.
        digest: of what was indexed: what is unchanged is not written again.
        tokens: PostgreSQL's; SQLite's stand in ``search_text``.
        is_learnt: its words are counted among the terms.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        sa.UniqueConstraint("generation", "kind", "thing_id"),
        sa.Index(
            "ix_search_entry_tokens", "tokens", postgresql_using="gin", sqlite_where=ONLY_FILLED
        ),
        sa.Index(
            "ix_search_entry_new", "id", sqlite_where=ONLY_NEW, postgresql_where=ONLY_NEW
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    generation: Mapped[int] = mapped_column(sa.Integer)
    kind: Mapped[str] = mapped_column(sa.String(16))
    thing_id: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(16))
    tokens: Mapped[str | None] = mapped_column(sa.Text().with_variant(TSVECTOR(), "postgresql"))
    is_learnt: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class SearchState(Model):
    """Which generation is read, and how far the next one is. One row; none means generation 1.

    Attributes:
        building: the generation that a rebuild makes; None: nobody rebuilds.
        kind: what it is at, after which id (``after_id``); ``done`` things of ``total`` are in.
    """

    __tablename__ = "search_state"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    live: Mapped[int] = mapped_column(sa.Integer)
    building: Mapped[int | None] = mapped_column(sa.Integer)
    kind: Mapped[str | None] = mapped_column(sa.String(16))
    after_id: Mapped[int]
    done: Mapped[int]
    started_at: Mapped[datetime | None]


class SearchFill(Model):
    """How far the worker has looked through a kind for things that the index does not know.

    Attributes:
        edition: of the kind, that it is at or has been through.
        after_id: it has looked at everything up to this one.
        through_at: when it came to the end; None: it is at it.
    """

    __tablename__ = "search_fill"

    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    edition: Mapped[int] = mapped_column(sa.Integer)
    after_id: Mapped[int]
    through_at: Mapped[datetime | None]


class SearchTerm(Model):
    """A word that stands in what everybody may read: for typing errors and suggestions.

    Attributes:
        term: folded.
        shown: as somebody wrote it.
        is_latin: plain Latin letters: among these a mistyped word is looked for.
        uses: how many things have it; recounted every night, without any it goes.
    """

    __tablename__ = "search_term"
    __table_args__ = (sa.Index("ix_search_term_uses", "uses"),)

    term: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    shown: Mapped[str] = mapped_column(sa.String(60))
    is_latin: Mapped[bool]
    uses: Mapped[int] = mapped_column(sa.Integer)


class SearchRecent(Model):
    """What a member searched for lately: his own to see and to clear."""

    __tablename__ = "search_recent"

    member_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("member.id"), primary_key=True, autoincrement=False
    )
    folded: Mapped[str] = mapped_column(sa.String(400), primary_key=True)
    text: Mapped[str] = mapped_column(sa.String(100))
    searched_at: Mapped[datetime]


# --- PostgreSQL's side ---------------------------------------------------------------------------

_FITTING = """\
CREATE OR REPLACE FUNCTION {name}(asked tsquery, since bigint, below bigint, most integer)
RETURNS TABLE (id bigint, thing_id bigint) LANGUAGE sql STABLE ROWS 1000
SET enable_seqscan = off SET enable_indexscan = off AS $$
SELECT e.id, e.thing_id FROM search_entry AS e
WHERE e.tokens @@ asked AND {id} >= since AND {id} < below
AND e.generation = coalesce((SELECT s.live FROM search_state AS s LIMIT 1), 1)
LIMIT most $$"""
POSTGRES = (
    _FITTING.format(name="search_fitting", id="(e.id + 0)"),  # by the index of tokens alone
    _FITTING.format(name="search_fitting_days", id="e.id"),  # and by that of moments
    "ALTER TABLE search_entry ALTER COLUMN tokens SET STATISTICS 0",  # the planner decides nothing
    "ALTER INDEX ix_search_entry_tokens SET (gin_pending_list_limit = 256)",  # all searches read it
)
"""Functions that return entries that fit, whatever the planner knows of the words."""


@event.listens_for(SearchState.__table__, "after_create")
def _make_function(_table: sa.Table, connection: sa.Connection, **_options: object) -> None:
    if connection.dialect.name == "postgresql":
        for statement in POSTGRES:
            connection.exec_driver_sql(statement)


# --- SQLite's side -------------------------------------------------------------------------------


def text_ddl(version: tuple[int, ...]) -> list[str]:
    """Return what makes ``search_text``, and the door through which entries and words come in.

    The table keeps no copy of the text where SQLite (3.43) can do without. ``ascii``: our tokens
    come parted by blanks, and every other sign belongs to one. ``search_writing`` lets one
    statement write both; without a generation the live one is meant.
    """
    options = "content='', contentless_delete=1, " if version >= (3, 43) else ""
    live = "(SELECT coalesce((SELECT live FROM search_state LIMIT 1), 1) AS n) AS g"
    row_id = f"new.id + CASE WHEN new.generation IS NULL AND g.n & 1 THEN {1 << 21} ELSE 0 END"
    table = f"CREATE VIRTUAL TABLE search_text USING fts5(title, body, marks, {options}{TOKENIZER})"
    view = (
        "CREATE VIEW search_writing AS SELECT id, generation, kind, thing_id, digest, "
        "'' AS title, '' AS body, '' AS marks FROM search_entry"
    )
    trigger = (
        "CREATE TRIGGER search_writing_insert INSTEAD OF INSERT ON search_writing BEGIN "  # noqa: S608 - our own words
        "INSERT INTO search_entry (id, generation, kind, thing_id, digest) "
        f"SELECT {row_id}, coalesce(new.generation, g.n), new.kind, new.thing_id, new.digest "
        f"FROM {live}; "
        "INSERT INTO search_text (rowid, title, body, marks) "
        f"SELECT {row_id}, new.title, new.body, new.marks FROM {live}; END"
    )
    return [table, view, trigger]


@event.listens_for(SearchState.__table__, "after_create")
def _make_texts(_table: sa.Table, connection: sa.Connection, **_options: object) -> None:
    if connection.dialect.name == "sqlite":
        version: tuple[int, ...] = connection.dialect.dbapi.sqlite_version_info  # type: ignore[union-attr]
        for statement in text_ddl(version):
            connection.exec_driver_sql(statement)


@event.listens_for(SearchEntry.__table__, "before_drop")
def _drop_texts(_table: sa.Table, connection: sa.Connection, **_options: object) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP VIEW IF EXISTS search_writing")
        connection.exec_driver_sql("DROP TABLE IF EXISTS search_text")
    else:
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS search_fitting, search_fitting_days")
