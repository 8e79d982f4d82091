"""How identity's own rows follow when two members become one."""

from typing import Any, cast

import sqlalchemy as sa

from app.identity.frame_models import MemberFrame
from app.identity.models import (
    IdentityClue,
    IdentityConflict,
    MemberConsent,
    MemberContact,
    MemberCredential,
    MemberIdentity,
    MemberLeaving,
    MemberMerge,
    MemberRole,
    MemberSession,
    MemberTakeout,
    OneTimeCode,
)
from app.identity.service.frames import settle_frames
from app.identity.service.merging import close_conflicts
from app.kernel import merging
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved


def _columns(model: type[Any]) -> Any:
    return cast("sa.Table", model.__table__).c


CONFLICT = _columns(IdentityConflict)


def register() -> None:
    """Say what moves and what stays."""
    merging.register(
        "identity",
        carry=close_conflicts,
        settle=settle_frames,
        moves=(
            Moved(_columns(MemberContact).member_id, _l("contacts")),
            Moved(_columns(MemberIdentity).member_id, _l("shop accounts")),
            Moved(_columns(IdentityClue).member_id),
            Moved(_columns(MemberFrame).member_id, _l("avatar frames")),
            Moved(_columns(MemberCredential).member_id),  # only where the target has none
            Moved(CONFLICT.member_id, where=_other_is_not_target),
            Moved(CONFLICT.other_id, where=_member_is_not_target),
        ),
    )
    roles = "rights are given to a person by somebody and never inherited"
    history = "who did it, as it was written"
    for model, name, reason in (
        (MemberRole, "member_id", roles),
        (MemberRole, "granted_by", history),
        (MemberSession, "member_id", "sessions of a closed member are dead"),
        (MemberConsent, "member_id", "he agreed to that wording as the member he was"),
        (OneTimeCode, "member_id", "useless while he is closed, gone in ten minutes"),
        (IdentityConflict, "decided_by", history),
        (MemberLeaving, "member_id", "who asked to leave is who leaves"),
        (MemberLeaving, "asked_by", history),
        (MemberTakeout, "member_id", "it holds what was his then; gone in a week"),
        (MemberMerge, "source_id", "the log of merges itself"),
        (MemberMerge, "target_id", "the log of merges itself"),
        (MemberMerge, "actor_id", history),
        (MemberMerge, "undone_by", history),
    ):
        merging.stays(_columns(model)[name], reason)


def _other_is_not_target(log: Log) -> sa.ColumnElement[bool]:
    return cast("sa.ColumnElement[bool]", CONFLICT.other_id != log.target_id)


def _member_is_not_target(log: Log) -> sa.ColumnElement[bool]:
    return cast("sa.ColumnElement[bool]", CONFLICT.member_id != log.target_id)
