"""What a topic's reward may be earned by: missions and camps, told by loyalty."""

from dataclasses import dataclass

from app.loyalty.queries import calendar

MISSION, CAMP = "mission", "camp"


@dataclass(frozen=True, slots=True)
class RewardLink:
    """The mission or camp that gives the reward of a topic.

    Attributes:
        kind: ``mission`` or ``camp``.
        key: the mission's code, the camp's slug.
    """

    kind: str
    key: str
    title_zh: str
    title_en: str

    def title(self, locale: str) -> str:
        """Return what it is called in a language."""
        return self.title_zh if locale.startswith("zh") else self.title_en


def reward_choices() -> dict[str, RewardLink]:
    """Return what may be linked now, by ``kind:key``. One statement."""
    found = [
        RewardLink(each.kind, each.key, each.title_zh, each.title_en)
        for each in calendar.running_now()
    ]
    return {f"{each.kind}:{each.key}": each for each in found}


def find_reward(kind: str, key: str) -> RewardLink | None:
    """Return a linked mission or camp while it is open, or None. At most one statement."""
    if not kind:
        return None
    return reward_choices().get(f"{kind}:{key}")
