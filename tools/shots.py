"""Twelve screenshots of a running copy: six pages, phone and desk, languages mixed.

    bin/run &
    .venv/bin/python tools/shots.py --out shots
    .venv/bin/python tools/shots.py --only wallet --dark --language en
    .venv/bin/python tools/shots.py --poster docs/screenshot.png

Signs in as the demo's people. Exits 1 when a page scrolls sideways or the browser complains.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.demo.accounts import DOMAIN, PASSWORD  # noqa: E402 - from the project, wherever we stand

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}

# name: (who, path or a link to follow from the home page, language on phone, language at the desk)
PAGES = {
    "home": ("fan", "/", "zh", "en"),
    "thread": ("fan", "first thread with a photo", "zh", "zh"),
    "compose": ("fan", "/compose", "en", "zh"),
    "checkin": ("fan", "/checkin", "zh", "en"),
    "wallet": ("fan", "/me/wallet", "en", "zh"),
    "staff": ("administrator", "/staff", "zh", "en"),
}
POSTER = (("staff", "desk"), ("home", "phone"))
GROUND, EDGE = (243, 238, 234), 20  # a warm paper, and how much of it is seen around


def main() -> int:
    """Take the pictures; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("--url", default="http://127.0.0.1:8000", help="where the copy runs")
    add("--out", type=Path, default=ROOT / "shots", help="folder for the pictures")
    add("--only", choices=sorted(PAGES), help="one page")
    add("--language", choices=sorted(LANGUAGES), help="one language instead of the mix")
    add("--dark", action="store_true", help="the dark theme")
    add("--full", action="store_true", help="the whole page, not only what the screen shows")
    add("--fan", default=f"fan@{DOMAIN}", help="contact of the fan who signs in")
    add("--staff", default=f"admin@{DOMAIN}", help="contact of the administrator")
    add("--password", default=PASSWORD, help="of both")
    add("--poster", type=Path, help="only the README's picture: a phone and the console, as one")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    wanted = [
        (name, device)
        for name in PAGES
        if chosen.only in {None, name}
        for device in ("phone", "desk")
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        problems = [
            problem
            for name, device in (POSTER if chosen.poster else wanted)
            for problem in _shoot(browser, chosen, name, device)
        ]
        browser.close()
    if chosen.poster:
        _paste(chosen)
    for problem in problems:
        print(problem, file=sys.stderr)
    return int(bool(problems))


def _chromium() -> str | None:
    named = os.environ.get("POTLUCK_CHROMIUM")
    return named or next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def _language(chosen: argparse.Namespace, name: str, device: str) -> str:
    language: str = chosen.language or PAGES[name][2 if device == "phone" else 3]
    return language


def _target(chosen: argparse.Namespace, name: str, device: str) -> Path:
    mood = "-dark" if chosen.dark else ""
    folder: Path = chosen.out
    return folder / f"{name}-{device}-{_language(chosen, name, device)}{mood}.png"


def _shoot(browser: Browser, chosen: argparse.Namespace, name: str, device: str) -> list[str]:
    """Take one picture; return what is wrong with the page."""
    who, path = PAGES[name][:2]
    language = _language(chosen, name, device)
    context = browser.new_context(
        locale=LANGUAGES[language],
        color_scheme="dark" if chosen.dark else "light",
        reduced_motion="reduce",
        **(PHONE if device == "phone" else DESK),
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    _sign_in(page, chosen, chosen.fan if who == "fan" else chosen.staff)
    page.goto(chosen.url + ("/" if path.startswith("first") else path), wait_until="networkidle")
    if path.startswith("first"):
        page.click("article:has(.note-media) a[href^='/p/'] >> nth=0")
        page.wait_for_load_state("networkidle")
    target = _target(chosen, name, device)
    page.screenshot(path=target, full_page=chosen.full)
    print(target)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        complaints.append(f"scrolls {wide} px sideways")
    context.close()
    return [f"{target.name}: {complaint}" for complaint in complaints]


def _paste(chosen: argparse.Namespace) -> None:
    """Put the console and a phone side by side, in a file small enough for a README."""
    desk, phone = (Image.open(_target(chosen, *each)).convert("RGB") for each in POSTER)
    desk, phone = _scaled(desk, 960), _scaled(phone, 280)
    width, height = desk.width + phone.width + 3 * EDGE, max(desk.height, phone.height) + 2 * EDGE
    poster = Image.new("RGB", (width, height), GROUND)
    for picture, left in ((desk, EDGE), (phone, desk.width + 2 * EDGE)):
        mask = Image.new("L", picture.size, 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, *picture.size), 16, fill=255)
        poster.paste(picture, (left, (height - picture.height) // 2), mask)
    # Photos are few, their colours many: the palette is taken from them more than from the paper.
    sample = Image.new("RGB", (phone.width, phone.height * 3 // 2))
    sample.paste(phone, (0, 0))
    sample.paste(desk.resize((phone.width, phone.height // 2)), (0, phone.height))
    few = poster.quantize(palette=sample.quantize(256), dither=Image.Dither.FLOYDSTEINBERG)
    few.save(chosen.poster, optimize=True)


def _scaled(picture: Image.Image, width: int) -> Image.Image:
    return picture.resize(
        (width, picture.height * width // picture.width), Image.Resampling.LANCZOS
    )


def _sign_in(page: Page, chosen: argparse.Namespace, contact: str) -> None:
    page.goto(f"{chosen.url}/signin")
    page.fill("input[name=contact]", contact)
    page.fill("input[name=password]", chosen.password)
    with page.expect_navigation():
        page.click('form[action*="/signin"] button:not([type=button]) >> nth=0')
    if "/signin" in page.url:
        sys.exit(f"{contact} can't sign in: flask demo accounts tells who can, --password how.")


if __name__ == "__main__":
    sys.exit(main())
