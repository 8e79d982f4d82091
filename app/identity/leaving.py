"""How identity's own rows go when a member leaves: whatever names, reaches or opens."""

from typing import Any, cast

import sqlalchemy as sa

from app.identity.frame_models import MemberFrame
from app.identity.models import (
    IdentityClue,
    IdentityConflict,
    Member,
    MemberConsent,
    MemberContact,
    MemberCredential,
    MemberIdentity,
    MemberRole,
    MemberSession,
    MemberTakeout,
    OneTimeCode,
)
from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Gone, Shown
from app.kernel.media import queries as media


def _of(model: type[Any], name: str = "member_id") -> Any:
    return cast("sa.Table", model.__table__).c[name]


def register() -> None:
    """Say what is deleted and what is his to read."""
    leaving.register(
        "identity",
        gone=(
            Gone(_of(MemberContact), _l("Contacts"), frozenset({"bounce", "soft_bounces"})),
            Gone(_of(MemberCredential)),
            Gone(_of(MemberIdentity), _l("Shop accounts"), frozenset({"external_id"})),
            Gone(_of(IdentityClue)),
            Gone(_of(MemberFrame), _l("Avatar frames"), frozenset({"key"})),
            Gone(_of(IdentityConflict)),
            Gone(_of(IdentityConflict, "other_id")),
            Gone(_of(MemberSession), _l("Devices")),
            Gone(_of(OneTimeCode)),
            Gone(_of(MemberRole), _l("Roles"), frozenset({"granted_by"})),
            Gone(_of(MemberTakeout)),
        ),
        shown=(
            Shown(_of(Member, "id"), _l("Profile"), frozenset({"version", "marks"})),
            Shown(_of(MemberConsent), _l("What you agreed to")),
        ),
        photos=media.files_of,
    )
