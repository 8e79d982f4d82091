"""Products for fans: the shelf and a product's page, in their language, without what is hidden."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from markupsafe import Markup

from app.commerce import service
from app.commerce.models import Product
from app.commerce.queries import shelf
from app.commerce.routes.products import PLACES
from app.commerce.types import SeedCategory, SeedProduct, TagKind
from app.commerce.types.tags import TagDraft
from app.identity.types import MemberRow
from app.kernel import slots
from app.kernel.db import db
from app.kernel.media import service as media
from tests.factories.catalogue import a_product, a_sku
from tests.factories.community import a_thread
from tests.factories.identity import Browser
from tests.factories.photos import a_file

ZH = {"Accept-Language": "zh-CN"}


def _page(client: Browser, path: str, status: int = 200, **headers: str) -> str:
    answer = client.get(path, headers=headers or None)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def test_an_empty_shelf_says_so(client: Browser) -> None:
    assert "The shelf is still empty" in _page(client, "/products")


def test_guests_see_the_shelf_by_category_and_by_name(client: Browser) -> None:
    service.seed_categories([SeedCategory("ware", "器物", "Pots and bowls")])
    a_product()
    a_product("bowl", name_zh="陶碗", name_en="Clay bowl", category="ware",
              skus=(a_sku("B-1", 4500), a_sku("B-2", 3900)))  # fmt: skip
    page = _page(client, "/products")
    for words in ("Clay bowl", "Sesame dip", "Pots and bowls", "from", "39.00"):
        assert words in page, words
    assert "Sesame dip" not in _page(client, "/products?category=ware")
    assert "Clay bowl" in _page(client, "/products?q=CLAY")
    assert "Nothing is called so" in _page(client, "/products?q=%25")
    chinese = client.get("/products", headers=ZH).get_data(as_text=True)
    assert "陶碗" in chinese
    assert "器物" in chinese
    assert "max-age=60" in client.get("/products").headers["Cache-Control"]


def test_a_product_tells_everything_in_the_readers_language(client: Browser) -> None:
    a_product(
        brand_line="家传 | Heirloom",
        description_zh="现磨**芝麻**",
        description_en="Ground *today*",
        risk_zh="含芝麻",
        risk_en="Contains sesame seeds",
        allergens=("sesame", "our-own-word"),
        attributes={
            "材质 | Made of": ["芝麻 | Sesame", "盐 | Salt"], "goes_with": ["bowl", "none"]
        },
        skus=(a_sku("D-120", 1290, label_zh="120 克", label_en="120 g", pack_size=6,
                    pack_unit="serving", daily_use_milli=500),
              a_sku("D-20", 290, label_en="20 g", trial_of="D-120")),
    )  # fmt: skip
    a_product("bowl", name_en="Clay bowl")
    page = _page(client, "/products/sesame-dip")
    for words in ("Heirloom", "<em>today</em>", "Contains sesame seeds", "our-own-word", "Made of",
                  "Sesame, Salt", "120 g", "6 servings", "lasts about 12 days", "Trial pack",
                  "Full size: Sesame dip 120 g", "Clay bowl", "/products/bowl"):  # fmt: skip
        assert words in page, words
    assert "none" not in page.partition("Goes with")[2].partition("</ul>")[0]
    chinese = client.get("/products/sesame-dip", headers=ZH).get_data(as_text=True)
    for words in ("家传", "<strong>芝麻</strong>", "含芝麻", "120 克", "芝麻、盐"):
        assert words in chinese, words
    assert "Heirloom" not in chinese


def test_a_text_in_the_other_language_is_marked_as_such(client: Browser) -> None:
    a_product(description_zh="只有中文")
    assert '<div lang="zh-Hans">' in _page(client, "/products/sesame-dip")


def test_a_hidden_edition_shows_nothing_of_itself(client: Browser, bob: MemberRow) -> None:
    photo = media.store_photo(bob.id, a_file()).photo
    secret = a_sku("SECRET-9", 99900, label_zh="黑松露", label_en="Black truffle", is_hidden=True,
                   media_id=photo.id)  # fmt: skip
    a_product(skus=(a_sku("D-1", 600), secret, a_sku("D-2", 100, trial_of="SECRET-9")))
    for path in ("/products", "/products/sesame-dip"):
        for headers in ({}, ZH):
            page = client.get(path, headers=headers).get_data(as_text=True)
            for trace in ("SECRET-9", "truffle", "黑松露", "999", photo.url(240)):
                assert trace not in page, (path, trace)
    assert "A hidden edition" in _page(client, "/products/sesame-dip")


def test_a_hidden_product_does_not_exist_and_a_reference_does_not_tell(
    client: Browser, staff_client: Browser
) -> None:
    state = a_product()
    assert client.get(f"/go/product/{state.id}").location == "/products/sesame-dip"
    staff_client.post("/staff/products/sesame-dip/hide")
    _page(client, "/products/sesame-dip", 404)
    assert client.get(f"/go/product/{state.id}").status_code == 404
    assert staff_client.get(f"/go/product/{state.id}").location == "/products/sesame-dip"
    _page(client, "/products/none", 404)


@pytest.fixture
def filled_slots() -> Iterator[list[tuple[str, list[int]]]]:
    """Somebody has something to say in every slot of the page."""
    asked: list[tuple[str, list[int]]] = []
    before = {place: list(slots._fillers[place]) for place in PLACES}
    for place in PLACES:

        def fill(keys: object, place: str = place) -> dict[int, Markup]:
            ids = list(keys)  # type: ignore[call-overload]
            asked.append((place, ids))
            return {key: Markup("<p>in {}</p>").format(place) for key in ids}

        slots._fillers[place] = [fill]
    yield asked
    for place in PLACES:
        slots._fillers[place] = before[place]


def test_other_floors_have_their_places_on_the_page(
    client: Browser, filled_slots: list[tuple[str, list[int]]]
) -> None:
    state = a_product()
    page = _page(client, "/products/sesame-dip")
    assert [page.index(f"<p>in {place}</p>") for place in PLACES] == sorted(
        page.index(f"<p>in {place}</p>") for place in PLACES
    )
    assert filled_slots == [(place, [state.id]) for place in PLACES]


def _many(count: int) -> None:
    service.seed_products(
        [SeedProduct(f"P-{n}", f"产品{n}", f"Product {n}", "dips", 100 + n) for n in range(count)]
    )


def test_paging_shows_every_product_once(app: Flask) -> None:
    _many(57)
    seen: list[str] = []
    after: str | None = None
    while True:
        page = shelf.shelf(after=after)
        seen += [card.slug for card in page.items]
        after = page.next_key
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 57
    for nonsense in ("x", "-1", "9" * 30, "１"):
        assert len(shelf.shelf(after=nonsense).items) == 24


def test_more_comes_as_a_piece_of_the_page(client: Browser) -> None:
    _many(30)
    key = shelf.shelf().next_key
    answer = client.get(f"/products?after={key}", headers={"HX-Request": "true"})
    piece = answer.get_data(as_text=True)
    assert "<html" not in piece
    assert piece.count('class="good"') == 6


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("count", [10, 1_200])
def test_fans_pages_keep_to_their_statements(
    alice: MemberRow,
    alice_client: Browser,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
    count: int,
) -> None:
    photos = tuple(media.store_photo(alice.id, a_file()).id for _ in range(3))
    _many(count)
    skus = tuple(
        a_sku(f"S-{n}", 100 + n, trial_of="S-0" if n else "") for n in range(count // 30 + 2)
    )
    a_product(skus=skus, photo_ids=photos, attributes={"goes_with": ["p-1", "p-2"]})
    db.session.rollback()
    for path, most in (("/products", 4), ("/products?category=dips&q=product", 4),
                       ("/products/sesame-dip", 9)):  # fmt: skip
        with count_statements() as statements:
            _page(alice_client, path)
        assert len(statements) <= most, (path, statements)


def test_products_stand_in_the_navigation(client: Browser, alice_client: Browser) -> None:
    page = _page(client, "/products")
    rail = page.partition('<nav class="tabbar"')[2].partition("</nav>")[0]
    assert rail.count("<li") == 12
    assert rail.count('<li class="tab-more"><a href="/products" aria-current="page"') == 1
    me = _page(alice_client, "/me")
    assert 'href="/products"' in me
    assert 'href="/me/collection"' in me


def _told(client: Browser, path: str) -> Any:
    data = _page(client, path).partition('<script type="application/ld+json">')[2]
    return json.loads(data.partition("</script>")[0])


def test_search_engines_read_a_product_with_its_prices_and_stars(
    client: Browser, alice: MemberRow
) -> None:
    a_product("dip", name_en="Dip </script> one", skus=(a_sku("D-1", 39_00),))
    told = _told(client, "/products/dip?lang=en")
    assert (told["@type"], told["name"]) == ("Product", "Dip </script> one")
    assert told["url"] == "http://localhost/products/dip"
    offer = told["offers"][0]
    assert (offer["sku"], offer["price"], offer["priceCurrency"]) == ("D-1", "39.00", "CNY")
    assert "aggregateRating" not in told
    assert "/products/dip</loc>" in _page(client, "/sitemap-pages.xml")
    made = a_thread(alice)
    product_id = db.session.scalars(sa.select(Product.id)).one()
    review = TagDraft(product_id, TagKind.REVIEW, 4)
    service.save_tags(made.thread_id, alice.id, [review], is_new=True)
    rating = _told(client, "/products/dip?lang=zh-CN")["aggregateRating"]
    assert (rating["ratingValue"], rating["reviewCount"], rating["bestRating"]) == (4, 1, 5)
