"""What else happens when acts were rewarded: missions, badges, tiers. In the same transaction.

A part says for whom it cares; the answer comes with the statement that every act reads anyway, so
that an act of anybody else costs nothing more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.loyalty.queries import context
from app.loyalty.queries.context import Context, Expression
from app.loyalty.types import Act, Award

Run = Callable[[Sequence[Act], Sequence[Award]], None]


@dataclass(frozen=True, slots=True)
class _Hook:
    run: Run
    flag: str | None


_hooks: dict[str, _Hook] = {}


def register(name: str, run: Run, *, concerns: Expression | None = None) -> None:
    """Let something follow on acts. Called from a manifest.

    Args:
        name: of the part.
        run: gets acts with their awards, inside their transaction, after the points were posted;
            it may reward further acts.
        concerns: member column -> SQL expression; only acts of members for whom it is true come.
            None: all of them.
    """
    flag = None
    if concerns is not None:
        flag = f"concerns_{name}"
        context.register(flag, concerns, read=bool)
    _hooks[name] = _Hook(run, flag)


def follow(acts: Sequence[Act], awards: Sequence[Award], known: Context) -> None:
    """Run what follows on acts."""
    for hook in _hooks.values():
        chosen = [
            (act, award)
            for act, award in zip(acts, awards, strict=True)
            if hook.flag is None or known.facts.get(act.member_id, {}).get(hook.flag)
        ]
        if chosen:
            hook.run([act for act, _ in chosen], [award for _, award in chosen])
