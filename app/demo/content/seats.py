"""Events of the demo: one to come, whose seats are in the mall, and one that was."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evening:
    """An event as the demo makes it.

    Attributes:
        days: from the end of the year; before it where negative.
        guests: members who get a seat, the fan first.
        points: price of a seat in the mall; 0: its seats were presents.
    """

    zh: str
    en: str
    place_zh: str
    place_en: str
    about_zh: str
    about_en: str
    days: int
    seats: int
    guests: int
    points: int = 0


HOUR, MINUTE = 18, 30
EVENINGS = (
    Evening(
        "新锅底试吃夜",
        "New base tasting night",
        "成都市锦江区 示例路 12 号 沸禾小厨房",
        "Simmer kitchen, 12 Example Road, Jinjiang, Chengdu",
        "三款还没上市的锅底，边涮边聊。\n带上好胃口，别的我们都备好。",
        "Three bases that nobody can buy yet.\nBring your appetite, we bring the rest.",
        6,
        24,
        13,
        90,
    ),
    Evening(
        "秋天第一锅",
        "First pot of autumn",
        "成都市锦江区 示例路 12 号 沸禾小厨房",
        "Simmer kitchen, 12 Example Road, Jinjiang, Chengdu",
        "天凉了，一起吃一锅。",
        "It is getting cold. Let's have a pot together.",
        -12,
        16,
        8,
    ),
)
SLUG, SHELF, PICTURE = "tasting-night", "perks", "family"
"""The seats of the first one, as an item of the mall."""
