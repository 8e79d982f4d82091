"""One accent colour in, a full set of contrast-checked tokens out, for light and dark.

The browser only ever sees plain hex custom properties: WeChat's older engine has neither
``color-mix()`` nor ``oklch()``. Colours are worked out in OKLCH, where equal steps of lightness
look equal (B. Ottosson, "A perceptual color space for image processing", 2020); contrast is
WCAG 2.2's.
"""

import math
from typing import NamedTuple

Tokens = dict[str, str]

WHITE = "#ffffff"
NIGHT = "#1a0f0b"  # dark text on a light heat cell of the dark theme
TEXT = 4.5  # WCAG 1.4.3, normal text
SAFE = 4.6  # a hair more, so that rounding to hex never falls below
DEEP = 6.0
NUDGE = 0.09  # how much darker a brand's colour may get before it stops being that colour
HEAT_STEPS = 8
LUMA = (0.2126, 0.7152, 0.0722)  # Rec. 709

# Warm paper, tinted a hair towards food photography.
NEUTRAL: dict[str, Tokens] = {
    "light": {
        "bg": "#faf7f4", "surface": "#ffffff", "sunken": "#f4efea",
        "line": "#ebe4dd", "line_strong": "#d8cdc3",
        "ink": "#201914", "ink2": "#584c43", "ink3": "#75685e",
    },
    "dark": {
        "bg": "#131110", "surface": "#1c1917", "sunken": "#26221f",
        "line": "#322c28", "line_strong": "#4a413b",
        "ink": "#f6f1ec", "ink2": "#c9beb5", "ink3": "#a0948a",
    },
}  # fmt: skip
STATES: dict[str, Tokens] = {
    "light": {
        "gold": "#8a5a00", "gold_fill": "#ffc02e", "gold_soft": "#fff3d1",
        "ok": "#14724a", "ok_soft": "#e2f5ea", "warn": "#9a5200", "warn_soft": "#ffefd9",
        "danger": "#b9251c", "danger_soft": "#fdeae8", "info": "#1f5fa8", "info_soft": "#e5f0fc",
    },
    "dark": {
        "gold": "#ffcf5c", "gold_fill": "#ffc02e", "gold_soft": "#35290f",
        "ok": "#5fd09a", "ok_soft": "#12291f", "warn": "#ffb661", "warn_soft": "#33230f",
        "danger": "#ff8d82", "danger_soft": "#3a1a17", "info": "#7db8ff", "info_soft": "#14253a",
    },
}  # fmt: skip

# Every text colour with every ground it stands on.
PAIRS: tuple[tuple[str, str], ...] = (
    ("on_accent", "accent"),
    *(("accent_ink", ground) for ground in ("surface", "bg", "accent_soft", "accent_soft2")),
    *(("ink", ground) for ground in ("bg", "surface", "sunken", "accent_soft", "gold_soft")),
    *(("ink2", ground) for ground in ("bg", "surface", "sunken", "accent_soft")),
    *(("ink3", ground) for ground in ("bg", "surface", "sunken")),
    ("bg", "ink"),
    ("on_hero", "hero_a"),
    ("on_hero", "hero_b"),
    *(
        (state, ground)
        for state in ("gold", "ok", "warn", "danger", "info")
        for ground in ("surface", f"{state}_soft")
    ),
    *((f"heat_on_{step}", f"heat_{step}") for step in range(HEAT_STEPS)),
)


class Oklch(NamedTuple):
    """A colour by perceived lightness (0 to 1), chroma and hue (degrees)."""

    lightness: float
    chroma: float
    hue: float


