"""Ware seen from above: plates, bowls, pots, boards, baskets, chopsticks."""

import math
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from app.demo.painter.broth import filled
from app.demo.painter.clay import (
    SHADE,
    Colour,
    clay,
    darker,
    disc,
    lighter,
    lit,
    over,
    pad,
    radial,
    relief,
    rounded,
    shape,
    times,
)
from app.demo.painter.surface import Size, bamboo, wood

GLAZES: dict[str, Colour] = {
    "white": (252, 247, 240),
    "cream": (246, 232, 208),
    "celadon": (176, 206, 188),
    "indigo": (66, 84, 132),
    "black": (58, 50, 50),
    "tomato": (214, 74, 54),
    "mustard": (236, 178, 72),
    "pink": (240, 190, 180),
    "sky": (174, 204, 220),
    "brown": (128, 80, 54),
    "sage": (158, 178, 140),
    "steel": (206, 206, 206),
    "brass": (214, 168, 92),
    "iron": (70, 66, 66),
    "plum": (126, 66, 84),
    "teal": (72, 124, 122),
}


def plate(diameter: int, glaze: str, *, line: str | None = None) -> Image.Image:
    """Return a round plate, with a coloured ``line`` along its rim if asked."""
    tone = GLAZES[glaze]
    size = (diameter, diameter)
    skin = radial(
        size,
        (
            (0, lighter(tone, 0.25)),
            (0.66, tone),
            (0.7, darker(tone, 0.06)),
            (0.76, lighter(tone, 0.3)),
            (0.95, tone),
            (1, darker(tone, 0.08)),
        ),
    )
    if line:
        pen = ImageDraw.Draw(skin)
        for inset, width in ((0.035, 0.012), (0.06, 0.004)):
            edge = diameter * inset
            pen.ellipse(
                (edge, edge, diameter - edge, diameter - edge),
                outline=GLAZES[line],
                width=max(2, round(diameter * width)),
            )
    sprite = clay(disc(size), skin, diameter * 0.02, 0.6)
    well = round(diameter * 0.7)
    light = relief(disc((well, well)), diameter * 0.025, -0.28)
    spot = (diameter - well) // 2
    hollow = lit(sprite.convert("RGB").crop((spot, spot, spot + well, spot + well)), light)
    sprite.paste(hollow, (spot, spot), disc((well, well)))
    return sprite


def tray(size: Size, glaze: str) -> Image.Image:
    """Return an oblong plate or lacquer tray."""
    tone = GLAZES[glaze]
    radius = min(size) * 0.16
    sprite = clay(rounded(size, radius), tone, min(size) * 0.03, 0.7)
    inset = min(size) * 0.05
    floor = rounded(size, radius * 0.8, inset)
    inner = lit(Image.new("RGB", size, lighter(tone, 0.06)), relief(floor, min(size) * 0.035, -0.5))
    sprite.paste(inner, (0, 0), floor)
    return sprite


def bowl(rng: Random, diameter: int, glaze: str, fill: Image.Image | str) -> Image.Image:
    """Return a bowl from above, with a broth (by name) or any square picture in it."""
    tone = GLAZES[glaze]
    size = (diameter, diameter)
    sprite = clay(disc(size), tone, diameter * 0.03, 0.8)
    wall = round(diameter * 0.93)
    inside = radial(
        (wall, wall), ((0, darker(tone, 0.12)), (0.86, darker(tone, 0.16)), (1, lighter(tone, 0.2)))
    )
    over(
        sprite, clay(disc((wall, wall)), inside, diameter * 0.05, -0.75), diameter / 2, diameter / 2
    )
    level = round(diameter * 0.835)
    soup = (
        filled(rng, level, fill)
        if isinstance(fill, str)
        else fill.convert("RGB").resize((level, level))
    )
    sprite = _poured(sprite, soup)
    ring = ImageChops.subtract(disc(size), disc(size, diameter * 0.018))
    shine = Image.new("RGBA", size, (*lighter(tone, 0.65), 0))
    shine.putalpha(ring.point(times(0.7)))
    sprite.alpha_composite(shine)
    return sprite


