"""Whoever adds a column that names a member says what a merge does with it."""

import re

from flask import Flask

from app.kernel import merging
from app.kernel.db import db

NAMES = re.compile(
    r"(^|_)(member|author|owner|actor|follower|followed|viewer|asked_by|added_by|created_by"
    r"|started_by|decided_by|granted_by|undone_by|rollback_by)(_id)?$"
)
BY_OTHER_NAMES = {("fact", "concerns_id")}


def _columns_of_members() -> set[tuple[str, str]]:
    return {
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.columns
        if (NAMES.search(column.name) and not column.foreign_keys)
        or any(key.target_fullname == "member.id" for key in column.foreign_keys)
        or (table.name, column.name) in BY_OTHER_NAMES
    }


def test_every_column_that_names_a_member_moves_or_stays_with_a_reason(bare_app: Flask) -> None:
    declared = set(merging.columns())
    undeclared = sorted(_columns_of_members() - declared)
    assert undeclared == [], "say merging.Moved(...) or merging.stays(..., why) in its manifest"


def test_nothing_is_declared_that_does_not_exist(bare_app: Flask) -> None:
    known = {(t.name, c.name) for t in db.metadata.tables.values() for c in t.columns}
    assert set(merging.columns()) <= known


def test_a_column_that_stays_says_why(bare_app: Flask) -> None:
    assert all(len(reason) >= len("moves") for reason in merging.columns().values())
    moving = {key for key, fate in merging.columns().items() if fate == "moves"}
    assert {("sales_order", "member_id"), ("thread", "author_id")} <= moving


def test_the_ledger_comes_first(bare_app: Flask) -> None:
    names = [domain.name for domain in merging.domains()]
    assert names[0] == "ledger"
    assert names[1:] == sorted(names[1:])
