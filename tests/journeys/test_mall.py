"""From a check-in to a parcel: earn, wish, redeem, shipped, and all of it in the statement."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from app import create_app
from app.identity.models import Member
from app.kernel.db import db
from app.rewards.service import stepping
from app.rewards.types import State
from tests.browser.fixtures import MARKS, MakeVisitor
from tests.browser.site import DESKTOP, PHONE, Site, Visitor
from tests.conftest import test_config
from tests.factories.mall import HOME

pytestmark = MARKS

PRICE = 8
WAYS = [
    pytest.param(PHONE, "zh", True, "yan", id="phone, Chinese"),
    pytest.param(DESKTOP, "en", False, "lin", id="desk, English, no JavaScript"),
]


@pytest.mark.parametrize(("device", "language", "javascript", "name"), WAYS)
def test_points_become_a_parcel(
    device: dict[str, Any],
    language: str,
    javascript: bool,
    name: str,
    site: Site,
    visitor: MakeVisitor,
) -> None:
    fan = visitor(device, language, javascript=javascript).sign_in(name)
    _earn(fan)
    before = _points(fan)
    assert before >= PRICE
    _wish(fan)
    code = _redeem(fan)
    assert _points(fan) == before - PRICE
    _ship(site, code)
    page = fan.open(f"/me/mall-orders/{code}")
    fan.submit('form[action$="/received"]')
    assert page.locator(".steps li.is-done").count() >= 4
    _statement_says_so(fan)


def _earn(fan: Visitor) -> None:
    page = fan.open("/checkin")
    if page.locator('form[action="/checkin"]').count():
        if fan.has_javascript:
            with page.expect_response(re.compile(r"/checkin$")):
                page.click('form[action="/checkin"] button')
        else:
            fan.submit('form[action="/checkin"]')


def _points(fan: Visitor) -> int:
    shown = fan.open("/me/wallet").inner_text(".balance-sum .num >> nth=0")
    return int(re.sub(r"\D", "", shown))


def _wish(fan: Visitor) -> None:
    fan.open("/mall/tea")
    fan.submit('form[action$="/tea/wish"]')
    assert fan.open("/me/wishes").locator('a[href="/mall/tea"]').count() == 1


def _redeem(fan: Visitor) -> str:
    page = fan.open("/mall/tea")
    with page.expect_navigation(wait_until="load"):
        page.click('a[href="/mall/tea/redeem"]')
    for field in ("name", "phone", "region", "street"):
        page.fill(f"#redeem [name={field}]", getattr(HOME, field))
    fan.submit("#redeem")
    assert "/me/mall-orders/" in page.url, page.inner_text("body")
    assert "12 Pepper Lane" in page.inner_text("body")
    return page.url.rpartition("/")[2]


def _ship(site: Site, code: str) -> None:
    """The team packs and ships it."""
    config = test_config(f"sqlite:///{site.folder / 'site.db'}", site.folder)
    with create_app(config).app_context():
        packer = db.session.scalar(sa.select(Member.id).where(Member.display_name == "ada")) or 0
        stepping.advance(code, State.PACKED, actor_id=packer)
        stepping.advance(code, State.SHIPPED, actor_id=packer)


def _statement_says_so(fan: Visitor) -> None:
    page = fan.open("/me/wallet")
    line = page.locator('.line:has(a[href^="/go/mall_order/"])')
    lines = line if line.count() else page.locator(".line")
    assert re.search(rf"[−-]{PRICE}\b", lines.nth(0).inner_text())