def _poured(sprite: Image.Image, soup: Image.Image) -> Image.Image:
    """Return the vessel with ``soup`` in it, the rim's shadow on the soup."""
    level, diameter = soup.width, sprite.width
    mask = disc((level, level))
    soup = soup.copy()
    rim = ImageChops.invert(mask)
    drop = round(diameter * 0.03)
    shadow = ImageChops.offset(rim, drop, drop).filter(ImageFilter.GaussianBlur(diameter * 0.025))
    shadow = ImageChops.lighter(shadow, rim.filter(ImageFilter.GaussianBlur(diameter * 0.012)))
    soup.paste(SHADE, (0, 0), shadow.point(times(0.5)))
    layer = soup.convert("RGBA")
    layer.putalpha(mask)
    over(sprite, layer, diameter / 2, diameter / 2)
    return sprite


def hotpot(rng: Random, diameter: int, metal: str, broths: tuple[str, ...]) -> Image.Image:
    """Return a hot-pot with two handles: one broth, or two divided like yin and yang."""
    tone = GLAZES[metal]
    air = round(diameter * 0.13)
    grip = (round(diameter * 0.34), round(diameter * 0.2))
    base = Image.new("RGBA", (diameter + 2 * air, diameter + 2 * air), (0, 0, 0, 0))
    hole = rounded(grip, grip[1] * 0.34, grip[1] * 0.24)
    handle_mask = ImageChops.subtract(rounded(grip, grip[1] * 0.5), hole)
    handle = clay(handle_mask, darker(tone, 0.2), grip[1] * 0.1, 0.9)
    middle = base.width / 2
    over(base, handle.rotate(90, expand=True), air * 0.72, middle)
    over(base, handle.rotate(90, expand=True), base.width - air * 0.72, middle)
    level = round(diameter * 0.88)
    soup = filled(rng, level, broths[0])
    if len(broths) > 1:
        soup.paste(filled(rng, level, broths[1]), (0, 0), _half(level))
    vessel = _metal_ring(diameter, tone)
    vessel = _poured(vessel, soup)
    if len(broths) > 1:
        over(vessel, _divider(level, tone), diameter / 2, diameter / 2)
    over(base, vessel, middle, middle)
    return base.rotate(rng.uniform(-30, 30), Image.Resampling.BICUBIC)


def _metal_ring(diameter: int, tone: Colour) -> Image.Image:
    size = (diameter, diameter)
    skin = radial(
        size,
        (
            (0, darker(tone, 0.45)),
            (0.9, darker(tone, 0.3)),
            (0.93, lighter(tone, 0.5)),
            (0.97, tone),
            (1, darker(tone, 0.2)),
        ),
    )
    return clay(disc(size), skin, diameter * 0.02, 0.8)


def _half(side: int) -> Image.Image:
    """Return the yang half of a circle's box."""

    def draw(pen: ImageDraw.ImageDraw, fine: int) -> None:
        s = side * fine
        pen.rectangle((s / 2, 0, s, s), fill=255)
        pen.ellipse((s / 4, 0, s * 3 / 4, s / 2), fill=255)
        pen.ellipse((s / 4, s / 2, s * 3 / 4, s), fill=0)

    return shape((side, side), draw)


