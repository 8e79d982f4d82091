"""Load the demo community: begin or go on, step by step."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import sqlalchemy as sa

from app.community import service as community
from app.community.types import SeedBoard, SeedElsewhere
from app.demo.accounts import HOUSE
from app.demo.content import BOARDS, person
from app.demo.content.elsewhere import ELSEWHERE
from app.demo.events import DemoBegun, DemoLoaded
from app.demo.gallery import Gallery
from app.demo.loader import (
    brand,
    circles,
    coupons,
    draws,
    filming,
    frames,
    kit,
    linking,
    mall,
    originality,
    pictures,
    quests,
    ranks,
    seats,
    shop,
    standards,
    state,
    talks,
)
from app.demo.loader.progress import step
from app.demo.loader.roll import Memory, Roll
from app.demo.loader.tagging import Tagger
from app.demo.loader.telling import told
from app.demo.loader.windows import windows
from app.demo.loader.writing import Writer, mature, seed_of
from app.demo.painter.menu import SHELF
from app.demo.plan import Happening, Joined, Posted
from app.identity import service as identity
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel import clock
from app.kernel.bulk import seldom_collecting
from app.kernel.db import db, use_case
from app.kernel.errors import ConflictError
from app.kernel.facts import FactRow
from app.ledger import service as ledger
from app.notify import service as notify

YEAR = timedelta(days=365)
ALL_EARN = 5_000  # threads; in a larger demo only the last months' talk earns points
LATELY = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted.

    Attributes:
        photos: a folder of photos to show instead of painted ones.
        emoji: the folder of the emoji package; fetched when None.
        force: load even into a community of real members.
    """

    members: int
    threads: int
    orders: int
    seed: int
    photos: Path | None = None
    emoji: Path | None = None
    force: bool = False

    @property
    def figures(self) -> tuple[int, int, int, int]:
        """Return what makes one demo another."""
        return self.members, self.threads, self.orders, self.seed


def load(wish: Wish) -> bool:
    """Load the demo, or go on with a load that was cut off; return False if it is there already.

    Raises:
        click.ClickException: it can't be; the message says what to do.
    """
    before = state.standing()
    _refuse_others(wish, before)
    if before is not None and before.is_complete:
        _mark_complete(state.shelf_of(before.load_id))
        return False
    shown, faces = pictures.get_pictures(wish.photos, wish.emoji, seed=wish.seed)
    if before is None:
        begin(wish)
        before = state.standing()
    assert before is not None  # noqa: S101 - it was begun just now
    shelf = state.shelf_of(before.load_id)
    ends_at = datetime.fromtimestamp(before.begun.ends_at, UTC)
    writer = Writer(
        before.load_id,
        Roll(),
        shelf,
        Gallery([one for one in shown if SHELF not in one.themes], wish.seed),
        ends_at - (LATELY if wish.threads > ALL_EARN else 2 * YEAR),
        in_the_past=before.begun.in_the_past,
        tagger=Tagger(shelf.photos),
    )
    with writer.at(ends_at - YEAR):
        furnish()
        house_id = open_house(writer.roll, ends_at - YEAR)
        pictures.put_on_shelf(shelf, house_id, shown, faces)
        shop.stock(shelf.photos)
        _give_face(house_id, shelf)
    happenings = told(*wish.figures, ends_at)
    _tell_year(writer, windows(_rest(writer, happenings, before.told), ends_at))
    filming.film(wish.threads)
    _finish(writer, ends_at)
    return True


# --- may it? -------------------------------------------------------------------------------------


def _refuse_others(wish: Wish, before: state.Standing | None) -> None:
    """Refuse to mix this demo with another one, or with real members.

    Raises:
        click.ClickException: with what to do instead.
    """
    if before is not None:
        begun = before.begun
        there = (begun.members, begun.threads, begun.orders, begun.seed)
        if there != wish.figures:
            options = "--members {} --threads {} --orders {} --seed {}".format(*there)
            message = (
                f"A demo with {options} is here. Go on with the same options"
                if not before.is_complete
                else f"A demo with {options} is here already. There is room for one"
            )
            message += ", or set POTLUCK_INSTANCE_DIR or POTLUCK_DATABASE_URL to a fresh place."
            raise click.ClickException(message)
    elif not wish.force and (count := _real_members()):
        message = (
            f"This database has {count:,} members of its own. Load the demo into another one "
            "(POTLUCK_DATABASE_URL), or add --force to put made-up people among them for good."
        )
        raise click.ClickException(message)


def _real_members() -> int:
    count = db.session.scalar(
        sa.select(sa.func.count()).where(Member.state != MemberState.SILENT).select_from(Member)
    )
    db.session.rollback()
    return count or 0


# --- beginning -----------------------------------------------------------------------------------


