"""The catalogue as a file: out and in again changes nothing, and nothing comes in unseen."""

import csv
import io
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.commerce import service as commerce
from app.commerce.queries import catalogue
from app.commerce.service.catalogue_files import (
    Plan,
    RowKind,
    export_rows,
    import_catalogue,
    plan_import,
)
from app.commerce.sheets import read_sheet, write_csv, write_xlsx
from app.commerce.sheets.cells import DANGEROUS, safe, unsafe
from app.commerce.types import FileRefusedError, SeedCategory, SeedProduct
from app.commerce.types.catalogue import CatalogueChangedError, ListingDraft
from app.identity.types import MemberRow
from app.kernel.db import db
from tests.factories.catalogue import a_product, a_sku, as_sent, stored
from tests.factories.commerce import a_channel
from tests.factories.identity import Browser, browser, sign_in
from tests.factories.photos import as_form

WRITERS = {"csv": write_csv, "xlsx": write_xlsx}
NASTY = ("=1+1", "+1", "-1", "@SUM(A1)", "'=1", "'", "''", "＝1", '"quoted", and; more',
         '=HYPERLINK("http://x")', "100%", "_x000D_", "0012", "1E5", "true", "1.50")  # fmt: skip


def _export(kind: str) -> bytes:
    db.session.rollback()
    return WRITERS[kind](*export_rows())


def _plan(data: bytes) -> Plan:
    db.session.rollback()
    return plan_import(read_sheet(data), currency="CNY")


def _csv(*rows: dict[str, Any], encoding: str = "utf-8") -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def _everything() -> None:
    a_channel("tmall")
    a_channel("jd")
    a_product(
        brand_line="家传 | Heirloom", description_zh="第一行\n\n- 二",
        description_en='He said "so", a\tb',
        risk_zh="含芝麻", risk_en="Contains sesame", allergens=("sesame", "soy"),
        attributes={"Heat": "5", "Cuts": ["a", "b"], "goes_with": ["bowl"], "One": ["only"]},
        skus=(
            a_sku("D-120", 1290, label_zh="120 克", label_en="120 g", pack_size=6,
                  pack_unit="serving", daily_use_milli=333,
                  listings=(ListingDraft("jd", "00123"), ListingDraft("tmall", "9", 1190))),
            a_sku("D-20", 290, trial_of="D-120", is_hidden=True),
            a_sku("D-old", 0, is_retired=True, currency="USD"),
        ),
    )  # fmt: skip
    for place, text in enumerate(NASTY):
        a_product(
            f"nasty-{place}", name_zh=text, name_en=text, brand_line=text, description_en=text,
            risk_zh=text, skus=(a_sku(f"{text[:50]}#{place}", 1 + place, label_en=text),),
        )  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_out_and_in_again_changes_nothing(app: Flask, staff: MemberRow, kind: str) -> None:
    _everything()
    before = {state.draft.slug: state for state in catalogue.all_products()}
    assert len(before) == len(NASTY) + 1
    data = _export(kind)
    plan = _plan(data)
    assert {(row.kind, row.changes, str(row.reason)) for row in plan.rows} == {
        (RowKind.SAME, (), "")
    }
    import_catalogue(read_sheet(data), currency="CNY", mark=plan.mark, actor_id=staff.id)
    db.session.rollback()
    assert {state.draft.slug: state for state in catalogue.all_products()} == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_of_the_file_is_a_formula(app: Flask, kind: str) -> None:
    _everything()
    data = _export(kind)
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        cells = [cell for row in rows for cell in row]
        assert [cell for cell in cells if cell.startswith(DANGEROUS)] == []
        assert "'=1+1" in cells
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            strings = book.read("xl/sharedStrings.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert "'=1+1" in strings
        assert ">=1+1<" not in strings


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_a_safe_cell_is_harmless_and_finds_its_way_back(text: str) -> None:
    assert unsafe(safe(text)) == text
    assert not safe(text).startswith(DANGEROUS)


def test_a_file_makes_and_changes_products_and_leaves_the_rest_alone(staff: MemberRow) -> None:
    a_channel("tmall")
    a_product(skus=(a_sku("D-1", 600, label_en="old", listings=(ListingDraft("tmall", "7"),)),
                    a_sku("D-2", 700)))  # fmt: skip
    data = _csv(
        {"sku": "D-1", "product": "sesame-dip", "price": "6.50", "name_zh": "麻酱"},
        {"sku": "B-1", "product": "bowl", "price": "45", "name_zh": "碗", "name_en": "Bowl",
         "category": "dips", "label_en": "big"},
        {"sku": "B-2", "product": "bowl", "price": "40", "name_zh": "碗", "name_en": "Bowl",
         "category": "dips", "trial_of": "B-1"},
    )  # fmt: skip
    # An empty cell of a column that is there empties what it stands for.
    plan = _plan(data)
    assert [(row.sku, row.kind, row.column) for row in plan.rows] == [
        ("D-1", RowKind.BAD, "name_en"), ("B-1", RowKind.NEW, ""), ("B-2", RowKind.NEW, "")
    ]  # fmt: skip
    data = data.replace("麻酱,,".encode(), "麻酱,Sesame dip,dips".encode())
    plan = _plan(data)
    assert [(row.sku, row.kind) for row in plan.rows] == [
        ("D-1", RowKind.CHANGED), ("B-1", RowKind.NEW), ("B-2", RowKind.NEW)
    ]  # fmt: skip
    import_catalogue(read_sheet(data), currency="CNY", mark=plan.mark, actor_id=staff.id)
    dip, bowl = stored("sesame-dip"), stored("bowl")
    assert (dip.version, bowl.version) == (2, 1)
    assert [sku.price_minor for sku in dip.draft.skus] == [650, 700]
    assert dip.draft.skus[0].listings == (ListingDraft("tmall", "7"),)  # no column, no change
    assert [(s.code, s.currency, s.trial_of) for s in bowl.draft.skus] == [
        ("B-1", "CNY", ""), ("B-2", "CNY", "B-1")
    ]  # fmt: skip


NEW = {"sku": "N-1", "product": "new", "name_zh": "新", "name_en": "New", "category": "dips",
       "price": "1"}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"product": "Ü"}, "product", "Small letters"),
        ({"product": "x" * 65}, "product", "Small letters"),
        ({"product": "Suggest"}, "product", "shop needs this address itself"),
        ({"product": "out"}, "product", "shop needs this address itself"),
        ({"name_en": ""}, "name_en", "can't be empty"),
        ({"name_en": "x" * 121}, "name_en", "longer than 120"),
        ({"name_en": "a\nb"}, "name_en", "several lines"),
        ({"category": "none"}, "category", "no such category"),
        ({"shown": "perhaps"}, "shown", "yes or no"),
        ({"allergens": "dust"}, "allergens", "no allergen"),
        ({"price": ""}, "price", "can't be empty"),
        ({"price": "12.345"}, "price", "Write a number"),
        ({"price": "-5"}, "price", "Write a number"),
        ({"price": "1e5"}, "price", "Write a number"),
        ({"currency": "YUAN"}, "currency", "ISO code"),
        ({"pack_size": "0"}, "pack_size", "whole number"),
        ({"pack_unit": "barrel"}, "pack_unit", "One of"),
        ({"daily_use": "much"}, "daily_use", "Write a number"),
        ({"trial_of": "NONE"}, "trial_of", "no other SKU"),
        ({"trial_of": "N-1"}, "trial_of", "no other SKU"),
        ({"sku": "TAKEN"}, "sku", "Another product has"),
        ({"sku": "x" * 65}, "sku", "longer than 64"),
        ({"item@nowhere": "1"}, "item@nowhere", "no such channel"),
        ({"item@tmall": "x" * 129}, "item@tmall", "longer than 128"),
        ({"price@tmall": "0.79"}, "price@tmall", "below what the channel"),
    ],
)
def test_a_bad_row_is_named_with_its_reason(
    app: Flask, change: dict[str, str], column: str, words: str
) -> None:
    a_channel("tmall", price_floor_permille=800)
    a_product("other", skus=(a_sku("TAKEN"),))
    plan = _plan(_csv({**NEW, **change}))
    (row,) = plan.rows
    assert (row.kind, row.column, row.line) == (RowKind.BAD, column, 2)
    with force_locale("en"):
        assert words in str(row.reason)
    assert not plan.does_something


