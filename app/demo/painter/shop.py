# ruff: noqa: PLR2004 - measures taken by eye have no names
"""Pictures of packs: one, a family, a fan, an opened parcel."""

from random import Random

from PIL import Image

from app.demo.painter.clay import (
    Colour,
    clay,
    darker,
    lighter,
    lit,
    over,
    relief,
    rounded,
    scaled,
    turned,
)
from app.demo.painter.easel import Easel, Room
from app.demo.painter.packs import PACKS, Label
from app.demo.painter.surface import stretched
from app.demo.painter.ware import framed

KRAFT: Colour = (206, 162, 112)


def product(
    easel: Easel, room: Room, kind: str, label: Label, *, before: tuple[str, ...] = ()
) -> None:
    """One pack, facing us, with what is in it around."""
    easel.enter(room, horizon=0.5)
    w, h = easel.width, easel.height
    shares = {"pouch": 0.50, "sachet": 0.48, "jar": 0.5, "box": 0.44, "cup": 0.52}
    width = round(min(w * 1.06, h * 0.86) * shares[kind])
    easel.stand(PACKS[kind](easel, label, width), w * 0.5, h * 0.86, flat=0.12)
    for name, (cx, cy) in zip(
        before, ((0.17, 0.9), (0.84, 0.91), (0.33, 0.955), (0.68, 0.96)), strict=False
    ):
        easel.stand_food(name, w * cx, h * cy, w * 0.17, turn=easel.rng.uniform(-10, 10))


def family(easel: Easel, room: Room, packs: tuple[tuple[str, Label], ...]) -> None:
    """Three packs as a group."""
    easel.enter(room, horizon=0.48)
    w, h = easel.width, easel.height
    width = round(min(w * 0.36, h * 0.36))
    places = ((0.25, 0.76, 0.9), (0.76, 0.78, 0.9), (0.5, 0.9, 1.08))
    for (kind, label), (cx, cy, size) in zip(packs, places, strict=True):
        easel.stand(PACKS[kind](easel, label, round(width * size)), w * cx, h * cy, flat=0.12)


def parcel(
    easel: Easel,
    ground: tuple[str, str],
    packs: tuple[tuple[str, Label], ...],
    gifts: tuple[str, ...],
) -> None:
    """An opened carton from above, packs inside, things beside it."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    rows = 1 if len(packs) <= 3 else 2
    wide, tall = round(w * 0.70), round(min(h * 0.62, w * 0.86) * (0.56 + 0.22 * rows))
    x, y = w * 0.5, h * 0.47
    flap = round(w * 0.13)
    for size, spot in (
        ((wide, flap), (x, y - tall / 2 - flap * 0.42)),
        ((wide, flap), (x, y + tall / 2 + flap * 0.42)),
        ((flap, tall), (x - wide / 2 - flap * 0.42, y)),
        ((flap, tall), (x + wide / 2 + flap * 0.42, y)),
    ):
        easel.lay(framed(_carton(rng, size)), *spot, lift=16, turn=rng.uniform(-1.5, 1.5))
    easel.lay(clay(rounded((wide, tall), 8), darker(KRAFT, 0.12), 5, 0.6), x, y, lift=30)
    inside = rounded((wide - 28, tall - 28), 6)
    paper = stretched(rng, inside.size, (34, 34))
    floor = lit(
        Image.new("RGB", inside.size, (214, 180, 136)),
        paper.point([round(104 + v * 0.19) for v in range(256)]),
    )
    well = lit(floor, relief(inside, 30, -0.6)).convert("RGBA")
    well.putalpha(inside)
    over(easel.image, well, x, y)
    columns = -(-len(packs) // rows)
    width = min(wide * 0.9 / max(2, columns), tall * 0.6)
    room = tall * (0.84 if rows == 1 else 0.46)
    for k, (kind, label) in enumerate(packs):
        row, column = divmod(k, columns)
        spot = (
            x + (column - (columns - 1) / 2) * width * 1.04,
            y + (row - (rows - 1) / 2) * tall * 0.46,
        )
        piece = framed(PACKS[kind](easel, label, round(width * 0.98)))
        piece = turned(piece, rng.uniform(-9, 9))
        if piece.height > room:
            piece = scaled(piece, piece.width * room / piece.height)
        easel.lay(piece, *spot, lift=18)
    for name, (cx, cy) in zip(gifts, ((0.14, 0.9), (0.86, 0.91), (0.5, 0.93)), strict=False):
        easel.lay_food(name, w * cx, h * cy, w * 0.17)


def _carton(rng: Random, size: tuple[int, int]) -> Image.Image:
    fibre = stretched(rng, size, (size[0] // 3, size[1] // 3))
    skin = Image.new("RGB", size, lighter(KRAFT, 0.12))
    skin = lit(skin, fibre.point([round(112 + v * 0.12) for v in range(256)]))
    return clay(rounded(size, 6), skin, 5, 0.6)


def lineup(
    easel: Easel,
    ground: tuple[str, str],
    packs: tuple[tuple[str, Label], ...],
    beside: tuple[str, ...],
) -> None:
    """Packs laid flat in a fan, ingredients around."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    count = len(packs)
    width = round(w * (0.36 if count <= 3 else 0.29))
    for k, (kind, label) in enumerate(packs):
        lean = k - (count - 1) / 2
        piece = framed(PACKS[kind](easel, label, width))
        easel.lay(
            piece,
            w * 0.5 + lean * width * 0.74,
            h * (0.46 + 0.035 * lean * lean),
            lift=20,
            turn=-lean * 11,
        )
    spots = ((0.14, 0.86), (0.38, 0.9), (0.63, 0.88), (0.87, 0.87), (0.12, 0.1), (0.88, 0.1))
    for name, (cx, cy) in zip(beside, spots, strict=False):
        easel.lay_food(name, w * cx, h * cy, w * rng.uniform(0.15, 0.18))
