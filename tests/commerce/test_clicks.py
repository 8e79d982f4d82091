"""From a post to a shop, and the orders that came of it."""

import itertools
import random
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.commerce import links, service
from app.commerce.events import OrderCancelled
from app.commerce.models import ClickOrder, Order, OrderLine, ProductClick
from app.commerce.service.clicks import credits_for
from app.commerce.settings import credit_window
from app.commerce.types import ChannelRow, LineDraft, OrderDraft, TagKind
from app.commerce.types.clicks import Bought, Visit
from app.commerce.types.tags import TagDraft
from app.identity import service as identity
from app.identity.events import MemberMerged
from app.identity.types import MemberRow, MergeCause
from app.kernel import clock, facts, slots, verify
from app.kernel.db import db
from tests.community.reading import text_of
from tests.conftest import NOON
from tests.factories.commerce import an_order
from tests.factories.community import a_thread
from tests.factories.goods import a_product, a_shop, some_products
from tests.factories.identity import Browser, a_member, browser, sign_in

EN = {"Accept-Language": "en"}
DAY = timedelta(days=1)


def told() -> None:
    while facts.deliver():
        pass


def credited() -> list[tuple[int, int, int]]:
    rows = db.session.execute(
        sa.select(ClickOrder.order_id, ClickOrder.line_no, ClickOrder.click_id).order_by(
            ClickOrder.order_id, ClickOrder.line_no
        )
    ).all()
    db.session.rollback()
    return [(row.order_id, row.line_no, row.click_id) for row in rows]


def clicks() -> list[Any]:
    return list(db.session.execute(sa.select(ProductClick.__table__).order_by(ProductClick.id)))


def visit(by: Browser, slug: str = "beef-1", **form: Any) -> TestResponse:
    return by.post(f"/products/{slug}/visit", data=form)


def shops(app: Flask, product_id: int) -> str:
    with app.app_context(), app.test_request_context("/products/x", headers=EN):
        return str(slots.fill("product_where_to_buy", [product_id])[product_id])


def service_shops(product_id: int, member_id: int | None) -> list[str]:
    from app.commerce.queries.clicks import shops_of

    found = [shop.channel_code for shop in shops_of([product_id], member_id)[product_id]]
    db.session.rollback()
    return found


# --- where it is sold ----------------------------------------------------------------------------


def test_where_a_member_buys_most_comes_first_and_the_latest_breaks_ties(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    product = a_product()
    tmall, jd, own = (a_shop(code, ["BEEF-1"]) for code in ("tmall", "jd", "own"))
    assert service_shops(product, None) == ["tmall", "jd", "own"]
    an_order(alice.id, channel=jd, number="1", paid_at=NOON - 3 * DAY)
    assert service_shops(product, alice.id) == ["jd", "tmall", "own"]
    an_order(alice.id, channel=own, number="2", paid_at=NOON - 2 * DAY)
    assert service_shops(product, alice.id) == ["own", "jd", "tmall"]  # as many, but later
    an_order(alice.id, channel=jd, number="3", paid_at=NOON - 5 * DAY)
    assert service_shops(product, alice.id) == ["jd", "own", "tmall"]
    db.session.execute(
        sa.update(Order).where(Order.channel_id == jd.id).values(refunded_minor=Order.paid_minor)
    )
    db.session.commit()
    assert service_shops(product, alice.id) == ["own", "tmall", "jd"]  # what went back is no habit
    assert service_shops(product, bob.id) == ["tmall", "jd", "own"]
    assert tmall.code == "tmall"


def test_prices_are_the_channels_own_and_a_shop_without_address_has_no_button(app: Flask) -> None:
    product = a_product(price=39_00)
    a_shop("tmall", ["BEEF-1"], price=35_50)
    a_shop("store", ["BEEF-1"], template="")
    page = shops(app, product)
    assert "CN¥35.50" in page
    assert "CN¥39.00" in page
    assert page.count("<form") == 1
    assert "In the shop itself" in page


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("https://item.example/{item}.html", "https://item.example/a%2Fb%20%22%3E.html"),
        ("https://shop.example/", "https://shop.example/"),
        ("http://item.example/{item}", None),
        ("javascript:alert({item})", None),
        ("https://u:p@item.example/{item}", None),
        ("//item.example/{item}", None),
        ("https://[bad/{item}", None),
        ("", None),
    ],
)
def test_addresses_of_shops_are_https_and_escaped(template: str, url: str | None) -> None:
    assert links.shop_url(template, 'a/b ">') == url
    if "{item}" in template:
        assert links.shop_url(template, "") is None


