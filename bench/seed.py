"""A community to measure on, written through the domains' bulk doors."""

import random
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

from PIL import Image

from app.community import service as community
from app.community.types import SeedBoard, SeedReply, SeedThread
from app.identity import service as identity
from app.identity.types import SeedMember
from app.kernel import clock
from app.kernel.media import service as media

REPLIES_A_THREAD = 20
TEXT = """牛腩先焯水，再**小火两小时**。

1. 番茄切块
2. 炒出沙
3. 加水没过肉，盖上盖子。

大家平时放几颗番茄？"""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser: its cookie and the secret of its forms."""

    token: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Town:
    """What was made.

    Attributes:
        sessions: of members who have not checked in today.
        thread: code of a thread with photos and one page of replies.
    """

    sessions: list[Session]
    thread: str


def build(*, members: int, threads: int, sessions: int) -> Town:
    """Fill the database of the current application."""
    dice = random.Random(7)
    now = clock.now()
    people = identity.seed_members(
        [SeedMember(f"锅友 {n}", now - timedelta(days=300)) for n in range(members)]
    )
    community.seed_boards([SeedBoard("pot", "晒锅", "Pot of the day")])
    photos = [_photo(people[0].id, n) for n in range(12)]
    made = community.seed_threads(
        [
            SeedThread(
                people[n % members].id,
                "pot",
                f"第 {n} 锅：番茄牛腩，煮到筷子一戳就散",
                TEXT,
                now - timedelta(minutes=threads - n),
                dice.sample(photos, 3),
            )
            for n in range(threads)
        ]
    )
    community.seed_replies(
        [
            SeedReply(thread.id, people[(n * 7) % members].id, "看饿了，**求配方**！", now)
            for thread in made[-30:]
            for n in range(REPLIES_A_THREAD)
        ]
    )
    return Town([_sign_in(person.id) for person in people[:sessions]], made[-1].code)


def _photo(owner_id: int, seed: int) -> int:
    image = Image.effect_noise((900, 1200), 60).convert("RGB")
    image.putpixel((0, 0), (seed, seed, seed))
    file = BytesIO()
    image.save(file, "JPEG")
    file.seek(0)
    return media.store_photo(owner_id, file, waiting=False).id


def _sign_in(member_id: int) -> Session:
    signed_in = identity.begin_session(member_id, identity.auth_version_of(member_id))
    return Session(signed_in.token, signed_in.csrf)
