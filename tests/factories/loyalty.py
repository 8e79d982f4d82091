"""Acts and awards for every domain's tests."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from app.kernel import ids
from app.kernel.types import Ref
from app.loyalty import service
from app.loyalty.queries import books
from app.loyalty.service.books import publish
from app.loyalty.types import Award, Campaign, Rule

_numbers = count(1)


def a_source(kind: str = "thread") -> Ref:
    """Return a reference to something new."""
    return Ref(kind, ids.next_id())


def use_rules(*rules: Rule, campaigns: Sequence[Campaign] = ()) -> int:
    """Publish the house's first rules with these instead of, or beside, their like; the version."""
    book = books.current()
    return publish(
        replace(
            book,
            rules={**book.rules, **{rule.key: rule for rule in rules}},
            campaigns={**book.campaigns, **{each.key: each for each in campaigns}},
        ),
        note="for a test",
        actor_id=None,
    )


def give(member_id: int, points: int) -> list[Award]:
    """Give a member at least so many points, as received likes and photo threads would."""
    awards: list[Award] = []
    while sum(award.points for award in awards) < points:
        awards.append(service.reward(member_id, "checkin.daily", source=a_source("checkin")))
    return awards
