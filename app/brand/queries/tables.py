"""The tables as Core sees them."""

from typing import cast

import sqlalchemy as sa

from app.brand.models import (
    BrandChapter,
    BrandColumn,
    BrandFollow,
    BrandIssue,
    BrandPage,
    BrandPageVersion,
    BrandPerson,
    BrandPlan,
)
from app.identity.models import Member
from app.kernel.media.models import Media

PAGE = cast("sa.Table", BrandPage.__table__)
VERSION = cast("sa.Table", BrandPageVersion.__table__)
CHAPTER = cast("sa.Table", BrandChapter.__table__)
PERSON = cast("sa.Table", BrandPerson.__table__)
COLUMN = cast("sa.Table", BrandColumn.__table__)
ISSUE = cast("sa.Table", BrandIssue.__table__)
PLAN = cast("sa.Table", BrandPlan.__table__)
FOLLOW = cast("sa.Table", BrandFollow.__table__)
MEMBER = cast("sa.Table", Member.__table__)
MEDIA = cast("sa.Table", Media.__table__)
