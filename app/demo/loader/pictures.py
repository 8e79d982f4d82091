"""Pictures: fetch the emoji, paint, develop, put on the shelf."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import click

from app.demo.loader import state
from app.demo.loader.progress import Step, step
from app.demo.painter import (
    LarderError,
    Picture,
    find_emoji,
    paint_pictures,
    paint_portraits,
    photos_in,
)
from app.kernel import assets
from app.kernel.db import use_case
from app.kernel.errors import DomainError
from app.kernel.media import service as media
from app.kernel.media.types import Developed, Stored

PACKAGE = "@lobehub/fluent-emoji-3d@1.1.0"
HANDS = max(2, os.cpu_count() or 2)  # at once: each takes a process of its own
TOGETHER = 8  # stored and written down by one commit
PAINTED = 105  # about how many pictures the menu has, for the bar before it is known


def get_pictures(
    photos: Path | None, emoji: Path | None, *, seed: int
) -> tuple[list[Picture], list[Picture]]:
    """Return pictures for threads and portraits for people, painting those that are missing.

    Args:
        photos: a folder of photos to show instead; nobody then has a portrait unless the emoji
            are at hand.
        emoji: the folder of the emoji package; fetched with npm when None.
        seed: other seeds, other pictures.

    Raises:
        click.ClickException: the pictures can't be had; the message says what to do.
    """
    try:
        if photos is not None:
            at_hand = emoji or _at_hand()
            faces = paint_portraits(_faces(seed), at_hand, seed=seed) if at_hand else []
            return photos_in(photos), faces
        larder = emoji or fetch_emoji()
        with step("pictures", PAINTED) as told:
            painted = paint_pictures(
                state.demo_dir() / f"pictures-{seed}",
                larder,
                seed=seed,
                hands=HANDS,
                progress=_follow(told),
            )
        return painted, paint_portraits(_faces(seed), larder, seed=seed)
    except (LarderError, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from error


def _follow(told: Step) -> Callable[[int, int], None]:
    def follow(done: int, total: int) -> None:
        told.total = total
        told.move(done)

    return follow


def _faces(seed: int) -> Path:
    return state.demo_dir() / f"portraits-{seed}"


def _at_hand() -> Path | None:
    try:
        return find_emoji(state.demo_dir())
    except LarderError:
        return None


def fetch_emoji() -> Path:
    """Return the folder with the emoji, fetching the package with npm on first use.

    Raises:
        click.ClickException: it can't be fetched; the message says what to do.
    """
    folder = state.demo_dir()
    if found := _at_hand():
        return found
    click.echo(f"  emoji      fetching {PACKAGE} for the demo's pictures")
    folder.mkdir(parents=True, exist_ok=True)
    node = assets.find_node()
    code = node.run(
        node.npm_script, "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit",
        "--no-fund", "--loglevel=error", PACKAGE,
    )  # fmt: skip
    if code != 0:
        message = (
            "The pictures for the demo could not be fetched: is the package registry reachable? "
            "Run the command again when it is, or show your own photos: "
            "flask demo load --photos DIR"
        )
        raise click.ClickException(message)
    return find_emoji(folder)


# --- developing --------------------------------------------------------------------------------


def put_on_shelf(
    shelf: state.Shelf, owner_id: int, pictures: Sequence[Picture], faces: Sequence[Picture]
) -> None:
    """Develop and store what is not on the shelf yet, and write down what is.

    Raises:
        click.ClickException: a photo can't be taken.
    """
    jobs = [one for one in pictures if one.key not in shelf.photos]
    portraits = [one for one in faces if one.key not in shelf.faces]
    if not jobs and not portraits:
        return
    with (
        step("photos", len(jobs) + len(portraits)) as told,
        ThreadPoolExecutor(HANDS) as pool,
    ):
        # A copy of this context for each: the shelf for files belongs to the application.
        both = [*jobs, *portraits]
        waiting = [pool.submit(copy_context().run, _develop, one) for one in both]
        for start in range(0, len(both), TOGETHER):
            some = both[start : start + TOGETHER]
            made = [each.result() for each in waiting[start : start + TOGETHER]]
            for place, (picture, stored) in enumerate(
                zip(some, _keep(owner_id, made), strict=True), start
            ):
                if place < len(jobs):
                    shelf.photos[picture.key] = stored.id
                else:
                    shelf.faces[picture.key] = (stored.id, stored.sha256)
            state.keep_shelf(shelf)
            told.move(start + len(some))


@use_case
def _keep(owner_id: int, made: Sequence[Developed]) -> list[Stored]:
    return [media.keep(owner_id, each) for each in made]


def _develop(picture: Picture) -> Developed:
    try:
        with picture.path.open("rb") as file:
            return media.develop(file)
    except DomainError as error:
        message = f"{picture.path}: {error}"
        raise click.ClickException(message) from error
