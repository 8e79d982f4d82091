"""Whoever keeps rows that follow a member says what becomes of them when he leaves."""

from flask import Flask

from app.kernel import leaving, merging
from app.kernel.db import db

# What follows him in a merge and stays when he leaves: numbers that must go on adding up.
STAYS = {
    ("checkin_honour", "member_id"),
    ("import_issue", "member_id"),
    ("loyalty_referral", "inviter_id"),
    ("media", "owner_id"),  # a photo goes when nothing shows it
    ("moderation_case", "author_id"),
    ("message_team_line", "author_id"),  # what the team answered stays the brand's word
    ("message_side", "other_id"),  # the other keeps his side; it names a former member
    ("notice", "actor_id"),
    ("notice_act", "actor_id"),
    ("community_mention", "member_id"),  # the text is printed anew, without the name
    ("order_award", "member_id"),
    ("ranking_activity", "counterpart_id"),  # what others got from him, as long as it stands
    ("super_member", "member_id"),
    ("thread_heat", "member_id"),
    ("thread_share", "member_id"),
    ("tier_grant", "member_id"),
}


def test_every_row_that_follows_a_member_has_its_end(bare_app: Flask) -> None:
    moving = {key for key, fate in merging.columns().items() if fate == "moves"}
    assert sorted(moving - set(leaving.columns()) - STAYS) == []


def test_nothing_is_declared_that_does_not_exist(bare_app: Flask) -> None:
    known = {(t.name, c.name) for t in db.metadata.tables.values() for c in t.columns}
    assert set(leaving.columns()) <= known
    assert known >= STAYS


def test_no_file_holds_what_opens_something(bare_app: Flask) -> None:
    shown = {part.part.column.table.name for part in leaving.sections()}
    assert not shown & {"member_credential", "one_time_code", "identity_clue"}


def test_every_shop_of_words_has_a_heading(bare_app: Flask) -> None:
    assert all(str(section.label) for section in leaving.sections())
