"""Words for rules that are being written: what is wrong with them, what they would change."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.kernel.errors import ConflictError, InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.types.rules import Campaign, Rule, RuleBook


class Part(enum.StrEnum):
    """A part of a rule book that is changed by itself."""

    RULE = "rule"
    CAMPAIGN = "campaign"
    ORDERS = "orders"  # the rate of orders, and how long their points live


class Problem(enum.StrEnum):
    """What can be wrong with rules. Those in :data:`WARNINGS` are told, the others refused."""

    NO_NAME = "no_name"
    UNKNOWN_ACTION = "unknown_action"
    NEGATIVE = "negative"
    NOTHING = "nothing"
    EMPTY_CAP = "empty_cap"
    CAP_TWICE = "cap_twice"
    CAP_BELOW_AMOUNT = "cap_below_amount"
    CAP_IDLE = "cap_idle"
    NO_PAIR = "no_pair"
    NO_LIMIT = "no_limit"
    PAYS_ITSELF = "pays_itself"
    CYCLE = "cycle"
    NEVER_WINS = "never_wins"
    EMPTY_LADDER = "empty_ladder"
    TWO_AMOUNTS = "two_amounts"
    STEPS_NOT_RISING = "steps_not_rising"
    UNKNOWN_ATTRIBUTE = "unknown_attribute"
    BAD_TEST = "bad_test"
    UNKNOWN_OPTION = "unknown_option"
    NEVER_TRUE = "never_true"
    NOT_FOR_ALL = "not_for_all"
    MATCHES_NOBODY = "matches_nobody"
    EXPIRY_PAST = "expiry_past"
    EXPIRY_LENGTH = "expiry_length"
    NOT_LIFTED = "not_lifted"
    NO_ACTIONS = "no_actions"
    MULTIPLIER_LOW = "multiplier_low"
    NOTHING_ADDED = "nothing_added"
    WINDOW_REVERSED = "window_reversed"
    WINDOW_PAST = "window_past"
    OVERLAP = "overlap"
    NO_BUDGET = "no_budget"
    BUDGET_BELOW_SPENT = "budget_below_spent"
    NO_RATE = "no_rate"


WARNINGS = frozenset(
    {
        Problem.NOTHING,
        Problem.CAP_IDLE,
        Problem.NO_LIMIT,
        Problem.NEVER_WINS,
        Problem.NEVER_TRUE,
        Problem.NOT_FOR_ALL,
        Problem.NOT_LIFTED,
        Problem.MATCHES_NOBODY,
        Problem.NOTHING_ADDED,
        Problem.OVERLAP,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, or may be.

    Attributes:
        key: of the rule or campaign; empty for orders.
        place: of its form: where to put it right.
        values: what the sentence needs: keys, numbers, days.
    """

    problem: Problem
    part: Part
    key: str
    place: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Return whether it stands in the way of publishing."""
        return self.problem not in WARNINGS


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two books in one part; None: not there."""

    part: Part
    key: str
    before: Rule | Campaign | RuleBook | None
    after: Rule | Campaign | RuleBook | None


@dataclass(frozen=True, slots=True)
class Draft:
    """The rules that are being written.

    Attributes:
        based_on: the version it was begun from.
        revision: goes up with every change.
        book: its ``version`` is the one it was begun from.
    """

    based_on: int
    revision: int
    book: RuleBook
    actor_id: int | None
    changed_at: datetime


class StaleDraftError(ConflictError):
    """Somebody else changed the same part of the draft."""

    code = "stale_draft"
    default_message = _l("Somebody else changed this meanwhile. Look at it and save again.")


class DraftRefusedError(InvalidError):
    """The draft has errors; the running version keeps running."""

    code = "draft_refused"
    default_message = _l("This draft has errors. Put them right first; nothing was published.")

    def __init__(self, findings: tuple[Finding, ...] = ()) -> None:
        self.findings = findings
        super().__init__()
