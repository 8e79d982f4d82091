"""Boards, threads and replies for every domain's tests."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.community import service
from app.community.types import Published, SeedBoard, Seeded, SeedThread
from app.identity.types import MemberRow
from app.kernel import clock, ids
from app.kernel.db import db
from app.kernel.media import darkroom
from app.kernel.media import service as media
from app.kernel.media.models import Media
from app.kernel.media.storage import key_of, storage
from app.kernel.media.types import Developed
from tests.factories.photos import a_file, a_picture

POT = SeedBoard("pot", "晒锅", "Pot of the day", "今天这一锅，端上来看看", "Show today's pot")
DIPS = SeedBoard("dips", "蘸料研究所", "Dip lab", "油碟、干碟、海鲜汁", "Sesame, garlic, fire")


def some_boards() -> dict[str, int]:
    """Make the boards ``pot`` and ``dips``; return slug -> id."""
    return service.seed_boards([POT, DIPS])


def a_thread(
    author: MemberRow, title: str = "番茄牛腩锅", body: str = "煮了两个小时。", **more: Any
) -> Published:
    """Publish a thread on ``pot``, made if it is not there."""
    some_boards()
    return service.publish_thread(author.id, more.pop("board", "pot"), title, body, **more)


def a_photo(owner: MemberRow, width: int = 320, height: int = 240, *, waiting: bool = True) -> int:
    """Upload a photo of a member; return its id. One size is decoded once in a whole run."""
    made = _print_of(width, height)
    for rendition, data in made.files.items():
        storage().put(key_of(made.sha256, rendition), data)
    size = sum(len(data) for data in made.files.values())
    shape = (made.sha256, made.width, made.height, made.color, tuple(made.files), size)
    return media.keep(owner.id, Developed(*shape), waiting=waiting).id


@cache
def _print_of(width: int, height: int) -> darkroom.Print:
    return darkroom.develop(a_file(a_picture(width, height)))


def a_painted_photo(owner: MemberRow) -> int:
    """Return the id of a photo whose row is there but whose files are not: fast, for lists."""
    now = clock.now()
    sha = f"{owner.id:064x}"
    row: dict[str, Any] = {
        "sha256": sha, "owner_id": owner.id, "width": 900, "height": 1200, "color": "#aa5533",
        "widths": "240,480,960", "bytes": 90_000, "used_at": now, "created_at": now,
    }  # fmt: skip
    media_id = ids.next_id()
    db.session.execute(sa.insert(Media), [{"id": media_id, **row}])
    db.session.commit()
    return media_id


def many_threads(
    author: MemberRow,
    count: int,
    *,
    photo_id: int | None = None,
    at: datetime | None = None,
    body: str = "今晚这一锅，**好吃**。",
) -> list[Seeded]:
    """Load threads on ``pot``, a minute apart, the last one the newest."""
    some_boards()
    start = (at or clock.now()) - timedelta(minutes=count)
    photos = (photo_id,) if photo_id else ()
    return [
        made
        for first in range(0, count, 2_000)
        for made in service.seed_threads(
            [
                SeedThread(
                    author.id, "pot", f"第 {n} 锅", body,
                    start + timedelta(minutes=n), photos,
                )
                for n in range(first, min(first + 2_000, count))
            ]
        )
    ]  # fmt: skip
