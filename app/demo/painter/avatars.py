"""Portraits: an animal, a face or a treat on a soft ground."""

from PIL import Image, ImageFilter

from app.demo.painter.clay import Colour, darker, dice, lighter, over, radial, shade, soft
from app.demo.painter.larder import Larder

SIZE = 320

SITTERS: tuple[tuple[str, str], ...] = (  # (key, emoji code)
    ("cat", "1f431"),
    ("bear", "1f43b"),
    ("panda", "1f43c"),
    ("fox", "1f98a"),
    ("rabbit", "1f430"),
    ("dog", "1f436"),
    ("tiger", "1f42f"),
    ("pig", "1f437"),
    ("koala", "1f428"),
    ("frog", "1f438"),
    ("owl", "1f989"),
    ("hamster", "1f439"),
    ("penguin", "1f427"),
    ("chick", "1f424"),
    ("lion", "1f981"),
    ("otter", "1f9a6"),
    ("sloth", "1f9a5"),
    ("octopus", "1f419"),
    ("monkey", "1f435"),
    ("cow", "1f42e"),
    ("hedgehog", "1f994"),
    ("duck", "1f986"),
    ("smile", "1f60a"),
    ("yum", "1f60b"),
    ("cool", "1f60e"),
    ("cowboy", "1f920"),
    ("wink", "1f609"),
    ("grin", "1f604"),
    ("hearts", "1f970"),
    ("tomato", "1f345"),
    ("avocado", "1f951"),
    ("ramen", "1f35c"),
    ("onigiri", "1f359"),
    ("dumpling", "1f95f"),
    ("chili", "1f336-fe0f"),
    ("corn", "1f33d"),
    ("peach", "1f351"),
    ("shrimp", "1f990"),
    ("cake", "1f370"),
    ("tea", "1f375"),
    ("sunflower", "1f33b"),
    ("tulip", "1f337"),
    ("pot", "1f372"),
    ("cactus", "1f335"),
)

GROUNDS: tuple[Colour, ...] = (
    (250, 190, 150),
    (246, 214, 130),
    (190, 214, 170),
    (176, 210, 226),
    (240, 178, 170),
    (206, 190, 224),
    (168, 212, 200),
    (238, 200, 214),
    (222, 196, 160),
    (232, 120, 92),
)


def portrait(larder: Larder, code: str, seed: object) -> Image.Image:
    """Return one square portrait."""
    rng = dice("portrait", code, seed)
    tone = rng.choice(GROUNDS)
    stops = ((0, lighter(tone, 0.55)), (0.8, tone), (1.4, darker(tone, 0.12)))
    picture = radial((SIZE * 2, SIZE * 2), stops).crop(
        (round(SIZE * 0.62), round(SIZE * 0.66), round(SIZE * 1.62), round(SIZE * 1.66))
    )
    sitter = larder.sprite(code, SIZE * 0.74)
    x, y = SIZE / 2, SIZE * 0.53
    shade(picture, soft(sitter.getchannel("A"), 16), x + 7, y + 16, strength=0.3)
    over(picture, sitter, x, y)
    return picture.filter(ImageFilter.UnsharpMask(1, 40, 2))
