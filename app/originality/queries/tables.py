"""The tables as Core sees them."""

from typing import cast

import sqlalchemy as sa

from app.identity.models import Member
from app.kernel.media.models import Media
from app.originality.models import (
    Band,
    Claim,
    ClaimImport,
    Finding,
    FindingWords,
    Look,
    Print,
    Reach,
)

LOOK = cast("sa.Table", Look.__table__)
REACH = cast("sa.Table", Reach.__table__)
PRINT = cast("sa.Table", Print.__table__)
BAND = cast("sa.Table", Band.__table__)
FINDING = cast("sa.Table", Finding.__table__)
WORDS = cast("sa.Table", FindingWords.__table__)
CLAIM = cast("sa.Table", Claim.__table__)
IMPORT = cast("sa.Table", ClaimImport.__table__)
MEMBER = cast("sa.Table", Member.__table__)
MEDIA = cast("sa.Table", Media.__table__)
