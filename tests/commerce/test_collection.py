"""The collection book: one's own, filled by what one bought and kept, secrets kept secret."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import service
from app.commerce.models import Order, OrderLine
from app.commerce.queries import collection
from app.commerce.queries.collection import Collection
from app.commerce.types import SeedProduct
from app.commerce.types.catalogue import SetDraft
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import changed, db, use_case
from app.kernel.media import service as media
from tests.factories.catalogue import a_product, a_sku
from tests.factories.commerce import an_order
from tests.factories.identity import Browser, browser, sign_in
from tests.factories.photos import a_file


def _book(member: MemberRow) -> Collection:
    db.session.rollback()
    return collection.collection(member.id)


def _page(client: Browser, path: str = "/me/collection", status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


@use_case
def _set(model: Any, **values: Any) -> None:
    changed(sa.update(model).values(**values))


def _four_dips() -> None:
    a_product(skus=tuple(a_sku(f"D-{n}", 600, label_en=f"No. {n}") for n in range(1, 5)))
    codes = ("D-1", "D-2", "D-3", "D-4")
    service.seed_sets([SetDraft("dips", "四味", "Four dips", codes)])


def test_it_is_ones_own_alone(app: Flask, alice: MemberRow, alice_client: Browser) -> None:
    assert browser(app).get("/me/collection").status_code == 303
    answer = alice_client.get("/me/collection")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Only you can see it" in answer.get_data(as_text=True)
    assert alice_client.get(f"/u/{alice.yid}/collection").status_code == 404


def test_without_sets_it_says_how_it_fills(alice_client: Browser) -> None:
    assert "No sets to collect yet" in _page(alice_client)


def test_what_one_bought_is_owned_and_the_rest_leads_to_where_to_get_it(
    alice: MemberRow, bob: MemberRow, alice_client: Browser
) -> None:
    _four_dips()
    an_order(alice.id, number="A-1", lines=[("D-1", 2, 1200), ("D-3", 1, 600)])
    an_order(alice.id, number="A-2", lines=[("D-1", 1, 600), ("OTHER", 1, 100)])
    an_order(bob.id, number="B-1", lines=[("D-2", 1, 600)])
    book = _book(alice)
    assert [piece.is_owned for piece in book.sets[0].pieces] == [True, False, True, False]
    assert (book.owned, book.total, book.percent) == (2, 4, 50)
    page = _page(alice_client)
    assert page.count("Where to get it") == 2
    assert 'href="/products/sesame-dip"' in page
    assert "50 %" in page


@pytest.mark.parametrize(
    ("model", "values", "is_owned"),
    [
        (Order, {"cancelled_at": "now"}, False),
        (Order, {"withdrawn_at": "now"}, False),
        (OrderLine, {"refunded_qty": 2}, False),
        (OrderLine, {"refunded_qty": 1}, True),
        (OrderLine, {"refunded_minor": 600}, True),  # money back, the piece stayed
        (OrderLine, {"kind": "gift_card"}, False),
    ],
)
def test_what_went_back_is_not_owned(
    alice: MemberRow, model: Any, values: dict[str, Any], is_owned: bool
) -> None:
    _four_dips()
    an_order(alice.id, lines=[("D-1", 2, 1200)])
    moment = {name: clock.now() if value == "now" else value for name, value in values.items()}
    _set(model, **moment)
    assert _book(alice).sets[0].pieces[0].is_owned is is_owned


def _secret(owner: MemberRow) -> str:
    """Lay out a set with a hidden edition; return the address of its picture."""
    photo = media.store_photo(owner.id, a_file()).photo
    hidden = a_sku("SECRET-9", 99900, label_zh="黑松露", label_en="Black truffle", is_hidden=True,
                   media_id=photo.id)  # fmt: skip
    a_product("truffle-base", name_zh="松露锅底", name_en="Truffle base", skus=(hidden,))
    a_product(skus=(a_sku("D-1", 600),))
    service.seed_sets([SetDraft("all", "全部", "All of them", ("D-1", "SECRET-9"))])
    return photo.url(240)


def test_a_hidden_edition_is_a_silhouette_until_it_is_owned(
    alice: MemberRow, bob: MemberRow, alice_client: Browser
) -> None:
    picture = _secret(bob)
    for language in ("en", "zh-CN"):
        alice_client.language = language
        page = _page(alice_client)
        for trace in ("SECRET", "ruffle", "松露", "truffle-base", picture):
            assert trace not in page, trace
        assert 'class="piece is-secret"' in page
    alice_client.language = "en"
    an_order(alice.id, lines=[("SECRET-9", 1, 99900)])
    page = _page(alice_client)
    for trace in ("Truffle base", "Hidden edition", picture):
        assert trace in page, trace
    assert "is-secret" not in page


def test_what_is_no_longer_sold_counts_only_for_who_has_it(
    alice: MemberRow, bob: MemberRow
) -> None:
    a_product(skus=(a_sku("D-1", 600), a_sku("D-2", 600, is_retired=True)))
    service.seed_sets([SetDraft("dips", "味", "Dips", ("D-1", "D-2"))])
    an_order(bob.id, number="B-1", lines=[("D-2", 1, 600)])
    assert (_book(alice).owned, _book(alice).total) == (0, 1)
    assert (_book(bob).owned, _book(bob).total) == (1, 2)


def test_one_piece_in_two_sets_counts_once(alice: MemberRow) -> None:
    _four_dips()
    service.seed_sets([SetDraft("more", "更多", "More", ("D-1", "D-2"))])
    an_order(alice.id, lines=[("D-1", 1, 600)])
    book = _book(alice)
    assert [(each.owned, each.total) for each in book.sets] == [(1, 4), (1, 2)]
    assert (book.owned, book.total) == (1, 4)


def test_staff_lay_out_sets(staff_client: Browser, alice: MemberRow) -> None:
    a_product(skus=(a_sku("D-1"), a_sku("D-2")))
    form = {"slug": "dips", "name_zh": "味", "name_en": "Dips", "codes": "D-2\nD-1\n D-2 "}
    assert staff_client.post("/staff/sets/new", data=form).status_code == 303
    assert collection.find_set("dips") == SetDraft("dips", "味", "Dips", ("D-2", "D-1"))
    assert staff_client.post("/staff/sets/new", data=form).status_code == 422
    answer = staff_client.post("/staff/sets/dips", data={**form, "codes": "D-1\nNONE"})
    assert answer.status_code == 422
    assert "There is no SKU NONE" in answer.get_data(as_text=True)
    assert staff_client.post("/staff/sets/dips", data={**form, "codes": "D-1"}).status_code == 303
    assert len(_book(alice).sets[0].pieces) == 1
    assert staff_client.post("/staff/sets/dips/remove").status_code == 303
    assert _book(alice).sets == []


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("count", [10, 1_100])
def test_the_book_keeps_to_its_statements(
    alice: MemberRow,
    alice_client: Browser,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
    count: int,
) -> None:
    service.seed_products(
        [SeedProduct(f"P-{n}", f"产品{n}", f"Product {n}", "dips", 100 + n) for n in range(count)]
    )
    codes = [f"P-{n}" for n in range(count)]
    for n in range(0, count, 100):
        service.seed_sets([SetDraft(f"set-{n}", "套", "Set", tuple(codes[n : n + 100]), n)])
    an_order(alice.id, lines=[(f"P-{n}", 1, 100) for n in range(8)])
    db.session.rollback()
    with count_statements() as statements:
        page = _page(alice_client)
    assert len(statements) <= 4, statements
    assert page.count('class="piece is-missing"') == count - 8


# --- on the profile ------------------------------------------------------------------------------


def test_a_collection_stands_on_the_profile_once_its_owner_puts_it_there(
    app: Flask, alice: MemberRow, bob: MemberRow, alice_client: Browser
) -> None:
    _four_dips()
    an_order(alice.id, number="A-1", lines=[("D-1", 2, 1200), ("D-3", 1, 600)])
    guest = browser(app)
    assert 'id="collection-h"' not in _page(guest, f"/u/{alice.yid}")
    for _twice in range(2):
        answer = alice_client.post("/me/collection/show", data={"is_shown": "1"})
        assert (answer.status_code, answer.location) == (303, "/me/collection")
    page = _page(sign_in(browser(app), bob), f"/u/{alice.yid}")
    assert "2 pieces collected" in page
    assert page.count('<li class="piece">') == 2
    assert "No. 1" in page
    assert "No. 2" not in page  # what she lacks is nobody's business
    assert "Keep it to myself" in _page(alice_client)
    assert 'id="collection-h"' not in _page(guest, f"/u/{bob.yid}")
    alice_client.post("/me/collection/show", data={"is_shown": "0"})
    assert 'id="collection-h"' not in _page(sign_in(browser(app), bob), f"/u/{alice.yid}")
    assert "Only you can see it" in _page(alice_client)


def test_a_hidden_edition_counts_on_the_profile_and_stays_hidden(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    picture = _secret(bob)
    an_order(alice.id, lines=[("SECRET-9", 1, 99900), ("D-1", 1, 600)])
    service.show_collection(alice.id, is_shown=True)
    page = _page(browser(app), f"/u/{alice.yid}")
    assert "2 pieces collected" in page
    for trace in ("SECRET", "Truffle base", "truffle-base", picture):
        assert trace not in page, trace


def test_only_a_member_puts_a_collection_on_a_profile(app: Flask) -> None:
    assert browser(app).post("/me/collection/show").status_code in {303, 400}


@pytest.mark.parametrize("count", [2, 40])
def test_a_profile_with_a_collection_keeps_to_its_statements(
    app: Flask,
    alice: MemberRow,
    bob: MemberRow,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
    count: int,
) -> None:
    codes = tuple(f"D-{n}" for n in range(count))
    a_product(skus=tuple(a_sku(code, 600) for code in codes))
    service.seed_sets([SetDraft("dips", "味", "Dips", codes)])
    an_order(alice.id, lines=[(code, 1, 600) for code in codes])
    service.show_collection(alice.id, is_shown=True)
    client = sign_in(browser(app), bob)
    with count_statements() as statements:
        assert f"{count} pieces collected" in _page(client, f"/u/{alice.yid}")
    assert len(statements) <= 9, statements
