"""The brand's mark as a picture: a phone's home screen takes PNG, and nothing draws SVG for us.

The drawing is an icon of the sprite (24 by 24): paths that are filled, or stroked 2 wide.
"""

import io
import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

GRID = 24
STROKE = 2
FINER = 3  # drawn so much larger, then scaled down: smooth edges
STEPS = 12  # pieces of a curve
PATH = re.compile(r"<path\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
Line = list[tuple[float, float]]


@lru_cache(maxsize=16)
def png(drawing: str, colors: tuple[str, str, str], size: int, *, is_round: bool) -> bytes:
    """Return a square picture of the mark on the brand's colours.

    Args:
        drawing: the icon's shapes.
        colors: upper left, lower right, and the icon's own.
        size: pixels of a side.
        is_round: with round corners; otherwise it fills the square and keeps to the safe middle, so
            that a phone may cut its own shape (W3C App Manifest, "maskable").
    """
    from PIL import Image, ImageDraw

    side = size * FINER
    share = 0.62 if is_round else 0.46
    ground = _ground(side, colors[0], colors[1])
    ground.paste(colors[2], mask=_glyph(drawing, side, side * share))
    if is_round:
        corners = Image.new("L", (side, side), 0)
        ImageDraw.Draw(corners).rounded_rectangle(
            (0, 0, side - 1, side - 1), side * 10 / 32, fill=255
        )
        ground.putalpha(corners)
    out = io.BytesIO()
    ground.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _ground(side: int, first: str, last: str) -> Any:
    from PIL import Image, ImageChops

    down = Image.linear_gradient("L")
    slope = ImageChops.add(down, down.rotate(90), scale=2).resize((side, side))
    return Image.composite(
        Image.new("RGB", (side, side), last), Image.new("RGB", (side, side), first), slope
    )


def _glyph(drawing: str, side: int, across: float) -> Any:
    """Return the mask of an icon in the middle; what is drawn twice is a hole."""
    from PIL import Image, ImageChops, ImageDraw

    scale, start = across / GRID, (side - across) / 2
    mask = Image.new("1", (side, side), 0)
    for path in PATH.findall(drawing):
        said = dict(ATTRIBUTE.findall(path))
        for line in _lines(said.get("d", "")):
            points = [(start + x * scale, start + y * scale) for x, y in line]
            layer = Image.new("1", (side, side), 0)
            draw = ImageDraw.Draw(layer)
            if said.get("fill") == "currentColor":
                draw.polygon(points, fill=1)
                mask = ImageChops.logical_xor(mask, layer)
                continue
            half = STROKE * scale / 2
            draw.line(points, fill=1, width=round(half * 2), joint="curve")
            for x, y in (points[0], points[-1]):
                draw.ellipse((x - half, y - half, x + half, y + half), fill=1)
            mask = ImageChops.logical_or(mask, layer)
    return mask.convert("L")


def _lines(path: str) -> list[Line]:
    """Return the strokes of an SVG path as points close enough to its curves."""
    from fontTools.pens.recordingPen import RecordingPen
    from fontTools.svgLib.path import parse_path

    pen = RecordingPen()
    parse_path(path, pen)
    lines: list[Line] = []
    for verb, points in pen.value:
        if verb == "moveTo":
            lines.append([points[0]])
        elif verb == "lineTo":
            lines[-1].append(points[0])
        elif verb in {"curveTo", "qCurveTo"}:
            lines[-1] += _bent([lines[-1][-1], *points])
        elif verb == "closePath":
            lines[-1].append(lines[-1][0])
    return [line if len(line) > 1 else line * 2 for line in lines]


def _bent(control: Line) -> Line:
    """Return points along a Bézier curve of any degree (de Casteljau), without its first."""
    found: Line = []
    for step in range(1, STEPS + 1):
        at, points = step / STEPS, list(control)
        while len(points) > 1:
            points = [
                (ax + (bx - ax) * at, ay + (by - ay) * at)
                for (ax, ay), (bx, by) in pairwise(points)
            ]
        found.append(points[0])
    return found
