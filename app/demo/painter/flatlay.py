# ruff: noqa: PLR2004 - measures taken by eye have no names
"""Pictures taken from above: boards, rows, rings, steamers, long tables."""

import math

from app.demo.painter.above import heap, sticks
from app.demo.painter.cutlery import grill, napkin, soup_spoon
from app.demo.painter.easel import Easel
from app.demo.painter.surface import TONES
from app.demo.painter.ware import basket, board, bowl, framed, hotpot, plate, torus_points, tray


def on_board(
    easel: Easel,
    ground: tuple[str, str],
    tone: str,
    foods: tuple[str, ...],
    around: tuple[str, ...],
    *,
    knife: bool = True,
) -> None:
    """A cutting board at an angle, things being prepared on it."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    long = round(min(h * 0.86, w * 1.1))
    wide = round(long * 0.62)
    turn = rng.choice((-1, 1)) * rng.uniform(12, 30)
    middle = w * 0.5, h * 0.5
    easel.lay(framed(board(rng, (wide, long), TONES[tone])), *middle, lift=28, turn=turn)
    grid = [(-0.22, -0.1), (0.2, -0.14), (-0.02, 0.12), (-0.24, 0.3), (0.22, 0.28)]
    lean = math.radians(-turn)
    for name, (dx, dy) in zip(foods, grid, strict=False):
        x, y = dx * wide * 1.05, dy * long
        easel.lay_food(
            name,
            middle[0] + x * math.cos(lean) - y * math.sin(lean),
            middle[1] + x * math.sin(lean) + y * math.cos(lean),
            wide * 0.34,
        )
    if knife:
        easel.lay_food(
            "knife", w * (0.86 if turn > 0 else 0.14), h * 0.32, w * 0.3, turn=rng.uniform(-20, 70)
        )
    rim = [(0.11, 0.1), (0.89, 0.9), (0.12, 0.9), (0.9, 0.1), (0.08, 0.5)]
    for name, (cx, cy) in zip(around, rim, strict=False):
        easel.lay_food(name, w * cx, h * cy, w * 0.17)


def knolled(
    easel: Easel,
    ground: tuple[str, str],
    foods: tuple[str, ...],
    columns: int,
    *,
    plates: bool = False,
) -> None:
    """Everything laid out in straight rows."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    rows = math.ceil(len(foods) / columns)
    cell = min(w / columns, h / rows) * 0.94
    for k, name in enumerate(foods):
        row, column = divmod(k, columns)
        x = w / 2 + (column - (columns - 1) / 2) * cell
        y = h / 2 + (row - (rows - 1) / 2) * cell
        if plates and (row + column) % 2 == 0:
            dish = heap(
                easel,
                plate(round(cell * 0.88), rng.choice(("white", "celadon", "cream", "sky"))),
                (name,),
                cell * 0.42,
                rng.choice((1, 3)),
            )
            easel.lay(dish, x, y, lift=16)
        else:
            easel.lay_food(name, x, y, cell * (0.64 if plates else 0.8), turn=rng.uniform(-8, 8))


def wreath(easel: Easel, ground: tuple[str, str], hero: str, foods: tuple[str, ...]) -> None:
    """A hero on a plate with its ingredients in a loose ring."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    start = rng.uniform(0, math.tau)
    for k, name in enumerate(foods):
        angle = start + k * math.tau / len(foods)
        x, y = w / 2 + math.cos(angle) * w * 0.385, h / 2 + math.sin(angle) * h * 0.40
        easel.lay_food(name, x, y, w * rng.uniform(0.17, 0.21))
    side = round(w * 0.58)
    dish = plate(
        side, rng.choice(("white", "cream")), line=rng.choice(("indigo", "tomato", "teal", None))
    )
    easel.lay(dish, w / 2, h / 2, lift=26)
    easel.lay_food(hero, w / 2, h / 2, side * 0.66, turn=rng.uniform(-6, 6))


def steamers(
    easel: Easel,
    ground: tuple[str, str],
    batches: tuple[tuple[str, int], ...],
    dips: tuple[str, ...],
) -> None:
    """Bamboo steamers, one large or several, with dips beside them."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    single = len(batches) == 1
    spots = [(0.46, 0.46)] if single else [(0.34, 0.31), (0.68, 0.69), (0.85, 0.16), (0.14, 0.86)]
    for (name, count), (cx, cy) in zip(batches, spots, strict=False):
        side = round(min(w, h) * (0.84 if single else 0.62))
        dish = heap(easel, basket(rng, side), (name,), side * (0.26 if count > 5 else 0.3), count)
        easel.lay(dish, w * cx, h * cy, lift=40)
        easel.steam(w * cx, h * cy + side * 0.15, side * 0.6, side * 0.8, strength=0.34)
    corners = [(0.84, 0.86), (0.16, 0.9)] if single else [(0.17, 0.68), (0.83, 0.36)]
    for dip, (cx, cy) in zip(dips, corners, strict=False):
        easel.lay(
            bowl(rng, round(w * 0.22), rng.choice(("white", "indigo", "celadon")), dip),
            w * cx,
            h * cy,
            lift=18,
        )


