# ruff: noqa: PLR2004 - measures taken by eye have no names
"""Hot-pot things that no emoji shows, modelled from clay: lotus root, tofu, rolled beef, ..."""

import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw

from app.demo.painter.clay import (
    Colour,
    clay,
    darker,
    disc,
    lighter,
    lit,
    over,
    pad,
    radial,
    ramp,
    relief,
    rounded,
    shape,
)
from app.demo.painter.surface import stretched

Maker = Callable[[Random, int], Image.Image]


def _gloss(sprite: Image.Image, x: float, y: float, size: float, strength: int = 170) -> None:
    """Put a soft highlight on the sprite at shares ``x``, ``y`` of its size."""
    side = max(4, round(size * sprite.width))
    light = radial((side, side), ((0, (strength,) * 3), (1, (0, 0, 0)))).convert("L")
    shine = Image.new("RGBA", light.size, (255, 252, 246, 0))
    shine.putalpha(light)
    alpha = sprite.getchannel("A")
    over(sprite, shine, x * sprite.width, y * sprite.height)
    sprite.putalpha(alpha)


def _ball(colour: Colour) -> Maker:
    def make(rng: Random, size: int) -> Image.Image:
        tone = lighter(colour, rng.random() * 0.12)
        skin = radial((size, size), ((0, lighter(tone, 0.3)), (0.6, tone), (1, darker(tone, 0.25))))
        sprite = clay(disc((size, size)), skin, size * 0.2, 1.0)
        _gloss(sprite, 0.34, 0.3, 0.4)
        return sprite

    return make


def _cube(colour: Colour, edge: Colour) -> Maker:
    def make(rng: Random, size: int) -> Image.Image:
        mask = rounded((size, round(size * rng.uniform(0.84, 1))), size * 0.15)
        pores = stretched(rng, mask.size, (9, 9))
        skin = ramp(pores, ((0, darker(colour, 0.06)), (1, lighter(colour, 0.2))))
        rim = relief(mask, size * 0.12, 1.0).point([min(255, abs(v - 128) * 2) for v in range(256)])
        skin.paste(edge, (0, 0), rim)
        return clay(mask, skin, size * 0.10, 0.9)

    return make


def _lotus(rng: Random, size: int) -> Image.Image:
    flesh: Colour = (244, 226, 198)
    turn = rng.uniform(0, math.tau)

    def holes(pen: ImageDraw.ImageDraw, fine: int) -> None:
        middle = size / 2
        spots = [(middle, middle, size * 0.05)]
        for k in range(8):
            angle, big = turn + k * math.tau / 8, 0.082 if k % 2 else 0.06
            spots.append(
                (
                    middle + math.cos(angle) * size * 0.29,
                    middle + math.sin(angle) * size * 0.29,
                    size * big,
                )
            )
        for x, y, r in spots:
            pen.ellipse([v * fine for v in (x - r, y - r, x + r, y + r)], fill=255)

    whole = disc((size, size))
    skin = radial(
        (size, size), ((0, flesh), (0.86, flesh), (0.97, (214, 170, 130)), (1, (190, 140, 104)))
    )
    sprite = clay(whole, skin, size * 0.06, 0.9)
    hollow = shape((size, size), holes)
    pits = lit(Image.new("RGB", (size, size), (176, 126, 88)), relief(hollow, size * 0.03, -1.2))
    pits_rgba = pits.convert("RGBA")
    pits_rgba.putalpha(hollow)
    sprite.alpha_composite(pits_rgba)
    return sprite


