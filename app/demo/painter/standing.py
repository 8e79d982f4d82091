# ruff: noqa: PLR2004 - measures taken by eye have no names
"""Ware seen from across the table: bowls, pots on a stove, plates, boards."""

import math
from dataclasses import replace

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from app.demo.painter.above import Serving, over_shadow, soup
from app.demo.painter.clay import (
    Colour,
    across,
    clay,
    darker,
    disc,
    lighter,
    over,
    rounded,
    shape,
    turned,
)
from app.demo.painter.easel import Easel
from app.demo.painter.larder import natural
from app.demo.painter.surface import TONES, wood
from app.demo.painter.ware import GLAZES, framed, plate, sunk

_TILT = 0.36  # how round a rim looks from across the table


def vessel(
    easel: Easel, width: int, serving: Serving, *, tall: float = 0.42, straight: float = 0.12
) -> Image.Image:
    """Return a bowl or pot seen from across the table, foods rising out of the broth.

    Args:
        easel: gives dice and larder.
        width: px across the rim.
        serving: what is in it, and its glaze.
        tall: height of the body as a share of the width.
        straight: 0 for a bowl with a small foot, 1 for a straight pot.
    """
    tone = GLAZES[serving.glaze]
    rim = round(width * _TILT)
    air = round(width * 0.36)  # for what stands out
    body_tall = round(width * tall)
    sprite = Image.new("RGBA", (width, air + rim + body_tall), (0, 0, 0, 0))
    hole = (round(width * 0.93), round(rim * 0.86))
    inside = across(
        hole, ((0, darker(tone, 0.35)), (0.5, darker(tone, 0.12)), (1, lighter(tone, 0.1)))
    )
    _paste_round(sprite, _flat(tone, (width, rim)), width / 2, air + rim / 2)
    _paste_round(sprite, inside, width / 2, air + rim * 0.5)
    level = (round(width * 0.86), round(rim * 0.72))
    surface = soup(easel, level[0], replace(serving, toppings=())).resize(level)
    _paste_round(sprite, surface, width / 2, air + rim * 0.53)
    _stand_in(easel, sprite, serving.toppings, width, air + rim * 0.53, level)
    body = _body(width, rim, body_tall, tone, straight)
    sprite.alpha_composite(body, (0, air + rim // 2))
    lip = ImageChops.subtract(disc((width, rim)), disc((width, rim), max(5, width * 0.022)))
    lip.paste(0, (0, 0, width, rim // 2))
    edge = clay(lip, lighter(tone, 0.3), 5, 0.8)
    sprite.alpha_composite(edge, (0, air))
    box = sprite.getchannel("A").getbbox() or (0, 0, *sprite.size)
    return sprite.crop((0, 0, width, box[3]))  # it shall stand on its foot


def _stand_in(
    easel: Easel,
    sprite: Image.Image,
    foods: tuple[str, ...],
    width: int,
    level: float,
    mouth: tuple[int, int],
) -> None:
    """Stand foods in the soup, an arc of them, the middle ones in front."""
    count = len(foods)
    for k in sorted(range(count), key=lambda i: -abs(i - (count - 1) / 2)):
        share = (k - (count - 1) / 2) / max(1, count - 1) if count > 1 else 0
        x = width / 2 + share * mouth[0] * 0.66
        y = level + mouth[1] * (0.22 - 0.42 * abs(share))
        size = width * (0.27 if count > 3 else 0.31) * natural(foods[k])
        piece = framed(easel.larder.sprite(foods[k], size, seed=easel.rng.random()))
        piece = turned(piece, -share * 26 + easel.rng.uniform(-8, 8))
        over_shadow(sprite, piece, x, y - piece.height * 0.3, size * 0.05)
        over(sprite, sunk(piece, 0.24), x, y - piece.height * 0.36)


def _flat(tone: Colour, size: tuple[int, int]) -> Image.Image:
    return across(size, ((0, lighter(tone, 0.3)), (0.6, tone), (1, darker(tone, 0.2))))


def _paste_round(sprite: Image.Image, picture: Image.Image, x: float, y: float) -> None:
    layer = picture.convert("RGBA")
    layer.putalpha(disc(picture.size))
    over(sprite, layer, x, y)


def _body(width: int, rim: int, tall: int, tone: Colour, straight: float) -> Image.Image:
    """Return the outside of a vessel, its upper edge the near half of the rim."""
    foot = width * (0.36 + 0.5 * straight)
    size = (width, tall + rim // 2)

    def outline(pen: ImageDraw.ImageDraw, fine: int) -> None:
        left = []
        for k in range(41):
            t = k / 40
            drop = t ** (1.0 + 1.6 * straight) if straight > 0.6 else 1 - (1 - t**2.4) ** 0.62
            half = width / 2 - (width - foot) / 2 * drop
            left.append((half, t * tall * 0.95))
        points = [(width / 2 - h, y) for h, y in left] + [
            (width / 2 + h, y) for h, y in reversed(left)
        ]
        pen.polygon([v * fine for point in points for v in point], fill=255)
        base = (
            width / 2 - foot / 2,
            tall * 0.95 - foot * 0.075,
            width / 2 + foot / 2,
            tall * 0.95 + foot * 0.085,
        )
        pen.ellipse([v * fine for v in base], fill=255)

    mask = shape(size, outline)
    mouth = Image.new("L", size, 0)
    mouth.paste(disc((width, rim)), (0, -rim // 2))
    mask = ImageChops.subtract(mask, mouth)
    near = Image.new("L", size, 0)
    near.paste(disc((width, rim)), (0, -rim // 2 + 2))
    skin = across(
        size,
        (
            (0, darker(tone, 0.12)),
            (0.2, lighter(tone, 0.42)),
            (0.5, tone),
            (0.86, darker(tone, 0.34)),
            (1, darker(tone, 0.18)),
        ),
    )
    below = (
        Image.linear_gradient("L")
        .resize(size)
        .point([round(max(0, v - 90) * 0.5) for v in range(256)])
    )
    skin.paste(darker(tone, 0.5), (0, 0), below)
    return clay(mask, skin, width * 0.02, 0.45)


def side_pot(easel: Easel, width: int, serving: Serving) -> Image.Image:
    """Return a pot with handles, seen from across the table."""
    inner = vessel(easel, width, serving, tall=0.36, straight=0.8)
    tone = darker(GLAZES[serving.glaze], 0.15)
    grip = (round(width * 0.16), round(width * 0.11))
    ring = ImageChops.subtract(
        rounded(grip, grip[1] * 0.5), rounded(grip, grip[1] * 0.3, grip[1] * 0.26)
    )
    handle = clay(ring, tone, grip[1] * 0.12, 1.0)
    air = round(width * 0.11)
    pot = Image.new("RGBA", (width + 2 * air, inner.height), (0, 0, 0, 0))
    rim_y = round(width * 0.36 + width * _TILT * 0.62)
    over(pot, handle, air * 0.78, rim_y)
    over(pot, handle, pot.width - air * 0.78, rim_y)
    pot.alpha_composite(inner, (air, 0))
    return pot


def stove(width: int, tone: Colour) -> Image.Image:
    """Return a table stove: a low box with a knob and a ring of flame."""
    tall = round(width * 0.2)
    size = (width, tall)
    skin = across(
        size,
        ((0, darker(tone, 0.1)), (0.25, lighter(tone, 0.25)), (0.7, tone), (1, darker(tone, 0.3))),
    )
    box = clay(rounded(size, tall * 0.3), skin, tall * 0.08, 0.8)
    knob = round(tall * 0.5)
    over(
        box, clay(disc((knob, knob)), darker(tone, 0.6), knob * 0.14, 1.0), width * 0.5, tall * 0.54
    )
    over(
        box,
        clay(rounded((max(3, knob // 8), knob // 2), 2), lighter(tone, 0.6), 2),
        width * 0.5,
        tall * 0.45,
    )
    return box


def flame(width: int) -> Image.Image:
    """Return a strip of gas flames."""
    size = (width, round(width * 0.1))

    def tongues(pen: ImageDraw.ImageDraw, fine: int) -> None:
        step = size[1] * 0.55
        for k in range(int(width / step)):
            x = k * step
            top = size[1] * (0.12 + 0.22 * ((k * 7) % 3) / 2)
            pen.polygon(
                [v * fine for v in (x, size[1], x + step * 0.5, top, x + step, size[1])], fill=255
            )

    mask = shape(size, tongues).filter(ImageFilter.GaussianBlur(2.5))
    sprite = across(
        size, ((0, (66, 120, 226)), (0.5, (110, 180, 255)), (1, (66, 120, 226)))
    ).convert("RGBA")
    sprite.putalpha(mask)
    return sprite


def side_plate(
    easel: Easel, width: int, glaze: str, foods: tuple[str, ...], count: int, *, size: float = 0.36
) -> Image.Image:
    """Return a plate seen from across the table with things standing on it."""
    flat = plate(width, glaze, line=None).resize(
        (width, round(width * 0.34)), Image.Resampling.LANCZOS
    )
    air = round(width * 0.46)
    thick = max(4, width // 40)
    sprite = Image.new("RGBA", (width, air + flat.height + thick), (0, 0, 0, 0))
    rim = Image.new("RGBA", flat.size, (*darker(GLAZES[glaze], 0.3), 0))
    rim.putalpha(flat.getchannel("A"))
    sprite.alpha_composite(rim, (0, air + thick))
    sprite.alpha_composite(flat, (0, air))
    rng = easel.rng
    spots = (
        [(0.0, 0.0)]
        if count == 1
        else [
            (math.cos(a) * 0.24, math.sin(a) * 0.07)
            for a in (0.5 + k * math.tau / count for k in range(count))
        ]
    )
    for k, (dx, dy) in enumerate(sorted(spots, key=lambda p: p[1])):
        piece = framed(easel.larder.sprite(foods[k % len(foods)], width * size, seed=rng.random()))
        piece = turned(piece, rng.uniform(-9, 9))
        x, foot = width * (0.5 + dx), air + flat.height * 0.62 + width * dy
        over_shadow(sprite, piece, x, foot - piece.height * 0.42, width * 0.02)
        over(sprite, piece, x, foot - piece.height / 2)
    return sprite


def slab(easel: Easel, width: int, tone: str) -> Image.Image:
    """Return a thick wooden board seen from across the table."""
    deep, thick = round(width * 0.3), max(8, width // 22)
    top = wood(easel.rng, (width, deep), TONES[tone], plank=width * 2)
    top = wood(easel.rng, (deep, width), TONES[tone], plank=deep * 2).transpose(
        Image.Transpose.ROTATE_90
    )
    lean = width * 0.07

    def outline(pen: ImageDraw.ImageDraw, fine: int) -> None:
        pen.polygon([v * fine for v in (lean, 0, width - lean, 0, width, deep, 0, deep)], fill=255)

    face = clay(shape((width, deep), outline), top, 4, 0.5)
    sprite = Image.new("RGBA", (width, deep + thick), (0, 0, 0, 0))
    front = clay(rounded((width, thick + 12), 8), darker(TONES[tone], 0.35), 5, 0.6)
    sprite.alpha_composite(front, (0, deep - 12))
    sprite.alpha_composite(face, (0, 0))
    return sprite
