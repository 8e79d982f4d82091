# ruff: noqa: PLR2004 - measures taken by eye have no names
"""Product packs with the brand's own labels: pouch, sachet, jar, box, cup."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from app.demo.painter.clay import (
    Colour,
    across,
    around,
    clay,
    darker,
    disc,
    down,
    lighter,
    lit,
    mix,
    over,
    rounded,
    shape,
)
from app.demo.painter.easel import Easel
from app.demo.painter.larder import Larder
from app.demo.painter.surface import stretched

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


HAN_FONTS = (  # what systems bring along; without any of them labels are in Latin letters
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/Hiragino Sans GB.ttc",
    "C:/Windows/Fonts/msyhbd.ttc",
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a pack says.

    Attributes:
        brand: the brand's name in Han characters.
        brand_latin: the same in Latin letters.
        han: the product's name in Han characters, four or so.
        latin: the same in English, one or two words.
        emblem: the larder's name of the picture on the pack.
        colour: the pack's main colour.
    """

    brand: str
    brand_latin: str
    han: str
    latin: str
    emblem: str
    colour: Colour


@lru_cache(maxsize=1)
def _han_font_path() -> str | None:
    return next((path for path in HAN_FONTS if Path(path).is_file()), None)


@lru_cache(maxsize=64)
def _font(size: int, *, han: bool) -> Font:
    path = _han_font_path() if han else None
    if path:
        index = 2 if "NotoSansCJK" in path else 0  # the collection's simplified Chinese face
        return ImageFont.truetype(path, size, index=index)
    return ImageFont.load_default(size)


def write(
    on: Image.Image, text: tuple[str, str], at: tuple[float, float], size: float, colour: Colour
) -> None:
    """Write ``text`` (Han, Latin) centred: Han where a font for it is found, else Latin."""
    han, latin = text
    use_han = bool(han) and _han_font_path() is not None
    words, font = (
        (han, _font(round(size), han=True))
        if use_han
        else (latin, _font(round(size * 0.9), han=False))
    )
    pen = ImageDraw.Draw(on)
    left, top, right, bottom = pen.textbbox((0, 0), words, font=font)
    room = on.width * 0.84
    if right - left > room:
        font = _font(max(8, round(size * room / (right - left))), han=use_han)
        left, top, right, bottom = pen.textbbox((0, 0), words, font=font)
    pen.text(
        (at[0] - (left + right) / 2, at[1] - (top + bottom) / 2),
        words,
        font=font,
        fill=(*colour, 255),
    )


def _artwork(
    larder: Larder, size: tuple[int, int], label: Label, *, paper: Colour | None = None
) -> Image.Image:
    """Return a pack's printed front: brand on top, a sun with the emblem, the name below."""
    width, height = size
    ground = paper or label.colour
    art = down(
        size, ((0, lighter(ground, 0.10)), (0.55, ground), (1, darker(ground, 0.14)))
    ).convert("RGBA")
    pen = ImageDraw.Draw(art)
    ink: Colour = (255, 248, 236) if sum(ground) < 520 else darker(label.colour, 0.45)
    unit = min(width, height * 0.8)  # what type and emblem are measured in
    sun = round(unit * 0.62)
    middle = height * 0.46
    halo = clay(disc((sun, sun)), lighter(label.colour, 0.72), 3, 0.2)
    band = round(height * 0.16)
    pen.rectangle((0, height - band, width, height), fill=(*darker(label.colour, 0.30), 255))
    over(art, halo, width / 2, middle)
    write(art, (label.brand, label.brand_latin), (width / 2, height * 0.10), unit * 0.13, ink)
    write(
        art,
        ("", label.brand_latin.upper()),
        (width / 2, height * 0.185),
        unit * 0.055,
        mix(ink, ground, 0.25),
    )
    emblem = larder.sprite(label.emblem, sun * 0.78)
    over(art, emblem, width / 2, middle)
    write(art, (label.han, label.latin), (width / 2, height * 0.735), unit * 0.135, ink)
    write(art, ("", label.latin), (width / 2, height * 0.81), unit * 0.062, mix(ink, ground, 0.2))
    write(art, ("", "NET 200 g"), (width / 2, height - band / 2), unit * 0.055, (255, 244, 226))
    return art.convert("RGB")