# --- going there ---------------------------------------------------------------------------------


def test_going_to_a_shop_is_noted_and_leads_to_a_page_of_our_own(
    alice_client: Browser, alice: MemberRow
) -> None:
    product = a_product()
    tmall = a_shop("tmall", ["BEEF-1"])
    post = a_thread(alice)
    sent = visit(alice_client, channel="tmall", **{"from": post.thread_code})
    assert sent.status_code == 303
    assert sent.location.startswith("/products/out/")
    (click,) = clicks()
    assert (click.product_id, click.channel_id, click.member_id, click.thread_id) == (
        product, tmall.id, alice.id, post.thread_id,
    )  # fmt: skip
    page = alice_client.get(sent.location)
    assert "You're leaving for Tmall" in text_of(page)
    link = re.search(r'<a class="btn[^>]*href="(https:[^"]*)" rel="([^"]*)"', text_of(page))
    assert link is not None
    assert link.groups() == ("https://shop.example/item/tmall%2FBEEF-1", "noopener nofollow")
    assert "readonly" in text_of(page)
    assert "within 14 days" in text_of(page)
    assert page.headers["Cache-Control"] == "no-store"


def test_a_guest_goes_too_and_is_not_remembered(client: Browser) -> None:
    a_product()
    a_shop("tmall", ["BEEF-1"])
    sent = client.post("/products/beef-1/visit", data={}, csrf=False)
    assert sent.status_code == 303
    assert clicks()[0].member_id is None
    assert "You are not signed in" in text_of(client.get(sent.location))


def test_without_a_channel_it_is_the_habitual_one(alice_client: Browser, alice: MemberRow) -> None:
    a_product()
    a_shop("tmall", ["BEEF-1"])
    jd = a_shop("jd", ["BEEF-1"])
    an_order(alice.id, channel=jd)
    visit(alice_client)
    assert clicks()[0].channel_id == jd.id


@pytest.mark.parametrize(
    ("slug", "form"),
    [("nothing", {}), ("beef-1", {"channel": "jd"}), ("beef-1", {"channel": "store"})],
)
def test_there_is_no_way_to_where_it_is_not_sold(
    alice_client: Browser, slug: str, form: dict[str, str]
) -> None:
    a_product()
    a_shop("tmall", ["BEEF-1"])
    a_shop("store", ["BEEF-1"], template="")
    assert visit(alice_client, slug, **form).status_code == 404
    assert alice_client.get("/products/out/nothing").status_code == 404
    assert clicks() == []


def test_a_form_of_a_member_needs_its_token(alice_client: Browser) -> None:
    a_product()
    a_shop("tmall", ["BEEF-1"])
    assert alice_client.post("/products/beef-1/visit", data={}, csrf=False).status_code == 400
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert alice_client.post("/products/beef-1/visit", data={}, headers=foreign).status_code == 400
    assert clicks() == []


def test_nobody_goes_to_shops_all_day_long(alice_client: Browser) -> None:
    a_product()
    a_shop("tmall", ["BEEF-1"])
    answers = [visit(alice_client).status_code for _ in range(31)]
    assert answers == [303] * 30 + [429]


def test_a_hidden_post_or_nonsense_leads_there_as_nobody(
    alice_client: Browser, alice: MemberRow
) -> None:
    from app.community import service as community

    a_product()
    a_shop("tmall", ["BEEF-1"])
    gone = a_thread(alice)
    community.remove_thread(alice.id, gone.thread_code)
    for text in (gone.thread_code, "nonsense", "x" * 500, "\x00"):
        visit(alice_client, **{"from": text})
    assert [click.thread_id for click in clicks()] == [None] * 4


# --- crediting -----------------------------------------------------------------------------------


