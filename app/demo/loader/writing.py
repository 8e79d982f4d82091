"""Write a stretch of the year through the domains' bulk doors, all of it or none."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from app.checkin import service as checkin
from app.checkin.types import SeedCheckIn
from app.commerce import service as commerce
from app.commerce.types import LineDraft, SeedOrder, SeedRefund
from app.commerce.types.tags import SeedTag
from app.community import service as community
from app.community.types import SeedFollow, SeedLike, SeedReply, SeedThread
from app.demo.accounts import ACCOUNTS, PASSWORD, email_of
from app.demo.content.types import Person
from app.demo.events import DemoMovedOn
from app.demo.gallery import Gallery
from app.demo.loader import state
from app.demo.loader.roll import Roll, replies_of
from app.demo.loader.tagging import Tagger
from app.demo.plan import (
    CheckedIn,
    Followed,
    Happening,
    Joined,
    Liked,
    Ordered,
    Posted,
    Refunded,
    Replied,
)
from app.identity import service as identity
from app.identity.types import SeedMember
from app.kernel import clock
from app.kernel.db import use_case
from app.kernel.errors import ConflictError
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.loyalty import service as loyalty
from app.loyalty.types import Act

SOME = 1_000  # rows that go through a door at once
LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}

T = TypeVar("T")


@dataclass(slots=True)
class Writer:
    """Writes stretches of one load.

    Attributes:
        load_id: of the load.
        earning_since: earlier talk earns nothing; check-ins and orders always do.
        in_the_past: the ledger's clock stands where the stretch ends.
        tagger: knows the products of threads.
    """

    load_id: int
    roll: Roll
    shelf: state.Shelf
    gallery: Gallery
    earning_since: datetime
    in_the_past: bool
    tagger: Tagger
    told: int = 0

    def at(self, moment: datetime) -> AbstractContextManager[None]:
        """Return a context in which it is ``moment``, unless points are posted today."""
        return clock.frozen(moment) if self.in_the_past else nullcontext()

    def write(self, stretch: Sequence[Happening]) -> None:
        """Write one stretch; another process that loads the same makes this one stop.

        Raises:
            ConflictError: somebody else has moved on; nothing was written.
        """
        covers = {
            happening.thread: self.hang(happening)
            for happening in stretch
            if isinstance(happening, Posted)
        }
        with self.at(stretch[-1].at):
            self._write(stretch, covers)
        self.told += len(stretch)

    def hang(self, posted: Posted) -> list[int]:
        """Return the photos of a thread, the cover first. Asked once for every thread, in order."""
        if not posted.pictures:
            return []
        chosen = self.gallery.pictures_for(posted.pictures, also=posted.post.pictures)
        return list(dict.fromkeys(self.shelf.photos[picture.key] for picture in chosen))

    @use_case
    def _write(self, stretch: Sequence[Happening], covers: dict[int, list[int]]) -> None:
        if state.told_of(self.load_id) != self.told:
            raise ConflictError
        kinds: dict[type, list[Any]] = defaultdict(list)
        for happening in stretch:
            kinds[type(happening)].append(happening)
        self._join(kinds[Joined])
        self._follow(kinds[Followed])
        self._talk(kinds, covers)
        self._check_in(kinds[CheckedIn])
        self._order(kinds[Ordered])
        self._refund(kinds[Refunded])
        state.note(DemoMovedOn(self.load_id, self.told + len(stretch)))

    # --- people ---

    def _join(self, joined: Sequence[Joined]) -> None:
        new = [one for one in joined if one.member not in self.roll.members]
        for some in _in_turn(new):
            rows = identity.seed_members(
                [seed_of(one.member, one.person, one.at, self.shelf) for one in some]
            )
            self.roll.members |= {one.member: row.id for one, row in zip(some, rows, strict=True)}

    def _follow(self, followed: Sequence[Followed]) -> None:
        for some in _in_turn(followed):
            community.seed_follows(
                [
                    SeedFollow(self._member(one.member), self._member(one.whom), one.at)
                    for one in some
                ]
            )

    def _member(self, number: int) -> int:
        return self.roll.members[number]

    # --- talk ---

    def _talk(self, kinds: dict[type, list[Any]], covers: dict[int, list[int]]) -> None:
        self._post(kinds[Posted], covers)
        self._reply(kinds[Replied])
        likes = self._like(kinds[Liked])
        earning = [one for one in (*kinds[Replied], *kinds[Liked]) if self._earns(one)]
        replies = replies_of({self.roll.threads[one.thread] for one in earning})
        acts = [self._post_act(one) for one in kinds[Posted] if self._earns(one)]
        acts += [self._reply_act(one, replies) for one in kinds[Replied] if self._earns(one)]
        acts += [
            self._like_act(one, like_id, replies) for one, like_id in likes if self._earns(one)
        ]
        for some in _in_turn(sorted(acts, key=lambda act: act.at)):
            loyalty.reward_many(some)

    def _earns(self, one: Posted | Replied | Liked) -> bool:
        return one.at >= self.earning_since

    def _post(self, posted: Sequence[Posted], covers: dict[int, list[int]]) -> None:
        for some in _in_turn(posted):
            made = community.seed_threads(
                [
                    SeedThread(
                        self._member(one.member),
                        one.post.board,
                        one.post.title,
                        one.post.body,
                        one.at,
                        covers[one.thread],
                    )
                    for one in some
                ]
            )
            tags: list[SeedTag] = []
            for one, seeded in zip(some, made, strict=True):
                self.roll.threads[one.thread] = seeded.id
                self.roll.authors[one.thread] = one.member
                tags += self.tagger.seeds(one, seeded.id, seeded.author_id, covers[one.thread])
            commerce.seed_tags(tags)

    def _reply(self, replied: Sequence[Replied]) -> None:
        for some in _in_turn(replied):
            community.seed_replies(
                [
                    SeedReply(
                        self.roll.threads[one.thread], self._member(one.member), one.text, one.at
                    )
                    for one in some
                ]
            )

    def _like(self, liked: Sequence[Liked]) -> list[tuple[Liked, int]]:
        new: list[tuple[Liked, int]] = []
        for some in _in_turn(liked):
            made = community.seed_likes(
                [
                    SeedLike(
                        self.roll.threads[one.thread],
                        self._member(one.member),
                        one.at,
                        one.reply or None,
                    )
                    for one in some
                ]
            )
            new += [(one, like) for one, like in zip(some, made, strict=True) if like is not None]
        return new

    def _post_act(self, one: Posted) -> Act:
        source = Ref("thread", self.roll.threads[one.thread])
        about = {
            "has_photo": bool(one.pictures),
            "photos": len(one.pictures),
            "length": len(one.post.body),
        }
        return Act(self._member(one.member), "thread.published", source, one.at, about)

    def _reply_act(self, one: Replied, replies: dict[tuple[int, int], tuple[int, int]]) -> Act:
        reply_id, author_id = replies[self.roll.threads[one.thread], one.reply]
        return Act(author_id, "reply.published", Ref("reply", reply_id), one.at)

    def _like_act(
        self, one: Liked, like_id: int, replies: dict[tuple[int, int], tuple[int, int]]
    ) -> Act:
        if one.reply:
            reply_id, author_id = replies[self.roll.threads[one.thread], one.reply]
            kind, cause = "reply", Ref("reply", reply_id)
        else:
            author_id = self._member(self.roll.authors[one.thread])
            kind, cause = "thread", Ref("thread", self.roll.threads[one.thread])
        source = Ref(f"{kind}_like", like_id)
        liker = self._member(one.member)
        return Act(author_id, "like.received", source, one.at, {"on": kind}, liker, cause)

    # --- check-ins and orders ---

    def _check_in(self, checked_in: Sequence[CheckedIn]) -> None:
        for some in _in_turn(checked_in):
            checkin.seed_check_ins([SeedCheckIn(self._member(one.member), one.at) for one in some])

    def _order(self, ordered: Sequence[Ordered]) -> None:
        for some in _in_turn(ordered):
            commerce.seed_orders([self._order_of(one) for one in some])

    def _refund(self, refunded: Sequence[Refunded]) -> None:
        """Tell orders again, now with what went back: their day has come."""
        for some in _in_turn(refunded):
            by_order: dict[int, list[Refunded]] = defaultdict(list)
            for one in some:
                by_order[one.order.order].append(one)
            commerce.seed_orders(
                [self._order_of(each[0].order, each) for each in by_order.values()]
            )

    def _order_of(self, one: Ordered, refunded: Sequence[Refunded] = ()) -> SeedOrder:
        lines = tuple(
            LineDraft(line.product.sku, line.quantity, line.total_minor) for line in one.lines
        )
        member_id = None if one.member is None else self._member(one.member)
        buyer = f"demo-{one.buyer:07d}"
        refunds = tuple(
            SeedRefund(each.number, each.amount_minor, each.at, each.sku, each.quantity)
            for each in refunded
        )
        return SeedOrder(
            one.channel.code, one.number, one.at, lines, member_id, buyer,
            refunds=refunds, shipped_at=one.shipped_at, received_at=one.received_at,
        )  # fmt: skip


def seed_of(number: int, person: Person, at: datetime, shelf: state.Shelf) -> SeedMember:
    """Return a member of the plan as identity takes him.

    The four sign-ins have a password, and no language of their own: pages greet visitors in theirs.
    """
    is_account = number < len(ACCOUNTS)
    media_id, sha = shelf.faces.get(person.portrait, (None, None))
    return SeedMember(
        person.name,
        at,
        email=email_of(number),
        password=PASSWORD if is_account else None,
        roles=tuple({Role(person.role)} - {Role.FAN}),
        bio=person.bio,
        locale=None if is_account else LANGUAGES[person.language],
        avatar_id=media_id,
        avatar_sha=sha,
    )


def mature() -> None:
    """Make all points spendable whose day has come."""
    while ledger.mature_due(SOME):
        pass


def _in_turn(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), SOME):
        yield items[start : start + SOME]
