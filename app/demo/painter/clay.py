"""Clay: gives flat shapes the soft body, light and shadow of the 3D emoji.

Everything is lit from the upper left. A *mask* is an 8-bit picture of where a shape is; a *sprite*
is an RGBA picture of one thing, with a little air around it.
"""

import random
from collections.abc import Callable, Sequence
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Stops = Sequence[tuple[float, Colour]]

SHADE: Colour = (46, 20, 12)
_FINE = 2  # shapes are drawn this much larger and scaled down: smooth edges


def dice(*parts: object) -> random.Random:
    """Random numbers that depend on ``parts`` alone."""
    return random.Random("/".join(map(str, parts)))  # noqa: S311 - pictures, not secrets


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return ``one`` with ``share`` (0 to 1) of ``other`` stirred in."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def lighter(colour: Colour, share: float) -> Colour:
    """Return ``colour`` moved towards warm white."""
    return mix(colour, (255, 250, 242), share)


def darker(colour: Colour, share: float) -> Colour:
    """Return ``colour`` moved towards warm black."""
    return mix(colour, (30, 14, 10), share)


def ramp(grey: Image.Image, stops: Stops) -> Image.Image:
    """Colour a grey picture: 0 becomes the first stop's colour, 255 the last one's."""
    return Image.merge("RGB", [grey.point(table) for table in _tables(tuple(stops))])


def times(share: float) -> list[int]:
    """Return a table for ``Image.point``: every grey multiplied by ``share``."""
    return [round(value * share) for value in range(256)]


def around(share: float) -> list[int]:
    """Return a table for ``Image.point``: contrast around middle grey times ``share``."""
    return [round(128 + (value - 128) * share) for value in range(256)]


@lru_cache(maxsize=512)
def _tables(stops: tuple[tuple[float, Colour], ...]) -> tuple[list[int], list[int], list[int]]:
    tables: tuple[list[int], list[int], list[int]] = ([], [], [])
    for value in range(256):
        for table, part in zip(tables, _at(stops, value / 255), strict=True):
            table.append(part)
    return tables


def _at(stops: Stops, place: float) -> Colour:
    before = stops[0]
    for stop in stops:
        if place <= stop[0]:
            width = stop[0] - before[0]
            return mix(before[1], stop[1], (place - before[0]) / width if width else 1.0)
        before = stop
    return stops[-1][1]


@lru_cache(maxsize=4)
def _gradient(kind: str) -> Image.Image:
    if kind == "radial":
        return Image.radial_gradient("L")
    down = Image.linear_gradient("L")
    return down.transpose(Image.Transpose.ROTATE_90) if kind == "across" else down


def radial(size: tuple[int, int], stops: Stops) -> Image.Image:
    """Return colours spreading from the middle; stop 1.0 lies on the inscribed circle's edge."""
    widened = [(place * 0.707, colour) for place, colour in stops]
    return ramp(_gradient("radial").resize(size, Image.Resampling.BICUBIC), widened)


def across(size: tuple[int, int], stops: Stops) -> Image.Image:
    """Return colours running from left to right."""
    return ramp(_gradient("across").resize(size), [*reversed([(1 - p, c) for p, c in stops])])


def down(size: tuple[int, int], stops: Stops) -> Image.Image:
    """Return colours running from top to bottom."""
    return ramp(_gradient("down").resize(size), stops)


def shape(size: tuple[int, int], draw: Callable[[ImageDraw.ImageDraw, int], None]) -> Image.Image:
    """Return a smooth mask; ``draw`` gets a pencil and the scale its coordinates must use."""
    mask = Image.new("L", (size[0] * _FINE, size[1] * _FINE), 0)
    draw(ImageDraw.Draw(mask), _FINE)
    return mask.resize(size, Image.Resampling.BOX)


def disc(size: tuple[int, int], inset: float = 0) -> Image.Image:
    """Return an ellipse that touches the picture's edges, or stays ``inset`` px inside them."""
    width, height = size

    def draw(pen: ImageDraw.ImageDraw, fine: int) -> None:
        box = (inset * fine, inset * fine, (width - inset) * fine - 1, (height - inset) * fine - 1)
        pen.ellipse(box, fill=255)

    return shape(size, draw)


def rounded(size: tuple[int, int], radius: float, inset: float = 0) -> Image.Image:
    """Return a rectangle with round corners."""
    width, height = size

    def draw(pen: ImageDraw.ImageDraw, fine: int) -> None:
        box = (inset * fine, inset * fine, (width - inset) * fine - 1, (height - inset) * fine - 1)
        pen.rounded_rectangle(box, radius * fine, fill=255)

    return shape(size, draw)