def party(
    easel: Easel,
    ground: tuple[str, str],
    metal: str,
    broths: tuple[str, ...],
    foods: tuple[str, ...],
    *,
    guests: int = 6,
    drink: str = "tea",
) -> None:
    """A table laid for many: the pot, a ring of shared plates, a place for everyone."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    x, y = w / 2, h / 2
    pot = round(min(w, h) * 0.4)
    for k, (dx, dy) in enumerate(torus_points(guests, 1, start=math.pi / guests + 0.2)):
        px, py = x + dx * w * 0.46, y + dy * h * 0.455
        facing = -math.degrees(math.atan2(dy * h, dx * w))
        easel.lay(
            bowl(
                rng,
                round(w * 0.165),
                ("white", "celadon", "pink")[k % 3],
                ("sesame", "chilioil", "soy", "garlic", "seafood")[k % 5],
            ),
            px,
            py,
            lift=16,
        )
        sx, sy = px - dy * w * 0.125, py + dx * w * 0.125
        sticks(easel, sx, sy, facing, w * 0.2)
    for k, (dx, dy) in enumerate(torus_points(len(foods), 1, start=rng.uniform(0, 6))):
        side = min(w, h) * 0.225
        dish = heap(
            easel,
            plate(round(side), "white", line=("indigo", "tomato")[k % 2]),
            (foods[k],),
            side * 0.34,
            4,
        )
        easel.lay(
            dish, x + dx * max(pot * 0.79, w * 0.29), y + dy * max(pot * 0.78, h * 0.26), lift=14
        )
    easel.lay(hotpot(rng, pot, metal, broths), x, y, lift=40)
    for cx, cy in ((0.1, 0.12), (0.9, 0.88)):
        easel.lay(bowl(rng, round(w * 0.13), "white", drink), w * cx, h * cy, lift=22)
    easel.steam(x, y + pot * 0.1, pot, pot * 1.3, strength=0.34)


def barbecue(
    easel: Easel, ground: tuple[str, str], foods: tuple[str, ...], beside: tuple[str, ...]
) -> None:
    """Things over embers, with plates around."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    box = (round(w * 0.8), round(h * 0.6))
    easel.lay(framed(grill(rng, box)), w * 0.5, h * 0.42, lift=40, turn=rng.uniform(-6, 6))
    for k, name in enumerate(foods):
        row, column = divmod(k, 3)
        easel.lay_food(name, w * (0.27 + 0.23 * column), h * (0.28 + 0.26 * row), w * 0.21)
    for k, name in enumerate(beside):
        spot = w * (0.2 + 0.6 * k / max(1, len(beside) - 1)), h * 0.86
        dish = heap(
            easel,
            plate(round(w * 0.27), ("white", "mustard", "celadon")[k % 3]),
            (name,),
            w * 0.11,
            3,
        )
        easel.lay(dish, *spot, lift=16)
    easel.steam(w * 0.5, h * 0.4, w * 0.6, h * 0.36, strength=0.3)


def sweets(
    easel: Easel, ground: tuple[str, str], hero: str, friends: tuple[str, ...], glaze: str
) -> None:
    """A treat on a plate, friends around it at a diagonal."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    side = round(min(w, h) * 0.6)
    x, y = w * 0.56, h * 0.56
    easel.lay(
        framed(
            napkin(rng, round(side * 0.8), TONES[rng.choice(("rose", "sky", "mustard", "sage"))])
        ),
        x - side * 0.34,
        y + side * 0.3,
        lift=7,
        turn=rng.uniform(10, 50),
    )
    easel.lay(plate(side, glaze), x, y, lift=26)
    easel.lay_food(hero, x, y - side * 0.01, side * 0.68, turn=rng.uniform(-5, 5))
    spots = [(0.17, 0.14), (0.84, 0.13), (0.13, 0.5), (0.86, 0.92), (0.46, 0.1)]
    for name, (cx, cy) in zip(friends, spots, strict=False):
        easel.lay_food(name, w * cx, h * cy, w * 0.19)


def cups(
    easel: Easel, ground: tuple[str, str], fills: tuple[str, ...], beside: tuple[str, ...]
) -> None:
    """Cups of tea or soup around a tray, spoons beside."""
    easel.table(*ground)
    rng, w, h = easel.rng, easel.width, easel.height
    easel.lay(
        framed(tray((round(w * 0.78), round(min(h * 0.62, w * 0.78))), "brown")),
        w * 0.5,
        h * 0.52,
        lift=22,
        turn=rng.uniform(-10, 10),
    )
    spots = torus_points(len(fills), w * 0.2, start=rng.uniform(0, 3))
    for fill, (dx, dy) in zip(fills, spots, strict=True):
        easel.lay(
            bowl(rng, round(w * 0.24), rng.choice(("white", "celadon", "cream", "pink")), fill),
            w * 0.5 + dx,
            h * 0.52 + dy,
            lift=26,
        )
    easel.lay(framed(soup_spoon(round(w * 0.28), "white")), w * 0.2, h * 0.86, lift=10, turn=35)
    for name, (cx, cy) in zip(beside, ((0.13, 0.13), (0.87, 0.14), (0.86, 0.88)), strict=False):
        easel.lay_food(name, w * cx, h * cy, w * 0.2)
