"""What counts: acts, a formula over them, the lines that it is applied to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class Act(StrEnum):
    """What can count. Stored with every line and in every formula."""

    POST = "post"
    REPLY = "reply"
    LIKED = "liked"  # somebody else likes what he wrote
    REPLIED = "replied"  # somebody else replies to what he posted
    FEATURED = "featured"
    ANSWER = "answer"  # his reply was marked as the answer of somebody else's question
    CHECK_IN = "check_in"
    ORDER = "order"


RECEIVED = frozenset((Act.LIKED, Act.REPLIED))
"""What others give: many different people are worth more than one who gives much."""

POSTED = frozenset((Act.POST, Act.FEATURED))
"""What is a post: quality, originality and a proved purchase count for these."""


class Why(StrEnum):
    """Why a line counts less than its weight, or not at all."""

    FLAGGED = "flagged"  # under review: nobody knows yet whether it is his own
    DAY_CAP = "day_cap"
    PAIR_CAP = "pair_cap"  # the same person has counted often enough in this period
    REPEATED = "repeated"  # the same person again: worth a part
    REMIX = "remix"


class Line(NamedTuple):
    """One thing that a member did or was given. What a formula is applied to.

    Attributes:
        counterpart_id: who else is in it: who liked, whose post he replied to; 0 for nobody.
        quality: 0 to 3: three photos, steps or a review, a text of some length.
        is_flagged: it counts nothing until somebody has looked at it.
    """

    id: int
    act: str
    member_id: int
    at: datetime
    on: date
    counterpart_id: int = 0
    quality: int = 0
    is_original: bool = True
    is_buyer: bool = False
    is_flagged: bool = False
    subject_kind: str = ""
    subject_id: int = 0


@dataclass(frozen=True, slots=True)
class Formula:
    """What acts are worth, and how much of them counts. All whole numbers.

    Attributes:
        weights: points of an act, 1 to 1,000; what is not named counts nothing.
        day_caps: how many of an act count on one day.
        pair_cap: how many acts with the same other person count in a period; 0: all.
        repeat_percent: what each further act with the same person is worth of the one before.
        full_people: from so many different people what others gave counts in full, from fewer a
            part of it; 0: always in full.
        quality_percent: what each of the three marks of quality adds to a post.
        remix_percent: what a post made from somebody else's is worth.
        buyer_percent: what a proved purchase of the product shown adds to a post.
    """

    weights: Mapping[Act, int] = field(default_factory=dict)
    day_caps: Mapping[Act, int] = field(default_factory=dict)
    pair_cap: int = 0
    repeat_percent: int = 100
    full_people: int = 0
    quality_percent: int = 0
    remix_percent: int = 100
    buyer_percent: int = 0