def go(alice: MemberRow, product: int, shop: ChannelRow, post: int | None = None) -> int:
    service.note_click(product, shop.id, member_id=alice.id, thread_id=post)
    return int(clicks()[-1].id)


def test_the_last_click_before_the_next_order_wins(app: Flask, alice: MemberRow) -> None:
    product = a_product()
    shop = a_shop("tmall", ["BEEF-1"])
    go(alice, product, shop)
    clock.tick(DAY)
    last = go(alice, product, shop)
    clock.tick(DAY)
    for number in ("1", "2"):
        an_order(alice.id, channel=shop, number=number, lines=[("BEEF-1", 1, 39_00)])
        clock.tick(timedelta(hours=1))
    told()
    assert [click for _order, _line, click in credited()] == [last]  # and none for the second
    before = credited()
    service.credit_member(alice.id, credit_window())
    assert credited() == before


def test_the_window_is_kept_to_the_second_and_clicks_afterwards_explain_nothing(
    app: Flask, alice: MemberRow
) -> None:
    ids = some_products(3)
    shop = a_shop("tmall", ["P-0", "P-1", "P-2"])
    go(alice, ids[0], shop)
    clock.tick(timedelta(seconds=1))
    inside = go(alice, ids[1], shop)
    clock.tick(14 * DAY)
    an_order(alice.id, channel=shop, lines=[(f"P-{n}", 1, 39_00) for n in range(3)])
    clock.tick(timedelta(seconds=1))
    go(alice, ids[2], shop)
    told()
    assert [(line, click) for _order, line, click in credited()] == [(2, inside)]


def test_two_skus_of_one_product_in_one_order_are_credited_together() -> None:
    visits = [Visit(7, 1, NOON)]
    lines = [Bought(5, 1, 1, NOON + DAY), Bought(5, 2, 1, NOON + DAY), Bought(6, 1, 1, NOON + DAY)]
    assert credits_for(visits, lines, 14 * DAY) == {(5, 1): 7, (5, 2): 7}


def test_orders_may_be_told_in_any_order_and_twice(app: Flask, alice: MemberRow) -> None:
    product = a_product()
    shop = a_shop("tmall", ["BEEF-1"])
    click = go(alice, product, shop)
    days = (1, 2, 3)
    codes = []
    for days_later in reversed(days):  # the file with the first order comes last
        codes.append(
            an_order(
                alice.id, channel=shop, number=f"{days_later}", paid_at=NOON + days_later * DAY,
                lines=[("BEEF-1", 1, 39_00)],
            )
        )  # fmt: skip
        told()
        first = db.session.scalar(sa.select(Order.id).where(Order.code == codes[-1]))
        assert credited() == [(first, 1, click)]


def test_whatever_the_order_of_arrival_credits_are_the_same() -> None:
    visits = [Visit(n, 1, NOON + hours * DAY / 4) for n, hours in enumerate((0, 3, 4, 9, 30), 1)]
    lines = [Bought(n, 1, 1, NOON + n * DAY) for n in range(1, 9)]
    wanted = credits_for(visits, lines, 14 * DAY)
    assert wanted == {(1, 1): 3, (3, 1): 4, (8, 1): 5}
    drawn = random.Random(3)
    for _ in range(50):
        some = sorted(drawn.sample(lines, 5), key=lambda line: line.paid_at)
        found = credits_for(visits, some, 14 * DAY)
        assert len(set(found.values())) == len(found)  # a click is credited once
        assert all(key[0] in {line.order_id for line in some} for key in found)
    for few in itertools.combinations(lines, 2):
        assert len(credits_for(visits[:1], few, 14 * DAY)) == 1


def test_a_rolled_back_order_is_no_order_and_verify_says_what_drifts(
    app: Flask, alice: MemberRow
) -> None:
    product = a_product()
    shop = a_shop("tmall", ["BEEF-1"])
    go(alice, product, shop)
    an_order(alice.id, channel=shop, lines=[("BEEF-1", 1, 39_00)])
    told()
    assert len(credited()) == 1
    db.session.execute(sa.update(Order).values(withdrawn_at=clock.now()))
    db.session.commit()
    (report,) = verify.run(("commerce.credits",))
    assert report.drifts == (f"member {alice.id}: 1 lines are credited, 0 should be",)
    result = app.test_cli_runner().invoke(args=["tags", "credit", "--yid", alice.yid])
    assert result.output == "1 lines changed\n"
    assert credited() == []
    assert app.test_cli_runner().invoke(args=["tags", "credit"]).output == "0 lines changed\n"
    assert verify.run(("commerce.credits",))[0].drifts == ()
    assert app.test_cli_runner().invoke(args=["tags", "credit", "--yid", "x"]).exit_code == 1


