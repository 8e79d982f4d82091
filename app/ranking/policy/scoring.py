"""The scorer: lines of one member in one period -> his score, and how it came about. Pure.

Every line is worth the weight of its act, in hundredths of a point, less what the caps take:

- the first ``day_caps[act]`` of an act on a day count;
- the k-th act with the same other person is worth ``repeat_percent``^(k-1) of it, and from
  ``pair_cap`` on nothing: two who like everything of each other run dry (NodeBB holds 6 upvotes a
  day to one person, Discuz! X heats a thread once a person; here it is a period);
- marks of quality and a proved purchase add to a post, a remix is worth ``remix_percent``;
- what lies flagged counts nothing.

What others gave (likes, replies received) counts in full from ``full_people`` different people on;
from fewer it counts that part: a ring of three is worth three, however often it claps.

The score is the sum in whole points, rounded down.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.ranking.types import Formula, Line, Why
from app.ranking.types.formulas import POSTED, RECEIVED

HUNDRED = 100
UNIT = 100  # hundredths in a point


@dataclass(frozen=True, slots=True)
class Part:
    """What one line is worth.

    Attributes:
        hundredths: of a point.
        why: what took from it, if something did.
    """

    line: Line
    hundredths: int
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """A score and where it comes from.

    Attributes:
        points: whole points.
        reached_at: when the last line that counts happened; None without one.
        own: hundredths of what he did himself; ``received``: of what others gave, before the
            share.
        people: how many different people gave.
        share: percent of ``received`` that counts.
    """

    points: int
    reached_at: datetime | None
    parts: tuple[Part, ...]
    own: int = 0
    received: int = 0
    people: int = 0
    share: int = HUNDRED


def score(activities: Iterable[Line], formula: Formula) -> Score:
    """Return the score of one member's lines of one period. Pure; the order given is no matter.

    Args:
        activities: his lines, void ones left out.
        formula: what they are worth.
    """
    parts = tuple(weigh(activities, formula))
    own = received = 0
    reached: datetime | None = None
    givers: set[int] = set()
    for part in parts:
        if not part.hundredths:
            continue
        reached = part.line.at
        if part.line.act in RECEIVED:
            received += part.hundredths
            givers.add(part.line.counterpart_id)
        else:
            own += part.hundredths
    full = formula.full_people
    people = len(givers)
    counting = received * people // full if full and people < full else received
    share = HUNDRED * people // full if full and people < full and received else HUNDRED
    points = (own + counting) // UNIT
    return Score(points, reached if points else None, parts, own, received, people, share)


def weigh(activities: Iterable[Line], formula: Formula) -> Iterable[Part]:
    """Yield what every line is worth, the earliest first."""
    counted = _Counted(formula)
    for line in sorted(activities, key=lambda each: (each.at, each.id)):
        yield counted.part(line)


class _Counted:
    """What has counted so far: caps ask for it."""

    def __init__(self, formula: Formula) -> None:
        self._formula = formula
        self._weights = {str(act): weight for act, weight in formula.weights.items()}
        self._caps = {str(act): cap for act, cap in formula.day_caps.items()}
        self._today: Counter[tuple[str, object]] = Counter()
        self._pairs: Counter[int] = Counter()

    def part(self, line: Line) -> Part:
        """Return what the next line is worth."""
        weight = self._weights.get(line.act, 0) * UNIT
        if not weight:
            return Part(line, 0)
        if line.is_flagged:
            return Part(line, 0, Why.FLAGGED)
        formula = self._formula
        met = self._pairs[line.counterpart_id] if line.counterpart_id else 0
        if formula.pair_cap and met >= formula.pair_cap:
            return Part(line, 0, Why.PAIR_CAP)
        day = (line.act, line.on)
        if self._is_over(day):
            return Part(line, 0, Why.DAY_CAP)
        self._today[day] += 1
        why: Why | None = None
        if line.counterpart_id:
            self._pairs[line.counterpart_id] += 1
        if met and formula.repeat_percent < HUNDRED:
            weight, why = weight * formula.repeat_percent**met // HUNDRED**met, Why.REPEATED
        if line.act in POSTED:
            weight, why = self._post(line, weight, why)
        return Part(line, weight, why)

    def _is_over(self, day: tuple[str, object]) -> bool:
        cap = self._caps.get(day[0], 0)
        return bool(cap) and self._today[day] >= cap

    def _post(self, line: Line, weight: int, why: Why | None) -> tuple[int, Why | None]:
        formula = self._formula
        more = formula.quality_percent * line.quality
        more += formula.buyer_percent if line.is_buyer else 0
        weight = weight * (HUNDRED + more) // HUNDRED
        if line.is_original or formula.remix_percent == HUNDRED:
            return weight, why
        return weight * formula.remix_percent // HUNDRED, Why.REMIX