def relief(mask: Image.Image, depth: float, gain: float = 1.0) -> Image.Image:
    """Return the light on a raised mask: grey 128 where flat, brighter up left, darker down right.

    A negative ``gain`` makes a hollow.
    """
    small = max(1, round(depth / 6))  # soft things need few pixels
    air = (round(depth * 1.5) // small + 1) * small
    wide = pad(mask, air)
    size = (max(1, wide.width // small), max(1, wide.height // small))
    height = wide.resize(size, Image.Resampling.BILINEAR) if small > 1 else wide
    height = height.filter(ImageFilter.GaussianBlur(depth / small))
    step = max(1, round(depth / small / 2))
    ahead = ImageChops.offset(height, -step, -step)
    behind = ImageChops.offset(height, step, step)
    if gain < 0:
        ahead, behind = behind, ahead
    light = ImageChops.subtract(ahead, behind, scale=1 / max(0.01, abs(gain)), offset=128)
    if small > 1:
        light = light.resize(wide.size, Image.Resampling.BICUBIC)
    return light.crop((air, air, air + mask.width, air + mask.height))


_LIGHT: Stops = ((0, (84, 52, 58)), (0.5, (128, 128, 128)), (1, (255, 246, 230)))


def lit(colours: Image.Image, light: Image.Image) -> Image.Image:
    """Return ``colours`` under ``light`` (grey 128 changes nothing); shadows stay warm."""
    return ImageChops.hard_light(colours, ramp(light, _LIGHT))


def clay(
    mask: Image.Image, fill: Colour | Image.Image, depth: float = 12, gain: float = 0.7
) -> Image.Image:
    """Return a sprite of ``mask`` with a soft body, in one colour or with a painted skin."""
    skin = fill if isinstance(fill, Image.Image) else Image.new("RGB", mask.size, fill)
    sprite = lit(skin, relief(mask, depth, gain)).convert("RGBA")
    sprite.putalpha(mask)
    return sprite


def pad(sprite: Image.Image, air: int) -> Image.Image:
    """Return the sprite with ``air`` transparent pixels on every side."""
    wide = Image.new(sprite.mode, (sprite.width + 2 * air, sprite.height + 2 * air))
    wide.paste(sprite, (air, air))
    return wide


def turned(sprite: Image.Image, degrees: float) -> Image.Image:
    """Return the sprite turned anticlockwise, in a picture large enough for it."""
    if not degrees:
        return sprite
    return sprite.rotate(degrees, Image.Resampling.BICUBIC, expand=True)


def scaled(sprite: Image.Image, width: float, height: float | None = None) -> Image.Image:
    """Return the sprite ``width`` px wide, in its own proportions unless ``height`` is given."""
    tall = height if height is not None else sprite.height * width / sprite.width
    size = (max(1, round(width)), max(1, round(tall)))
    return sprite.resize(size, Image.Resampling.LANCZOS)


def over(below: Image.Image, sprite: Image.Image, x: float, y: float) -> None:
    """Lay ``sprite`` on ``below`` with its middle at (x, y); what sticks out is cut."""
    left, top = round(x - sprite.width / 2), round(y - sprite.height / 2)
    box = (max(0, -left), max(0, -top))
    end = (min(sprite.width, below.width - left), min(sprite.height, below.height - top))
    if end[0] <= box[0] or end[1] <= box[1]:
        return
    part = sprite.crop((*box, *end))
    spot = (left + box[0], top + box[1])
    if below.mode == "RGBA":
        below.alpha_composite(part, spot)
    else:
        below.paste(part, spot, part.getchannel("A"))


def shade(below: Image.Image, mask: Image.Image, x: float, y: float, *, strength: float) -> None:
    """Darken ``below`` where ``mask``, centred at (x, y), is white."""
    dark = Image.new("RGBA", mask.size, (*SHADE, 0))
    dark.putalpha(mask.point(lambda v: round(v * strength)))
    over(below, dark, x, y)


def soft(mask: Image.Image, blur: float) -> Image.Image:
    """Return ``mask`` blurred by ``blur`` px, grown so that nothing is cut off."""
    small = max(1, round(blur / 5))
    air = round(blur * 2.5)
    wide = pad(mask, air)
    size = (max(1, wide.width // small), max(1, wide.height // small))
    gentle = wide.resize(size, Image.Resampling.BILINEAR).filter(
        ImageFilter.GaussianBlur(blur / small)
    )
    return gentle.resize(wide.size, Image.Resampling.BICUBIC)
