"""Products in posts: written, changed, hidden, shown, counted."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.commerce import service
from app.commerce.models import Product, ProductTag
from app.commerce.types import TagKind
from app.commerce.types.tags import OneProductError, SeedTag, TagDraft, TooManyProductsError
from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock, slots, verify
from app.kernel.db import db
from app.moderation.types import HideReason
from tests.community.reading import text_of, value_of
from tests.factories.commerce import a_channel, an_order
from tests.factories.community import a_painted_photo, a_thread, many_threads, some_boards
from tests.factories.goods import a_product, figures_of, some_products
from tests.factories.identity import Browser, a_member, browser, sign_in

SPOT = re.compile(r'<circle class="spot-core" cx="([\d.]+)" cy="([\d.]+)"')


def drifts() -> list[str]:
    return [each for report in verify.run(("commerce.products",)) for each in report.drifts]


def tags() -> list[Any]:
    return list(
        db.session.execute(sa.select(ProductTag.__table__).order_by(ProductTag.position))
    )  # fmt: skip


def send(by: Browser, url: str = "/compose", **fields: Any) -> TestResponse:
    some_boards()
    form = {"title": "番茄牛腩锅", "body": "煮了两个小时。", "board": "pot", **fields}
    if url == "/compose":
        form["request_key"] = value_of(by.get(url), "request_key")
    return by.post(url, data=form)


def page_of(by: Browser, sent: TestResponse) -> str:
    assert sent.status_code == 303, text_of(sent)
    return text_of(by.get(sent.location))


# --- writing -------------------------------------------------------------------------------------


def test_names_and_skus_one_a_line_become_product_cards_without_javascript(
    alice_client: Browser,
) -> None:
    base, dip = a_product("BEEF-1"), a_product("DIP-1", "Sesame dip", name_zh="麻酱")
    sent = send(alice_client, product_names="beef-1\n麻酱\n")
    page = page_of(alice_client, sent)
    assert page.index("/products/beef-1?from=") < page.index("/products/dip-1?from=")
    assert "from CN¥39.00" in page
    assert [(row.product_id, row.kind) for row in tags()] == [
        (base, TagKind.SHOWN), (dip, TagKind.SHOWN),
    ]  # fmt: skip
    assert figures_of(base) == (1, 0, 0)
    assert drifts() == []


def test_what_is_not_known_is_said_at_the_field_and_nothing_typed_is_lost(
    alice_client: Browser,
) -> None:
    a_product("BEEF-1")
    sent = send(alice_client, product_names="BEEF-1\nNo such thing", product_about="question")
    page = text_of(sent)
    assert sent.status_code == 422
    assert page.count("We don&#39;t know “No such thing”") == 2  # on top, and at the field
    assert 'name="product" value="beef-1"' in page  # found ones are rows already
    assert ">No such thing</textarea>" in page
    assert 'value="question" checked' in page
    assert "煮了两个小时。" in page
    assert tags() == []


def test_two_products_of_one_name_are_told_apart_by_sku(alice_client: Browser) -> None:
    a_product("BEEF-1", "Base")
    a_product("BEEF-2", "Base", name_zh="另一种")
    sent = send(alice_client, product_names="base")
    assert "Several products are called “base”" in text_of(sent)
    assert (
        page_of(alice_client, send(alice_client, product_names="BEEF-2")).count("shown-link") == 1
    )


def test_a_closed_product_can_not_be_named_and_its_card_goes(alice_client: Browser) -> None:
    product = a_product()
    page = page_of(alice_client, send(alice_client, product_names="BEEF-1"))
    assert "shown-link" in page
    db.session.execute(sa.update(Product).where(Product.id == product).values(is_shown=False))
    db.session.commit()
    assert send(alice_client, product_names="BEEF-1").status_code == 422
    assert "shown-link" not in text_of(alice_client.get("/"))


def test_a_review_is_about_one_product_and_has_stars(alice_client: Browser) -> None:
    base, _ = some_products(2)
    both: dict[str, Any] = {
        "product": ["p-0", "p-1"],
        "product_about": "review",
        "product_stars": "4",
    }
    assert "choose just that one" in text_of(send(alice_client, **both))
    without = send(alice_client, product=["p-0"], product_about="review")
    assert without.status_code == 422
    assert "Give it one to five stars." in text_of(without)
    page = page_of(
        alice_client,
        send(alice_client, product=["p-0"], product_about="review", product_stars="4"),
    )
    assert "4 stars of five" in page
    assert figures_of(base) == (1, 1, 4)
    assert drifts() == []


@pytest.mark.parametrize("stars", ["0", "6", "-1", "4.5", "½", "99"])
def test_stars_are_one_to_five(alice_client: Browser, stars: str) -> None:
    a_product()
    given: dict[str, Any] = {"product": ["beef-1"], "product_about": "review"}
    given["product_stars"] = stars
    assert send(alice_client, **given).status_code == 422


def test_more_than_nine_products_are_too_many(alice_client: Browser) -> None:
    some_products(10)
    names = "\n".join(f"P-{n}" for n in range(10))
    assert "at most 9 products" in text_of(send(alice_client, product_names=names))
    assert send(alice_client, product_names=names.rpartition("\n")[0]).status_code == 303


def test_a_remix_lists_its_parts_with_links(alice_client: Browser) -> None:
    some_products(3)
    sent = send(alice_client, product=["p-0", "p-1", "p-2"], product_as=["shown", "part", "none"])
    page = page_of(alice_client, sent)
    assert "Made from" in page
    assert page.index("/products/p-0?") < page.index("Made from") < page.index("/products/p-1?")
    assert "/products/p-2" not in page


def test_a_dot_lies_where_it_was_put_and_moves_with_its_photo(
    alice_client: Browser, alice: MemberRow
) -> None:
    product, (first, second) = a_product(), (a_painted_photo(alice), a_painted_photo(alice))
    photos = [str(first), str(second)]
    spot: dict[str, Any] = {"product": ["beef-1"], "product_spot": [f"{second}:250:800"]}
    sent = send(alice_client, photo_ids=photos, **spot)
    page = page_of(alice_client, sent)
    assert SPOT.search(page).groups() == ("225.0", "960.0")  # type: ignore[union-attr] # 900 x 1200
    assert tags()[0].photo_position == 1
    code = sent.location.rpartition("/")[2]
    edit = text_of(alice_client.get(f"/p/{code}/edit"))
    assert f'name="product_spot" value="{second}:250:800"' in edit
    page_of(alice_client, send(alice_client, f"/p/{code}/edit", photo_ids=photos[::-1], **spot))
    assert (tags()[0].photo_position, tags()[0].x_permille) == (0, 250)
    page_of(alice_client, send(alice_client, f"/p/{code}/edit", photo_ids=photos[:1], **spot))
    assert (tags()[0].photo_position, tags()[0].product_id) == (None, product)


@pytest.mark.parametrize(
    "spot", ["1:2", "x:1:1", "0:1:1", "9:1001:5", "9:-1:5", "9" * 40 + ":1:1", "9:1:1:1", "９:1:1"]
)
def test_a_dot_that_makes_no_sense_is_no_dot(alice_client: Browser, spot: str) -> None:
    a_product()
    assert send(alice_client, product=["beef-1"], product_spot=[spot]).status_code == 303
    assert tags()[0].photo_position is None


# --- prefilled -----------------------------------------------------------------------------------


def test_the_composer_opens_with_the_product_of_the_link(alice_client: Browser) -> None:
    a_product()
    some_boards()
    page = text_of(alice_client.get("/compose?product=beef-1&about=review"))
    assert 'name="product" value="beef-1"' in page
    assert 'value="review" checked' in page
    assert alice_client.get("/compose?product=nothing&about=x").status_code == 200


def test_a_post_from_an_own_order_proves_the_purchase(
    alice_client: Browser, alice: MemberRow, bob: MemberRow, app: Flask
) -> None:
    some_boards()
    some_products(2)
    code = an_order(alice.id, lines=[("P-1", 2, 78_00), ("P-0", 1, 39_00), ("X", 1, 1_00)])
    page = text_of(alice_client.get(f"/compose?order={code}"))
    assert page.index('value="p-1"') < page.index('value="p-0"')
    assert value_of(alice_client.get(f"/compose?order={code}"), "product_order") == code
    sent = send(alice_client, product=["p-0", "p-1"], product_order=code)
    shown = page_of(alice_client, sent)
    assert shown.count("Bought it") == 2
    assert all(row.order_id for row in tags())
    other = browser(app)
    sign_in(other, bob)
    assert other.get(f"/compose?order={code}").status_code == 404
    page_of(other, send(other, product=["p-0"], product_order=code))  # a code he learnt somewhere
    assert [row.order_id for row in tags() if row.author_id == bob.id] == [None]


def test_the_order_page_leads_to_the_composer(alice_client: Browser, alice: MemberRow) -> None:
    a_product()
    code = an_order(alice.id, lines=[("BEEF-1", 1, 39_00)])
    assert f"/compose?order={code}" in text_of(alice_client.get(f"/me/orders/{code}"))


def test_what_went_back_is_bought_no_more(
    alice_client: Browser, alice: MemberRow, client: Browser
) -> None:
    from app.commerce.models import OrderLine

    a_product()
    an_order(alice.id, lines=[("BEEF-1", 2, 78_00)])
    sent = send(alice_client, product=["beef-1"])
    assert "Bought it" in page_of(alice_client, sent)
    for pieces, is_bought in ((1, True), (2, False)):
        db.session.execute(sa.update(OrderLine).values(refunded_qty=pieces))
        db.session.commit()
        assert ("Bought it" in text_of(client.get(sent.location))) is is_bought


# --- changing ------------------------------------------------------------------------------------


def test_changing_keeps_changes_and_takes_off(alice_client: Browser) -> None:
    ids = some_products(3)
    sent = send(alice_client, product=["p-0", "p-1"])
    before = {row.product_id: row.id for row in tags()}
    url = f"/p/{sent.location.rpartition('/')[2]}/edit"
    clock.tick(timedelta(hours=1))
    edit = text_of(alice_client.get(url))
    assert edit.count('name="product" value=') == 2
    page = page_of(alice_client, send(alice_client, url, product=["p-1", "p-2"]))
    assert "/products/p-0" not in page
    assert [row.product_id for row in tags()] == ids[1:]
    assert tags()[0].id == before[ids[1]]  # its place in lists stays
    assert [figures_of(each)[0] for each in ids] == [0, 1, 1]
    review: dict[str, Any] = {"product": ["p-1"], "product_about": "review", "product_stars": "5"}
    page_of(alice_client, send(alice_client, url, **review))
    assert figures_of(ids[1]) == (1, 1, 5)
    page_of(alice_client, send(alice_client, url))
    assert tags() == []
    assert [figures_of(each) for each in ids] == [(0, 0, 0)] * 3
    assert drifts() == []


def test_hiding_removing_and_showing_again_move_the_figures(
    app: Flask, alice_client: Browser, alice: MemberRow, moderator: MemberRow
) -> None:
    product = a_product()
    sent = send(alice_client, product=["beef-1"], product_about="review", product_stars="3")
    code = sent.location.rpartition("/")[2]
    thread_id = tags()[0].thread_id
    acts: list[tuple[Callable[[], object], int]] = [
        (lambda: community.hide_thread(moderator.id, thread_id, HideReason.OTHER), 0),
        (lambda: community.restore_thread(moderator.id, thread_id), 1),
        (lambda: community.remove_thread(alice.id, code), 0),
        (lambda: community.bring_back_thread(alice.id, code), 1),
    ]
    for act, posts in acts:
        for _ in range(2):
            act()
            assert figures_of(product) == (posts, posts, posts * 3)
            assert drifts() == []
        with app.app_context(), app.test_request_context("/"):
            reviews = slots.fill("product_reviews", [product])[product]
        assert ("番茄牛腩锅" in reviews) is bool(posts)


def test_drift_is_named_and_put_right(app: Flask, alice_client: Browser) -> None:
    product = a_product()
    send(alice_client, product=["beef-1"])
    db.session.execute(sa.update(Product).values(post_count=7, star_sum=3))
    db.session.commit()
    assert drifts() == [
        "product beef-1: post_count is stored as 7, counted 1",
        "product beef-1: star_sum is stored as 3, counted 0",
    ]
    result = app.test_cli_runner().invoke(args=["tags", "recount"])
    assert result.output == "1 products put right\n"
    assert drifts() == []
    assert figures_of(product) == (1, 0, 0)


def test_the_service_holds_the_rules_itself(app: Flask, alice: MemberRow) -> None:
    ids = some_products(10)
    made = a_thread(alice)
    with pytest.raises(TooManyProductsError):
        service.save_tags(made.thread_id, alice.id, [TagDraft(each) for each in ids])
    with pytest.raises(OneProductError):
        service.save_tags(
            made.thread_id, alice.id, [TagDraft(ids[0], TagKind.QUESTION), TagDraft(ids[1])]
        )
    twice = [TagDraft(ids[0]), TagDraft(ids[1]), TagDraft(ids[0], TagKind.PART)]
    service.save_tags(made.thread_id, alice.id, twice)
    assert [(row.product_id, row.kind) for row in tags()] == [
        (ids[0], TagKind.SHOWN), (ids[1], TagKind.SHOWN),
    ]  # fmt: skip


# --- suggestions ---------------------------------------------------------------------------------


def test_a_few_letters_find_products_by_name_line_or_sku(alice_client: Browser) -> None:
    a_product("BEEF-1", "Beef tallow base")
    a_product("DIP-1", "Sesame dip", name_zh="麻酱")
    known = {"tallow": "beef-1", "beef-": "beef-1", "麻": "dip-1", "SESAME": "dip-1"}
    for text, slug in known.items():
        found = text_of(alice_client.get(f"/products/suggest?q={text}"))
        assert re.findall(r'role="option"[^>]*data-slug="([^"]*)"', found) == [slug], text
        assert f'name="product" value="{slug}"' in found
        assert "<html" not in found
    for odd in ("%25", "_", "%5C", "x" * 300):
        assert 'role="option"' not in text_of(alice_client.get(f"/products/suggest?q={odd}"))


def test_without_letters_what_was_bought_last_is_offered(
    alice_client: Browser, alice: MemberRow, client: Browser
) -> None:
    some_products(3)
    an_order(alice.id, lines=[("P-1", 1, 39_00)])
    found = text_of(alice_client.get("/products/suggest"))
    assert re.findall(r'role="option"[^>]*data-slug="([^"]*)"', found) == ["p-1"]
    assert client.get("/products/suggest").status_code == 303


# --- what products show --------------------------------------------------------------------------


def test_a_product_shows_posts_reviews_and_questions(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    product, channel = a_product(), a_channel()
    an_order(alice.id, channel=channel, lines=[("BEEF-1", 1, 39_00)])
    for author, title, kind, stars in [
        (alice, "晒锅", TagKind.SHOWN, None), (alice, "好吃", TagKind.REVIEW, 5),
        (bob, "太咸", TagKind.REVIEW, 2), (bob, "辣吗", TagKind.QUESTION, None),
    ]:  # fmt: skip
        made = a_thread(author, title)
        service.save_tags(made.thread_id, author.id, [TagDraft(product, kind, stars)])
    asked = a_thread(bob, "怎么煮")
    service.save_tags(asked.thread_id, bob.id, [TagDraft(product, TagKind.QUESTION)])
    community.reply(alice.id, asked.thread_code, "三分钟。")
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        posts = slots.fill("product_posts", [product])[product]
        reviews = slots.fill("product_reviews", [product])[product]
        questions = slots.fill("product_questions", [product])[product]
    assert "晒锅" in posts
    assert "好吃" not in posts
    assert "3.5" in reviews
    assert "of 5, from 2 reviews" in reviews
    assert reviews.index("太咸") < reviews.index("好吃")  # newest first
    assert reviews.count("Bought it") == 1
    assert questions.index("怎么煮") < questions.index("辣吗")
    assert "1 reply" in questions


def test_nothing_said_yet_says_what_to_do(app: Flask, alice: MemberRow) -> None:
    product = a_product()
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        for slot, words in {
            "product_posts": "could be the first", "product_reviews": "No reviews yet",
            "product_questions": "No questions yet", "product_where_to_buy": "not on sale",
        }.items():  # fmt: skip
            assert words in slots.fill(slot, [product])[product]


# --- lists and statements ------------------------------------------------------------------------


def test_cards_name_the_first_product_and_are_the_same_for_everybody(
    alice_client: Browser, alice: MemberRow, client: Browser
) -> None:
    some_products(2)
    an_order(alice.id, lines=[("P-0", 1, 39_00)])
    send(alice_client, product=["p-0", "p-1"])
    pills = [
        re.findall(r'<span class="note-good">.*?</p>', text_of(by.get("/")), re.DOTALL)
        for by in (alice_client, client)
    ]
    assert "Product 0" in pills[0][0]
    assert "+1" in pills[0][0]
    assert pills[0] == pills[1]


@pytest.mark.parametrize("rows", [5, 2_000])
def test_pages_take_few_statements_however_many_products_posts_carry(
    app: Flask, alice_client: Browser, client: Browser, alice: MemberRow,
    count_statements: Any, rows: int,
) -> None:  # fmt: skip
    ids = some_products(9)
    threads = many_threads(alice, rows)
    carried = threads[-50:]
    service.seed_tags(
        [
            SeedTag(thread.id, alice.id, product, clock.now())
            for thread in carried
            for product in ids
        ]
    )
    an_order(alice.id, lines=[(f"P-{n}", 1, 39_00) for n in range(9)])
    thread = carried[-1]
    for url, most in {
        "/": 8, "/b/pot": 8, f"/u/{alice.yid}": 9, f"/p/{thread.code}": 9, "/compose": 8,
        f"/p/{thread.code}/edit": 9, "/products/suggest?q=product": 8, "/me": 9,
    }.items():  # fmt: skip
        for by in (alice_client, client):
            with count_statements() as seen:
                answer = by.get(url)
            assert answer.status_code in {200, 303}
            assert len(seen) <= most, f"{url}:\n" + "\n".join(seen)
    with count_statements() as seen, app.test_request_context("/"):
        for slot in ("posts", "reviews", "questions", "where_to_buy"):
            assert slots.fill(f"product_{slot}", [ids[0]])[ids[0]]
    assert len(seen) <= 4, "\n".join(seen)
    assert drifts() == []


def test_nine_products_take_three_statements_more_than_a_post_without(
    alice_client: Browser, alice: MemberRow, count_statements: Any
) -> None:
    some_products(9)
    some_boards()
    code = an_order(alice.id, lines=[(f"P-{n}", 1, 39_00) for n in range(9)])
    form = {
        "title": "九样", "body": "一锅。", "board": "pot", "product": [f"p-{n}" for n in range(9)],
        "product_order": code, "photo_ids": [str(a_painted_photo(alice))],
    }  # fmt: skip
    form["request_key"] = value_of(alice_client.get("/compose"), "request_key")
    with count_statements() as seen:
        sent = alice_client.post("/compose", data=form)
    assert sent.status_code == 303
    assert len(seen) <= 23, "\n".join(seen)  # twenty, as every post, and three for its products
    with count_statements() as seen:
        again = alice_client.post(f"{sent.location}/edit", data={**form, "title": "八样"})
    assert again.status_code == 303
    assert len(seen) <= 17, "\n".join(seen)


def test_a_form_sent_twice_carries_its_products_once(alice_client: Browser) -> None:
    product = a_product()
    some_boards()
    key = value_of(alice_client.get("/compose"), "request_key")
    form = {"title": "锅", "body": "锅", "board": "pot", "product": "beef-1", "request_key": key}
    sent = [alice_client.post("/compose", data=form).location for _ in range(2)]
    assert sent[0] == sent[1]
    assert figures_of(product) == (1, 0, 0)
    assert len(tags()) == 1


def test_nobody_changes_the_products_of_others(app: Flask, alice_client: Browser) -> None:
    product = a_product()
    sent = send(alice_client, product=["beef-1"])
    other = browser(app)
    sign_in(other, a_member("mallory"))
    assert send(other, f"{sent.location}/edit").status_code == 404
    assert figures_of(product) == (1, 0, 0)
