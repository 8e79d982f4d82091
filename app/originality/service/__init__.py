"""Verbs of originality."""

from app.originality.service.claims import (
    add_claim,
    begin_import,
    bring_claim_back,
    retire_claim,
    work_claims,
)
from app.originality.service.judging import judge, object_to, state_source, undo
from app.originality.service.looking import ask, ask_around, find_posts, look_at_posts, take_over

__all__ = [
    "add_claim",
    "ask",
    "ask_around",
    "begin_import",
    "bring_claim_back",
    "find_posts",
    "judge",
    "look_at_posts",
    "object_to",
    "retire_claim",
    "state_source",
    "take_over",
    "undo",
    "work_claims",
]
