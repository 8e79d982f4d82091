# ruff: noqa: PLR2004 - measures taken by eye have no names
"""Pictures taken across the table: things stand, and steam."""

from PIL import Image

from app.demo.painter.above import Serving
from app.demo.painter.clay import clay, over, rounded
from app.demo.painter.easel import Easel, Room
from app.demo.painter.standing import flame, side_plate, side_pot, slab, stove, vessel
from app.demo.painter.surface import TONES, wood


def _before(easel: Easel, foods: tuple[str, ...], size: float = 0.2) -> None:
    """Stand a few things in front, left and right."""
    w, h = easel.width, easel.height
    for name, (cx, cy) in zip(
        foods, ((0.16, 0.93), (0.83, 0.95), (0.5, 0.97), (0.33, 0.975)), strict=False
    ):
        easel.stand_food(name, w * cx, h * cy, w * size, turn=easel.rng.uniform(-8, 8))


def at_the_pot(easel: Easel, room: Room, serving: Serving, *, plates: tuple[str, ...] = ()) -> None:
    """The pot on its stove, right in front of us, plates before it."""
    easel.enter(room, horizon=0.36)
    rng, w, h = easel.rng, easel.width, easel.height
    wide = round(min(w * 0.7, h * 0.74))
    x = w * rng.uniform(0.46, 0.54)
    foot = h * (0.76 if plates else 0.84)
    box = stove(round(wide * 0.86), rng.choice(((70, 62, 62), (222, 214, 204), (176, 66, 46))))
    easel.stand(box, x, foot, flat=0.2)
    over(easel.image, flame(round(wide * 0.46)), x, foot - box.height - wide * 0.015)
    pot = side_pot(easel, wide, serving)
    over(easel.image, pot, x, foot - box.height * 0.99 - pot.height / 2)
    easel.steam(
        x,
        foot - box.height - pot.height * 0.45,
        wide * 0.8,
        min(h * 0.5, wide * 0.9),
        strength=0.62,
    )
    for k, name in enumerate(plates):
        px = w * (0.5 + (k - (len(plates) - 1) / 2) * 0.36)
        side = side_plate(easel, round(w * 0.33), ("white", "celadon", "cream")[k % 3], (name,), 3)
        easel.stand(side, px, h * (0.965 - 0.02 * (k % 2)), flat=0.1)


def at_a_bowl(easel: Easel, room: Room, serving: Serving, *, before: tuple[str, ...] = ()) -> None:
    """A full bowl in front of us."""
    easel.enter(room, horizon=0.4)
    rng, w, h = easel.rng, easel.width, easel.height
    wide = round(min(w * 0.66, h * 0.68))
    x, foot = w * rng.uniform(0.45, 0.55), h * 0.86
    sprite = vessel(easel, wide, serving)
    easel.stand(sprite, x, foot, flat=0.16)
    easel.steam(
        x, foot - sprite.height * 0.55, wide * 0.75, min(h * 0.46, wide * 0.9), strength=0.6
    )
    _before(easel, before)


def hero_on_slab(
    easel: Easel,
    room: Room,
    hero: str,
    *,
    tone: str = "teak",
    before: tuple[str, ...] = (),
    steam: bool = False,
) -> None:
    """One ready dish on a wooden board, friends in and out of focus."""
    easel.enter(room, horizon=0.42)
    rng, w, h = easel.rng, easel.width, easel.height
    wide = round(min(w * 0.74, h * 0.8))
    x, foot = w * rng.uniform(0.47, 0.53), h * 0.87
    board = slab(easel, wide, tone)
    easel.stand(board, x, foot, flat=0.12)
    size = wide * 0.68
    base = foot - board.height * 0.52
    easel.stand_food(hero, x, base, size)
    if steam:
        easel.steam(x, base - size * 0.62, size * 0.7, min(h * 0.4, size), strength=0.6)
    _before(easel, before, 0.17)


def spread(
    easel: Easel, room: Room, dishes: tuple[str, ...], *, before: tuple[str, ...] = ()
) -> None:
    """Several dishes staggered on the table, the far ones out of focus."""
    easel.enter(room, horizon=0.34)
    w, h = easel.width, easel.height
    places = [
        (0.27, 0.5, 0.30),
        (0.73, 0.52, 0.30),
        (0.5, 0.68, 0.38),
        (0.2, 0.86, 0.40),
        (0.78, 0.9, 0.42),
    ]
    if len(dishes) == 3:
        places = [(0.27, 0.56, 0.36), (0.74, 0.6, 0.38), (0.46, 0.88, 0.54)]
    for k, (name, (cx, cy, size)) in enumerate(zip(dishes, places, strict=False)):
        glaze = ("white", "celadon", "cream", "pink", "sky")[k % 5]
        dish = side_plate(easel, round(min(w, h * 1.1) * size * 1.18), glaze, (name,), 1, size=0.62)
        easel.stand(dish, w * cx, h * cy, blur=5 if cy < 0.55 else 0, flat=0.1)
    _before(easel, before, 0.15)


def shelf(easel: Easel, wall: str, things: tuple[tuple[str, ...], ...], tone: str = "teak") -> None:
    """A pantry shelf with rows of things."""
    rng, w, h = easel.rng, easel.width, easel.height
    easel.enter(Room(wall, "plaster", wall), horizon=0.995)
    rows = len(things)
    for row, names in enumerate(things):
        foot = h * (row + 1) / rows - h * 0.075
        plank = wood(rng, (60, w), TONES[tone], plank=400).transpose(Image.Transpose.ROTATE_90)
        front = clay(rounded((w + 40, 46), 6), plank.resize((w + 40, 46)), 6, 0.7)
        easel.lay(front, w / 2, foot + 22, lift=30, dark=0.5)
        size = min(w / len(names) * 0.74, h / rows * 0.6)
        for k, name in enumerate(names):
            x = w * (k + 0.5) / len(names)
            easel.stand_food(name, x, foot + 4, size, turn=0)


def duo(easel: Easel, room: Room, left: str, right: str) -> None:
    """Two things side by side, a little apart in depth."""
    easel.enter(room, horizon=0.44)
    w, h = easel.width, easel.height
    size = min(w * 0.48, h * 0.5)
    easel.stand_food(left, w * 0.33, h * 0.8, size)
    easel.stand_food(right, w * 0.68, h * 0.88, size * 1.04)
