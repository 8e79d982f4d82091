"""A seeded copy in a folder of its own: members with sessions, threads with photos, wallets."""

import io
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_wtf.csrf import generate_csrf
from PIL import Image, ImageFilter

from app import create_app
from app.checkin import service as checkin
from app.checkin.types import SeedCheckIn
from app.community import service as community
from app.community.types import SeedBoard as Board
from app.community.types import Seeded, SeedFollow, SeedLike, SeedReply, SeedThread
from app.config import Config
from app.identity import service as identity
from app.identity.types import MemberRow, SeedMember
from app.kernel import clock
from app.kernel.db import db, use_case
from app.kernel.media import service as media
from app.kernel.serve import build_assets_if_changed

SEED = 20_260_901
WRITERS = 60
THREADS = 300
PHOTOS = 4
REPLIES_OF_THE_THREAD = 60  # three pages; the first one is asked
DAYS = 40  # of check-ins in every writer's statement
BOARDS = (
    ("pot", "晒锅", "Pot of the day"),
    ("dip", "蘸料", "Dip lab"),
    ("ask", "问答", "Questions"),
)
TITLES = (
    "一包底料搞定烤鱼，花生一定最后放",
    "外婆的油泼辣子，香到邻居来敲门",
    "Tomato broth that even kids finish",
    "20 元火锅局，吃到扶墙",
)
BODY = "锅底先小火炒香，再加**热水**。\n\n- 牛油 100 g\n- 花椒一小把\n\n1. 小火炒香\n2. 加热水"
REPLY = "抄作业了，谢谢分享！**花生**为什么最后放？辣度怎么样，孩子能吃吗？"


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in member as the client needs him: the cookie's value and his form token."""

    cookie: str
    token: str


@dataclass(frozen=True, slots=True)
class Community:
    """What the client is to ask.

    Attributes:
        readers: members with a history; the pages are asked as them.
        newcomers: members who have not checked in today, one for each POST.
        thread: code of a thread with several pages of replies.
    """

    readers: Sequence[Person]
    newcomers: Sequence[Person]
    thread: str


def settings(folder: Path, port: int) -> Mapping[str, str]:
    """Return the environment of a copy in ``folder``, whatever a .env says."""
    return {
        "POTLUCK_INSTANCE_DIR": str(folder),
        "POTLUCK_DATABASE_URL": f"sqlite:///{folder / 'potluck.db'}",
        "POTLUCK_MEDIA_URL": f"file://{folder / 'media'}",
        "POTLUCK_MAIL_URL": f"file://{folder / 'mail'}",
        "POTLUCK_SMS_URL": f"file://{folder / 'sms'}",
        "POTLUCK_SECRET_KEY": "for-a-bench-only-0123456789-abcdefghijklmnop",
        "POTLUCK_SECRET_KEY_FALLBACKS": "",
        "POTLUCK_BASE_URL": f"http://127.0.0.1:{port}",
        "POTLUCK_TRUSTED_HOSTS": "",
        "POTLUCK_PROXY_HOPS": "1",  # the client says where each request is from
        "POTLUCK_REDIS_URL": "",
        "POTLUCK_LOG_FORMAT": "json",
    }


@contextmanager
def opened(config: Config) -> Iterator[Flask]:
    """Open an application inside its context, and let go of its database afterwards."""
    app = create_app(config)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def seed(config: Config, newcomers: int) -> Community:
    """Make the community; return whom and what to ask.

    The tables are made from the models: tests hold that migrations make the same ones, constraints,
    indexes and triggers included.
    """
    with opened(config) as app:
        with redirect_stdout(sys.stderr):  # standard output is for the figures
            build_assets_if_changed(app)
        db.create_all()
        chance = random.Random(SEED)
        writers = identity.seed_members(_members("writer", WRITERS, days_ago=400))
        _follow(writers, chance)
        thread = _write(writers, _photos(writers), chance)
        _check_in(writers)
        fresh = identity.seed_members(_members("newcomer", newcomers, days_ago=1))
        return Community(_sign_in(app, writers), _sign_in(app, fresh), thread)


