"""A year is loaded through the domains' doors: whole, once, resumable, and true to verify."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app.checkin import queries as checkin
from app.commerce import queries as commerce
from app.commerce.models import Order, Product
from app.commerce.queries import catalogue, collection, trials
from app.commerce.queries.catalogue import ProductFilters
from app.commerce.types.tags import Place
from app.community import queries as community
from app.community.models import ExternalPost
from app.community.queries import elsewhere
from app.demo.accounts import ACCOUNTS, PASSWORD
from app.demo.content import HANDWRITTEN
from app.demo.content.catalogue import GOODS
from app.demo.content.circles import CIRCLES
from app.demo.content.originality import COPIED
from app.demo.events import DemoMovedOn
from app.demo.loader import load as loading
from app.demo.loader import shop, state
from app.demo.loader.tagging import Tagger
from app.demo.plan import Posted, Tag
from app.identity import queries as identities
from app.identity.models import Member
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.facts import FactRow
from app.ledger import queries as ledger
from app.loyalty.models import LoyaltyAward
from app.messages.queries import team
from app.seats import queries as seats
from tests.factories.identity import a_member

SMALL = ("--members", "8", "--threads", "14", "--orders", "24")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for number in range(30):  # each is shown once or twice
        Image.new("RGB", (360, 300 + 5 * number), (220, 120, 80)).save(folder / f"{number}.jpg")
    return folder


def load(app: Flask, photos: Path, *options: str) -> Result:
    arguments = ["demo", "load", *(options or SMALL), "--photos", str(photos)]
    return app.test_cli_runner().invoke(args=arguments)


def count(table: sa.Table) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def fan_id() -> int:
    found = db.session.scalar(sa.select(Member.id).where(Member.display_name == ACCOUNTS[0].name))
    assert found is not None
    return found


def test_a_loaded_year_is_whole_and_every_figure_stands(app: Flask, photos: Path) -> None:
    result = load(app, photos)
    assert result.exit_code == 0, result.output
    assert "The demo is ready" in result.output
    assert count(community.THREAD) == 14 + len(COPIED) + len(CIRCLES[0].said)
    active = sa.select(sa.func.count()).where(Member.state == "active")
    assert db.session.scalar(active) == 8
    assert [report for report in verify.run() if report.drifts] == []
    latest = db.session.scalar(sa.select(sa.func.max(FactRow.occurred_at)))
    assert latest is not None
    assert latest <= clock.now()
    # The fan is about to check in for the thirteenth day, and has points on their way.
    streak = checkin.streaks_of({fan_id()})[fan_id()]
    assert (streak.current_days, streak.last_on) == (12, clock.business_date() - timedelta(days=1))
    balance = ledger.balance(fan_id())
    assert balance.available > 0
    # The shop is stocked, shows pictures, and the fan has begun to collect.
    lines = catalogue.staff_products(ProductFilters()).items
    assert len(lines) == len(GOODS)
    assert [line.slug for line in lines if line.lacks] == []
    book = collection.collection(fan_id())
    assert 0 < book.owned < book.total
    assert 0.4 < book.owned / book.total < 0.65
    assert [piece.is_secret for piece in book.sets[0].pieces].count(True) == 1
    # He has tried a pack and not told how it was, and one order of his came back.
    (trial,) = trials.trials_of(fan_id(), clock.now(), timedelta(days=7))
    assert (trial.product.slug, trial.is_reviewed, trial.has_full_size) == (
        "mala-tallow-base", False, False,
    )  # fmt: skip
    his = sa.select(Order).where(Order.member_id == fan_id()).order_by(Order.paid_at)
    orders = db.session.scalars(his).all()
    assert [o.refunded_minor for o in orders].count(0) == len(orders) - 1
    assert [o.refunded_minor == o.paid_minor for o in orders].count(True) == 1
    assert clock.business_date() <= orders[-1].window_ends_on
    # He has a seat at an evening to come, and was at one.
    (ticket,) = seats.tickets_of(fan_id()).items
    assert seats.places_come(ticket.occasion.id) == 0
    (been,) = seats.tickets_of(fan_id(), past=True).items
    assert been.checked_in_at is not None
    # A shop where he buys knows him by a name of its own.
    shops = identities.identities_of(fan_id())
    bought_at = {channel.code for channel in commerce.channels()}
    assert shops
    assert {line.channel for line in shops} <= bought_at
    assert {str(line.proof) for line in shops} == {"contact"}
    # What was shown, told and asked stands on the products' pages; what he posts elsewhere on his.
    assert sum(line.post_count for line in products()) > 5
    assert sum(line.review_count for line in products()) > 0
    assert elsewhere.elsewhere_count(fan_id()) == 2
    assert count(ExternalPost.__table__) > 2  # type: ignore[arg-type]
    # He has written to the team, somebody of it has answered by name, and nothing waits.
    desk = team.team_desk(fan_id(), fan_id())
    assert desk is not None
    assert [entry.is_team for entry in desk.entries] == [False, True, False, True, False, True]
    assert (desk.waiting_count, desk.unread_count) == (0, 0)
    moments = [entry.sent_at for entry in desk.entries]
    assert moments == sorted(moments)
    assert moments[-1] < clock.now()
    # The picture that somebody copied is an old one: the newest stands on the home page already.
    first_shown = first_shown_of(COPIED[0][0])
    assert first_shown < clock.now() - timedelta(days=50)


def first_shown_of(title: str) -> datetime:
    """Return when the first photo of a post was shown first, by whomever."""
    thread, photo = community.THREAD.c, community.THREAD_PHOTO.c
    shown = sa.join(community.THREAD, community.THREAD_PHOTO, photo.thread_id == thread.id)
    its = sa.select(photo.media_id).select_from(shown).where(thread.title == title)
    first = sa.select(sa.func.min(thread.created_at)).select_from(shown)
    found: datetime | None = db.session.scalar(first.where(photo.media_id == its.scalar_subquery()))
    assert found is not None
    return found


def products() -> Sequence[Product]:
    return db.session.scalars(sa.select(Product)).all()


def test_a_cover_that_shows_a_product_has_a_spot_for_it(app: Flask) -> None:
    furnished = {"jar-crisp": 11, "parcel-three": 12}
    loading.furnish()
    shop.stock({})
    post = next(post for post in HANDWRITTEN if post.pictures[:1] == ("parcel-three",))
    tags = (Tag("chili-crisp"), Tag("crispy-pork"), Tag("plum-tea"))
    posted = Posted(clock.now(), 0, 0, post, post.pictures, tags)
    tagger = Tagger(furnished)
    seeds = tagger.seeds(posted, 1, 2, [12, 11])
    assert [seed.place for seed in seeds] == [Place(0, 490, 480), Place(0, 700, 480), None]
    assert [seed.place for seed in tagger.seeds(posted, 1, 2, [11])][1:] == [None, None]
    assert [seed.place for seed in tagger.seeds(posted, 1, 2, [])] == [None] * 3


def test_loading_again_changes_nothing_and_says_so(app: Flask, photos: Path) -> None:
    load(app, photos)
    before = count(FactRow.__table__)  # type: ignore[arg-type]
    result = load(app, photos)
    assert (result.exit_code, "here already" in result.output) == (0, True)
    assert count(FactRow.__table__) == before  # type: ignore[arg-type]
    other = load(app, photos, "--members", "9", "--threads", "14", "--orders", "24")
    assert other.exit_code == 1
    assert "--members 8 --threads 14 --orders 24 --seed 1" in other.output


def test_a_load_that_was_cut_off_goes_on_where_it_stopped(
    app: Flask, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, calls = state.note, list[object]()

    def die_after_nine(fact: DemoMovedOn) -> int:
        calls.append(fact)
        if len(calls) == 9:
            raise KeyboardInterrupt  # at the very end of a stretch, before its commit
        return note(fact)

    monkeypatch.setattr(state, "note", die_after_nine)
    assert load(app, photos).exit_code != 0
    monkeypatch.undo()
    result = load(app, photos)
    assert result.exit_code == 0, result.output
    assert "found" in result.output
    assert count(community.THREAD) == 14 + len(COPIED) + len(CIRCLES[0].said)
    assert [report for report in verify.run() if report.drifts] == []


def test_it_does_not_move_in_with_real_members_unless_told_to(app: Flask, photos: Path) -> None:
    a_member(name="alice")
    refused = load(app, photos)
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert count(community.THREAD) == 0
    result = load(app, photos, *SMALL, "--force")
    assert result.exit_code == 0, result.output
    assert [report for report in verify.run() if report.drifts] == []


def test_the_sign_in_page_lists_the_accounts_only_where_a_demo_is(
    app: Flask, client: FlaskClient, photos: Path
) -> None:
    assert PASSWORD not in client.get("/signin").text
    load(app, photos)
    page = client.get("/signin").text
    assert PASSWORD in page
    assert [account.email for account in ACCOUNTS if account.email not in page] == []
    printed = app.test_cli_runner().invoke(args=["demo", "accounts"]).output
    assert [account.email for account in ACCOUNTS if account.email not in printed] == []


@pytest.mark.only("sqlite")
def test_without_pictures_it_says_what_to_do(app: Flask, tmp_path: Path) -> None:
    arguments = ["demo", "load", *SMALL, "--photos", str(tmp_path)]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 1
    assert "put JPEG, PNG or WebP files there" in result.output
    assert count(community.BOARD) == 0


@pytest.mark.only("sqlite")
def test_in_a_large_demo_only_the_last_months_talk_earns(
    app: Flask, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "ALL_EARN", 100)
    result = load(app, photos, "--members", "8", "--threads", "200", "--orders", "24")
    assert result.exit_code == 0, result.output
    paid = sa.select(sa.func.min(LoyaltyAward.awarded_at)).where(
        LoyaltyAward.action.in_(["thread.published", "thread.with_photo", "like.received"])
    )
    first = db.session.scalar(paid)
    assert first is not None
    assert timedelta(days=60) < clock.now() - first <= timedelta(days=91)
    with_video = [line for line in community.feed(None, limit=40).items if line.clip]
    assert [line.clip and line.clip.length for line in with_video] == ["0:03", "0:03"]
    assert [report for report in verify.run() if report.drifts] == []