def _wrapped(
    mask: Image.Image, art: Image.Image, depth: float, creases: Image.Image | None = None
) -> Image.Image:
    width, height = mask.size
    round_light = across(
        (width, height),
        ((0, (92,) * 3), (0.16, (176,) * 3), (0.34, (146,) * 3), (0.7, (122,) * 3), (1, (84,) * 3)),
    ).convert("L")
    skin = lit(art, round_light)
    if creases:
        skin = lit(skin, creases)
    return clay(mask, skin, depth, 0.6)


def pouch(easel: Easel, label: Label, width: int) -> Image.Image:
    """Return a standing pouch with a sealed top."""
    height = round(width * 1.42)
    size = (width, height)

    def outline(pen: ImageDraw.ImageDraw, fine: int) -> None:
        points = [
            (0.03, 0),
            (0.97, 0),
            (0.975, 0.1),
            (0.995, 0.5),
            (1, 0.93),
            (0.94, 1),
            (0.06, 1),
            (0, 0.93),
            (0.005, 0.5),
            (0.025, 0.1),
        ]
        pen.polygon([(x * width * fine, y * height * fine) for x, y in points], fill=255)

    folds = stretched(easel.rng, size, (4, 5)).point(around(0.28))
    sprite = _wrapped(
        shape(size, outline), _artwork(easel.larder, size, label), width * 0.035, folds
    )
    _seal(sprite, 0, round(height * 0.055))
    notch = ImageDraw.Draw(sprite)
    notch.line((0, height * 0.062, width, height * 0.062), fill=(255, 255, 255, 60), width=2)
    return sprite


def sachet(easel: Easel, label: Label, width: int) -> Image.Image:
    """Return a flat sachet, crimped above and below."""
    height = round(width * 1.28)
    size = (width, height)
    folds = stretched(easel.rng, size, (5, 6)).point(around(0.36))
    sprite = _wrapped(rounded(size, 5), _artwork(easel.larder, size, label), width * 0.05, folds)
    _seal(sprite, 0, round(height * 0.05))
    _seal(sprite, round(height * 0.95), height)
    return sprite


