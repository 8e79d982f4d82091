"""Values of draws, as pages and services hand them about."""

from dataclasses import dataclass
from datetime import date, datetime

from app.draws.types.words import (
    PLAYED,
    EpochState,
    Game,
    PaidBy,
    PauseCause,
    Reason,
    State,
    WinState,
)
from app.kernel.goods import Thing
from app.kernel.types import Person, Ref


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator decides for all draws.

    Attributes:
        max_prize_minor: most that one prize may be worth, in minor units of the home currency;
            50,000 yuan is what the rules on prize promotions allow.
        epoch_plays: after so many tries a seed is used up and revealed.
        needs_two: whoever changed a draw last can't open it.
    """

    max_prize_minor: int = 5_000_000
    epoch_plays: int = 1_000
    needs_two: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """What staff write about a draw. Texts stand in both languages.

    Attributes:
        starts_at, ends_at: the period; the end is not part of it.
        day_from, day_until: minutes of the brand's day between which it is open; equal: all day.
        audience: who may play, as ``kernel.audience`` stores it.
        cost_points: of a try that is neither free nor paid by a ticket; 0: there are none.
        per_day, per_person: tries; 0: no limit.
        guaranteed_after: so many tries in a row without a prize; the next brings
            ``guaranteed_code`` at least. 0: nothing is guaranteed.
        budget_minor, budget_points: most that may be given away; None: no limit.
        thread_id: floors of which thread (game ``floor``).
        wins_per_person: how often one person can win (``floor``, ``entries``).
        beacon: a public figure of later that goes into the drawing of a list; empty: none.
    """

    slug: str
    game: Game
    name_zh: str
    name_en: str
    starts_at: datetime
    ends_at: datetime
    day_from: int = 0
    day_until: int = 0
    audience: str = "all"
    cost_points: int = 0
    free_per_day: int = 0
    per_day: int = 0
    per_person: int = 0
    guaranteed_after: int = 0
    guaranteed_code: str = ""
    budget_minor: int | None = None
    budget_points: int | None = None
    organiser: str = ""
    contact: str = ""
    conditions_zh: str = ""
    conditions_en: str = ""
    rules_zh: str = ""
    rules_en: str = ""
    thread_id: int | None = None
    wins_per_person: int = 1
    beacon: str = ""


@dataclass(frozen=True, slots=True)
class DrawRow(Draft):
    """A draw as it is stored."""

    id: int = 0
    state: State = State.DRAFT
    paused_because: PauseCause | None = None
    odds_sha256: str | None = None
    entries_sha256: str | None = None
    entry_count: int = 0
    beacon_value: str = ""
    play_count: int = 0
    spent_minor: int = 0
    spent_points: int = 0
    epoch_plays: int = 1_000
    made_by: int | None = None
    changed_by: int | None = None
    opened_by: int | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    settled_at: datetime | None = None

    @property
    def is_played(self) -> bool:
        """Whether members play it try by try."""
        return self.game in PLAYED

    @property
    def is_over(self) -> bool:
        """Whether nothing will be played any more."""
        return self.state in {State.CLOSED, State.CANCELLED}


@dataclass(frozen=True, slots=True)
class PrizeDraft:
    """What staff write about a prize.

    Attributes:
        code: short name, unique in the draw; stands in the published table.
        thing: what is handed over; None: a thank you.
        count: how many of it.
        value_minor: market value in minor units of the home currency.
        stock: how often it can be won; None: as often as it is rolled.
        odds_ppm: chance in parts of a million (games that are played).
        fallback: code of the prize that stands in when this one is gone.
        is_headline: the draw pauses by itself when the last one is won.
        floors: which floors win it (game ``floor``), see ``policy.floors``.
    """

    code: str
    name_zh: str
    name_en: str
    thing: Thing | None = None
    count: int = 1
    value_minor: int = 0
    stock: int | None = None
    odds_ppm: int = 0
    fallback: str = ""
    is_headline: bool = False
    floors: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether it is a thank you."""
        return self.thing is None

    @property
    def points(self) -> int:
        """How many points it hands over; 0 for everything else."""
        if self.thing is None or self.thing.kind != "points":
            return 0
        return int(self.thing.ref) * self.count


@dataclass(frozen=True, slots=True)
class Prize(PrizeDraft):
    """A prize as it is stored.

    Attributes:
        place: where it stands in the table, from 0.
        given: how often it was won.
    """

    id: int = 0
    draw_id: int = 0
    place: int = 0
    given: int = 0

    @property
    def left(self) -> int | None:
        """How often it can still be won; None: always."""
        return None if self.stock is None else max(0, self.stock - self.given)


@dataclass(frozen=True, slots=True)
class Epoch:
    """A server seed's life.

    Attributes:
        commitment: SHA-256 of the seed, in hex; published before anybody plays under it.
        seed_hex: the seed; None until it is revealed.
        next_nonce: how many tries were played under it.
    """

    id: int
    number: int
    state: EpochState
    commitment: str
    seed_hex: str | None
    next_nonce: int
    on_date: date | None
    revealed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A try's place under a seed."""

    epoch_id: int
    number: int
    nonce: int
    seed: bytes


@dataclass(frozen=True, slots=True)
class Play:
    """A try as its player and the verifiers read it."""

    id: int
    code: str
    draw_id: int
    epoch_id: int
    nonce: int
    player_id: int
    member_id: int
    client_seed: str
    paid_by: PaidBy
    points: int
    roll: int
    losses_before: int
    rolled_id: int
    awarded_id: int
    reason: Reason
    where: Ref | None
    at: datetime
    refunded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """What a try brought.

    Attributes:
        code: number of the result's page.
        is_new: False when this form had been sent before.
    """

    code: str
    slug: str
    prize: str
    is_win: bool
    points: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Win:
    """A prize that a floor or an entry won."""

    place: int
    prize_id: int
    state: WinState
    person: Person | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """Where a member stands in a draw.

    Attributes:
        today, total: tries so far.
        free_today: of today's, those that were free.
        tickets: free tries he holds.
        points: he could spend.
        client_seed: of his last try; empty before the first.
        losses: tries in a row without a prize.
    """

    today: int = 0
    total: int = 0
    free_today: int = 0
    tickets: int = 0
    points: int = 0
    client_seed: str = ""
    losses: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the latest winners or of the own record."""

    code: str
    prize: str
    is_win: bool
    person: Person | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """A draw in a list."""

    draw: DrawRow
    prizes: tuple[Prize, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """All that one page of a draw shows.

    Attributes:
        member: None for a guest.
        epochs: the next, the current and the newest revealed ones.
    """

    draw: DrawRow
    prizes: tuple[Prize, ...]
    epochs: tuple[Epoch, ...]
    member: Member | None
    winners: tuple[Line, ...] = ()
    record: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One point of the setup checklist.

    Attributes:
        text: lazily translated.
        is_open: it keeps the draw from opening.
    """

    key: str
    text: object
    is_open: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a draw costs the brand, from its odds and stock.

    Attributes:
        odds_sum: of all prizes, in parts of a million.
        per_play_ppm: expected value of a try in millionths of a minor unit.
        points_per_play_ppm: the same in points.
        most_minor: value of all stock, if every prize with stock is won.
    """

    odds_sum: int
    per_play_ppm: int
    points_per_play_ppm: int
    most_minor: int
