# ruff: noqa: PLR2004 - measures taken by eye have no names
"""Pots and bowls from above."""

import math
from dataclasses import dataclass

from PIL import Image

from app.demo.painter.broth import filled, noodles
from app.demo.painter.clay import Colour, over, shade, soft, turned
from app.demo.painter.cutlery import chopsticks, napkin
from app.demo.painter.easel import Easel
from app.demo.painter.larder import natural
from app.demo.painter.surface import TONES
from app.demo.painter.ware import bowl, framed, hotpot, plate, round_board, sunk, torus_points, tray

LACQUER: tuple[Colour, ...] = ((150, 48, 36), (58, 40, 36), (196, 146, 92), (64, 96, 92))


@dataclass(frozen=True, slots=True)
class Serving:
    """What is in a bowl.

    Attributes:
        glaze: the bowl's glaze.
        broth: the liquid.
        toppings: what swims or stands in it.
        strands: colour of noodles, if any.
        size: how large toppings are, as a share of the soup's width.
    """

    glaze: str
    broth: str
    toppings: tuple[str, ...] = ()
    strands: Colour | None = None
    size: float = 0.27


def heap(
    easel: Easel, dish: Image.Image, foods: tuple[str, ...], size: float, count: int
) -> Image.Image:
    """Return the dish with ``count`` things heaped on it, each with its own small shadow."""
    rng, laden = easel.rng, dish.copy()
    middle = dish.width / 2, dish.height / 2
    reach = min(dish.size) * 0.31
    spots = [(0.0, 0.0)] if count == 1 else []
    if count > 1:
        inner = 1 if count > 5 else 0
        spots = torus_points(
            count - inner, reach * (0.62 if count < 4 else 0.85), start=rng.uniform(0, math.tau)
        )
        spots += [(0.0, 0.0)] * inner
    stretch = (dish.width / min(dish.size), dish.height / min(dish.size))
    for k, (dx, dy) in enumerate(sorted(spots, key=lambda p: p[1])):
        name = foods[k % len(foods)]
        sprite = framed(
            easel.larder.sprite(name, size * rng.uniform(0.92, 1.08), seed=rng.random())
        )
        piece = turned(sprite, rng.uniform(-28, 28))
        x, y = middle[0] + dx * stretch[0], middle[1] + dy * stretch[1]
        over_shadow(laden, piece, x, y, size * 0.07)
        over(laden, piece, x, y)
    return laden


def over_shadow(below: Image.Image, piece: Image.Image, x: float, y: float, lift: float) -> None:
    """Lay a piece's shadow on another sprite, never beyond that sprite's own outline."""
    alpha = below.getchannel("A")
    shade(below, soft(piece.getchannel("A"), max(2, lift)), x + lift * 0.7, y + lift, strength=0.42)
    below.putalpha(alpha)


def soup(easel: Easel, diameter: int, serving: Serving) -> Image.Image:
    """Return a square of soup with its noodles, and toppings half sunk in it."""
    rng = easel.rng
    toppings = serving.toppings
    surface = filled(rng, diameter, serving.broth).convert("RGBA")
    if serving.strands:
        nest = noodles(rng, round(diameter * 0.8), serving.strands)
        turned_nest = turned(nest, rng.uniform(0, 180))
        shade(
            surface,
            soft(turned_nest.getchannel("A"), 8),
            diameter / 2 + 5,
            diameter / 2 + 8,
            strength=0.4,
        )
        over(surface, turned_nest, diameter / 2, diameter / 2)
    spots = _strewn(len(toppings), diameter, rng.uniform(0, math.tau))
    for name, (dx, dy) in sorted(zip(toppings, spots, strict=True), key=lambda pair: pair[1][1]):
        side = diameter * serving.size * rng.uniform(0.92, 1.1) * (0.4 + 0.6 * natural(name))
        sprite = framed(easel.larder.sprite(name, side, seed=rng.random()))
        piece = sunk(turned(sprite, rng.uniform(-22, 22)), 0.22)
        x, y = diameter / 2 + dx, diameter / 2 + dy
        shade(surface, soft(piece.getchannel("A"), diameter * 0.012), x + 5, y + 8, strength=0.5)
        over(surface, piece, x, y)
    return surface.convert("RGB")


def _strewn(count: int, diameter: float, start: float) -> list[tuple[float, float]]:
    """Return places for ``count`` toppings: a ring, with some in the middle when they are many."""
    inner = 0 if count < 6 else (1 if count < 8 else 2)
    if count == 1:
        return [(0.0, 0.0)]
    spots = torus_points(
        count - inner, diameter * (0.16 if count < 3 else 0.24 if count < 6 else 0.29), start=start
    )
    centre = torus_points(inner, diameter * (0.0 if inner == 1 else 0.08), start=start)
    return spots + centre


def sticks(easel: Easel, x: float, y: float, turn: float, length: float = 620) -> None:
    """Lay a pair of chopsticks."""
    tone = easel.rng.choice(LACQUER)
    easel.lay(framed(chopsticks(round(length), tone, tip=(214, 168, 92))), x, y, lift=13, turn=turn)