def _divider(side: int, tone: Colour) -> Image.Image:
    wide = max(8, side // 34)

    def draw(pen: ImageDraw.ImageDraw, fine: int) -> None:
        s, w = side * fine, wide * fine
        half = w / 2
        pen.arc((s / 4 - half, -half, s * 3 / 4 + half, s / 2 + half), 90, 270, fill=255, width=w)
        pen.arc(
            (s / 4 - half, s / 2 - half, s * 3 / 4 + half, s + half), 270, 90, fill=255, width=w
        )

    mask = shape((side, side), draw)
    shadow = mask.filter(ImageFilter.GaussianBlur(wide * 0.8)).point(times(0.5))
    sprite = Image.new("RGBA", (side, side), (*SHADE, 0))
    sprite.putalpha(ImageChops.offset(shadow, wide // 2, wide // 2))
    sprite.alpha_composite(clay(mask, lighter(tone, 0.2), wide * 0.3, 1.0))
    return sprite


def board(rng: Random, size: Size, tone: Colour, *, handle: bool = True) -> Image.Image:
    """Return a wooden cutting board standing upright in its picture, handle on top."""
    width, height = size
    skin = wood(rng, size, tone, plank=round(width * 0.42))
    neck = round(height * 0.2) if handle else 0

    def draw(pen: ImageDraw.ImageDraw, fine: int) -> None:
        pen.rounded_rectangle(
            (0, neck * fine, width * fine - 1, height * fine - 1), width * 0.11 * fine, fill=255
        )
        if handle:
            pen.rounded_rectangle(
                (width * 0.4 * fine, 0, width * 0.6 * fine, (neck + width * 0.12) * fine),
                width * 0.09 * fine,
                fill=255,
            )
            hole = width * 0.035
            pen.ellipse(
                [
                    v * fine
                    for v in (
                        width / 2 - hole,
                        width * 0.06,
                        width / 2 + hole,
                        width * 0.06 + 2 * hole,
                    )
                ],
                fill=0,
            )

    return clay(shape(size, draw), skin, width * 0.014, 1.0)


def round_board(rng: Random, diameter: int, tone: Colour) -> Image.Image:
    """Return a slice of a tree trunk."""
    skin = wood(rng, (diameter, diameter), tone, plank=diameter * 2)
    rings = Image.new("L", (diameter, diameter), 0)
    pen = ImageDraw.Draw(rings)
    x, y = diameter * 0.52, diameter * 0.47
    radius = diameter * 0.03
    while radius < diameter * 0.62:
        pen.ellipse(
            (x - radius, y - radius * 0.94, x + radius, y + radius * 0.94),
            outline=rng.randrange(50, 150),
            width=rng.choice((2, 3, 5)),
        )
        radius += diameter * rng.uniform(0.012, 0.04)
    rings = rings.filter(ImageFilter.GaussianBlur(1.5))
    skin.paste(darker(tone, 0.45), (0, 0), rings.point(times(0.6)))
    sprite = clay(disc((diameter, diameter)), darker(tone, 0.5), diameter * 0.02, 0.8)
    inner = round(diameter * 0.955)
    top = clay(disc((inner, inner)), skin.resize((inner, inner)), diameter * 0.01, 0.7)
    over(sprite, top, diameter / 2, diameter / 2)
    return sprite


def basket(rng: Random, diameter: int) -> Image.Image:
    """Return an open bamboo steamer."""
    tone: Colour = (222, 178, 116)
    sprite = clay(disc((diameter, diameter)), darker(tone, 0.12), diameter * 0.02, 1.0)
    for share, shade in ((0.955, 0.0), (0.915, 0.25)):
        inner = round(diameter * share)
        over(
            sprite,
            clay(disc((inner, inner)), darker(tone, shade), diameter * 0.012, 0.9),
            diameter / 2,
            diameter / 2,
        )
    floor = round(diameter * 0.86)
    mat = bamboo(rng, (floor, floor), (214, 172, 112))
    return _poured(sprite, mat)


def torus_points(count: int, radius: float, *, start: float = 0) -> list[tuple[float, float]]:
    """Return ``count`` places on a circle around the origin."""
    return [
        (
            math.cos(start + k * math.tau / count) * radius,
            math.sin(start + k * math.tau / count) * radius,
        )
        for k in range(count)
    ]


def sunk(sprite: Image.Image, depth: float = 0.28) -> Image.Image:
    """Return the sprite with its lower part fading away, as if it stood in soup."""
    fade = Image.linear_gradient("L").resize(sprite.size)
    start = 255 * (1 - depth)
    keep = fade.point(
        [
            255 if v < start else round(255 * max(0.0, 1 - (v - start) / (255 - start)) ** 0.8)
            for v in range(256)
        ]
    )
    dipped = sprite.copy()
    dipped.putalpha(ImageChops.multiply(sprite.getchannel("A"), keep))
    return dipped


def framed(sprite: Image.Image) -> Image.Image:
    """Return the sprite with a pixel of air, so that turning leaves smooth edges."""
    return pad(sprite, 2)
