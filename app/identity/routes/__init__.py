"""Pages of identity for members and guests."""

from app.identity.routes import (
    account,
    data,
    entry,
    frame_desk,
    frames,
    identities,
    me,
    settings,
    sign_up,
    welcome,
)
from app.identity.routes.blueprint import bp

__all__ = [
    "account",
    "bp",
    "data",
    "entry",
    "frame_desk",
    "frames",
    "identities",
    "me",
    "settings",
    "sign_up",
    "welcome",
]
