"""From a purchase that nobody knows the buyer of to a refund that is told line by line.

A shop's order comes in, by a file through the wizard or by a signed webhook. A visitor signs up,
and the order turns out to be his: by the telephone that stands in it, or because he knows its
number, amount and telephone tail. Its points are on their way, the return window passes, they can
be spent; then a part comes back by the other way, and his pages say what was taken back and why.
"""

import itertools
import json
import re
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import pytest

from tests.browser import site as running
from tests.browser.fixtures import MARKS, MakeVisitor
from tests.browser.site import DESKTOP, PASSWORD, PHONE, Site, Visitor
from tests.integrations.sending import mac

pytestmark = MARKS

_numbers: Iterator[int] = itertools.count(1)
WINDOW_DAYS = 7
SKU, OTHER_SKU = "BEEF-1", "DIP-1"  # both stand on the seeded shelf
BOUGHT = ((SKU, 2, "118.00"), (OTHER_SKU, 1, "36.00"))
TOTAL, EARNED = "154.00", 154
BACK, TAKEN, LEFT = "59.00", 59, 95
MINUS = "−"
SHOP_ZONE = ZoneInfo("Asia/Shanghai")
WORKER_SECONDS = 90.0

WAYS = [
    pytest.param("zh", True, "file", "sign-up", id="Chinese, file, telephone, webhook"),
    pytest.param("en", True, "webhook", "link", id="English, webhook, link, file"),
    pytest.param("zh", False, "webhook", "link", id="Chinese, no JavaScript"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running copy of this journey's own, whose clock can move."""
    folder = tmp_path_factory.mktemp("buyer")
    with running.running_site(folder, entry="tests.browser.later") as made:
        yield made


@dataclass(frozen=True, slots=True)
class Shop:
    """A channel as the shop's side knows it.

    Attributes:
        hook: address of its door.
    """

    site: Site
    code: str
    phone: str
    hook: str
    secret: str

    @property
    def number(self) -> str:
        return f"{self.code}-20261"

    def tell(self, **body: Any) -> None:
        """Send a signed delivery."""
        content = json.dumps(body).encode()
        stamp = str(int(self.site.now().timestamp()))
        delivery = f"{self.code}-{next(_numbers)}"
        key = b64decode(self.secret.removeprefix("whsec_"))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": delivery,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{mac(key, f'{delivery}.{stamp}.'.encode() + content)}",
        }
        with urlopen(Request(self.hook, content, headers), timeout=10) as answer:  # noqa: S310 - our own
            assert answer.status == 202


@pytest.mark.parametrize(("language", "javascript", "order_by", "proof"), WAYS)
def test_a_buyer_nobody_knows_becomes_a_member_and_sees_every_point_explained(
    language: str,
    javascript: bool,
    order_by: str,
    proof: str,
    site: Site,
    visitor: MakeVisitor,
    tmp_path: Path,
) -> None:
    def staff() -> Visitor:
        return visitor(DESKTOP, language, javascript=javascript).sign_in("ada")

    shop = _open_shop(staff())
    _order_comes(shop, staff(), order_by, tmp_path)
    _staff_see_a_silent_buyer(staff(), shop)
    guest = visitor(PHONE, language, javascript=javascript)
    _sign_up(guest, shop.phone if proof == "sign-up" else f"{shop.code}@example.com", shop.code)
    if proof == "link":
        _link(guest, shop)
    _points_are_on_their_way(guest, shop)

    site.let_days_pass(WINDOW_DAYS + 1)
    _until(guest, "/me/wallet", lambda: _available(guest) == EARNED)
    assert _pending(guest) == 0
    _open_order(guest, shop)
    assert guest.page.locator("section:has(#points-h) .tile-warn").count() == 0

    _refund_comes(shop, staff(), "webhook" if order_by == "file" else "file", tmp_path)
    _until(guest, "/me/wallet", lambda: _available(guest) == LEFT)
    _page_tells_what_was_taken_back(guest, shop)
    _wallet_agrees(guest, shop)


# --- the shop and the team -----------------------------------------------------------------------


def _open_shop(staff: Visitor) -> Shop:
    """Make a channel with webhooks on, as staff do."""
    number = next(_numbers)
    code = f"shop{number}"
    page = staff.open("/staff/channels")
    for name, value in {
        "name": f"Shop {number}", "code": code, "currency": "CNY",
        "return_window_days": str(WINDOW_DAYS),
    }.items():  # fmt: skip
        page.fill(f"main input[name={name}]", value)
    page.select_option("select[name=identity_kind]", "buyer_id")
    staff.submit('main form[action$="/staff/channels"]')
    page = staff.open(f"/staff/channels/{code}/webhooks")
    page.check("input[name=adapter][value=generic]", force=True)
    staff.submit('form[action$="/webhooks"]')
    secret, hook = (page.locator(f"code#{name}").inner_text() for name in ("secret", "address"))
    assert secret.startswith("whsec_")
    return Shop(staff.site, code, f"1380013{8100 + number}", hook, secret)


def _order_comes(shop: Shop, staff: Visitor, way: str, folder: Path) -> None:
    paid_at = (shop.site.now() - timedelta(hours=1)).astimezone(SHOP_ZONE)
    if way == "file":
        header = "订单编号,买家会员名,联系手机,订单付款时间,商家编码,购买数量,买家实际支付金额"
        rows = [
            f"{shop.number},锅友,{shop.phone},{paid_at:%Y-%m-%d %H:%M:%S},{sku},{qty},{paid}"
            for sku, qty, paid in BOUGHT
        ]
        _import(staff, shop, "orders", "\n".join([header, *rows]), folder)
        return
    lines = [{"sku": sku, "qty": qty, "paid": paid} for sku, qty, paid in BOUGHT]
    order = {
        "id": shop.number, "buyer": "guoyou", "phone": shop.phone, "total": TOTAL,
        "paid_at": paid_at.isoformat(timespec="seconds"), "lines": lines,
    }  # fmt: skip
    shop.tell(orders=[order])
    path = f"/staff/orders?channel={shop.code}"
    _until(staff, path, lambda: shop.number in staff.page.inner_text("main"))


def _refund_comes(shop: Shop, staff: Visitor, way: str, folder: Path) -> None:
    at = (shop.site.now() - timedelta(minutes=5)).astimezone(SHOP_ZONE)
    if way == "file":
        header = "退款编号,订单编号,商家编码,退货数量,买家退款金额,退款完结时间"
        row = f"R-{shop.number},{shop.number},{SKU},1,{BACK},{at:%Y-%m-%d %H:%M:%S}"
        _import(staff, shop, "refunds", f"{header}\n{row}", folder)
        return
    refund = {
        "id": f"R-{shop.number}", "order": shop.number, "line": SKU, "qty": 1, "amount": BACK,
        "refunded_at": at.isoformat(timespec="seconds"), "phase": "after_receipt",
    }  # fmt: skip
    shop.tell(refunds=[refund])


def _import(staff: Visitor, shop: Shop, kind: str, text: str, folder: Path) -> None:
    """Bring a file in through the wizard: upload, columns, dry run, yes."""
    path = folder / f"{kind}-{shop.code}.csv"
    path.write_bytes(text.encode("gb18030"))
    page = staff.open("/staff/imports")
    page.select_option("select[name=channel]", shop.code)
    page.check(f"input[name=kind][value={kind}]", force=True)
    page.set_input_files("input[name=file]", str(path))
    staff.submit('form[action$="/staff/imports"]')
    draft = page.url.removeprefix(shop.site.url)
    assert SKU in page.inner_text("main"), "the columns are shown with what stands in them"
    staff.submit(f'form[action$="{draft}"]')
    _until(staff, draft, lambda: page.locator("#confirm").count() > 0)
    staff.submit('form[action$="/confirm"]')
    batch = page.url.removeprefix(shop.site.url)
    _until(staff, batch, lambda: page.locator('a[href$="/roll-back"]').count() > 0)


def _staff_see_a_silent_buyer(staff: Visitor, shop: Shop) -> None:
    page = staff.open(f"/staff/orders?channel={shop.code}")
    page.click(f'main a:has-text("{shop.number}") >> nth=0')
    page.wait_for_load_state()
    assert "/staff/orders/" in page.url
    page.click('main a[href*="/staff/members/"] >> nth=0')
    page.wait_for_load_state()
    text = page.inner_text("body")
    assert shop.phone not in text, "a buyer's telephone is nobody's to read"
    assert re.search("silent|未登录过", text, re.IGNORECASE), text


# --- the buyer -----------------------------------------------------------------------------------


def _sign_up(guest: Visitor, contact: str, name: str) -> None:
    page = guest.open("/signup")
    page.fill("input[name=contact]", contact)
    page.fill("input[name=name]", f"锅友{name}")
    page.fill("input[name=password]", PASSWORD)
    page.check("input[name=consent]")
    guest.submit('form[action*="/signup"]')
    with page.expect_navigation(wait_until="load"):
        page.fill("input[name=code]", guest.site.code_for(contact))
        if not guest.has_javascript:  # with it six digits send themselves
            page.click('form[action*="/signup/code/"] button >> nth=0')
    assert "/signup" not in page.url, page.inner_text("main")


def _link(guest: Visitor, shop: Shop) -> None:
    """Link the order by what stands in it; figures that don't fit say no more than that."""
    page = guest.open("/orders/link")
    label = f"Shop {shop.code.removeprefix('shop')}"
    for tail in ("0000", shop.phone[-4:]):
        page.select_option("select[name=channel]", label=label)
        page.fill("input[name=number]", shop.number)
        page.fill("input[name=amount]", TOTAL)
        page.fill("input[name=tail]", tail)
        guest.submit('form[action$="/orders/link"]')
        if tail == "0000":
            assert page.url.endswith("/orders/link"), "wrong figures must not open an order"
            assert page.input_value("input[name=number]") == shop.number, "nothing typed is lost"
    assert page.url.endswith("/me/orders"), page.inner_text("main")
    assert str(EARNED) in page.inner_text("body"), "it says what came with the order"


def _points_are_on_their_way(guest: Visitor, shop: Shop) -> None:
    _open_order(guest, shop)
    head = guest.page.locator("section:has(#points-h)")
    assert str(EARNED) in head.inner_text()
    assert head.locator(".tile-warn").count() == 1
    assert _lines(guest) == [(f"+{EARNED - 36}", ""), ("+36", "")]
    guest.open("/me/wallet")
    assert (_available(guest), _pending(guest)) == (0, EARNED)


def _page_tells_what_was_taken_back(guest: Visitor, shop: Shop) -> None:
    _open_order(guest, shop)
    page = guest.page
    assert str(LEFT) in page.inner_text("section:has(> #story-h) .line >> nth=0")
    assert f"{MINUS}{TAKEN}" in page.inner_text("section:has(> #story-h) .line >> nth=0")
    (beef, told), dip = _lines(guest)
    assert (beef, dip) == (f"+{118 - TAKEN}", ("+36", ""))
    assert BACK in told, "the line itself says what of it came back"


def _wallet_agrees(guest: Visitor, shop: Shop) -> None:
    page = guest.open("/me/wallet")
    assert (_available(guest), _pending(guest)) == (LEFT, 0)
    line = page.locator(".lines .line").first
    assert f"{MINUS}{TAKEN}" in line.inner_text()
    line.locator("a").first.click()
    page.wait_for_load_state()
    assert shop.number in page.inner_text("h1"), "the line leads to its order"


def _open_order(guest: Visitor, shop: Shop) -> None:
    page = guest.open("/me/orders")
    page.click(".order-line a >> nth=0")
    page.wait_for_load_state()
    assert shop.number in page.inner_text("h1")


def _lines(guest: Visitor) -> list[tuple[str, str]]:
    """Return what each line of the order's page earns, and what it says of money that came back."""
    rows = guest.page.locator("section:has(> #lines-h) .line:has(small)")
    found = []
    for row in rows.all():
        earns = re.search(r"[+−]\d+", row.locator("small").inner_text())
        notes = row.locator(".line-sub").all_inner_texts()[1:]
        found.append((earns.group() if earns else "", " ".join(notes)))
    return found


def _available(guest: Visitor) -> int:
    return _figure(guest, ".balance-sum .num")


def _pending(guest: Visitor) -> int:
    return _figure(guest, ".balance-more dd.num >> nth=0")


def _figure(guest: Visitor, where: str) -> int:
    return int(guest.page.inner_text(where).replace(",", ""))


def _until(someone: Visitor, path: str, is_there: Callable[[], bool]) -> None:
    """Look at a page again and again until the worker has done its part."""
    deadline = time.monotonic() + WORKER_SECONDS
    while True:
        someone.open(path)
        if is_there():
            return
        assert time.monotonic() < deadline, someone.page.inner_text("main")
        time.sleep(0.5)