def test_rows_that_disagree_about_a_product_are_all_bad(app: Flask) -> None:
    a_product("other")
    rows = [
        NEW,
        {**NEW, "sku": "N-2", "name_en": "Newer"},
        {**NEW, "sku": "O-1", "product": "third"},
    ]
    plan = _plan(_csv(*rows))
    assert [(row.sku, row.kind) for row in plan.rows] == [
        ("N-1", RowKind.BAD), ("N-2", RowKind.BAD), ("O-1", RowKind.NEW)
    ]  # fmt: skip


def test_a_code_that_stands_twice_counts_once(app: Flask) -> None:
    a_product("other")
    plan = _plan(_csv(NEW, NEW))
    assert [row.kind for row in plan.rows] == [RowKind.BAD, RowKind.NEW][::-1]


def test_gbk_and_other_delimiters_are_read(app: Flask) -> None:
    a_product("other")
    for data in (_csv(NEW, encoding="gb18030"), _csv(NEW, encoding="utf-8-sig"),
                 _csv(NEW).replace(b",", b";"), _csv(NEW).replace(b",", b"\t")):  # fmt: skip
        (row,) = _plan(data).rows
        assert row.kind is RowKind.NEW
        ((_, cells),) = read_sheet(data).rows
        assert cells["name_zh"] == "新"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\1\2",
        b"\xff\xfe\xff",
        b"PK\x03\x04 no zip",
        b"name_en,price\nx,1\n",
        b"product,product\nx,y\n",
        b'product\n"open',
        b"product\n" + b"x\n" * 20_001,
        b"product\n" + b"x" * (10 * 1024 * 1024),
    ],
)
def test_what_is_no_catalogue_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefusedError):
        read_sheet(data)