def _seal(sprite: Image.Image, top: int, bottom: int) -> None:
    pen = ImageDraw.Draw(sprite, "RGBA")
    alpha = sprite.getchannel("A")
    strip = Image.new("RGBA", sprite.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(strip)
    pen.rectangle((0, top, sprite.width, bottom), fill=(255, 255, 255, 46))
    for x in range(0, sprite.width, 9):
        pen.line((x, top, x, bottom), fill=(60, 20, 10, 60), width=2)
    sprite.alpha_composite(strip)
    sprite.putalpha(alpha)


def jar(easel: Easel, label: Label, width: int, content: Colour) -> Image.Image:
    """Return a glass jar with a metal lid and a paper label."""
    height = round(width * 1.22)
    size = (width, height)
    lid_tall = round(height * 0.17)
    body_size = (width, height - lid_tall + 14)
    murk = stretched(easel.rng, body_size, (9, 12))
    skin = Image.new("RGB", body_size, content)
    skin.paste(
        darker(content, 0.35),
        (0, 0),
        murk.point([round(max(0, v - 120) * 1.2) for v in range(256)]),
    )
    light = across(
        body_size,
        (
            (0, (70,) * 3),
            (0.07, (190,) * 3),
            (0.16, (128,) * 3),
            (0.72, (118,) * 3),
            (0.93, (66,) * 3),
            (1, (150,) * 3),
        ),
    ).convert("L")
    body = clay(rounded(body_size, width * 0.15), lit(skin, light), width * 0.03, 0.6)
    sprite = Image.new("RGBA", size, (0, 0, 0, 0))
    sprite.alpha_composite(body, (0, lid_tall - 14))
    art_size = (round(width * 0.84), round(body_size[1] * 0.74))
    paper = _artwork(easel.larder, art_size, label, paper=(252, 243, 226))
    curved = lit(
        paper,
        across(
            paper.size, ((0, (104,) * 3), (0.2, (150,) * 3), (0.6, (126,) * 3), (1, (92,) * 3))
        ).convert("L"),
    )
    tag = clay(rounded(curved.size, 12), curved, 3, 0.5)
    over(sprite, tag, width / 2, lid_tall + body_size[1] * 0.5)
    metal = across(
        (round(width * 0.88), lid_tall),
        (
            (0, darker(label.colour, 0.35)),
            (0.22, lighter(label.colour, 0.5)),
            (0.55, label.colour),
            (1, darker(label.colour, 0.4)),
        ),
    )
    lid = clay(rounded(metal.size, 14), metal, 6, 0.8)
    over(sprite, lid, width / 2, lid_tall / 2)
    shine = Image.new("L", size, 0)
    ImageDraw.Draw(shine).rounded_rectangle(
        (width * 0.055, lid_tall + 24, width * 0.085, height - 50), 8, fill=120
    )
    gleam = Image.new("RGBA", size, (255, 255, 255, 0))
    gleam.putalpha(
        ImageChops.multiply(shine.filter(ImageFilter.GaussianBlur(4)), sprite.getchannel("A"))
    )
    sprite.alpha_composite(gleam)
    return sprite


def box(easel: Easel, label: Label, width: int) -> Image.Image:
    """Return a carton turned a little, so that one side shows."""
    height, side = round(width * 1.3), round(width * 0.3)
    lean = round(side * 0.34)
    art = lit(
        _artwork(easel.larder, (width, height), label),
        across((width, height), ((0, (142,) * 3), (1, (122,) * 3))).convert("L"),
    )
    sprite = Image.new("RGBA", (width + side, height + lean), (0, 0, 0, 0))
    flank = Image.new("RGBA", (side, height), (*darker(label.colour, 0.36), 255))
    words = Image.new("RGBA", (height, side), (0, 0, 0, 0))
    write(
        words,
        (f"{label.brand} {label.han}", label.latin),
        (height / 2, side / 2),
        side * 0.34,
        (255, 244, 226),
    )
    flank.alpha_composite(words.rotate(90, expand=True))
    slanted = flank.transform(  # y' = y - lean + x lean / side: the far edge is higher
        (side, height + lean),
        Image.Transform.AFFINE,
        (1, 0, 0, lean / side, 1, -lean),
        Image.Resampling.BICUBIC,
    )
    sprite.alpha_composite(slanted, (width, 0))

    def top_face(pen: ImageDraw.ImageDraw, fine: int) -> None:
        pen.polygon([v * fine for v in (0, lean, side, 0, width + side, 0, width, lean)], fill=255)

    lid = clay(shape((width + side, lean + 2), top_face), lighter(label.colour, 0.3), 2, 0.3)
    sprite.alpha_composite(lid, (0, 0))
    front = clay(rounded((width, height), 3), art, 4, 0.5)
    sprite.alpha_composite(front, (0, lean))
    return sprite


def cup(easel: Easel, label: Label, width: int) -> Image.Image:
    """Return an instant cup with a peeled paper lid."""
    height = round(width * 1.2)
    size = (width, height)
    lip = round(height * 0.07)

    def outline(pen: ImageDraw.ImageDraw, fine: int) -> None:
        pen.polygon(
            [
                (x * width * fine, y * height * fine)
                for x, y in (
                    (0.02, 0.05),
                    (0.98, 0.05),
                    (0.83, 0.975),
                    (0.75, 1),
                    (0.25, 1),
                    (0.17, 0.975),
                )
            ],
            fill=255,
        )

    art = Image.new("RGB", size, label.colour)
    art.paste(
        _artwork(easel.larder, (round(width * 0.84), height - lip), label),
        (round(width * 0.08), lip),
    )
    art.paste(lighter(label.colour, 0.1), (0, 0, width, lip + 2))
    sprite = _wrapped(shape(size, outline), art, width * 0.02)
    rim = clay(rounded((width, lip), lip / 2), (252, 246, 236), lip * 0.25, 0.9)
    sprite.alpha_composite(rim, (0, 0))
    return sprite


PACKS: dict[str, Callable[[Easel, Label, int], Image.Image]] = {
    "pouch": pouch,
    "sachet": sachet,
    "box": box,
    "cup": cup,
    "jar": lambda easel, label, width: jar(
        easel, label, width, mix(label.colour, (60, 14, 8), 0.35)
    ),
}
