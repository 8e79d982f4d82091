"""Composes any number of posts from the pantry's words, the same ones for one seed.

Two neighbours never share a template: the wheel of templates turns by a step that never lands on
the same spoke twice running, and each template has its own wheel of dishes.
"""

from dataclasses import dataclass, replace
from functools import cache
from math import gcd
from random import Random

from app.demo.content.pantry import CLOSINGS, DISHES, OCCASIONS, PLACES, TRICKS, Dish
from app.demo.content.shown import OF_DISH, OF_FRIEND
from app.demo.content.templates import TEMPLATES, Template
from app.demo.content.types import Answer, Post


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes post number n, whichever n is asked for first.

    Attributes:
        seed: other seeds, other posts.
    """

    seed: int

    def post(self, number: int) -> Post:
        """Return post ``number`` (from 0)."""
        rng = Random(f"post/{self.seed}/{number}")  # noqa: S311 - stories, not secrets
        template = TEMPLATES[(self.seed + number * _STEP) % len(TEMPLATES)]
        dishes = _dishes_for(template)
        turn = number // len(TEMPLATES) + self.seed + 3 * template.order
        return _written(template, dishes[turn * _step(len(dishes)) % len(dishes)], rng)


_STEP = 17  # how far the wheel of templates turns from one post to the next


@cache
def _dishes_for(template: Template) -> tuple[Dish, ...]:
    return tuple(dish for dish in DISHES if template.suits(dish))


@cache
def _step(spokes: int) -> int:
    """Return a turn that visits every spoke of a wheel before it comes back."""
    return next(step for step in (7, 5, 3, 1) if gcd(step, spokes) == 1)


def _written(template: Template, dish: Dish, rng: Random) -> Post:
    words = _words(template.language, dish, rng)
    subjects = (template.subject or dish.subjects[0], *dish.subjects[1:])
    return Post(
        template.board,
        template.kind,
        rng.choice(template.titles).format_map(words),
        template.body.format_map(words),
        subjects if rng.random() < template.pictured else (),
        tuple(_answered(reply, words) for reply in template.replies),
        template.language,
        goods=_goods_of(dish),
    )


@cache
def _goods_of(dish: Dish) -> tuple[str, ...]:
    """Return the products of the house that go into a dish, its own first."""
    known = (OF_DISH.get(dish.zh), *(OF_FRIEND.get(zh) for zh, _ in dish.friends))
    return tuple(dict.fromkeys(slug for slug in known if slug))


def _answered(reply: str | Answer, words: dict[str, str]) -> Answer:
    if isinstance(reply, Answer):
        return replace(reply, text=reply.text.format_map(words))
    return Answer(reply.format_map(words))


def _words(language: str, dish: Dish, rng: Random) -> dict[str, str]:
    """Return what stands for each name in a mould; a capital's name gives a capital's word."""
    side = 0 if language == "zh" else 1
    friends = [pair[side] for pair in dish.friends]
    rng.shuffle(friends)
    words = {
        "dish": dish.en if side else dish.zh,
        "star": dish.star[side],
        "friend": friends[0],
        "second": friends[1],
        "third": friends[2],
        "minutes": "a minute" if side and dish.minutes == 1 else _minutes(dish.minutes, side),
        "people": str(rng.randint(2, 8)),
        "many": str(rng.randint(5, 14)),
        "few": str(rng.randint(2, 4)),
        "count": str(rng.randint(2, 12)),
        "place": rng.choice(PLACES[language]),
        "occasion": rng.choice(OCCASIONS[language]),
        "closing": rng.choice(CLOSINGS[language]),
    }
    tricks = rng.sample(TRICKS[language][dish.craft], k=3)
    words |= {
        f"trick{k or ''}": trick.format_map(words)
        for k, trick in zip((0, 2, 3), tricks, strict=True)
    }
    if not side:
        return words  # Chinese knows no capitals
    return words | {_capital(name): _capital(word) for name, word in words.items()}


def _minutes(minutes: int, side: int) -> str:
    return f"{minutes} minutes" if side else f"{minutes} 分钟"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
