"""Words of the health figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.community.queries.health import Answers, DayViews, Newcomers, Posts, Span, Stock
from app.kernel import clock

FEW = 5
"""No share is shown of fewer: it would say more about single people than about the community."""

RANGES = (7, 28, 90)
FIRST_DAYS = 7
REGULAR_DAYS = {7: 3, 28: 6, 90: 12}
"""On how many different days somebody writes who is a regular, by length of the period."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole business days up to yesterday, and as many before them."""

    days: int
    first: date
    end: date

    @classmethod
    def of(cls, days: int) -> "Period":
        """Return the last days that are over."""
        end = clock.business_date()
        return cls(days, end - timedelta(days=days), end)

    @property
    def before(self) -> "Period":
        """Return the period before, of the same length."""
        return Period(self.days, self.first - timedelta(days=self.days), self.first)

    @property
    def span(self) -> Span:
        """Return its moments."""
        return Span(clock.day_start(self.first), clock.day_start(self.end))

    @property
    def last(self) -> date:
        """Return its last day."""
        return self.end - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part of a whole, or so many of one for each of the other."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Return the quotient; None where the whole is too small to say anything."""
        return self.part / self.whole if self.whole >= FEW else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Members of a period: who left a trace, who wrote, who wrote often."""

    here: int = 0
    writers: int = 0
    regulars: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """The health of one period.

    Attributes:
        views: by day.
        stock: at its end.
        team_acts: topics planned and posts featured.
        is_told_apart: readers were told apart on all its days.
    """

    period: Period
    views: Sequence[DayViews]
    stock: Stock
    answers: Answers
    newcomers: Newcomers
    funnel: Funnel
    posts: Posts
    team_acts: int
    is_told_apart: bool

    @property
    def view_count(self) -> int:
        """Return all views."""
        return sum(day.views for day in self.views)

    @property
    def per_post(self) -> Ratio:
        """Return views for each visible post."""
        return Ratio(self.view_count, self.stock.posts)

    @property
    def per_member(self) -> Ratio:
        """Return views for each active member."""
        return Ratio(self.view_count, self.stock.members)

    @property
    def crossed(self) -> Ratio:
        """Return the reads by people who don't follow the author; his own are no reads."""
        far = sum(day.by_strangers + day.by_guests for day in self.views)
        return Ratio(far, far + sum(day.by_followers for day in self.views))

    @property
    def first_posts(self) -> Ratio:
        """Return the new members who wrote a post in their first days."""
        return Ratio(self.newcomers.posted, self.newcomers.joined)

    @property
    def self_run(self) -> Ratio:
        """Return posts by members for each thing that the team did."""
        acts = self.posts.by_team + self.posts.replies_by_team + self.team_acts
        return Ratio(self.posts.by_members, acts)


@dataclass(frozen=True, slots=True)
class Health:
    """Two periods side by side.

    Attributes:
        since: the first day on which readers were told apart; None: on none yet.
    """

    now: Figures
    before: Figures
    since: date | None
