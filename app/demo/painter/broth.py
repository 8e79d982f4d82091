"""What fills bowls and pots: broths, soups and dips, seen from above."""

import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from app.demo.painter.clay import Colour, darker, lighter, lit, radial, relief, times
from app.demo.painter.surface import stretched


@dataclass(frozen=True, slots=True)
class Broth:
    """How a broth looks: its colours, the oil on it, and what swims in it."""

    deep: Colour
    light: Colour
    oil: Colour | None = None
    drops: int = 0  # oil drops on a surface 900 px wide
    bits: tuple[tuple[str, Colour, int], ...] = ()  # (kind, colour, how many)
    swirl: Colour | None = None


_GREEN: Colour = (96, 160, 60)
_LEEK: Colour = (150, 192, 92)
_RED: Colour = (190, 34, 24)
_SESAME: Colour = (250, 232, 190)

BROTHS: dict[str, Broth] = {
    "red": Broth(
        (128, 18, 10),
        (206, 58, 24),
        (246, 128, 40),
        190,
        (("chili", _RED, 22), ("pepper", (66, 26, 20), 60), ("ring", _LEEK, 14)),
    ),
    "tomato": Broth(
        (196, 52, 24),
        (236, 104, 52),
        (252, 168, 80),
        130,
        (("dice", (214, 48, 36), 24), ("ring", _LEEK, 16), ("seed", (250, 214, 130), 40)),
    ),
    "bone": Broth(
        (238, 218, 182),
        (252, 242, 220),
        (255, 250, 236),
        70,
        (("ring", _LEEK, 20), ("goji", (216, 60, 40), 12), ("seed", (226, 200, 150), 24)),
    ),
    "mushroom": Broth(
        (128, 76, 34),
        (190, 130, 66),
        (232, 182, 106),
        90,
        (("ring", _LEEK, 14), ("goji", (206, 60, 40), 12), ("pepper", (84, 50, 30), 18)),
    ),
    "sour": Broth(
        (214, 164, 40),
        (244, 208, 92),
        (255, 232, 140),
        110,
        (("chili", (226, 92, 30), 12), ("ring", _GREEN, 20), ("seed", (250, 240, 200), 40)),
    ),
    "curry": Broth(
        (190, 112, 26),
        (232, 158, 50),
        (250, 198, 92),
        40,
        (("leaf", _GREEN, 16), ("dice", (240, 140, 50), 10)),
    ),
    "coconut": Broth(
        (240, 226, 196),
        (255, 250, 236),
        (250, 224, 170),
        40,
        (("leaf", _GREEN, 12), ("chili", (226, 70, 50), 8)),
    ),
    "clear": Broth(
        (206, 158, 84),
        (236, 200, 130),
        (252, 228, 168),
        120,
        (("ring", _GREEN, 26), ("leaf", _GREEN, 10)),
    ),
    "herbal": Broth(
        (96, 44, 26),
        (156, 84, 50),
        (206, 140, 90),
        60,
        (("goji", (206, 60, 40), 22), ("leaf", (86, 104, 60), 6)),
    ),
    "laksa": Broth(
        (214, 110, 36),
        (244, 160, 74),
        (240, 88, 40),
        150,
        (("leaf", _GREEN, 16), ("seed", _RED, 30)),
    ),
    "congee": Broth(
        (244, 236, 222),
        (255, 252, 246),
        None,
        0,
        (("ring", _GREEN, 18), ("rice", (255, 255, 252), 160)),
    ),
    "sesame": Broth(
        (186, 128, 74),
        (222, 170, 112),
        None,
        0,
        (("seed", _SESAME, 40), ("ring", _GREEN, 8)),
        (160, 104, 56),
    ),
    "chilioil": Broth(
        (120, 16, 8),
        (196, 48, 20),
        (240, 110, 40),
        60,
        (("seed", _SESAME, 120), ("flake", (92, 12, 10), 110), ("peanut", (214, 160, 96), 14)),
    ),
    "soy": Broth(
        (38, 18, 14),
        (88, 44, 28),
        (176, 110, 60),
        24,
        (("ring", _GREEN, 16), ("chili", _RED, 7), ("seed", _SESAME, 24)),
    ),
    "garlic": Broth(
        (214, 186, 122),
        (244, 224, 170),
        (250, 236, 186),
        50,
        (("rice", (255, 248, 226), 220), ("ring", _GREEN, 10)),
    ),
    "seafood": Broth(
        (120, 62, 30),
        (178, 108, 58),
        (226, 170, 100),
        30,
        (("leaf", _GREEN, 14), ("flake", (206, 50, 34), 30), ("rice", (250, 236, 206), 40)),
    ),
    "chive": Broth(
        (74, 102, 40),
        (122, 150, 66),
        None,
        0,
        (("flake", (56, 84, 34), 90), ("seed", (186, 206, 120), 40)),
        (60, 88, 36),
    ),
    "tofusauce": Broth(
        (206, 96, 66),
        (232, 142, 104),
        None,
        0,
        (("seed", _SESAME, 20), ("flake", (170, 56, 40), 24)),
        (186, 72, 48),
    ),
    "greenpepper": Broth(
        (86, 112, 40),
        (150, 168, 78),
        (206, 214, 120),
        90,
        (("pepper", (70, 92, 44), 90), ("chili", (70, 130, 50), 16), ("ring", _LEEK, 12)),
    ),
    "tea": Broth((150, 70, 26), (206, 124, 58), None, 0),
    "matcha": Broth((120, 150, 66), (176, 196, 110), None, 0),
    "syrup": Broth((120, 60, 24), (178, 106, 52), None, 0, (("flower", (250, 200, 70), 40),)),
    "rice": Broth((248, 242, 232), (255, 253, 248), None, 0, (("rice", (255, 255, 253), 620),)),
}