def checked_in_today(config: Config) -> int:
    """Return how many check-ins the copy has for the present day."""
    from app.checkin.models import CheckIn

    with opened(config):
        return db.session.query(CheckIn).filter_by(on_date=clock.business_date()).count()


def _members(name: str, number: int, *, days_ago: int) -> list[SeedMember]:
    joined = clock.now() - timedelta(days=days_ago)
    return [SeedMember(name=f"{name} {i}", joined_at=joined) for i in range(number)]


def _follow(writers: Sequence[MemberRow], chance: random.Random) -> None:
    now = clock.now()
    community.seed_follows(
        [SeedFollow(a.id, b.id, now) for a in writers for b in chance.sample(writers, 8)]
    )


def _photos(writers: Sequence[MemberRow]) -> list[int]:
    """Return the ids of photos: softened noise. The pages only name them; nobody fetches them."""
    found = []
    for i in range(PHOTOS):
        noise = Image.effect_noise((640, 480 + 20 * i), 60).filter(ImageFilter.GaussianBlur(3))
        photo = Image.merge(
            "RGB", (noise, noise.rotate(180), noise.transpose(Image.Transpose.ROTATE_180))
        )
        file = io.BytesIO()
        photo.save(file, "JPEG", quality=80)
        file.seek(0)
        found.append(media.store_photo(writers[i].id, file).id)
    return found


def _write(writers: Sequence[MemberRow], photos: Sequence[int], chance: random.Random) -> str:
    """Write threads, replies and likes; return the code of the one with many replies."""
    for slug, name_zh, name_en in BOARDS:
        community.save_board(Board(slug=slug, name_zh=name_zh, name_en=name_en))
    now = clock.now()
    threads = community.seed_threads(
        [
            SeedThread(
                author_id=chance.choice(writers).id,
                board_slug=BOARDS[i % len(BOARDS)][0],
                title=f"{TITLES[i % len(TITLES)]} {i}",
                body=BODY,
                at=now - timedelta(hours=THREADS - i),
                photo_ids=chance.sample(photos, i % 4),
            )
            for i in range(THREADS)
        ]
    )
    busy = threads[-2]
    _reply(threads, busy, writers, chance)
    community.seed_likes(
        [
            SeedLike(thread.id, someone.id, now)
            for thread in threads
            for someone in chance.sample(writers, chance.randrange(20))
        ]
    )
    return busy.code


def _reply(
    threads: Sequence[Seeded], busy: Seeded, writers: Sequence[MemberRow], chance: random.Random
) -> None:
    now = clock.now()
    numbers = [REPLIES_OF_THE_THREAD if thread is busy else 4 for thread in threads]
    community.seed_replies(
        [
            SeedReply(thread.id, chance.sample(writers, 1)[0].id, f"{REPLY} {i}", now)
            for thread, number in zip(threads, numbers, strict=True)
            for i in range(number)
        ]
    )


def _check_in(writers: Sequence[MemberRow]) -> None:
    now = clock.now()
    days = [now - timedelta(days=day) for day in range(DAYS, 0, -1)]
    checkin.seed_check_ins([SeedCheckIn(each.id, day) for each in writers for day in days])


def _sign_in(app: Flask, members: Sequence[MemberRow]) -> list[Person]:
    """Open a real session for each, in one transaction, and ask Flask-WTF for its form token."""

    @use_case
    def begin_all() -> list[str]:
        return [identity.begin_session(each.id, 1).token for each in members]

    return [Person(token, _form_token(app, token)) for token in begin_all()]


def _form_token(app: Flask, cookie: str) -> str:
    sent = {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={cookie}"}
    with app.test_request_context("/", headers=sent, base_url=app.config["POTLUCK"].base_url):
        token: str = generate_csrf()
        return token