def test_a_rolled_back_order_leaves_its_click_to_the_next_and_takes_it_back_when_revived(
    app: Flask, alice: MemberRow
) -> None:
    product = a_product()
    shop = a_shop("tmall", ["BEEF-1"])
    click = go(alice, product, shop)
    for number in ("1", "2"):
        clock.tick(DAY)
        an_order(alice.id, channel=shop, number=number, lines=[("BEEF-1", 1, 39_00)])
    told()
    first, second = db.session.scalars(sa.select(Order.id).order_by(Order.paid_at)).all()
    assert credited() == [(first, 1, click)]
    service.withdraw_orders([first], actor_id=None)
    told()
    assert credited() == [(second, 1, click)]
    paid_at = NOON + DAY
    an_order(alice.id, channel=shop, number="1", lines=[("BEEF-1", 1, 39_00)], paid_at=paid_at)
    told()
    assert credited() == [(first, 1, click)]
    assert verify.run(("commerce.credits",))[0].drifts == ()


def test_a_cancelled_order_stays_its_clicks_and_twice_is_once(app: Flask, alice: MemberRow) -> None:
    product = a_product()
    shop = a_shop("tmall", ["BEEF-1"])
    click = go(alice, product, shop)
    clock.tick(DAY)
    line = LineDraft("BEEF-1", 1, 39_00)
    draft = OrderDraft("1", "ann", "CNY", 39_00, clock.now(), (line,), is_cancelled=True)
    service.place_orders(shop, [draft], members={"ann": alice.id})
    told()
    assert [row[2] for row in credited()] == [click]
    fact = OrderCancelled(credited()[0][0], 39_00, "CNY", 0)
    for _ in range(2):
        with db.session.begin():
            facts.publish(fact)
        told()
    assert [row[2] for row in credited()] == [click]


def test_clicks_of_two_who_become_one_explain_his_orders_and_part_again(
    app: Flask, alice: MemberRow, staff: MemberRow
) -> None:
    product = a_product()
    shop = a_shop("tmall", ["BEEF-1"])
    click = go(alice, product, shop)
    clock.tick(DAY)
    an_order(None, channel=shop, lines=[("BEEF-1", 1, 39_00)])
    told()
    assert credited() == []
    silent = db.session.scalar(sa.select(Order.member_id)) or 0
    db.session.rollback()
    merge_id = identity.merge_members(silent, alice.id, cause=MergeCause.CLAIM).id
    told()
    assert [(line, by) for _order, line, by in credited()] == [(1, click)]
    with db.session.begin():
        facts.publish(MemberMerged(merge_id, silent, alice.id, MergeCause.CLAIM.value))
    told()
    assert [(line, by) for _order, line, by in credited()] == [(1, click)]
    assert identity.unmerge_members(merge_id, actor_id=None)
    told()
    assert credited() == []
    assert verify.run(("commerce.credits",))[0].drifts == ()


def test_old_clicks_are_forgotten_unless_an_order_came_of_them(
    app: Flask, alice: MemberRow
) -> None:
    ids = some_products(2)
    shop = a_shop("tmall", ["P-0", "P-1"])
    kept = go(alice, ids[0], shop)
    go(alice, ids[1], shop)
    an_order(alice.id, channel=shop, lines=[("P-0", 1, 39_00)])
    told()
    clock.tick(44 * DAY)
    assert service.forget_clicks(credit_window()) == 0
    clock.tick(timedelta(seconds=1))
    assert service.forget_clicks(credit_window()) == 1
    assert [click.id for click in clicks()] == [kept]


# --- who sees what came of it --------------------------------------------------------------------