def filled(rng: Random, diameter: int, name: str) -> Image.Image:
    """Return a square picture of the broth; the caller cuts out the round."""
    broth = BROTHS[name]
    size = (diameter, diameter)
    base = radial(size, ((0, broth.light), (0.55, broth.light), (0.9, broth.deep), (1, broth.deep)))
    murk = stretched(rng, size, (5, 5))
    base.paste(broth.deep, (0, 0), murk.point([round(max(0, v - 110) * 0.75) for v in range(256)]))
    if broth.swirl:
        _swirl(base, broth.swirl)
    layer = Image.new("RGBA", (diameter * 2, diameter * 2), (0, 0, 0, 0))
    if broth.oil:
        count = round(broth.drops * (diameter / 900) ** 1.1)
        _drops(rng, ImageDraw.Draw(layer), diameter * 2, broth.oil, max(count, broth.drops // 8))
    _bits(rng, layer, broth, diameter)
    layer = layer.resize(size, Image.Resampling.BOX)
    alpha = layer.getchannel("A")
    shadow = alpha.filter(ImageFilter.GaussianBlur(3)).point(times(0.4))
    base.paste(darker(broth.deep, 0.35), (3, 4), shadow)
    floating = lit(layer.convert("RGB"), relief(alpha, max(2, diameter / 220), 0.9))
    base.paste(floating, (0, 0), alpha)
    _sheen(base)
    return base


def _swirl(base: Image.Image, colour: Colour) -> None:
    side = base.width
    mask = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(mask)
    points = [
        (
            side / 2 + math.cos(t / 9) * side * 0.0078 * t,
            side / 2 + math.sin(t / 9) * side * 0.0078 * t,
        )
        for t in range(4, 60)
    ]
    pen.line(points, fill=190, width=max(3, side // 22), joint="curve")
    mask = mask.filter(ImageFilter.GaussianBlur(side / 60))
    base.paste(colour, (0, 0), mask.point(times(0.6)))
    ridge = relief(mask, side / 40, 0.7)
    base.paste(lit(base, ridge))


def _drops(rng: Random, pen: ImageDraw.ImageDraw, side: int, oil: Colour, count: int) -> None:
    """Draw oil drops: many small ones, a few large ones, each with a bright crescent."""
    for _ in range(count):
        r = side * min(0.034, 0.0035 + rng.expovariate(150))
        x, y = rng.uniform(0, side), rng.uniform(0, side)
        pen.ellipse(
            (x - r, y - r, x + r, y + r),
            fill=(*oil, 92),
            outline=(*lighter(oil, 0.35), 150),
            width=max(2, round(r * 0.12)),
        )
        pen.arc(
            (x - r * 0.7, y - r * 0.7, x + r * 0.7, y + r * 0.7),
            190,
            260,
            fill=(255, 248, 232, 200),
            width=max(2, round(r * 0.2)),
        )


def _bits(rng: Random, layer: Image.Image, broth: Broth, diameter: int) -> None:
    side = layer.width
    unit = 2 * max(0.62, min(1.0, diameter / 800))  # bits stay visible in a small saucer
    for kind, colour, many in broth.bits:
        for _ in range(max(3, round(many * min(1.0, (diameter / 800) ** 0.6)))):
            radius = side * 0.46 * math.sqrt(rng.random())
            angle = rng.uniform(0, math.tau)
            spot = (side / 2 + math.cos(angle) * radius, side / 2 + math.sin(angle) * radius)
            _bit(
                rng,
                ImageDraw.Draw(layer),
                kind,
                lighter(colour, rng.random() * 0.22),
                (*spot, unit),
            )


def _bit(
    rng: Random,
    pen: ImageDraw.ImageDraw,
    kind: str,
    colour: Colour,
    spot: tuple[float, float, float],
) -> None:
    """Draw one thing that swims; ``spot`` is its place and the size of a unit."""
    x, y, unit = spot
    turn = rng.uniform(0, math.tau)
    cos, sin = math.cos(turn), math.sin(turn)

    def along(length: float, across: float) -> tuple[float, float]:
        return x + (cos * length - sin * across) * unit, y + (sin * length + cos * across) * unit

    if kind == "ring":
        r = unit * rng.uniform(8, 13)
        pen.ellipse(
            (x - r, y - r * 0.8, x + r, y + r * 0.8), outline=(*colour, 255), width=round(unit * 4)
        )
    elif kind == "chili":
        points = [along(t * 9 - 27, 5 * math.sin(t / 6 * math.pi)) for t in range(7)]
        pen.line(points, fill=(*colour, 255), width=round(unit * 11), joint="curve")
        pen.line(points[:2], fill=(*darker(colour, 0.4), 255), width=round(unit * 7))
    elif kind == "leaf":
        pen.polygon(
            [along(-16, 0), along(-4, -8), along(14, -3), along(18, 0), along(14, 4), along(-4, 8)],
            fill=(*colour, 255),
        )
    elif kind == "flower":
        for k in range(4):
            petal = turn + k * math.tau / 4
            px, py = x + math.cos(petal) * 5 * unit, y + math.sin(petal) * 5 * unit
            pen.ellipse(
                (px - 4 * unit, py - 4 * unit, px + 4 * unit, py + 4 * unit), fill=(*colour, 255)
            )
    else:
        long, thin = {
            "dice": (13, 11),
            "pepper": (5, 5),
            "seed": (5, 2.6),
            "goji": (10, 6),
            "rice": (9, 3.4),
            "flake": (7, 4),
            "peanut": (12, 8),
        }[kind]
        oval = [
            along(math.cos(k * math.tau / 10) * long, math.sin(k * math.tau / 10) * thin)
            for k in range(10)
        ]
        pen.polygon(oval, fill=(*colour, 255))


def _sheen(base: Image.Image) -> None:
    """Let the window shine on the liquid, upper left."""
    side = base.width
    mask = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(mask)
    pen.arc((side * 0.1, side * 0.1, side * 0.9, side * 0.9), 196, 258, fill=150, width=side // 28)
    mask = mask.filter(ImageFilter.GaussianBlur(side / 45))
    base.paste((255, 246, 230), (0, 0), mask.point(times(0.42)))


def noodles(rng: Random, diameter: int, colour: Colour) -> Image.Image:
    """Return noodles folded over one another as a round sprite, for laying into a broth."""
    side = diameter * 2
    nest = Image.new("RGBA", (side, side), (*darker(colour, 0.3), 0))
    pen = ImageDraw.Draw(nest)
    thick = max(8, side // 44)
    start = rng.uniform(0, math.tau)
    for bundle in range(7):
        angle = start + bundle * 1.9 + rng.gauss(0, 0.3)
        bend = rng.choice((-1, 1)) * rng.uniform(0.25, 0.6) * side * 0.5
        middle = rng.gauss(0, 0.10) * side
        for strand in range(9):
            shift = middle + (strand - 4) * thick * 1.12 + rng.gauss(0, thick * 0.12)
            _noodle(rng, pen, (side, thick), (angle, bend, shift), colour)
    edge = Image.new("L", (side, side), 0)
    ImageDraw.Draw(edge).ellipse((side * 0.07, side * 0.07, side * 0.93, side * 0.93), fill=255)
    edge = edge.resize((side // 8, side // 8)).filter(ImageFilter.GaussianBlur(side / 260))
    edge = edge.resize((side, side), Image.Resampling.BICUBIC)  # the ends dive into the soup
    nest.putalpha(ImageChops.multiply(nest.getchannel("A"), edge))
    return nest.resize((diameter, diameter), Image.Resampling.LANCZOS)


def _noodle(
    rng: Random,
    pen: ImageDraw.ImageDraw,
    canvas: tuple[int, int],
    course: tuple[float, float, float],
    colour: Colour,
) -> None:
    side, thick = canvas
    angle, bend, shift = course
    cos, sin = math.cos(angle), math.sin(angle)
    points = []
    for k in range(23):
        t = k / 11 - 1
        off = shift + bend * (0.5 - t * t) + math.sin(t * 6 + bend) * side * 0.01
        run = t * side * 0.52
        points.append((side / 2 + cos * run - sin * off, side / 2 + sin * run + cos * off))
    tone = lighter(colour, rng.random() * 0.3)
    pen.line(points, fill=(*darker(colour, 0.45), 255), width=thick + 7, joint="curve")
    pen.line(points, fill=(*tone, 255), width=thick, joint="curve")
    glow = [(x - 2, y - 3) for x, y in points]
    pen.line(glow, fill=(*lighter(tone, 0.55), 255), width=max(2, thick // 4), joint="curve")
