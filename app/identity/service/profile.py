"""What a member says of himself and how he likes to read."""

import sqlalchemy as sa

from app.identity import names
from app.identity.events import ProfileChanged
from app.identity.models import Member
from app.identity.types import FieldError
from app.kernel import facts, i18n, profiles
from app.kernel.db import changed, db, use_case
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.media import service as media
from app.kernel.types import Ref

BIO_LENGTH = 200
THEMES = ("auto", "light", "dark")


@use_case
def edit_profile(member_id: int, *, name: str, bio: str) -> None:
    """Change name and bio.

    Raises:
        FieldError: on ``name`` or ``bio``; it says what to change.
    """
    if len(bio) > BIO_LENGTH:
        raise FieldError("bio", _l("At most %(num)s characters, please.", num=BIO_LENGTH))
    _set(member_id, display_name=names.clean_name(name), bio=bio)
    profiles.changed([member_id])
    _tell(member_id)


@use_case
def set_avatar(member_id: int, media_id: int | None, sha: str | None) -> None:
    """Put a stored picture (or none) in place of the member's face; the old one goes."""
    old = db.session.scalar(sa.select(Member.avatar_id).where(Member.id == member_id))
    _set(member_id, avatar_id=media_id, avatar_sha=sha)
    if old is not None and old != media_id:
        media.release_photos([old])
    _tell(member_id)


@use_case
def set_theme(member_id: int, theme: str) -> None:
    """Remember light, dark or auto.

    Raises:
        FieldError: it is none of them.
    """
    if theme not in THEMES:
        raise FieldError("theme", _l("Choose one of the three."))
    _set(member_id, theme=theme)


@use_case
def set_locale(member_id: int, locale: str) -> None:
    """Remember the language of pages and letters.

    Raises:
        FieldError: it is none that the house speaks.
    """
    if locale not in i18n.LOCALES:
        raise FieldError("locale", _l("Choose one of these languages."))
    _set(member_id, locale=locale)


@use_case
def set_look(member_id: int, *, locale: str, theme: str) -> None:
    """Remember language and theme together.

    Raises:
        FieldError: one of them is none that the house knows.
    """
    set_locale(member_id, locale)
    set_theme(member_id, theme)


def _set(member_id: int, **values: object) -> None:
    changed(
        sa.update(Member).where(Member.id == member_id).values(**values, version=Member.version + 1)
    )


def _tell(member_id: int) -> None:
    """Note that a profile changed, and whether it is complete now."""
    row = db.session.execute(
        sa.select(Member.display_name, Member.bio, Member.avatar_sha).where(Member.id == member_id)
    ).one()
    facts.publish(
        ProfileChanged(is_complete=all(row)), actor_id=member_id, subject=Ref("member", member_id)
    )