# --- in the console ------------------------------------------------------------------------------


def _upload(client: Browser, data: bytes, name: str = "c.csv") -> Any:
    return client.post("/staff/catalogue", **as_form({"file": [(io.BytesIO(data), name)]}))


def _mark(page: str) -> str:
    return page.partition('name="mark" value="')[2].partition('"')[0]


def test_one_sees_what_would_happen_before_it_does(
    staff_client: Browser, operator: MemberRow
) -> None:
    a_product("other")
    answer = _upload(staff_client, _csv(NEW, {**NEW, "sku": "N-2", "price": "much"}))
    assert answer.status_code == 303
    page = staff_client.get(answer.location).get_data(as_text=True)
    for words in ("Bring in 1 row", "N-1", "N-2", "Write a number", "Bad rows stay out"):
        assert words in page, words
    assert catalogue.find_product("new") is None
    other = browser(staff_client.application)
    sign_in(other, operator)
    assert other.get(answer.location).status_code == 404  # somebody else's upload
    assert other.post(answer.location, data={"mark": _mark(page)}).status_code == 404
    done = staff_client.post(answer.location, data={"mark": _mark(page)})
    assert (done.status_code, done.location) == (303, "/staff/products")
    assert [sku.code for sku in stored("new").draft.skus] == ["N-1"]
    assert staff_client.get(answer.location).status_code == 404  # done, and gone


def test_a_catalogue_that_changed_meanwhile_is_looked_at_again(staff_client: Browser) -> None:
    state = a_product()
    data = _csv({"sku": "SESAME-DIP", "product": "sesame-dip", "price": "9"})
    answer = _upload(staff_client, data)
    mark = _mark(staff_client.get(answer.location).get_data(as_text=True))
    theirs = as_sent(state.draft, state.version, name_en="Theirs")
    assert staff_client.post("/staff/products/sesame-dip", data=theirs).status_code == 303
    again = staff_client.post(answer.location, data={"mark": mark})
    page = again.get_data(as_text=True)
    assert again.status_code == 409
    assert "The catalogue has changed meanwhile" in page
    assert stored("sesame-dip").draft.skus[0].price_minor == 600
    done = staff_client.post(answer.location, data={"mark": _mark(page)})
    assert done.status_code == 303
    assert stored("sesame-dip").draft.skus[0].price_minor == 900
    assert stored("sesame-dip").draft.name_en == "Theirs"


def test_an_agreement_to_another_plan_is_refused(staff: MemberRow) -> None:
    a_product("other")
    with pytest.raises(CatalogueChangedError):
        import_catalogue(read_sheet(_csv(NEW)), currency="CNY", mark="0" * 32, actor_id=staff.id)
    assert catalogue.find_product("new") is None


def test_nothing_chosen_and_no_catalogue_are_told(staff_client: Browser) -> None:
    answer = staff_client.post("/staff/catalogue", **as_form({"x": "1"}))
    assert answer.status_code == 422
    assert "Choose the file" in answer.get_data(as_text=True)
    answer = _upload(staff_client, b"\0\0")
    assert answer.status_code == 422
    assert "UTF-8 or GBK" in answer.get_data(as_text=True)


def test_a_file_of_the_console_comes_back_unchanged(staff_client: Browser) -> None:
    _everything()
    for kind in ("csv", "xlsx"):
        out = staff_client.get(f"/staff/catalogue/export/{kind}")
        assert f".{kind}" in out.headers["Content-Disposition"]
        answer = _upload(staff_client, out.data, f"c.{kind}")
        assert "Nothing would change" in staff_client.get(answer.location).get_data(as_text=True)


@pytest.mark.only("sqlite")
def test_a_thousand_skus_come_in_with_few_statements(
    staff: MemberRow, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    commerce.seed_categories([SeedCategory("dips", "蘸料", "Dips")])
    seeds = [SeedProduct(f"P-{n}", f"产{n}", f"P {n}", "dips", 100 + n) for n in range(600)]
    commerce.seed_products(seeds)
    data = _export("xlsx")
    rows = read_sheet(data).rows
    told = [{**cells, "price": "8.88", "label_en": "new"} for _, cells in rows]
    told += [{**NEW, "sku": f"N-{n}", "product": f"n-{n}"} for n in range(600)]
    sheet = read_sheet(_csv(*told))
    plan = _plan(_csv(*told))
    assert (plan.count(RowKind.CHANGED), plan.count(RowKind.NEW)) == (600, 600)
    db.session.rollback()
    with count_statements() as statements:
        import_catalogue(sheet, currency="CNY", mark=plan.mark, actor_id=staff.id)
    assert len(statements) <= 60, len(statements)
    assert stored("p-7").draft.skus[0].price_minor == 888
    assert replace(stored("p-7").draft, skus=()).name_en == "P 7"