def begin(wish: Wish) -> None:
    """Note that a load begins, and when its year ends: at this moment.

    In an untouched database the ledger's clock is set to the days of the plan, so that points were
    posted, matured and reported on the days they were earned. Where others have earned already,
    closed days stay closed: everything is posted today.
    """
    ends_at = clock.now().replace(microsecond=0)
    in_the_past = db.session.scalar(sa.select(FactRow.id).limit(1)) is None
    begun = DemoBegun(*wish.figures, int(ends_at.timestamp()), in_the_past)
    if in_the_past:
        with clock.frozen(ends_at - YEAR):
            _note_begun(begun)
    else:
        _note_begun(begun)


@use_case
def _note_begun(begun: DemoBegun) -> None:
    state.note(begun)


@use_case
def furnish() -> None:
    """Put boards and channels there; those that are there stay."""
    community.seed_boards(
        [SeedBoard(b.slug, b.zh, b.en, b.about_zh, b.about_en, b.icon) for b in BOARDS]
    )
    shop.open_channels()


def tell_elsewhere(roll: Roll, ends_at: datetime) -> None:
    """Record what members have posted on other platforms; what is there stays."""
    today = clock.business_date(ends_at)
    names = ("views", "likes", "comments", "saves", "shares")
    community.seed_elsewhere(
        [
            SeedElsewhere(
                roll.members[post.member],
                post.url,
                post.title,
                today - timedelta(days=post.days_ago),
                {name: figure for name, figure in zip(names, post.figures, strict=True) if figure},
                ends_at - timedelta(days=post.days_ago - 1),
            )
            for post in ELSEWHERE
            if post.member in roll.members
        ]
    )


def open_house(roll: Roll, at: datetime) -> int:
    """Return the id of the house's own account, which owns the pictures; the first one there."""
    known = db.session.scalar(
        sa.select(Member.id).where(
            Member.display_name == person(HOUSE).name, Member.created_at == at
        )
    )
    if known is None:
        (house,) = identity.seed_members([seed_of(HOUSE, person(HOUSE), at, state.Shelf(0))])
        known = house.id
    roll.members[HOUSE] = known
    return known


def _give_face(house_id: int, shelf: state.Shelf) -> None:
    face = shelf.faces.get(person(HOUSE).portrait)
    if face is not None:
        identity.set_avatar(house_id, *face)


# --- the year ------------------------------------------------------------------------------------


def _tell_year(writer: Writer, stretches: Iterable[list[Happening]]) -> None:
    day = None
    days = _Days()
    with step("year", _Days.total) as shown, seldom_collecting():
        for stretch in stretches:
            today = clock.business_date(stretch[0].at)
            if writer.in_the_past and today != day:
                with writer.at(stretch[0].at):
                    mature()
                day = today
            try:
                writer.write(stretch)
            except ConflictError as error:
                message = "Another process is loading this demo. Let it finish."
                raise click.ClickException(message) from error
            shown.move(days.count(stretch[0].at))


def _rest(writer: Writer, happenings: Iterable[Happening], known: int) -> Iterator[Happening]:
    """Return what is still to be told."""
    rest = iter(happenings)
    if known:
        _skip(writer, rest, known)
    writer.told = known
    return rest


class _Days:
    """Counts the days of the year that are told."""

    total = 366

    def __init__(self) -> None:
        self._first: datetime | None = None

    def count(self, at: datetime) -> int:
        self._first = self._first or at
        return min(self.total, (at - self._first).days + 1)


def _skip(writer: Writer, rest: Iterator[Happening], known: int) -> None:
    """Pass over what an earlier run wrote, and learn which row is which."""
    memory = Memory()
    with step("found", known) as shown:
        for number, happening in zip(range(1, known + 1), rest, strict=False):
            if isinstance(happening, Joined | Posted):
                memory.recall(writer.roll, happening)
            if isinstance(happening, Posted):
                writer.hang(happening)  # the gallery remembers what hangs where
            shown.move(number)


def _finish(writer: Writer, ends_at: datetime) -> None:
    with writer.at(ends_at):
        tell_elsewhere(writer.roll, ends_at)
        quests.set_up(writer.roll, ends_at)
        talks.set_up(writer.roll, writer.at, ends_at)
        brand.set_up(writer.roll, writer.shelf, ends_at)
        kit.set_up(writer.roll, ends_at)
        coupons.set_up(writer.roll, ends_at)
        originality.set_up(writer.roll, ends_at)
        circles.set_up(writer.roll, writer.shelf, ends_at)
        ranks.set_up(writer.roll, ends_at)
        frames.set_up(writer.roll)
        linking.link(writer.roll, ends_at)
        draws.set_up(writer.roll, ends_at)
        mature()
        mall.set_up(writer.roll, writer.shelf)
        seats.set_up(writer.roll, writer.shelf, ends_at)
        standards.set_up(writer.roll)
    while ledger.close_days():
        pass
    notify.put_in_order()  # some of the year was told after later things
    _note_loaded(writer.load_id)
    _mark_complete(writer.shelf)


@use_case
def _note_loaded(load_id: int) -> None:
    state.note(DemoLoaded(load_id))


def _mark_complete(shelf: state.Shelf) -> None:
    if not shelf.is_complete:
        shelf.is_complete = True
        state.keep_shelf(shelf)
