"""What furnished members bought and are known by, and the frames they wear."""

import sqlalchemy as sa

from app.commerce import models as commerce
from app.commerce import service as shops
from app.commerce.types import ClaimState, IssueKind, IssueState, SeedProduct, TagKind
from app.community.models import ExternalPost
from app.community.types import Platform
from app.identity import service
from app.identity.models import IdentityClue, IdentityConflict, MemberConsent, MemberIdentity
from app.identity.types import (
    ConflictCause,
    ConflictState,
    FrameColor,
    FrameShape,
    LinkProof,
    MemberRow,
)
from app.kernel import clock, goods, ids
from app.kernel.contacts import ContactKind
from app.kernel.db import db, use_case
from app.kernel.goods import Giving
from tests.factories.commerce import a_channel, an_order
from tests.identity.furnishing.rows import insert_row


def furnish_orders(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    shop = a_channel()
    for member, number in ((source, "S-1"), (source, "S-2"), (target, "T-1"), (other, "O-1")):
        an_order(member.id, channel=shop, number=number)
    shops.seed_products([SeedProduct("POT-1", "锅", "Pot", "pots", 9_900)])
    _commerce_rows(source, target, shop.id)


@use_case
def _commerce_rows(source: MemberRow, target: MemberRow, channel_id: int) -> None:
    product_id = db.session.scalar(sa.select(commerce.Product.id))
    order_id = db.session.scalar(sa.select(commerce.Order.id))
    now = clock.now()
    batch_id = insert_row(
        commerce.ImportBatch, code=ids.new_code(), channel_id=channel_id, file_name="f",
        file_digest="d", mapping={}, mapping_digest="m", state="done", is_upload=False,
        row_position=0, new_count=0, duplicate_count=0, changed_count=0, kept_aside_count=0,
        bad_count=0, started_at=now, finished_at=now,
    )  # fmt: skip
    insert_row(
        commerce.ImportIssue, batch_id=batch_id, kind=IssueKind.KEPT_ASIDE,
        state=IssueState.DECLINED, reason="other_figures", row_number=1, line_number=2,
        column_name="", member_id=source.id,
    )  # fmt: skip
    for member, number in ((source, "X-1"), (source, "X-2"), (target, "X-2")):
        insert_row(
            commerce.OrderClaim, code=ids.new_code(), member_id=member.id, channel_id=channel_id,
            external_id=number, state=ClaimState.PENDING,
        )  # fmt: skip
    db.session.execute(
        sa.update(commerce.Product).where(commerce.Product.id == product_id).values(post_count=1)
    )
    insert_row(
        commerce.ProductTag, thread_id=1, position=0, product_id=product_id, author_id=source.id,
        kind=TagKind.SHOWN, order_id=order_id, is_visible=True,
    )  # fmt: skip
    db.session.execute(sa.update(commerce.Product).values(post_count=1))
    for member in (source, target):
        shops.show_collection(member.id, is_shown=True)
    insert_row(
        commerce.ProductClick, code=ids.new_code(), product_id=product_id, channel_id=channel_id,
        member_id=source.id, clicked_at=now,
    )  # fmt: skip


@use_case
def furnish_identity_rows(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    now = clock.now()
    for member, number in ((source, "s"), (target, "t")):
        insert_row(
            MemberIdentity, member_id=member.id, channel="tmall", external_id=f"buyer-{number}",
            shown="", proof=LinkProof.ORDER,
        )  # fmt: skip
        for digest in ("shared", number):
            insert_row(
                IdentityClue, member_id=member.id, kind=ContactKind.PHONE, digest=digest,
                shown="138****", channel="tmall",
            )  # fmt: skip
    for one, two in ((source, target), (source, other), (other, source)):
        insert_row(
            IdentityConflict, code=ids.new_code(), member_id=one.id, other_id=two.id,
            cause=ConflictCause.PHONE, state=ConflictState.OPEN, evidence={"channel": "tmall"},
        )  # fmt: skip
    insert_row(MemberConsent, member_id=source.id, purpose="membership", wording="w", given_at=now)
    insert_row(
        ExternalPost, member_id=source.id, platform=Platform.XIAOHONGSHU, url="https://x.example/1",
        url_digest="u", title="Elsewhere", posted_on=clock.business_date(), metrics={},
        is_public=True, added_by=source.id,
    )  # fmt: skip
    service.set_do_not_contact(target.id, on=True)


def furnish_frames(source: MemberRow, target: MemberRow) -> None:
    """Each has a frame and wears it."""
    for number, member in enumerate((source, target)):
        color = (FrameColor.GOLD, FrameColor.SEA)[number]
        frame_id = service.make_frame(
            name_zh="框", name_en="Frame", shape=FrameShape.RING, color=color, actor_id=None
        )
        goods.give(
            "frame", Giving(member_id=member.id, ref=str(frame_id), key=f"test:frame{number}")
        )
        service.wear_frame(member.id, frame_id)
