"""search

Revision ID: 5ea4c41de001
Revises: 3a9d5e2c7b18
Create Date: 2026-11-29 05:40:00+00:00

New tables only; old code does not know them. Afterwards ``flask search rebuild`` fills the index.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5ea4c41de001"
down_revision = "3a9d5e2c7b18"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TOKENS = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("thing_id", BIG, nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("tokens", TOKENS, nullable=True),
        sa.Column("is_learnt", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint(
            "generation", "kind", "thing_id", name=op.f("uq_search_entry_generation_kind_thing_id")
        ),
    )
    op.create_index(
        "ix_search_entry_tokens", "search_entry", ["tokens"],
        postgresql_using="gin", sqlite_where=sa.text("tokens IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_search_entry_new", "search_entry", ["id"],
        sqlite_where=sa.text("NOT is_learnt"), postgresql_where=sa.text("NOT is_learnt"),
    )  # fmt: skip
    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.Column("building", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("after_id", BIG, nullable=False),
        sa.Column("done", BIG, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
    )
    op.create_table(
        "search_term",
        sa.Column("term", sa.String(length=40), nullable=False),
        sa.Column("shown", sa.String(length=60), nullable=False),
        sa.Column("is_latin", sa.Boolean(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_search_term")),
    )
    op.create_index("ix_search_term_uses", "search_term", ["uses"])
    op.create_table(
        "search_recent",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("folded", sa.String(length=400), nullable=False),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_search_recent_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", "folded", name=op.f("pk_search_recent")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _make_texts(op.get_bind().dialect.dbapi.sqlite_version_info)


def _make_texts(version: tuple[int, ...]) -> None:
    options = "content='', contentless_delete=1, " if version >= (3, 43) else ""
    live = "(SELECT coalesce((SELECT live FROM search_state LIMIT 1), 1) AS n) AS g"
    row_id = f"new.id + CASE WHEN new.generation IS NULL AND g.n & 1 THEN {1 << 21} ELSE 0 END"
    op.execute(
        "CREATE VIRTUAL TABLE search_text USING "
        f"fts5(title, body, marks, {options}tokenize='ascii')"
    )
    op.execute(
        "CREATE VIEW search_writing AS SELECT id, generation, kind, thing_id, digest, "
        "'' AS title, '' AS body, '' AS marks FROM search_entry"
    )
    op.execute(
        "CREATE TRIGGER search_writing_insert INSTEAD OF INSERT ON search_writing BEGIN "  # noqa: S608 - our own words
        "INSERT INTO search_entry (id, generation, kind, thing_id, digest) "
        f"SELECT {row_id}, coalesce(new.generation, g.n), new.kind, new.thing_id, new.digest "
        f"FROM {live}; "
        "INSERT INTO search_text (rowid, title, body, marks) "
        f"SELECT {row_id}, new.title, new.body, new.marks FROM {live}; END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP VIEW search_writing")
        op.execute("DROP TABLE search_text")
    op.drop_table("search_recent")
    op.drop_index("ix_search_term_uses", "search_term")
    op.drop_table("search_term")
    op.drop_table("search_state")
    op.drop_index("ix_search_entry_new", "search_entry")
    op.drop_index("ix_search_entry_tokens", "search_entry")
    op.drop_table("search_entry")
