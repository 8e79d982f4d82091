"""Trial pack, feedback, full size."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.commerce import service
from app.commerce.models import Order, OrderLine
from app.commerce.types import TagKind
from app.commerce.types.tags import TagDraft
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from tests.community.reading import text_of
from tests.factories.commerce import an_order
from tests.factories.community import a_thread, some_boards
from tests.factories.goods import a_product, a_shop, a_trial_of
from tests.factories.identity import Browser

DAY = timedelta(days=1)
ASKED, FULL = "How was the trial?", "There is a full size"


@pytest.fixture
def order(alice: MemberRow) -> str:
    """An order of alice's with a trial pack, eight days old."""
    a_product()
    a_trial_of("BEEF-1", "BEEF-T")
    a_shop("tmall", ["BEEF-1"])
    paid_at = clock.now() - 8 * DAY
    return an_order(alice.id, number="T-1", paid_at=paid_at, lines=[("BEEF-T", 1, 9_90)])


def say(by: Browser, answer: str) -> None:
    sent = by.post("/products/beef-1/trial", data={"answer": answer, "next": "/me"})
    assert (sent.status_code, sent.location) == (303, "/me")


def test_it_asks_after_a_week_or_as_soon_as_it_is_received(
    alice_client: Browser, order: str
) -> None:
    paid_at = clock.now() - 7 * DAY + timedelta(seconds=1)
    db.session.execute(sa.update(Order).values(paid_at=paid_at))
    db.session.commit()
    assert ASKED not in text_of(alice_client.get("/me"))
    db.session.execute(sa.update(Order).values(received_at=clock.now()))
    db.session.commit()
    assert ASKED in text_of(alice_client.get("/me"))
    db.session.execute(sa.update(Order).values(received_at=None))
    db.session.commit()
    clock.tick(timedelta(seconds=1))
    assert ASKED in text_of(alice_client.get("/me"))


def test_the_card_leads_to_a_review_and_the_review_to_the_full_size(
    alice_client: Browser, alice: MemberRow, order: str
) -> None:
    some_boards()
    for url in ("/me", f"/me/orders/{order}"):
        page = text_of(alice_client.get(url))
        assert ASKED in page
        assert "/compose?product=beef-1&amp;about=review" in page
        assert FULL not in page
    form = text_of(alice_client.get("/compose?product=beef-1&about=review"))
    assert 'name="product" value="beef-1"' in form
    assert 'value="review" checked' in form
    made = a_thread(alice)
    product_id = a_product()
    review = TagDraft(product_id, TagKind.REVIEW, 5)
    service.save_tags(made.thread_id, alice.id, [review])
    for url in ("/me", f"/me/orders/{order}"):
        page = text_of(alice_client.get(url))
        assert ASKED not in page
        assert FULL in page
        assert 'action="/products/beef-1/visit"' in page
        assert "CN¥39.00" in page


def test_who_would_rather_not_say_is_shown_the_full_size_and_can_be_left_alone(
    alice_client: Browser, order: str
) -> None:
    say(alice_client, "s")
    page = text_of(alice_client.get("/me"))
    assert FULL in page
    assert ASKED not in page
    say(alice_client, "e")
    for url in ("/me", f"/me/orders/{order}"):
        page = text_of(alice_client.get(url))
        assert FULL not in page
        assert ASKED not in page


def test_who_bought_the_full_size_or_sent_the_trial_back_is_not_asked(
    alice_client: Browser, alice: MemberRow, order: str
) -> None:
    db.session.execute(sa.update(OrderLine).values(refunded_qty=1))
    db.session.commit()
    assert ASKED not in text_of(alice_client.get("/me"))
    db.session.execute(sa.update(OrderLine).values(refunded_qty=0))
    db.session.commit()
    assert ASKED in text_of(alice_client.get("/me"))
    an_order(alice.id, number="F-1", lines=[("BEEF-1", 1, 39_00)])
    assert ASKED not in text_of(alice_client.get("/me"))


@pytest.mark.parametrize(("slug", "answer"), [("nothing", "s"), ("beef-1", "x"), ("beef-1", "")])
def test_other_answers_are_none(alice_client: Browser, order: str, slug: str, answer: str) -> None:
    sent = alice_client.post(f"/products/{slug}/trial", data={"answer": answer})
    assert sent.status_code == 404


@pytest.mark.parametrize("cookie", ["", "x", "1", "1.x", "-.s-", "9" * 5_00 + ".s", "1.s" * 900])
def test_a_cookie_that_makes_no_sense_is_none(
    alice_client: Browser, order: str, cookie: str
) -> None:
    alice_client.set_cookie("trials", cookie)
    assert ASKED in text_of(alice_client.get("/me"))


def test_guests_are_not_asked(client: Browser, order: str) -> None:
    sent = client.post("/products/beef-1/trial", data={"answer": "s"})
    assert sent.status_code == 400  # no token, no answer
    assert "trials" not in sent.headers.get("Set-Cookie", "")
