# ruff: noqa: PLR2004 - measures taken by eye have no names
"""The easel: a picture in the making, its light and its shadows."""

import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from app.demo.painter.clay import (
    SHADE,
    Colour,
    around,
    darker,
    down,
    lighter,
    mix,
    over,
    radial,
    shade,
    soft,
    times,
    turned,
)
from app.demo.painter.larder import Larder, natural
from app.demo.painter.surface import SURFACES, TONES, noise, tiles

RATIOS: dict[str, tuple[int, int]] = {
    "3:4": (1080, 1440),
    "4:5": (1080, 1350),
    "1:1": (1080, 1080),
    "4:3": (1080, 810),
}


_CURVE = [round(255 * (v / 255) ** 0.90) for v in range(256)]  # print a little lighter


@dataclass(frozen=True, slots=True)
class Room:
    """Where a picture across the table is taken.

    Attributes:
        wall: tone of the wall.
        surface: what the table is made of.
        tone: its tone.
        backdrop: ``wall``, ``lights`` (evening), ``tiles``, ``window`` or ``shelf``.
        behind: what stands far behind, out of focus.
    """

    wall: str
    surface: str
    tone: str
    backdrop: str = "wall"
    behind: tuple[str, ...] = ()


class Easel:
    """One picture: lay things on it, then take it off with ``finished``.

    Attributes:
        width: picture width in px.
        height: picture height in px.
        rng: the picture's own dice.
        larder: where sprites come from.
    """

    def __init__(self, rng: Random, larder: Larder, ratio: str) -> None:
        """Stretch a blank canvas."""
        self.rng = rng
        self.larder = larder
        self.width, self.height = RATIOS[ratio]
        self.image = Image.new("RGB", (self.width, self.height))

    # -- grounds ----------------------------------------------------------------------------------

    def table(self, surface: str, tone: str) -> None:
        """Cover the canvas with a table top seen from above, planks at a chance angle."""
        size = (self.width, self.height)
        paint, colour = SURFACES[surface], TONES[tone]
        if surface in {"wood", "bamboo", "gingham"} and self.rng.random() < 0.5:
            cloth = paint(self.rng, (size[1], size[0]), colour)
            self.image = cloth.transpose(Image.Transpose.ROTATE_90)
        else:
            self.image = paint(self.rng, size, colour)
        self._window()

    def enter(self, room: Room, *, horizon: float) -> None:
        """Paint a table running away from us to ``horizon``, a share of the picture's height."""
        wall, backdrop = TONES[room.wall], room.backdrop
        edge = round(self.height * horizon)
        size = (self.width, edge + 8)
        dim = backdrop == "lights"
        back = down(
            size,
            ((0, darker(wall, 0.3 if dim else 0.1)), (1, lighter(wall, 0.04 if dim else 0.22))),
        )
        if backdrop == "tiles":
            back = tiles(self.rng, size, lighter(wall, 0.2)).filter(ImageFilter.GaussianBlur(2.5))
        if backdrop in {"wall", "tiles"}:
            self._panes_of_light(back)
        else:
            scenery = {"lights": self._lamps, "window": self._outside, "shelf": self._jars}
            scenery[backdrop](back, wall)
        self.image.paste(back, (0, 0))
        self.image.paste(self._receding(room.surface, room.tone, self.height - edge), (0, edge))
        seam = Image.new("L", (self.width, 60), 0)
        ImageDraw.Draw(seam).rectangle((0, 24, self.width, 34), fill=170)
        shade(
            self.image, seam.filter(ImageFilter.GaussianBlur(9)), self.width / 2, edge, strength=0.5
        )
        near = round(self.height * min(1, horizon + 0.22))
        far = self.image.crop((0, 0, self.width, near))
        focus = down(
            far.size, ((0, (255,) * 3), (edge / near, (235,) * 3), (1, (0, 0, 0)))
        ).convert("L")
        self.image.paste(far.filter(ImageFilter.GaussianBlur(7)), (0, 0), focus)
        for k, name in enumerate(room.behind):
            x = self.width * (0.13 + 0.74 * k / max(1, len(room.behind) - 1))
            foot = self.height * (horizon + 0.075 + 0.03 * (k % 2))
            self.stand_food(name, x + self.rng.uniform(-30, 30), foot, self.width * 0.24, blur=7)

    def _receding(self, surface: str, tone: str, tall: int) -> Image.Image:
        far = 0.42  # how small things are at the far edge
        fine = 0.75  # the table's own sharpness
        wide, deep = round(self.width / far * fine), round(tall * 2.1 * fine)
        top = SURFACES[surface](self.rng, (wide, deep), TONES[tone])
        b = (1 - far) / tall
        middle, half = wide / 2, self.width / 2
        # s = far + b y; x' = middle + fine (x - half) / s; y' = deep (s/far - 1) / (s (1/far - 1))
        across_terms = (fine / far, middle * b / far, (middle * far - half * fine) / far)
        return top.transform(
            (self.width, tall),
            Image.Transform.PERSPECTIVE,
            (*across_terms, 0, deep * b / (far * (1 - far)), 0, 0, b / far),
            Image.Resampling.BICUBIC,
        )

    def _lamps(self, back: Image.Image, wall: Colour) -> None:
        rng = self.rng
        glow = Image.new("RGBA", back.size, (0, 0, 0, 0))
        pen = ImageDraw.Draw(glow)
        for _ in range(26):
            r = rng.uniform(16, 74)
            x, y = rng.uniform(0, back.width), rng.uniform(-20, back.height * 0.95)
            tone = rng.choice(((255, 214, 140), (255, 176, 96), (255, 236, 190), (246, 130, 90)))
            pen.ellipse(
                (x - r, y - r, x + r, y + r), fill=(*mix(tone, wall, 0.15), rng.randrange(30, 110))
            )
        glow = glow.filter(ImageFilter.GaussianBlur(5))
        back.paste(glow.convert("RGB"), (0, 0), glow.getchannel("A"))

    def _outside(self, back: Image.Image, wall: Colour) -> None:
        """Open a window on a green garden."""
        rng, (width, height) = self.rng, back.size
        left, right = width * rng.uniform(-0.1, 0.14), width * rng.uniform(0.86, 1.1)
        view = down(
            (width, height), ((0, (250, 246, 228)), (0.6, (226, 236, 206)), (1, (176, 204, 150)))
        )
        pen = ImageDraw.Draw(view, "RGBA")
        for _ in range(40):
            x, y, r = (
                rng.uniform(0, width),
                rng.uniform(height * 0.3, height * 1.1),
                rng.uniform(30, 110),
            )
            green = rng.choice(((120, 168, 96), (168, 200, 120), (206, 222, 150), (92, 140, 88)))
            pen.ellipse((x - r, y - r, x + r, y + r), fill=(*green, 110))
        view = view.filter(ImageFilter.GaussianBlur(16))
        glass = Image.new("L", back.size, 0)
        pane = ImageDraw.Draw(glass)
        for k in range(3):
            step = (right - left) / 3
            pane.rectangle(
                (left + k * step + 12, -5, left + (k + 1) * step - 12, height * 0.86), fill=255
            )
        back.paste(lighter(wall, 0.45), (0, 0, width, height))
        back.paste(view, (0, 0), glass)
        back.paste(back.filter(ImageFilter.GaussianBlur(4)))

    def _jars(self, back: Image.Image, wall: Colour) -> None:
        """Put a kitchen shelf on the wall."""
        self._panes_of_light(back)
        width, foot = back.width, back.height * 0.62
        ImageDraw.Draw(back).rectangle(
            (0, foot, width, foot + 26), fill=mix(wall, TONES["walnut"], 0.75)
        )
        names = self.rng.sample(
            ("jar", "honey", "can", "plant", "teapot", "basket", "salt", "cactus", "garlic"), k=6
        )
        for k, name in enumerate(names):
            size = width * self.rng.uniform(0.11, 0.15)
            thing = self.larder.sprite(name, size)
            over(back, thing, width * (0.08 + 0.168 * k), foot - thing.height / 2)
        back.paste(back.filter(ImageFilter.GaussianBlur(5)))

    def _panes_of_light(self, back: Image.Image) -> None:
        """Let window light fall on the wall in slanting panes."""
        panes = Image.new("L", back.size, 0)
        pen = ImageDraw.Draw(panes)
        left = self.rng.uniform(-0.1, 0.45) * back.width
        for k in range(3):
            x = left + k * 190
            pen.polygon(
                [(x, 0), (x + 150, 0), (x + 340, back.height), (x + 190, back.height)], fill=66
            )
        back.paste((255, 246, 226), (0, 0), panes.filter(ImageFilter.GaussianBlur(22)))

    def _window(self) -> None:
        """Let daylight come in from the upper left, on some days through a window or leaves."""
        size = (self.width, self.height)
        glow = radial((240, 240), ((0, (255,) * 3), (1.15, (0, 0, 0)))).convert("L")
        corner = glow.crop((98, 106, 218, 226)).resize(size, Image.Resampling.BICUBIC)
        self.image.paste((255, 244, 222), (0, 0), corner.point(times(0.20)))
        if self.rng.random() < 0.42:
            self._leaf_shadows() if self.rng.random() < 0.5 else self._bar_shadows()

    def _bar_shadows(self) -> None:
        mask = Image.new("L", (self.width, self.height), 0)
        pen = ImageDraw.Draw(mask)
        start, lean = (
            self.rng.uniform(-0.4, 0.3) * self.width,
            self.rng.uniform(0.3, 0.7) * self.height,
        )
        for k in range(5):
            x = start + k * 330
            pen.polygon(
                [(x, 0), (x + 90, 0), (x + 90 + lean, self.height), (x + lean, self.height)],
                fill=255,
            )
        self._dim(mask.filter(ImageFilter.GaussianBlur(20)), 0.20)

    def _leaf_shadows(self) -> None:
        mask = Image.new("L", (self.width, self.height), 0)
        pen = ImageDraw.Draw(mask)
        corner = self.rng.choice((-0.05, 1.05)) * self.width
        for _ in range(16):
            angle = self.rng.uniform(0.1, 1.5) if corner < 0 else self.rng.uniform(1.6, 3.0)
            reach = self.rng.uniform(0.1, 0.75) * self.width
            x, y = corner + math.cos(angle) * reach, math.sin(angle) * reach - 40
            long, thin = self.rng.uniform(90, 210), self.rng.uniform(22, 44)
            tilt = angle + self.rng.gauss(0, 0.5)
            pen.polygon(
                [
                    (
                        x
                        + math.cos(tilt) * long * math.cos(t)
                        - math.sin(tilt) * thin * math.sin(t),
                        y
                        + math.sin(tilt) * long * math.cos(t)
                        + math.cos(tilt) * thin * math.sin(t),
                    )
                    for t in (k * math.tau / 24 for k in range(24))
                ],
                fill=255,
            )
        self._dim(mask.filter(ImageFilter.GaussianBlur(15)), 0.24)

    def _dim(self, mask: Image.Image, strength: float) -> None:
        self.image.paste(SHADE, (0, 0), mask.point([round(v * strength) for v in range(256)]))

    # -- things -----------------------------------------------------------------------------------

    def lay(
        self,
        sprite: Image.Image,
        x: float,
        y: float,
        *,
        lift: float = 24,
        turn: float = 0,
        dark: float = 0.42,
    ) -> None:
        """Lay a sprite flat, its middle at (x, y) px; ``lift`` is its height over the table."""
        piece = turned(sprite, turn)
        mask = piece.getchannel("A")
        reach = soft(mask, max(3, lift * 0.75))
        shade(self.image, reach, x + lift * 0.55, y + lift * 0.8, strength=dark)
        shade(
            self.image,
            soft(mask, max(2, lift * 0.18)),
            x + lift * 0.12,
            y + lift * 0.18,
            strength=dark * 0.8,
        )
        over(self.image, piece, x, y)

    def lay_food(
        self, name: str, x: float, y: float, size: float, *, turn: float | None = None
    ) -> None:
        """Lay one thing from the larder; without ``turn`` it lies at a small chance angle."""
        angle = self.rng.uniform(-24, 24) if turn is None else turn
        size *= 0.3 + 0.7 * natural(name)
        sprite = self.larder.sprite(name, size, seed=self.rng.random())
        self.lay(sprite, x, y, lift=size * 0.13, turn=angle)

    def stand(
        self, sprite: Image.Image, x: float, foot: float, *, blur: float = 0, flat: float = 0.17
    ) -> None:
        """Stand a sprite upright with its lowest point at ``foot`` px; ``blur`` for far things."""
        width = sprite.width
        contact = Image.new("L", (round(width * 0.86), max(6, round(width * flat))), 0)
        ImageDraw.Draw(contact).ellipse((0, 0, contact.width - 1, contact.height - 1), fill=255)
        far = max(4, width * 0.075)
        shade(self.image, soft(contact, far), x + width * 0.14, foot - width * 0.01, strength=0.45)
        shade(
            self.image,
            soft(contact, max(3, width * 0.025)),
            x + width * 0.02,
            foot - width * flat * 0.42,
            strength=0.55,
        )
        piece = sprite
        if blur:
            piece = Image.new("RGBA", (width + round(blur * 6), sprite.height + round(blur * 6)))
            piece.paste(sprite, (round(blur * 3), round(blur * 3)))
            piece = piece.convert("RGBa").filter(ImageFilter.GaussianBlur(blur)).convert("RGBA")
        over(self.image, piece, x, foot - sprite.height / 2)

    def stand_food(
        self, name: str, x: float, foot: float, size: float, *, blur: float = 0, turn: float = 0
    ) -> None:
        """Stand one thing from the larder on the table."""
        size *= 0.3 + 0.7 * natural(name)
        sprite = turned(self.larder.sprite(name, size, seed=self.rng.random()), turn)
        self.stand(sprite, x, foot, blur=blur)

    def steam(
        self, x: float, y: float, width: float, height: float, *, strength: float = 0.5
    ) -> None:
        """Let steam rise from around (x, y): ``width`` px broad, ``height`` px high."""
        rng = self.rng
        box = (round(width * 1.6), round(height * 1.15))
        half = (max(8, box[0] // 3), max(8, box[1] // 3))
        mist = Image.new("L", half, 0)
        for k in range(4):
            strand = Image.new("L", half, 0)
            pen = ImageDraw.Draw(strand)
            start = half[0] * (0.28 + 0.15 * k + rng.uniform(-0.04, 0.04))
            phase, swing = rng.uniform(0, math.tau), half[0] * rng.uniform(0.05, 0.1)
            rise = rng.uniform(0.7, 1.0)
            for step in range(60):
                t = step / 59
                px = start + math.sin(phase + t * 5.4) * swing * (0.35 + t)
                py = half[1] * (0.98 - t * 0.94 * rise)
                r = half[0] * (0.018 + 0.05 * t)
                bright = round(150 * math.sin(math.pi * min(1, t * 1.02)) ** 1.1)
                pen.ellipse((px - r, py - r, px + r, py + r), fill=bright)
            mist = ImageChops.screen(mist, strand.filter(ImageFilter.GaussianBlur(half[0] * 0.022)))
        mist = mist.filter(ImageFilter.GaussianBlur(half[0] * 0.014)).resize(
            box, Image.Resampling.BICUBIC
        )
        white = Image.new("RGBA", box, (255, 250, 242, 0))
        white.putalpha(mist.point([round(v * strength) for v in range(256)]))
        over(self.image, white, x, y - height / 2)

    def crumbs(
        self, colours: tuple[Colour, ...], count: int, x: float, y: float, spread: float
    ) -> None:
        """Scatter small crumbs, seeds or peppercorns around (x, y)."""
        for _ in range(count):
            r = self.rng.uniform(4, 8)
            mask = Image.new("L", (round(r * 8), round(r * 8)), 0)
            ImageDraw.Draw(mask).ellipse((r * 2, r * 2.4, r * 6, r * 5.6), fill=255)
            seed = Image.new("RGBA", mask.size, (*self.rng.choice(colours), 0))
            seed.putalpha(mask)
            self.lay(
                seed.resize((round(r * 4), round(r * 4)), Image.Resampling.LANCZOS),
                x + self.rng.gauss(0, spread),
                y + self.rng.gauss(0, spread),
                lift=5,
                turn=self.rng.uniform(0, 180),
            )

    # -- varnish ----------------------------------------------------------------------------------

    def finished(self) -> Image.Image:
        """Return the picture with a touch of vignette, warmth and film grain."""
        size = (self.width, self.height)
        edge = radial((180, 180), ((0, (0, 0, 0)), (0.75, (0, 0, 0)), (1.42, (150, 150, 150))))
        edge = edge.convert("L").resize(size, Image.Resampling.BICUBIC)
        self.image.paste((52, 24, 16), (0, 0), edge.point(times(0.34)))
        grain = noise(self.rng, (self.width // 2, self.height // 2)).resize(
            size, Image.Resampling.BILINEAR
        )
        grain = grain.point(around(0.055))
        bright = ImageEnhance.Color(self.image).enhance(1.08).point(_CURVE * 3)
        return ImageChops.overlay(bright, Image.merge("RGB", [grain] * 3))