def pot_feast(
    easel: Easel,
    ground: tuple[str, str],
    metal: str,
    broths: tuple[str, ...],
    sides: tuple[tuple[str, ...], ...],
    *,
    cast: tuple[str, ...] = (),
) -> None:
    """A hot-pot in the middle of its plates; ``cast`` is already in the pot."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    pot = round(min(w, h) * 0.6)
    middle = w * rng.uniform(0.44, 0.56), h * rng.uniform(0.46, 0.53)
    start = rng.uniform(0, math.tau)
    glaze = rng.choice(("white", "cream", "celadon", "indigo", "black", "pink"))
    for k, foods in enumerate(sides):
        angle = start + k * math.tau / len(sides)
        x = middle[0] + math.cos(angle) * w * 0.49
        y = middle[1] + math.sin(angle) * max(h * 0.40, pot * 0.86)
        side = rng.uniform(0.32, 0.38) * w
        dish = heap(
            easel,
            plate(round(side), glaze if k % 2 else "white", line=None if k % 2 else "indigo"),
            foods,
            side * 0.3,
            6,
        )
        easel.lay(dish, x, y, lift=20)
    vessel = hotpot(rng, pot, metal, broths)
    for name, (dx, dy) in zip(cast, _strewn(len(cast), pot * 0.98, start), strict=True):
        sprite = framed(
            easel.larder.sprite(name, pot * 0.23 * (0.4 + 0.6 * natural(name)), seed=rng.random())
        )
        over_shadow(vessel, sprite, vessel.width / 2 + dx, vessel.height / 2 + dy, 6)
        over(
            vessel,
            sunk(turned(sprite, rng.uniform(-30, 30))),
            vessel.width / 2 + dx,
            vessel.height / 2 + dy,
        )
    easel.lay(vessel, *middle, lift=52)
    sticks(easel, middle[0] + w * 0.26, middle[1] + pot * 0.47, rng.uniform(20, 40), 520)
    easel.steam(middle[0], middle[1] + pot * 0.1, pot * 0.8, pot * 1.0, strength=0.34)


def one_bowl(
    easel: Easel,
    ground: tuple[str, str],
    serving: Serving,
    *,
    beside: tuple[str, ...] = (),
    share: float = 0.74,
) -> None:
    """One bowl off the middle, with chopsticks and a few small things beside it."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    big = round(min(w, h) * share)
    left = rng.random() < 0.5
    x, y = w * (0.42 if left else 0.58), h * rng.uniform(0.5, 0.57)
    far = w * (0.84 if left else 0.16)
    if rng.random() < 0.6:
        cloth = napkin(
            rng,
            round(big * 0.62),
            TONES[rng.choice(("clay", "sage", "rose", "sky", "mustard"))],
            checked=rng.random() < 0.35,
        )
        easel.lay(
            framed(cloth),
            x + (-0.28 if left else 0.28) * w,
            y + big * 0.36,
            lift=7,
            turn=rng.uniform(-40, 40),
        )
    for k, name in enumerate(beside):
        spot = (far + rng.uniform(-0.05, 0.05) * w, h * (0.10 + 0.8 * k / max(1, len(beside) - 1)))
        if k % 2 == 0 and len(beside) > 1:
            saucer = heap(
                easel,
                plate(round(w * 0.25), rng.choice(("white", "celadon", "cream"))),
                (name,),
                w * 0.1,
                3,
            )
            easel.lay(saucer, *spot, lift=16)
        else:
            easel.lay_food(name, *spot, w * 0.17)
    picture = soup(easel, round(big * 0.835), serving)
    easel.lay(bowl(rng, big, serving.glaze, picture), x, y, lift=44)
    sticks(
        easel,
        x + (0.16 if left else -0.16) * w,
        y - big * 0.36,
        (-14 if left else 194) + rng.uniform(-10, 10),
        big * 0.86,
    )
    easel.steam(x, y + big * 0.05, big * 0.7, big * 0.85, strength=0.3)


def close_up(easel: Easel, ground: tuple[str, str], serving: Serving) -> None:
    """So near that the bowl leaves the picture on two sides."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    big = round(max(w, h) * rng.uniform(0.94, 1.08))
    x = w * rng.choice((0.36, 0.64))
    y = h * rng.uniform(0.58, 0.68)
    picture = soup(easel, round(big * 0.835), serving)
    easel.lay(bowl(rng, big, serving.glaze, picture), x, y, lift=56)
    easel.steam(x, y, big * 0.5, big * 0.75, strength=0.32)


def dip_bar(
    easel: Easel,
    ground: tuple[str, str],
    dips: tuple[str, ...],
    beside: tuple[str, ...],
    *,
    on: str = "table",
) -> None:
    """Saucers of dips in rows, or on a lacquer tray or a tree slice."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    if on == "tray":
        base = tray((round(w * 0.86), round(h * 0.7)), rng.choice(("black", "tomato", "teal")))
        easel.lay(framed(base), w / 2, h * 0.52, lift=26, turn=rng.uniform(-5, 5))
    elif on == "slice":
        side = round(min(w, h) * 0.92)
        easel.lay(round_board(rng, side, TONES["teak"]), w / 2, h / 2, lift=30)
    columns = 2 if len(dips) <= 4 or h > w * 1.2 else 3
    rows = math.ceil(len(dips) / columns)
    span = 0.62 if on != "table" else 0.78
    size = min(w * span / columns, h * span / rows) * (0.94 if on == "slice" else 1.02)
    glazes = rng.sample(("white", "celadon", "indigo", "black", "cream", "mustard", "sky"), k=3)
    for k, dip in enumerate(dips):
        row, column = divmod(k, columns)
        shift = 0.5 * (row % 2) - 0.25 if on == "table" and columns == 2 else 0
        x = w / 2 + (column - (columns - 1) / 2 + shift * 0.4) * size * 1.08
        y = h / 2 + (row - (rows - 1) / 2) * size * 1.08
        easel.lay(bowl(rng, round(size * 0.94), glazes[k % 3], dip), x, y, lift=22)
    corners = [(0.11, 0.1), (0.89, 0.91), (0.89, 0.09), (0.11, 0.91)]
    for name, (cx, cy) in zip(beside, corners, strict=False):
        easel.lay_food(name, w * cx, h * cy, w * 0.16)
