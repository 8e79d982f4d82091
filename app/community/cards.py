"""The picture of a thread to share: its cover, its title, a QR code.

Drawn with Pillow and segno, kept in a folder by what it shows: the same thread and link are drawn
once. Where no Chinese font is found the picture has the photo and the code, and no words.
"""

import hashlib
import io
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

from flask import current_app
from PIL import Image, ImageDraw, ImageFont, ImageOps

from app.kernel.media.storage import Storage

WIDTH, PHOTO, PAD, QR = 900, 900, 48, 200
PAPER, INK, SOFT = (255, 252, 248), (42, 33, 28), (125, 112, 104)
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Medium.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)
SIMPLIFIED = 2  # which face of a Noto CJK collection is the simplified one
VERSION = 1  # of the drawing; another one is drawn anew
MOST_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows. ``photo_url``: path of a rendition in our own storage."""

    title: str
    author: str
    address: str
    photo_url: str | None
    color: str


def share_card(card: Card) -> bytes:
    """Return a card as PNG: the one that was drawn before, or a new one."""
    folder = Path(current_app.config["POTLUCK"].instance_dir) / "cache" / "cards"
    kept = folder / f"{_digest(card)}.png"
    try:
        return kept.read_bytes()
    except FileNotFoundError:
        image = _drawn(card)
    folder.mkdir(parents=True, exist_ok=True)
    _make_room(folder)
    half = kept.with_suffix(f".{id(image):x}")
    half.write_bytes(image)
    half.replace(kept)  # whoever reads meanwhile sees the whole file or none
    return image


def _digest(card: Card) -> str:
    return hashlib.sha256(repr((VERSION, *astuple(card))).encode()).hexdigest()


def _make_room(folder: Path) -> None:
    """Let the oldest half of a full folder go."""
    files = list(folder.glob("*.png"))
    if len(files) < MOST_KEPT:
        return
    for old in sorted(files, key=lambda file: file.name)[: MOST_KEPT // 2]:
        old.unlink(missing_ok=True)


def _drawn(card: Card) -> bytes:
    photo = _photo(card)
    top = PHOTO if photo else PAD
    font = _font(46)
    lines = _wrapped(card.title, font, WIDTH - 2 * PAD - QR - PAD) if font else []
    canvas = Image.new("RGB", (WIDTH, top + QR + 2 * PAD), PAPER)
    if photo:
        canvas.paste(photo, (0, 0))
    draw = ImageDraw.Draw(canvas)
    y = top + PAD
    for line in lines:
        draw.text((PAD, y), line, font=font, fill=INK)
        y += 62
    small = _font(28)
    if small:
        draw.text((PAD, top + PAD + QR - 40), card.author[:24], font=small, fill=SOFT)
    canvas.paste(_code(card.address), (WIDTH - PAD - QR, top + PAD))
    out = io.BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return out.getvalue()


def _photo(card: Card) -> Image.Image | None:
    if card.photo_url is None:
        return None
    storage: Storage = current_app.extensions["media_storage"]
    data = storage.get(card.photo_url.removeprefix("/media/"))
    if data is None:
        return Image.new("RGB", (WIDTH, PHOTO), card.color or "#cccccc")
    with Image.open(io.BytesIO(data)) as image:
        return ImageOps.fit(image.convert("RGB"), (WIDTH, PHOTO))


def _code(address: str) -> Image.Image:
    made = io.BytesIO()
    import segno

    segno.make(address, error="m", micro=False).save(made, kind="png", scale=8, border=1)
    made.seek(0)
    with Image.open(made) as image:
        return image.convert("RGB").resize((QR, QR), Image.Resampling.NEAREST)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | None:
    for path in FONTS:
        if Path(path).exists():
            index = SIMPLIFIED if "CJK" in path else 0
            return ImageFont.truetype(path, size, index=index)
    return None


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int, most: int = 2) -> list[str]:
    """Return a title in at most two lines; Chinese breaks anywhere, words where they end."""
    lines, line = [], ""
    for sign in text:
        if font.getlength(line + sign) <= width:
            line += sign
            continue
        cut = line.rfind(" ") if sign.isascii() and sign != " " and " " in line else len(line)
        lines.append(line[:cut].rstrip())
        line = (line[cut:] + sign).lstrip()
    lines.append(line)
    if len(lines) > most:
        return [*lines[: most - 1], lines[most - 1][:-1] + "…"]
    return lines
