"""What lies around the ware: chopsticks, spoons, napkins, and the grill."""

from random import Random

from PIL import Image, ImageDraw, ImageFilter

from app.demo.painter.clay import (
    Colour,
    across,
    clay,
    darker,
    disc,
    lighter,
    lit,
    mix,
    over,
    radial,
    relief,
    rounded,
    shape,
)
from app.demo.painter.surface import Size, gingham, linen
from app.demo.painter.ware import GLAZES


def chopsticks(
    length: int, tone: Colour, *, gap: float = 0.055, tip: Colour | None = None
) -> Image.Image:
    """Return a pair of chopsticks lying flat, thick ends to the right."""
    thick = max(10, length // 34)
    height = round(length * gap) + thick * 3
    pair = Image.new("RGBA", (length, height), (0, 0, 0, 0))
    for k in range(2):
        top = thick + k * length * gap

        def stick(pen: ImageDraw.ImageDraw, fine: int, y: float = top) -> None:
            pen.polygon(
                [
                    v * fine
                    for point in (
                        (0, y + thick * 0.3),
                        (length, y),
                        (length, y + thick),
                        (0, y + thick * 0.7),
                    )
                    for v in point
                ],
                fill=255,
            )

        mask = shape((length, height), stick)
        ends = tip or darker(tone, 0.35)
        skin = across(
            (length, height), ((0, lighter(tone, 0.1)), (0.74, tone), (0.75, ends), (1, ends))
        )
        pair.alpha_composite(clay(mask, skin, thick * 0.3, 1.0))
    return pair


def soup_spoon(length: int, glaze: str) -> Image.Image:
    """Return a Chinese soup spoon, its bowl to the left."""
    tone = GLAZES[glaze]
    height = round(length * 0.36)

    def outline(pen: ImageDraw.ImageDraw, fine: int) -> None:
        pen.ellipse((0, 0, length * 0.46 * fine, height * fine - 1), fill=255)
        pen.polygon(
            [
                (v[0] * length * fine, v[1] * height * fine)
                for v in ((0.3, 0.22), (1, 0.36), (1, 0.64), (0.3, 0.78))
            ],
            fill=255,
        )

    sprite = clay(shape((length, height), outline), tone, height * 0.08, 0.9)
    inner = (round(length * 0.39), round(height * 0.78))
    hollow = clay(disc(inner), darker(tone, 0.08), height * 0.1, -0.9)
    over(sprite, hollow, length * 0.225, height * 0.5)
    return sprite


def napkin(rng: Random, side: int, tone: Colour, *, checked: bool = False) -> Image.Image:
    """Return a folded cloth."""
    weave = gingham if checked else linen
    skin = weave(rng, (side, side), tone)

    def outline(pen: ImageDraw.ImageDraw, fine: int) -> None:
        s = side * fine
        pen.polygon(
            [
                (s * x, s * y)
                for x, y in (
                    (0.02, 0.05),
                    (0.5, 0.01),
                    (0.98, 0.06),
                    (0.97, 0.52),
                    (0.99, 0.95),
                    (0.5, 0.98),
                    (0.03, 0.96),
                    (0.0, 0.5),
                )
            ],
            fill=255,
        )

    sprite = clay(shape((side, side), outline), skin, side * 0.012, 0.9)
    fold = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(fold)
    for _ in range(2):
        x = rng.uniform(0.25, 0.75) * side
        pen.line((x, 0, x + rng.uniform(-0.1, 0.1) * side, side), fill=120, width=side // 40)
    light = relief(fold.filter(ImageFilter.GaussianBlur(side / 90)), side * 0.02, 0.5)
    shaded = lit(sprite.convert("RGB"), light)
    shaded.putalpha(sprite.getchannel("A"))
    return shaded


def grill(rng: Random, size: Size) -> Image.Image:
    """Return a charcoal grill: embers under bars."""
    width, height = size
    glow = radial(size, ((0, (255, 176, 60)), (0.5, (214, 70, 26)), (1, (60, 20, 14))))
    pen = ImageDraw.Draw(glow, "RGBA")
    for _ in range(90):
        x, y, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(18, 46)
        tone = mix((40, 26, 24), (120, 44, 24), rng.random())
        pen.ellipse((x - r, y - r * 0.8, x + r, y + r * 0.8), fill=(*tone, 210))
        pen.arc(
            (x - r, y - r * 0.8, x + r, y + r * 0.8), 20, 160, fill=(255, 130, 40, 190), width=5
        )
    embers = glow.filter(ImageFilter.GaussianBlur(2.4))
    frame = clay(rounded(size, 46), (62, 54, 54), 14, 1.0)
    floor = rounded(size, 34, 34)
    frame.paste(lit(embers, relief(floor, 26, -0.8)), (0, 0), floor)
    for y in range(70, height - 60, 58):
        bar = clay(rounded((width - 60, 15), 7), (150, 142, 140), 4, 1.0)
        over(frame, bar, width / 2, y)
    return frame