def _beef_roll(rng: Random, size: int) -> Image.Image:
    width, height = size, round(size * 0.5)
    skin = Image.new("RGB", (width, height), (206, 70, 74))
    pen = ImageDraw.Draw(skin)
    for _ in range(6):
        top = rng.uniform(-0.1, 1) * height
        bend = rng.uniform(-0.2, 0.2) * height
        points = [(x, top + bend * math.sin(x / width * 4 + top)) for x in range(0, width + 9, 8)]
        pen.line(
            points, fill=(252, 226, 218), width=max(3, round(height * rng.uniform(0.05, 0.15)))
        )
    sprite = clay(rounded((width, height), height * 0.42), skin, height * 0.22, 1.1)
    end = round(height * 0.9)
    whorl = Image.new("RGB", (end, end), (216, 92, 92))
    pen = ImageDraw.Draw(whorl)
    for k in range(3):
        inset = end * (0.06 + k * 0.15)
        pen.arc(
            (inset, inset, end - inset, end - inset),
            40 + k * 120,
            330 + k * 120,
            fill=(254, 232, 224),
            width=max(2, end // 13),
        )
    cap = clay(disc((end, end)), whorl, end * 0.1, 0.8)
    over(sprite, cap.resize((round(end * 0.5), end)), height * 0.26, height * 0.5)
    return sprite


def _shiitake(rng: Random, size: int) -> Image.Image:
    skin = radial((size, size), ((0, (150, 98, 60)), (0.75, (112, 68, 42)), (1, (78, 44, 28))))
    pen = ImageDraw.Draw(skin)
    turn = rng.uniform(0, math.pi)
    for k in range(3):
        angle = turn + k * math.pi / 3
        dx, dy = math.cos(angle) * size * 0.34, math.sin(angle) * size * 0.34
        pen.line(
            (size / 2 - dx, size / 2 - dy, size / 2 + dx, size / 2 + dy),
            fill=(236, 214, 182),
            width=max(3, size // 15),
        )
    sprite = clay(disc((size, size)), skin, size * 0.16, 1.1)
    _gloss(sprite, 0.34, 0.3, 0.4, 90)
    return sprite


def _enoki(rng: Random, size: int) -> Image.Image:
    sprite = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    root = size * 0.97
    cap = clay(disc((round(size * 0.085), round(size * 0.075))), (255, 246, 224), size * 0.02)
    for layer in range(3):  # three sheaves, one before the other
        stems = []
        for k in range(layer, 18, 3):
            lean = (k / 17 - 0.5) * 0.72 + rng.gauss(0, 0.02)
            length = size * rng.uniform(0.66, 0.9)
            tip = (size * 0.5 + math.sin(lean) * length, root - math.cos(lean) * length)
            stems.append(((size * 0.5 + lean * size * 0.22, root), tip))

        def sheaf(
            pen: ImageDraw.ImageDraw,
            fine: int,
            lines: list[tuple[tuple[float, float], tuple[float, float]]] = stems,
        ) -> None:
            for foot, top in lines:
                points = [v * fine for point in (foot, top) for v in point]
                pen.line(points, fill=255, width=max(2, round(size * 0.026)) * fine)

        sprite.alpha_composite(clay(shape((size, size), sheaf), (250, 238, 212), size * 0.012, 1.0))
        for _, top in stems:
            over(sprite, cap, *top)
    return sprite


def _crab_stick(_rng: Random, size: int) -> Image.Image:
    width, height = size, round(size * 0.34)
    skin = Image.new("RGB", (width, height), (255, 246, 238))
    pen = ImageDraw.Draw(skin)
    pen.rectangle((0, 0, width, round(height * 0.5)), fill=(226, 74, 56))
    for k in range(1, 5):
        y = round(height * (0.5 + k * 0.1))
        pen.line((0, y, width, y), fill=(240, 214, 202), width=2)
    return clay(rounded((width, height), height * 0.3), skin, height * 0.2, 1.0)


def _egg_half(rng: Random, size: int) -> Image.Image:
    width, height = round(size * 0.8), size
    sprite = clay(disc((width, height)), (255, 250, 242), size * 0.07, 0.8)
    yolk = round(size * 0.44)
    skin = radial((yolk, yolk), ((0, (255, 178, 52)), (0.8, (248, 146, 30)), (1, (226, 120, 24))))
    ball = clay(disc((yolk, yolk)), skin, yolk * 0.12, 0.8)
    _gloss(ball, 0.36, 0.3, 0.4, 190)
    over(sprite, ball, width * 0.5, height * (0.54 + rng.uniform(-0.02, 0.02)))
    return sprite


def _noodle_nest(colour: Colour) -> Maker:
    def make(rng: Random, size: int) -> Image.Image:
        fine = size * 2
        nest = Image.new("RGBA", (fine, fine), (*darker(colour, 0.28), 0))
        pen = ImageDraw.Draw(nest)
        pen.ellipse((fine * 0.06, fine * 0.06, fine * 0.94, fine * 0.94), fill=darker(colour, 0.25))
        thick = max(4, round(fine * 0.024))
        for _ in range(74):
            reach = fine * rng.uniform(0.05, 0.43)
            x, y = (fine / 2 + rng.gauss(0, 0.05) * fine for _ in range(2))
            reach = min(reach, fine * 0.46 - max(abs(x - fine / 2), abs(y - fine / 2)))
            if reach <= thick:
                continue
            box = (x - reach, y - reach * 0.94, x + reach, y + reach * 0.94)
            start, sweep = rng.uniform(0, 360), rng.uniform(90, 250)
            tone = lighter(colour, rng.random() * 0.3)
            pen.arc(box, start, start + sweep, fill=darker(colour, 0.38), width=thick + 6)
            inner = tuple(v + (3 if i < 2 else -3) for i, v in enumerate(box))
            pen.arc(inner, start, start + sweep, fill=tone, width=thick)
        nest = nest.resize((size, size), Image.Resampling.LANCZOS)
        return clay(nest.getchannel("A"), nest.convert("RGB"), size * 0.14, 0.7)

    return make


def _bun(rng: Random, size: int) -> Image.Image:
    skin = radial(
        (size, size), ((0, (255, 252, 246)), (0.8, (252, 240, 224)), (1, (232, 208, 180)))
    )
    pen = ImageDraw.Draw(skin)
    turn = rng.uniform(0, 1)
    for k in range(14):
        angle = turn + k * math.tau / 14
        points = [
            (
                size / 2 + math.cos(angle + r * 1.5) * size * r,
                size / 2 + math.sin(angle + r * 1.5) * size * r,
            )
            for r in (0.05, 0.12, 0.2, 0.3)
        ]
        pen.line(points, fill=(220, 192, 160), width=max(2, size // 50))
    sprite = clay(disc((size, size)), skin, size * 0.18, 1.0)
    _gloss(sprite, 0.33, 0.3, 0.42, 120)
    return sprite


def _corn_ring(rng: Random, size: int) -> Image.Image:
    sprite = clay(disc((size, size)), (236, 170, 40), size * 0.06)
    kernel = round(size * 0.2)
    count = 14
    turn = rng.uniform(0, 1)
    for k in range(count):
        angle = turn + k * math.tau / count
        grain = clay(
            rounded((kernel, round(kernel * 1.3)), kernel * 0.4), (255, 206, 70), kernel * 0.2
        )
        grain = pad(grain, 2).rotate(
            90 - math.degrees(angle) + 180, Image.Resampling.BICUBIC, expand=True
        )
        over(
            sprite,
            grain,
            size / 2 + math.cos(angle) * size * 0.37,
            size / 2 + math.sin(angle) * size * 0.37,
        )
    core = round(size * 0.46)
    over(sprite, clay(disc((core, core)), (250, 226, 160), size * 0.05), size / 2, size / 2)
    return sprite


def _slice(flesh: Colour, rind: Colour) -> Maker:
    def make(_rng: Random, size: int) -> Image.Image:
        skin = radial(
            (size, size), ((0, lighter(flesh, 0.25)), (0.84, flesh), (0.93, rind), (1, rind))
        )
        return clay(disc((size, size)), skin, size * 0.05, 0.9)

    return make


def _seaweed(rng: Random, size: int) -> Image.Image:
    mask = rounded((round(size * 0.7), size), size * 0.04)
    fibres = stretched(rng, mask.size, (size // 8, size // 8))
    return clay(mask, ramp(fibres, ((0, (22, 40, 34)), (1, (62, 86, 66)))), size * 0.02, 0.9)


def _jujube(rng: Random, size: int) -> Image.Image:
    width = round(size * 0.74)
    wrinkles = stretched(rng, (width, size), (7, 9))
    sprite = clay(
        disc((width, size)),
        ramp(wrinkles, ((0, (96, 22, 20)), (1, (168, 48, 38)))),
        size * 0.14,
        1.1,
    )
    _gloss(sprite, 0.36, 0.28, 0.34, 120)
    return sprite


CLAY: dict[str, Maker] = {
    "fishball": _ball((250, 238, 222)),
    "beefball": _ball((150, 92, 68)),
    "shrimpball": _ball((246, 176, 148)),
    "yolkball": _ball((246, 196, 96)),
    "tangyuan": _ball((255, 250, 244)),
    "goji": _ball((214, 52, 36)),
    "tofu": _cube((252, 242, 220), (246, 226, 190)),
    "friedtofu": _cube((236, 184, 106), (196, 128, 62)),
    "ricecake": _cube((255, 250, 244), (240, 228, 214)),
    "duckblood": _cube((120, 34, 34), (96, 22, 26)),
    "lotus": _lotus,
    "beefroll": _beef_roll,
    "shiitake": _shiitake,
    "enoki": _enoki,
    "crabstick": _crab_stick,
    "egghalf": _egg_half,
    "noodles": _noodle_nest((246, 212, 138)),
    "glassnoodles": _noodle_nest((228, 214, 200)),
    "bun": _bun,
    "cornring": _corn_ring,
    "potatoslice": _slice((250, 226, 158), (206, 164, 100)),
    "seaweed": _seaweed,
    "jujube": _jujube,
    "radish": _slice((252, 248, 242), (236, 228, 214)),
    "lime": _slice((206, 226, 128), (112, 160, 62)),
    "lemonslice": _slice((252, 236, 150), (244, 206, 66)),
    "cucumberslice": _slice((216, 234, 178), (84, 138, 72)),
    "carrotslice": _slice((246, 150, 62), (228, 120, 40)),
}