def test_the_author_reads_how_many_orders_came_and_nobody_else(
    app: Flask, alice: MemberRow, alice_client: Browser, client: Browser
) -> None:
    product = a_product()
    shop = a_shop("tmall", ["BEEF-1"])
    post = a_thread(alice)
    url = f"/p/{post.thread_code}"
    assert "came from this post" not in text_of(alice_client.get(url))
    for name in ("carl", "dora", "emil"):
        fan = a_member(name)
        service.note_click(product, shop.id, member_id=fan.id, thread_id=post.thread_id)
        an_order(fan.id, channel=shop, number=name, lines=[("BEEF-1", 1, 39_00)])
    told()
    other = browser(app)
    sign_in(other, a_member("mallory"))
    assert "3 orders came from this post" in text_of(alice_client.get(url))
    for by in (client, other):
        assert "came from this post" not in text_of(by.get(url))


def test_staff_see_gross_and_net_with_the_window(
    app: Flask, alice: MemberRow, bob: MemberRow, operator: MemberRow, alice_client: Browser
) -> None:
    product = a_product()
    shop = a_shop("tmall", ["BEEF-1"])
    post = a_thread(alice, "锅边的话")
    service.save_tags(post.thread_id, alice.id, [TagDraft(product, TagKind.SHOWN)])
    for fan, number in ((alice, "1"), (bob, "2")):
        service.note_click(product, shop.id, member_id=fan.id, thread_id=post.thread_id)
        an_order(fan.id, channel=shop, number=number, lines=[("BEEF-1", 1, 39_00)])
    service.note_click(product, shop.id, member_id=None, thread_id=None)
    told()
    db.session.execute(
        sa.update(OrderLine)
        .where(OrderLine.order_id.in_(sa.select(Order.id).where(Order.member_id == bob.id)))
        .values(refunded_minor=9_00)
    )
    db.session.commit()
    desk = browser(app)
    sign_in(desk, operator)
    for by, name in (("post", "锅边的话"), ("product", "Beef tallow base"), ("channel", "Tmall")):
        page = text_of(desk.get(f"/staff/attribution?by={by}"))
        row = next(part for part in page.split("<tr") if name in part)
        cells = re.findall(r'<td class="num r"[^>]*>(?:<b>)?([^<]*)', row)
        assert cells[1:] == ["2", "CN¥78.00", "CN¥69.00"], by
        assert "up to 14 days before its payment" in page
        assert "last 44 days" in page
    assert "own pages" in text_of(desk.get("/staff/attribution?by=post"))
    assert alice_client.get("/staff/attribution").status_code == 403


def test_an_empty_report_says_so(staff_client: Browser) -> None:
    assert "Nobody went to a shop yet" in text_of(staff_client.get("/staff/attribution?by=%00"))


@pytest.mark.parametrize("rows", [3, 300])
def test_few_statements_however_many_clicks(
    app: Flask, staff_client: Browser, alice_client: Browser, alice: MemberRow,
    count_statements: Any, rows: int,
) -> None:  # fmt: skip
    ids = some_products(3)
    shop = a_shop("tmall", ["P-0", "P-1", "P-2"])
    post = a_thread(alice)
    for n in range(rows):
        service.note_click(ids[n % 3], shop.id, member_id=alice.id, thread_id=post.thread_id)
    an_order(alice.id, channel=shop, lines=[(f"P-{n}", 1, 39_00) for n in range(3)])
    told()
    assert len(credited()) == 3
    for by in ("post", "product", "channel"):
        with count_statements() as seen:
            assert staff_client.get(f"/staff/attribution?by={by}").status_code == 200
        assert len(seen) <= 8, "\n".join(seen)
    with count_statements() as seen:
        sent = visit(alice_client, "p-0", **{"from": post.thread_code})
    assert len(seen) <= 20, "\n".join(seen)
    with count_statements() as seen:
        assert alice_client.get(sent.location).status_code == 200
    assert len(seen) <= 9
    order_id = db.session.scalar(sa.select(Order.id))
    db.session.rollback()
    with count_statements() as seen:
        service.credit_order(order_id or 0, credit_window())
    assert len(seen) <= 6, "\n".join(seen)
