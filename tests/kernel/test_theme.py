"""One accent in, two readable themes out."""

import re

import pytest

from app.kernel import theme

ACCENTS = {
    "chilli": "#e2381c",
    "tea": "#2f7d4f",
    "plum": "#8b2f6b",
    "ocean": "#1463c9",
    "mango": "#f7a600",
    "ink": "#2b2b2b",
    "mint": "#3ccfae",
    "pink": "#ff5c8a",
    "lemon": "#ffe600",
    "navy": "#0a1f44",
}
SWEEP = [
    f"#{red:02x}{green:02x}{blue:02x}"
    for red in range(0, 256, 51)
    for green in range(0, 256, 51)
    for blue in range(0, 256, 51)
]


@pytest.mark.parametrize("accent", ACCENTS.values(), ids=ACCENTS.keys())
def test_every_text_reads_on_its_ground_with_the_brand(accent: str) -> None:
    assert theme.audit(accent) == []


def test_every_text_reads_on_its_ground_whatever_colour_a_brand_has() -> None:
    weak = {accent: found for accent in SWEEP if (found := theme.audit(accent))}

    assert weak == {}


def test_contrast_is_the_ratio_of_wcag() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert theme.contrast("#ffffff", "#777777") == theme.contrast("#777777", "#ffffff")


@pytest.mark.parametrize("color", ["#000000", "#ffffff", "#e2381c", "#1463c9", "#3ccfae"])
def test_a_colour_survives_the_way_to_oklch_and_back(color: str) -> None:
    assert theme.from_oklch(*theme.to_oklch(color)) == color


def test_a_colour_no_screen_can_show_becomes_the_nearest_it_can() -> None:
    impossible = theme.from_oklch(0.7, 0.9, 140)

    assert re.fullmatch(r"#[0-9a-f]{6}", impossible)
    assert theme.to_oklch(impossible).hue == pytest.approx(140, abs=6)


def test_a_brand_that_carries_white_keeps_its_very_colour() -> None:
    light = theme.tokens("#1463c9")["light"]

    assert (light["accent"], light["on_accent"]) == ("#1463c9", "#ffffff")


def test_a_brand_a_little_too_light_for_white_is_nudged_not_changed() -> None:
    light = theme.tokens("#e2381c")["light"]

    assert (light["accent"], light["on_accent"]) == ("#de3417", "#ffffff")


def test_a_bright_brand_keeps_its_colour_and_gets_dark_text_instead_of_turning_brown() -> None:
    light = theme.tokens("#f7a600")["light"]

    assert (light["accent"], light["on_accent"]) == ("#f7a600", theme.NEUTRAL["light"]["ink"])


def test_an_audit_names_the_pair_that_is_hard_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(theme.NEUTRAL["light"], "ink3", "#cccccc")

    pairs = {(weak.theme, weak.text, weak.ground) for weak in theme.audit("#e2381c")}

    assert ("light", "ink3", "surface") in pairs


def test_the_style_sheet_holds_plain_hex_for_both_themes() -> None:
    sheet = theme.css("#e2381c")

    assert sheet.startswith(":root{color-scheme:light;--bg:#faf7f4;")
    assert sheet.count("--accent-ink:") == 3  # light, dark by the system, dark by choice
    assert re.search(r"oklch|color-mix|light-dark|_", sheet) is None
