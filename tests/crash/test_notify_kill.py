"""``kill -9`` while notices go out: each letter is written once, and no device is left out."""

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.kernel import clock
from app.kernel.db import db
from app.notify import service as notify
from app.notify.queries import DELIVERY, NOTICE
from app.notify.types import Channel, DeliveryState, Link, Tell
from tests.conftest import NOON
from tests.crash.nursery import nursery, sweep_and_die
from tests.factories.identity import a_member, letters
from tests.identity.furnishing.loyal import P256DH

pytestmark = pytest.mark.crash

MEMBERS, EACH = 6, 4
LAST = 5  # day
REPLY, REVIEW = "community.mention", "loyalty.review"


@pytest.mark.timeout(600)
def test_what_goes_out_killed_at_any_instant_arrives_and_is_seen_once(
    app: Flask, request: pytest.FixtureRequest
) -> None:
    kills = 60 if request.config.getoption("--long") else 5
    folder: Path = app.config["POTLUCK"].instance_dir
    (folder / "rang").unlink(missing_ok=True)
    author = a_member("author", password=None)
    members = [a_member(f"m{n}", password=None) for n in range(MEMBERS)]
    for member in members:
        notify.subscribe(
            member.id, f"https://fcm.googleapis.com/fcm/send/{member.yid}", P256DH, "A" * 22
        )
        notify.tell_many([_mention(member.id, author.id, n) for n in range(EACH)])
        notify.tell(member.id, REVIEW, key="1", params={"what": "frozen"}, also_by_mail=True)
    dice = random.Random(5)
    with nursery(app, "notify_writer") as (orders, said):
        for n in range(kills):
            sweep_and_die(orders, said, f"{min(n // 2, LAST - 2)}", dice.uniform(0.0, 0.05))
        while not sweep_and_die(orders, said, f"{LAST - 1}", None):
            pass
        sweep_and_die(orders, said, f"{LAST}", None)
    with clock.frozen(NOON + timedelta(days=LAST)):
        _everybody_heard_once(app, folder)


def _mention(member_id: int, author_id: int, n: int) -> Tell:
    return Tell(
        member_id, REPLY, f"thread:{n}", {"thread": n, "name_zh": "x", "name_en": "x"},
        Link("ledger.wallet"), also_by_mail=True, actor_id=author_id,
    )  # fmt: skip


def _everybody_heard_once(app: Flask, folder: Path) -> None:
    states = Counter(
        (row.channel, row.state)
        for row in db.session.execute(sa.select(DELIVERY.c.channel, DELIVERY.c.state))
    )
    assert states == {
        (Channel.MAIL, DeliveryState.DONE): MEMBERS * (EACH + 1),
        (Channel.PUSH, DeliveryState.DONE): MEMBERS * EACH,
    }
    undecided = sa.select(sa.func.count()).where(NOTICE.c.dispatched_at.is_(None))
    assert db.session.scalar(undecided) == 0
    db.session.rollback()
    bodies = [each.body for each in letters(app)]
    # In however many digests, each thing stands in one; what can't wait has a letter of its own.
    assert sum(body.count("\n- ") for body in bodies) == MEMBERS * EACH
    assert sum("\n- " not in body for body in bodies) == MEMBERS
    rang = (folder / "rang").read_text(encoding="ascii").splitlines()
    assert len({line.split()[0] for line in rang}) == MEMBERS  # nobody was left out
