"""Products in the console: written once, changed from the version one saw, hidden and back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale

from app.commerce.queries import catalogue
from app.commerce.queries.catalogue import ProductFilters
from app.commerce.queries.channel_settings import settings_of
from app.commerce.service import catalogue as service
from app.commerce.service.channel_settings import change_channel
from app.commerce.types.catalogue import (
    CatalogueError,
    ChannelChangedError,
    ListingDraft,
    ProductChangedError,
    link_to_item,
)
from app.identity.types import MemberRow
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.media import service as media
from tests.factories.catalogue import a_product, a_sku, as_sent, stored
from tests.factories.commerce import a_channel
from tests.factories.identity import Browser, browser, sign_in
from tests.factories.photos import a_file, as_form

PATHS = (
    "/staff/products", "/staff/products/new", "/staff/products/sesame-dip", "/staff/categories",
    "/staff/categories/new", "/staff/categories/dips", "/staff/categories/dips/remove",
    "/staff/sets", "/staff/sets/new", "/staff/catalogue", "/staff/catalogue/export/csv",
)  # fmt: skip


def _page(client: Browser, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def _acts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_only_who_may_edit_products_comes_in(
    app: Flask, alice_client: Browser, operator: MemberRow, moderator: MemberRow
) -> None:
    a_product()
    others = {"operator": browser(app), "moderator": browser(app)}
    sign_in(others["operator"], operator)
    sign_in(others["moderator"], moderator)
    for path in PATHS:
        assert browser(app).get(path).status_code == 303
        assert alice_client.get(path).status_code == 403
        assert others["moderator"].get(path).status_code == 403
        answer = others["operator"].get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_not_there_is_not_found(staff_client: Browser) -> None:
    for path in ("products/none", "categories/none", "sets/none", "catalogue/nonsense",
                 "catalogue/export/exe", "channels/none"):  # fmt: skip
        _page(staff_client, f"/staff/{path}", 404)
    for path in ("hide", "show", "retire", "sell-again"):
        assert staff_client.post(f"/staff/products/none/{path}").status_code == 404


def test_a_product_is_made_with_its_skus_and_listings(staff_client: Browser) -> None:
    a_channel("tmall")
    a_product("other")  # the category is there
    draft = replace(
        stored("other").draft,
        slug="mala-base",
        name_en="Mala base",
        description_en="Hot.\n\n- very",
        allergens=("soy", "sesame"),
        attributes={"Heat": "5", "Cuts": ["a", "b"], "goes_with": ["other"]},
        skus=(
            a_sku("M-360", 2690, label_en="360 g", pack_size=4, pack_unit="serving",
                  daily_use_milli=250, listings=(ListingDraft("tmall", "88/1 2", 2590),)),
            a_sku("M-80", 890, trial_of="M-360"),
        ),
    )  # fmt: skip
    answer = staff_client.post("/staff/products/new", data=as_sent(draft))
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    found = stored("mala-base")
    assert found.draft == replace(draft, photo_ids=())
    assert found.version == 1
    assert _acts()[-1] == "product.made"
    page = _page(staff_client, "/staff/products/mala-base")
    for words in ("M-360", "26.90", "88/1 2", "25.90", "Heat: 5", "Cuts: a; b"):
        assert words in page, words


def test_saving_what_is_there_changes_nothing(staff_client: Browser, staff: MemberRow) -> None:
    a_channel("tmall")
    listed = a_sku("S-1", daily_use_milli=1500, listings=(ListingDraft("tmall", "7"),))
    a_product(skus=(listed, a_sku("S-2", is_hidden=True, trial_of="S-1")), allergens=("egg",))
    before = stored("sesame-dip")
    sent = as_sent(before.draft, before.version)
    assert staff_client.post("/staff/products/sesame-dip", data=sent).status_code == 303
    assert stored("sesame-dip") == before
    assert "product.changed" not in _acts()


def test_two_who_edit_at_once_do_not_lose_each_others_work(staff_client: Browser) -> None:
    first = a_product()
    mine = as_sent(first.draft, first.version, name_en="Mine")
    theirs = as_sent(first.draft, first.version, name_en="Theirs")
    assert staff_client.post("/staff/products/sesame-dip", data=theirs).status_code == 303
    answer = staff_client.post("/staff/products/sesame-dip", data=mine)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Theirs" in page  # the newer state
    assert 'value="Mine"' in page  # what was typed
    assert stored("sesame-dip").draft.name_en == "Theirs"
    again = as_sent(first.draft, first.version + 1, name_en="Mine")
    assert staff_client.post("/staff/products/sesame-dip", data=again).status_code == 303
    assert stored("sesame-dip").draft.name_en == "Mine"


def test_a_draft_from_an_old_version_is_refused_by_the_service(staff: MemberRow) -> None:
    state = a_product()
    draft = replace(state.draft, name_en="New")
    assert service.change_product(draft, version=1, actor_id=staff.id)
    with pytest.raises(ProductChangedError):
        service.change_product(replace(draft, name_en="Newer"), version=1, actor_id=staff.id)
    assert stored("sesame-dip").version == 2


BAD_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"name_en": ""}, "Write its name."),
    ({"slug": "Über"}, "Small letters"),
    ({"slug": "suggest"}, "The shop needs this address itself"),
    ({"slug": " OUT"}, "The shop needs this address itself"),
    ({"category": "none"}, "Not a valid choice"),
    ({"skus-0-price": "12.345"}, "at most two decimals"),
    ({"skus-0-price": "-1"}, "at most two decimals"),
    ({"skus-0-price": "9" * 40}, "at most two decimals"),
    ({"skus-0-price": ""}, "at most two decimals"),
    ({"skus-0-currency": "euro"}, "ISO code"),
    ({"skus-0-pack_size": "0"}, "A whole number from 1"),
    ({"skus-0-daily_use": "1e5"}, "how many pieces"),
    ({"skus-0-trial_of": "NONE"}, "no other SKU of this code"),
    ({"skus-0-trial_of": "NEW-1"}, "no other SKU of this code"),
    ({"skus-1-code": "NEW-1", "skus-1-price": "1"}, "stands here twice"),
    ({"skus-1-code": "TAKEN", "skus-1-price": "1"}, "Another product has a SKU of this code"),
    ({"skus-1-label_en": "x"}, "Write the SKU"),
    ({"description_en": "x" * 10_001}, "too long"),
]


@pytest.mark.parametrize(("change", "words"), BAD_FIELDS, ids=lambda value: str(value)[:40])
def test_bad_input_is_named_and_nothing_is_lost(
    staff_client: Browser, change: dict[str, Any], words: str
) -> None:
    other = a_product("other", skus=(a_sku("TAKEN"),))
    draft = replace(other.draft, slug="new-one", name_zh="新的", skus=(a_sku("NEW-1", 1234),))
    answer = staff_client.post("/staff/products/new", data=as_sent(draft, None, **change))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert "新的" in page
    assert catalogue.find_product("new-one") is None
    assert catalogue.find_product(change.get("slug", "").strip().lower()) is None


def test_an_address_is_taken_once(staff_client: Browser) -> None:
    state = a_product()
    answer = staff_client.post("/staff/products/new", data=as_sent(replace(state.draft, skus=())))
    assert answer.status_code == 422
    assert "Another product has this address" in answer.get_data(as_text=True)


def test_the_slug_and_codes_of_what_is_there_stay(staff_client: Browser) -> None:
    state = a_product()
    sent = as_sent(state.draft, state.version, slug="other-slug", name_en="New name")
    assert staff_client.post("/staff/products/sesame-dip", data=sent).status_code == 303
    assert stored("sesame-dip").draft.name_en == "New name"


def test_hiding_can_be_undone(staff_client: Browser, client: Browser) -> None:
    a_product()
    assert "Sesame dip" in _page(client, "/products")
    answer = staff_client.post("/staff/products/sesame-dip/hide")
    assert "Undo" in _page(staff_client, answer.location)
    assert "Sesame dip" not in _page(client, "/products")
    _page(client, "/products/sesame-dip", 404)
    assert "Fans do not see this page" in _page(staff_client, "/products/sesame-dip")
    staff_client.post("/staff/products/sesame-dip/show")
    assert "Sesame dip" in _page(client, "/products/sesame-dip")
    assert _acts()[-2:] == ["product.hidden", "product.shown"]


def test_a_retired_sku_leaves_the_page_price_and_comes_back(
    staff_client: Browser, client: Browser
) -> None:
    a_product(skus=(a_sku("A", 500), a_sku("B", 900)))
    answer = staff_client.post("/staff/products/sesame-dip/retire", data={"code": "A"})
    assert "A is no longer sold" in _page(staff_client, answer.location)
    assert "9.00" in _page(client, "/products")
    assert "5.00" not in _page(client, "/products")
    assert "No longer sold" in _page(client, "/products/sesame-dip")
    staff_client.post("/staff/products/sesame-dip/sell-again", data={"code": "A"})
    assert "5.00" in _page(client, "/products")
    assert (
        staff_client.post("/staff/products/sesame-dip/retire", data={"code": "X"}).status_code
        == 404
    )
    assert _acts()[-2:] == ["sku.retired", "sku.back_on_sale"]


def test_photos_are_taken_into_use_in_order_and_let_go(
    staff_client: Browser, staff: MemberRow, bob: MemberRow
) -> None:
    state = a_product()
    mine = [media.store_photo(staff.id, a_file(), waiting=True).id for _ in range(2)]
    sent = as_sent(replace(state.draft, photo_ids=(mine[1], mine[0])), state.version)
    assert staff_client.post("/staff/products/sesame-dip", data=sent).status_code == 303
    assert stored("sesame-dip").draft.photo_ids == (mine[1], mine[0])
    assert catalogue.photos_in_use(mine) == set(mine)
    foreign = media.store_photo(bob.id, a_file(), waiting=True).id
    sent = as_sent(replace(state.draft, photo_ids=(foreign,)), state.version + 1)
    answer = staff_client.post("/staff/products/sesame-dip", data=sent)
    assert answer.status_code == 422
    assert "A photo waited too long" in answer.get_data(as_text=True)
    sent = as_sent(replace(state.draft, photo_ids=()), state.version + 1)
    assert staff_client.post("/staff/products/sesame-dip", data=sent).status_code == 303
    assert catalogue.photos_in_use(mine) == set()


def test_a_sku_gets_a_picture_of_its_own_without_scripts(staff_client: Browser) -> None:
    state = a_product()
    fields = dict(as_sent(state.draft, state.version).items())
    fields["skus-0-picture"] = [(a_file(), "own.jpg")]
    answer = staff_client.post("/staff/products/sesame-dip", **as_form(fields))
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    media_id = stored("sesame-dip").draft.skus[0].media_id
    assert media_id is not None
    assert catalogue.photos_in_use([media_id]) == {media_id}
    now = stored("sesame-dip")
    drop = {"skus-0-drops_picture": "y"}
    sent = as_sent(now.draft, now.version, **drop)
    assert staff_client.post("/staff/products/sesame-dip", data=sent).status_code == 303
    assert stored("sesame-dip").draft.skus[0].media_id is None


def test_a_form_may_have_more_parts_than_other_forms(staff_client: Browser) -> None:
    skus = tuple(a_sku(f"S-{n}", 100 + n) for n in range(60))
    state = a_product(skus=skus)
    fields = dict(as_sent(state.draft, state.version, name_en="Many").items())
    answer = staff_client.post("/staff/products/sesame-dip", **as_form(fields))
    assert answer.status_code == 303
    assert len(stored("sesame-dip").draft.skus) == 60


def test_what_staff_write_is_never_markup(staff_client: Browser, client: Browser) -> None:
    nasty = "<script>x</script>"
    a_product(
        name_en=nasty, name_zh=nasty, brand_line=nasty, description_en=nasty, risk_en=nasty,
        attributes={nasty: nasty}, skus=(a_sku(nasty, label_en=nasty),),
    )  # fmt: skip
    for who, path in ((client, "/products"), (client, "/products/sesame-dip"),
                      (staff_client, "/staff/products"),
                      (staff_client, "/staff/products/sesame-dip")):  # fmt: skip
        assert "<script>x" not in _page(who, path)


# --- categories ----------------------------------------------------------------------------------


def test_categories_are_made_changed_and_removed_when_empty(staff_client: Browser) -> None:
    form = {"slug": "figures", "name_zh": "手办", "name_en": "Figures", "mode": "novelty"}
    assert staff_client.post("/staff/categories/new", data=form).status_code == 303
    assert staff_client.post("/staff/categories/new", data=form).status_code == 422
    changed = {**form, "name_en": "Blind boxes", "position": "3"}
    assert staff_client.post("/staff/categories/figures", data=changed).status_code == 303
    row = catalogue.find_category("figures")
    assert row is not None
    assert (row.name_en, row.position, row.mode) == ("Blind boxes", 3, "novelty")
    a_product(category="figures")
    answer = staff_client.post("/staff/categories/figures/remove")
    assert answer.status_code == 422
    assert "Products stand in this category" in answer.get_data(as_text=True)
    staff_client.post("/staff/categories/new", data={**form, "slug": "empty"})
    assert staff_client.post("/staff/categories/empty/remove").status_code == 303
    assert catalogue.find_category("empty") is None
    assert _acts()[-1] == "category.removed"


# --- channels ------------------------------------------------------------------------------------


def _channel_form(staff_client: Browser, **changes: Any) -> Any:
    _, settings = settings_of("tmall")
    form = {
        "seen": settings.mark, "name": "Tmall", "return_window_days": "7", "multiplier": "1",
        **changes,
    }  # fmt: skip
    return staff_client.post("/staff/channels/tmall", data=form)


def test_a_channels_settings_are_data(staff_client: Browser) -> None:
    a_channel("tmall")
    answer = _channel_form(
        staff_client, multiplier="1.5", link_template="https://shop.example/i/{item}?x=1",
        price_floor="80", delivers_phone="y", is_closed="y", return_window_days="15",
    )  # fmt: skip
    assert answer.status_code == 303
    _, settings = settings_of("tmall")
    assert (settings.earning_permille, settings.price_floor_permille) == (1500, 800)
    assert (settings.delivers, settings.is_closed) == (("phone",), True)
    page = _page(staff_client, "/staff/channels")
    assert "×1.5" in page
    assert "No longer sold there" in page
    assert _acts()[-1] == "channel.changed"
    assert link_to_item(settings.link_template, "1/2 &") == "https://shop.example/i/1%2F2%20%26?x=1"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"link_template": "http://shop.example/{item}"}, "Begin with https"),
        ({"link_template": "https://shop.example/"}, "Put {item} where"),
        ({"link_template": "https://{item}.example/x"}, "Begin with https"),
        ({"link_template": "https://shop.example@evil.example/{item}"}, "Begin with https"),
        ({"link_template": "javascript:alert(1)//{item}"}, "Begin with https"),
        ({"link_template": 'https://shop.example/"{item}'}, "no spaces or quotes"),
        ({"multiplier": "11"}, "from 0 to 10"),
        ({"multiplier": ""}, "from 0 to 10"),
        ({"multiplier": "1.2345"}, "from 0 to 10"),
        ({"price_floor": "101"}, "from 0 to 100"),
        ({"return_window_days": "366"}, "From 0 to 365"),
        ({"name": ""}, "Write what people call it"),
    ],
)
def test_bad_channel_settings_are_refused(
    staff_client: Browser, change: dict[str, str], words: str
) -> None:
    a_channel("tmall")
    before = settings_of("tmall")
    answer = _channel_form(staff_client, **change)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert settings_of("tmall") == before


def test_two_who_edit_a_channel_do_not_overwrite_each_other(staff: MemberRow) -> None:
    a_channel("tmall")
    _, seen = settings_of("tmall")
    assert change_channel(replace(seen, earning_permille=2000), seen=seen.mark, actor_id=staff.id)
    with pytest.raises(ChannelChangedError):
        change_channel(replace(seen, is_closed=True), seen=seen.mark, actor_id=staff.id)
    _, now = settings_of("tmall")
    assert (now.earning_permille, now.is_closed) == (2000, False)


def test_nothing_is_listed_below_a_channels_floor(staff: MemberRow) -> None:
    a_channel("tmall", price_floor_permille=800)
    state = a_product(skus=(a_sku("S-1", 1000),))

    def listed(price: int) -> Any:
        sku = replace(state.draft.skus[0], listings=(ListingDraft("tmall", "1", price),))
        return replace(state.draft, skus=(sku,))

    with force_locale("en"), pytest.raises(CatalogueError, match="floor is 80 %"):
        service.change_product(listed(799), version=1, actor_id=staff.id)
    assert service.change_product(listed(800), version=1, actor_id=staff.id)


# --- how much ------------------------------------------------------------------------------------


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("count", [10, 1_200])
def test_staff_pages_keep_to_their_statements(
    staff_client: Browser,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
    count: int,
) -> None:
    a_channel("tmall")
    for n in range(count):
        a_product(f"p-{n:04d}", name_en=f"Product {n:04d}") if n < 3 else None
    _many(count)
    state = stored("p-0001")
    for path, most in (
        ("/staff/products", 8), ("/staff/products?q=product&category=dips&state=needs_work", 8),
        ("/staff/products/p-0001", 9), ("/staff/categories", 8), ("/staff/sets", 8),
        ("/staff/channels", 8), ("/staff/channels/tmall", 9),
    ):  # fmt: skip
        with count_statements() as statements:
            _page(staff_client, path)
        assert len(statements) <= most, (path, statements)
    changed = as_sent(state.draft, state.version, **{"name_en": "New", "skus-0-price": "7.77"})
    with count_statements() as statements:
        assert staff_client.post("/staff/products/p-0001", data=changed).status_code == 303
    assert len(statements) <= 20, statements


def _many(count: int) -> None:
    from app.commerce import service as commerce
    from app.commerce.types import SeedProduct

    commerce.seed_products(
        [
            SeedProduct(f"P-{n:04d}", f"产品{n}", f"Product {n:04d}", "dips", 100 + n)
            for n in range(count)
        ]
    )


def test_the_list_is_paged_and_narrowed(staff: MemberRow) -> None:
    _many(120)
    a_product(
        "bowl", name_en="Clay bowl", brand_line="Earth", category="ware", skus=(a_sku("CB-9"),)
    )
    seen: list[str] = []
    after: str | None = None
    while True:
        page = catalogue.staff_products(ProductFilters(), after)
        seen += [line.slug for line in page.items]
        after = page.next_key
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 121
    for filters in (ProductFilters(q="clay"), ProductFilters(q="cb-"), ProductFilters(line="Earth"),
                    ProductFilters(category="ware"), ProductFilters(q="bow")):  # fmt: skip
        assert [line.slug for line in catalogue.staff_products(filters).items] == ["bowl"]
    assert catalogue.staff_products(ProductFilters(q="%")).items == []
    assert catalogue.staff_products(ProductFilters(state="hidden")).items == []
    lacks = catalogue.staff_products(ProductFilters(state="needs_work")).items[0].lacks
    assert lacks == ("photo", "description")
