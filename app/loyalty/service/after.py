"""What else happens when acts were rewarded, or are gone, in the same transaction.

A part says for whom it cares; the answer comes with the statement that every act reads anyway, so
that an act of anybody else costs nothing more.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from app.loyalty.queries import context
from app.loyalty.queries.context import Context, Expression
from app.loyalty.types import Act, Award

Run = Callable[[Sequence[Act], Sequence[Award]], None]


@dataclass(frozen=True, slots=True)
class _Hook:
    run: Run
    flag: str | None
    waits_for_growth: bool = False

    def concerns(self, known: Context, member_id: int, grown: int) -> bool:
        """Return whether it follows on acts of a member who grew by so much with them."""
        if self.flag is None:
            return True
        value = known.facts.get(member_id, {}).get(self.flag)
        if not self.waits_for_growth:
            return bool(value)
        return isinstance(value, int) and 0 < grown >= value


_hooks: dict[str, _Hook] = {}


def register(
    name: str,
    run: Run,
    *,
    concerns: Expression | None = None,
    once_grown: Expression | None = None,
) -> None:
    """Let something follow on acts. Called from a manifest.

    Args:
        name: of the part.
        run: gets acts with their awards, inside their transaction, after the points were posted;
            it may reward further acts.
        concerns: member column -> SQL expression; only acts of members for whom it is true come.
            None: all of them.
        once_grown: instead: how much growth a member still needs; only acts that together give him
            so much come.
    """
    flag = f"concerns_{name}" if concerns or once_grown else None
    if flag and concerns:
        context.register(flag, concerns, read=bool, is_for_hooks=True)
    if flag and once_grown:
        context.register(flag, once_grown, is_for_hooks=True)
    _hooks[name] = _Hook(run, flag, waits_for_growth=once_grown is not None)


def follow(acts: Sequence[Act], awards: Sequence[Award], known: Context) -> None:
    """Run what follows on acts."""
    grown: Counter[int] = Counter()
    for act, award in zip(acts, awards, strict=True):
        grown[act.member_id] += award.growth
    for hook in _hooks.values():
        members = {who for who, points in grown.items() if hook.concerns(known, who, points)}
        if members:
            chosen = [
                pair for pair in zip(acts, awards, strict=True) if pair[0].member_id in members
            ]
            hook.run([act for act, _ in chosen], [award for _, award in chosen])


# --- when content goes or comes back -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turned:
    """An act whose content went away or came back."""

    member_id: int
    action: str
    day: date


_turning: list[Callable[[Sequence[Turned]], None]] = []


def register_turning(run: Callable[[Sequence[Turned]], None]) -> None:
    """Let something follow when content goes or comes back. Called from a manifest.

    Args:
        run: gets what is concerned, in the same transaction, after points have moved; it may take
            back or give back itself.
    """
    if run not in _turning:
        _turning.append(run)


def turned(acts: Sequence[Turned]) -> None:
    """Run what follows."""
    for run in _turning:
        run(acts)