def _linear(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB


def _encoded(share: float) -> float:
    return 12.92 * share if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055  # noqa: PLR2004 - sRGB


def _channels(color: str) -> tuple[float, float, float]:
    digits = color.removeprefix("#")
    red, green, blue = (_linear(int(digits[at : at + 2], 16)) for at in (0, 2, 4))
    return red, green, blue


def to_oklch(color: str) -> Oklch:
    """Return a ``#rrggbb`` colour in OKLCH."""
    r, g, b = _channels(color)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    green_red = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    blue_yellow = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    hue = math.degrees(math.atan2(blue_yellow, green_red)) % 360
    return Oklch(lightness, math.hypot(green_red, blue_yellow), hue)


def _linear_rgb(color: Oklch) -> tuple[float, float, float]:
    a = color.chroma * math.cos(math.radians(color.hue))
    b = color.chroma * math.sin(math.radians(color.hue))
    long = (color.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (color.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (color.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """Return ``#rrggbb``; chroma is lowered until the colour exists on a screen."""
    for _ in range(60):
        rgb = _linear_rgb(Oklch(lightness, chroma, hue))
        if all(-0.0005 <= share <= 1.0005 for share in rgb):  # noqa: PLR2004 - half a step of 8 bits
            break
        chroma *= 0.96
    else:
        rgb = _linear_rgb(Oklch(lightness, 0, hue))
    whole = (round(max(0.0, min(1.0, _encoded(max(0.0, share)))) * 255) for share in rgb)
    return "#{:02x}{:02x}{:02x}".format(*whole)


def luminance(color: str) -> float:
    """Return WCAG's relative luminance, 0 to 1."""
    return sum(weight * share for weight, share in zip(LUMA, _channels(color), strict=True))


def contrast(one: str, other: str) -> float:
    """Return WCAG's contrast ratio, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _readable(ground: str, color: Oklch, ratio: float, step: float) -> str:
    """Walk lightness by ``step`` until the colour reads on ``ground``."""
    lightness, chroma, hue = color
    found = from_oklch(lightness, chroma, hue)
    end = 0.02 if step < 0 else 0.98
    while contrast(found, ground) < ratio and (end - lightness) * step > 0:
        lightness += step
        found = from_oklch(lightness, chroma, hue)
    return found


def tokens(accent: str) -> dict[str, Tokens]:
    """Return ``{"light": {...}, "dark": {...}}`` for a brand's accent (``#rrggbb``)."""
    fill, on_accent = _fill(accent)
    return {"light": _light(accent, fill, on_accent), "dark": _dark(accent, on_accent)}


def _fill(accent: str) -> tuple[str, str]:
    """Return the light theme's fill and the text on it.

    White text is preferred, with the fill a little darker where that is enough; a bright brand
    (mango, lemon, mint) keeps its colour and gets dark text, because darkening turns it brown.
    """
    if contrast(accent, WHITE) >= TEXT:
        return accent, WHITE
    brand = to_oklch(accent)
    darker = _readable(WHITE, brand, TEXT, -0.005)
    if brand.lightness - to_oklch(darker).lightness <= NUDGE:
        return darker, WHITE
    return accent, NEUTRAL["light"]["ink"]


def _light(accent: str, fill: str, on_accent: str) -> Tokens:
    lightness, c, h = to_oklch(accent)
    filled = to_oklch(fill).lightness
    soft2 = from_oklch(0.925, min(c, 0.05), h)
    found = {
        **NEUTRAL["light"],
        **STATES["light"],
        "accent": fill,
        "on_accent": on_accent,
        "accent_hover": from_oklch(filled - 0.05, c, h),
        "accent_press": from_oklch(filled - 0.09, c, h),
        "accent_ink": _readable(soft2, Oklch(min(lightness, 0.58), c, h), SAFE, -0.005),
        "accent_deep": _accent_deep(accent),
        "accent_soft": from_oklch(0.962, min(c, 0.028), h),
        "accent_soft2": soft2,
        "accent_line": from_oklch(0.86, min(c, 0.09), h),
        "accent_glow": from_oklch(0.74, c * 0.9, h + 18),
        "hero_a": _readable(WHITE, Oklch(min(filled + 0.03, 0.62), c, h + 5), SAFE, -0.005),
        "hero_b": from_oklch(max(min(filled - 0.10, 0.49), 0.38), c * 0.9, h - 1),
        "on_hero": WHITE,
    }
    if on_accent != WHITE:
        found["on_hero"] = on_accent
        found["hero_a"] = from_oklch(min(filled + 0.03, 0.9), c, h + 4)
        found["hero_b"] = from_oklch(filled - 0.04, c, h - 6)
    for step in range(HEAT_STEPS):
        cell = Oklch(0.965 - step * 0.055, min(c, 0.012 + step * 0.024), h + 6)
        found |= _heat(step, cell, ink=found["ink"], other=WHITE, walk=-0.005)
    return found


def _dark(accent: str, on_accent: str) -> Tokens:
    c, h = to_oklch(accent)[1:]
    night = NEUTRAL["dark"]
    if on_accent == WHITE:
        fill, on_fill = _readable(WHITE, Oklch(0.62, c, h), TEXT, -0.005), WHITE
    else:
        fill, on_fill = accent, night["bg"]
    filled = to_oklch(fill).lightness
    soft2 = from_oklch(0.33, min(c, 0.07), h)
    found = {
        **night,
        **STATES["dark"],
        "accent": fill,
        "on_accent": on_fill,
        "accent_hover": from_oklch(filled + 0.05, c * 0.9, h),
        "accent_press": from_oklch(filled - 0.05, c, h),
        "accent_ink": _readable(soft2, Oklch(0.74, c * 0.8, h), SAFE, 0.005),
        "accent_deep": _accent_deep(accent),
        "accent_soft": from_oklch(0.27, min(c, 0.05), h),
        "accent_soft2": soft2,
        "accent_line": from_oklch(0.42, min(c, 0.10), h),
        "accent_glow": from_oklch(0.5, c * 0.8, h + 18),
        "hero_a": from_oklch(0.50, c * 0.85, h + 4),
        "hero_b": from_oklch(0.33, c * 0.7, h - 1),
        "on_hero": WHITE,
    }
    for step in range(HEAT_STEPS):
        cell = Oklch(0.255 + step * 0.05, min(c, 0.012 + step * 0.021), h + 4)
        found |= _heat(step, cell, ink=WHITE, other=NIGHT, walk=0.005)
    return found


def _accent_deep(accent: str) -> str:
    """Return the accent as text on white, in both themes (marks on the hero's white discs)."""
    lightness, c, h = to_oklch(accent)
    return _readable(WHITE, Oklch(min(lightness, 0.5), c, h), DEEP, -0.005)


def _heat(step: int, cell: Oklch, *, ink: str, other: str, walk: float) -> Tokens:
    """Return one cell of the sequential ramp and the text on it.

    Where ``ink`` no longer reads, the cell walks on until ``other`` does: in the middle neither
    might.
    """
    color = from_oklch(*cell)
    if contrast(color, ink) < TEXT:
        color = _readable(other, cell, TEXT, walk)
    on_cell = ink if contrast(color, ink) >= TEXT else other
    return {f"heat_{step}": color, f"heat_on_{step}": on_cell}


def css(accent: str) -> str:
    """Return the style sheet ``/theme.css``: custom properties for both themes."""
    found = tokens(accent)
    light, dark = (
        f"color-scheme:{name};"
        + "".join(f"--{token.replace('_', '-')}:{value};" for token, value in found[name].items())
        for name in ("light", "dark")
    )
    return (
        f":root{{{light}}}"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f":root[data-theme=dark]{{{dark}}}"
    )


class Weak(NamedTuple):
    """A pair of text and ground that is hard to read."""

    theme: str
    text: str
    ground: str
    ratio: float


def audit(accent: str) -> list[Weak]:
    """Return every pair under 4.5 : 1; empty means that the accent is safe in both themes."""
    return [
        Weak(theme, text, ground, round(ratio, 2))
        for theme, found in tokens(accent).items()
        for text, ground in PAIRS
        if (ratio := contrast(found[text], found[ground])) < TEXT
    ]
