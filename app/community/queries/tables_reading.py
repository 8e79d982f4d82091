"""The tables of reading as Core sees them."""

from typing import Any, cast

import sqlalchemy as sa

from app.community.models import news
from app.community.models import reading as models


def _table(model: Any) -> sa.Table:
    return cast("sa.Table", model.__table__)


HEAT = _table(models.ThreadHeat)
CURSOR = _table(models.ReadingCursor)
TOPIC = _table(models.Topic)
TOPIC_NAME = _table(models.TopicName)
HASHTAG = _table(models.Hashtag)
TAG = _table(models.ThreadTag)
BOARD_PLACE = _table(models.BoardPlace)
MEMBER_PLACE = _table(models.MemberPlace)
THREAD_READ = _table(models.ThreadRead)
BOARD_READ = _table(models.BoardRead)
VIEWS_DAY = _table(models.ThreadViewsDay)
SHARE = _table(models.ThreadShare)
WATCH = _table(models.Watch)
BLOCK = _table(models.MemberBlock)
FOLDER = _table(models.BookmarkFolder)
BOOKMARK = _table(models.Bookmark)
REACTION_KIND = _table(models.ReactionKind)
REACTION = _table(models.Reaction)
REACTION_COUNT = _table(models.ReactionCount)
POLL = _table(models.Poll)
BALLOT = _table(models.PollBallot)
NEWS = _table(news.News)
