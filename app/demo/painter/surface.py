# ruff: noqa: PLR2004 - measures taken by eye have no names
"""Surfaces: table tops and walls, painted from noise."""

import math
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from app.demo.painter.clay import Colour, darker, lighter, mix, ramp, shape, times

Size = tuple[int, int]


def noise(rng: Random, size: Size) -> Image.Image:
    """Return grey pixels that know nothing of each other."""
    return Image.frombytes("L", size, rng.randbytes(size[0] * size[1]))


def stretched(rng: Random, size: Size, cells: Size) -> Image.Image:
    """Return noise of ``cells`` grown to ``size``: clouds, or streaks when the cells are uneven."""
    grid = (max(2, cells[0]), max(2, cells[1]))
    return noise(rng, grid).resize(size, Image.Resampling.BICUBIC)


def clouds(rng: Random, size: Size, cells: int = 3) -> Image.Image:
    """Return soft clouds with finer ones in them, contrast stretched to the full range."""
    half = (size[0] // 2, size[1] // 2)
    total = stretched(rng, half, (cells, cells))
    for octave in range(1, 5):
        finer = stretched(rng, half, (cells << octave, cells << octave))
        total = Image.blend(total, finer, 0.30)
    total = total.point(lambda v: max(0, min(255, round((v - 128) * 1.7 + 128))))
    return total.resize(size, Image.Resampling.BICUBIC)


def wood(rng: Random, size: Size, tone: Colour, *, plank: int = 260) -> Image.Image:
    """Return planks running down the picture, each with its own grain."""
    width, height = size
    top = Image.new("RGB", size, tone)
    left = -rng.randrange(plank)
    while left < width:
        board = round(plank * rng.uniform(0.85, 1.15))
        top.paste(
            _plank(rng, (board, height), mix(tone, darker(tone, 0.5), rng.random() * 0.3)),
            (left, 0),
        )
        left += board
    return top


def _plank(rng: Random, size: Size, tone: Colour) -> Image.Image:
    width, height = size
    grain = stretched(rng, size, (width // 9, height // 260))
    fibre = stretched(rng, size, (width // 2, height // 70))
    broad = stretched(rng, size, (max(2, width // 60), height // 400))
    grey = Image.blend(Image.blend(grain, fibre, 0.35), broad, 0.45)
    board = ramp(grey, ((0.15, darker(tone, 0.32)), (0.5, tone), (0.85, lighter(tone, 0.22))))
    pen = ImageDraw.Draw(board, "RGBA")
    pen.line((0, 0, 0, height), fill=(30, 12, 6, 150), width=4)
    pen.line((4, 0, 4, height), fill=(255, 240, 220, 40), width=2)
    pen.line((width - 1, 0, width - 1, height), fill=(30, 12, 6, 110), width=3)
    return board


def marble(rng: Random, size: Size, tone: Colour) -> Image.Image:
    """Return polished stone with a few long veins."""
    haze = Image.blend(stretched(rng, size, (4, 5)), stretched(rng, size, (11, 14)), 0.3)
    base = ramp(haze, ((0.1, darker(tone, 0.10)), (0.9, lighter(tone, 0.35))))
    ink = darker(mix(tone, (128, 104, 96), 0.5), 0.2) if sum(tone) > 360 else lighter(tone, 0.5)
    slant = rng.uniform(0.5, 1.0)
    for width, blur, strength, count in ((26, 16, 0.30, 3), (7, 2.4, 0.42, 4), (3, 1.2, 0.34, 6)):
        veins = Image.new("L", size, 0)
        pen = ImageDraw.Draw(veins)
        for _ in range(count):
            _vein(rng, pen, size, slant, width)
        veins = veins.filter(ImageFilter.GaussianBlur(blur)).point(times(strength))
        base.paste(ink, (0, 0), veins)
    return base


def _vein(rng: Random, pen: ImageDraw.ImageDraw, size: Size, slant: float, width: float) -> None:
    x, y = rng.uniform(-0.6, 0.9) * size[0], -20.0
    drift, bend, thick = slant, 0.0, width * 0.5
    while y < size[1] + 20 and x < size[0] + 60:
        bend = bend * 0.9 + rng.gauss(0, 0.05)
        drift = drift * 0.985 + slant * 0.015 + bend * 0.5
        thick = min(width, max(1.0, thick + rng.gauss(0, width * 0.08)))
        end = (x + drift * 9, y + 9 * max(0.25, 1.1 - abs(drift) * 0.3))
        pen.line((x, y, *end), fill=255, width=round(thick))
        x, y = end


def linen(rng: Random, size: Size, tone: Colour) -> Image.Image:
    """Return woven cloth with a few soft folds."""
    width, height = size
    weft = stretched(rng, size, (width // 14, height // 2))
    warp = stretched(rng, size, (width // 2, height // 14))
    weave = Image.blend(weft, warp, 0.5)
    folds = stretched(rng, size, (3, 4))
    grey = Image.blend(weave, folds, 0.38)
    return ramp(grey, ((0.2, darker(tone, 0.2)), (0.5, tone), (0.8, lighter(tone, 0.35))))


def slate(rng: Random, size: Size, tone: Colour) -> Image.Image:
    """Return dark stone with a rough skin."""
    rough = Image.blend(
        clouds(rng, size, 4), stretched(rng, size, (size[0] // 5, size[1] // 3)), 0.35
    )
    bumps = ImageChops.subtract(rough, ImageChops.offset(rough, 2, 2), 1.8, 128)
    stone = ramp(rough, ((0.1, darker(tone, 0.35)), (0.6, tone), (1, lighter(tone, 0.14))))
    return ImageChops.soft_light(stone, Image.merge("RGB", [bumps] * 3))


def plaster(rng: Random, size: Size, tone: Colour) -> Image.Image:
    """Return a painted wall or paper: one colour that breathes."""
    grey = Image.blend(stretched(rng, size, (3, 4)), stretched(rng, size, (9, 12)), 0.2)
    return ramp(grey, ((0.1, darker(tone, 0.09)), (0.5, tone), (0.9, lighter(tone, 0.14))))


def terrazzo(rng: Random, size: Size, tone: Colour) -> Image.Image:
    """Return cement with chips of coloured stone."""
    ground = plaster(rng, size, tone)
    chips = (
        mix(tone, (196, 92, 60), 0.7),
        mix(tone, (92, 110, 96), 0.6),
        mix(tone, (222, 168, 90), 0.7),
        darker(tone, 0.5),
        lighter(tone, 0.7),
    )
    mask_size = (size[0] // 2, size[1] // 2)
    layers = [Image.new("L", size, 0) for _ in chips]
    pens = [ImageDraw.Draw(layer) for layer in layers]
    for _ in range(size[0] * size[1] // 5200):
        x, y, r = rng.uniform(0, size[0]), rng.uniform(0, size[1]), rng.uniform(4, 22) ** 1.02
        corners = sorted(rng.uniform(0, math.tau) for _ in range(rng.randint(4, 6)))
        pens[rng.randrange(len(pens))].polygon(
            [(x + math.cos(a) * r, y + math.sin(a) * r * 0.8) for a in corners], fill=230
        )
    for layer, chip in zip(layers, chips, strict=True):
        gentle = layer.resize(mask_size).resize(size, Image.Resampling.BICUBIC)
        ground.paste(chip, (0, 0), gentle)
    return ground


def gingham(rng: Random, size: Size, tone: Colour) -> Image.Image:
    """Return a checked cloth."""
    cloth = linen(rng, size, (250, 244, 234))
    step = rng.choice((108, 120, 135))
    for vertical in (True, False):
        band = Image.new("L", size, 0)
        pen = ImageDraw.Draw(band)
        for start in range(-step, max(size) + step, step):
            half = start + step // 2
            box = (start, 0, half, size[1]) if vertical else (0, start, size[0], half)
            pen.rectangle(box, fill=118)
        band = ImageChops.multiply(
            band, stretched(rng, size, (size[0] // 3, size[1] // 3)).point(lambda v: 190 + v // 4)
        )
        cloth.paste(tone, (0, 0), band)
    return cloth


def bamboo(rng: Random, size: Size, tone: Colour) -> Image.Image:
    """Return a mat of thin rods, tied with thread."""
    width, height = size
    rod = 26
    mat = Image.new("RGB", size, darker(tone, 0.6))
    for top in range(0, height, rod):
        shade = mix(tone, darker(tone, 0.4), rng.random() * 0.35)
        grain = stretched(rng, (width, rod), (width // 160, 9))
        body = ramp(grain, ((0.1, darker(shade, 0.18)), (0.9, lighter(shade, 0.16))))
        gloss = (
            Image.linear_gradient("L")
            .resize((width, rod))
            .point(
                lambda v: round(
                    128 + 70 * math.sin((v / 255 + 0.08) * math.pi) - 60 * (v / 255) ** 2
                )
            )
        )
        mat.paste(ImageChops.soft_light(body, Image.merge("RGB", [gloss] * 3)), (0, top))
        ImageDraw.Draw(mat).line((0, top, width, top), fill=darker(tone, 0.72), width=3)
    pen = ImageDraw.Draw(mat, "RGBA")
    for x in (round(width * 0.12), round(width * 0.88)):
        for top in range(0, height, rod):
            pen.line((x - 4, top, x + 4, top + rod), fill=(250, 236, 205, 190), width=5)
    return mat


def tiles(rng: Random, size: Size, tone: Colour) -> Image.Image:
    """Return glazed kitchen tiles."""
    width, height = size
    side = 180
    wall = Image.new("RGB", size, lighter(tone, 0.5))

    def tile(pen: ImageDraw.ImageDraw, fine: int) -> None:
        pen.rounded_rectangle((3 * fine, 3 * fine, 177 * fine, 177 * fine), 8 * fine, fill=255)

    mask = shape((side, side), tile)
    for row, top in enumerate(range(0, height, side)):
        for left in range(-(row % 2) * side // 2, width, side):
            glaze = mix(tone, lighter(tone, 0.5), rng.random() * 0.4)
            slope = Image.linear_gradient("L").rotate(30).crop((48, 48, 208, 208))
            skin = ramp(
                slope.resize(mask.size),
                ((0.1, lighter(glaze, 0.25)), (0.5, glaze), (0.9, darker(glaze, 0.12))),
            )
            wall.paste(skin, (left, top), mask)
    return wall


SURFACES = {
    "wood": wood,
    "marble": marble,
    "linen": linen,
    "slate": slate,
    "plaster": plaster,
    "terrazzo": terrazzo,
    "gingham": gingham,
    "bamboo": bamboo,
    "tiles": tiles,
}

TONES: dict[str, Colour] = {
    "oak": (205, 150, 98),
    "walnut": (122, 76, 48),
    "ash": (226, 196, 158),
    "teak": (171, 104, 58),
    "ebony": (66, 42, 32),
    "cream": (246, 234, 214),
    "rose": (240, 206, 194),
    "ink": (58, 52, 52),
    "sage": (176, 192, 160),
    "sand": (226, 200, 164),
    "clay": (206, 120, 86),
    "brick": (176, 66, 46),
    "mustard": (232, 176, 70),
    "plum": (112, 52, 66),
    "teal": (64, 108, 104),
    "snow": (244, 240, 234),
    "sky": (186, 208, 216),
    "apricot": (246, 190, 138),
    "tomato": (214, 76, 52),
    "butter": (250, 224, 158),
    "peach": (248, 208, 180),
    "night": (40, 30, 40),
    "jade": (118, 156, 128),
}
