"""Pictures and texts that are alike, or not, for the tests of originality."""

import io
import math
import random
from datetime import timedelta

from PIL import Image, ImageDraw, ImageFilter

from app.identity.types import MemberRow
from app.kernel import facts
from app.kernel.media import service as media
from app.kernel.media.storage import key_of, storage
from app.kernel.media.types import Developed
from app.originality import queries, service
from app.originality.types import Show
from tests.factories.community import a_thread

POT = (
    "昨天下班顺路买了半斤牛腩，冷水下锅焯过，换热水加两片姜小火煮了一个半小时。番茄去皮切块，"
    "先用黄油炒出沙，再倒进牛腩汤里一起滚二十分钟。最后撒一把香菜，家里人连汤都喝完了。"
)
SOUP = (
    "On Sunday I boiled two pounds of beef brisket with ginger for ninety minutes, skimmed the "
    "broth twice and kept it at the lowest flame. The tomatoes went in peeled and chopped, after a "
    "slow fry in butter, and the whole pot simmered for another twenty minutes before the "
    "coriander."
)
OTHER = (
    "第一次做麻酱蘸料，芝麻酱要一点一点加温水朝一个方向搅，太急就散了。腐乳汁一小勺，韭菜花半勺，"
    "蒜泥可以多给。朋友说比店里的香，我自己觉得还差一点花椒油，下次试试新磨的。"
)


def a_dish(seed: int, width: int = 640, height: int = 480) -> Image.Image:
    """Return a painted picture with light, shapes and grain; another one for every seed."""
    rnd = random.Random(seed)
    image = Image.new("RGB", (width, height), tuple(rnd.randrange(40, 216) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _each in range(26):
        x, y = rnd.randrange(width), rnd.randrange(height)
        r = rnd.randrange(20, 150)
        color = tuple(rnd.randrange(256) for _ in range(3))
        if rnd.random() < 0.5:
            draw.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=color)
        else:
            turn = rnd.random() * math.pi
            corners = [
                (x + r * math.cos(turn + n * math.pi / 2), y + r * math.sin(turn + n * math.pi / 2))
                for n in range(4)
            ]
            draw.polygon(corners, fill=color)
    return image.filter(ImageFilter.GaussianBlur(2))


def as_jpeg(image: Image.Image, quality: int = 85) -> bytes:
    """Return a picture as a JPEG file."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def a_shot(owner: MemberRow, image: Image.Image, quality: int = 85) -> int:
    """Put a picture on the shelf as a photo that waits; return its id.

    Its one rendition is made here, as the darkroom's child makes it: no process is started.
    """
    jpeg = Image.open(io.BytesIO(as_jpeg(image, quality))).convert("RGB")
    small = jpeg.resize((240, max(1, round(jpeg.height * 240 / jpeg.width))))
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=80)
    data = buffer.getvalue()
    sha = f"{random.Random(data).getrandbits(256):064x}"
    storage().put(key_of(sha, 240), data)
    shape = Developed(sha, jpeg.width, jpeg.height, "#aa5533", (240,), len(data))
    return media.keep(owner.id, shape, waiting=True).id


def work() -> None:
    """Do what the worker does: tell facts, read claims, compare posts, until nothing waits.

    Posts are found however new they are: numbers never go back when the clock of a test does.
    """
    while (
        facts.deliver()
        + service.work_claims()
        + service.find_posts(calm=timedelta(days=-400))
        + service.look_at_posts()
    ):
        pass


def not_new(team: MemberRow, first: MemberRow, second: MemberRow) -> dict[str, str]:
    """Let a member post what another posted, and staff import a claim; return what pages need."""
    code = service.begin_import(team.id, f"kind,label,content\ntext,A blog,{OTHER}\n".encode())
    a_thread(first, "两小时的牛腩锅", POT)
    copy = a_thread(second, "我的牛腩锅", POT)
    work()
    found = next(
        each for each in queries.findings(Show.OPEN).items if each.thread_id == copy.thread_id
    )
    return {"alike_code": copy.thread_code, "finding": str(found.id), "claims_file": code}
