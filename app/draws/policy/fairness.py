"""From a seed to a prize: the mapping that docs/draws-fairness.md describes. Pure.

Whatever changes here changes what verifiers of old draws compute: it never does.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.draws.types import MAX_PPM, DrawRow, Prize

SEED_BYTES = 32
WORD_BYTES = 8
LIMIT = 2 ** (8 * WORD_BYTES) // MAX_PPM * MAX_PPM
"""Words at or above this are thrown away: 2^64 is no multiple of a million."""


def commitment_of(seed: bytes) -> str:
    """Return what is published before a seed is used: its SHA-256, in hex."""
    return hashlib.sha256(seed).hexdigest()


def message_of(epoch: int, nonce: int, client_seed: str, block: int = 0) -> str:
    """Return what is signed with the seed for one try; later blocks only if all words fail."""
    text = f"draw|{epoch}|{nonce}|{client_seed}"
    return f"{text}|{block}" if block else text


def roll(seed: bytes, epoch: int, nonce: int, client_seed: str) -> int:
    """Return a try's number, 0 to 999,999, every one as likely as any other.

    HMAC-SHA256 gives four words of 64 bits, most significant byte first. The first one below the
    largest multiple of a million decides; the rest of its division by a million is the number.
    """
    block = 0
    while True:
        message = message_of(epoch, nonce, client_seed, block).encode()
        number = first_number(hmac.new(seed, message, hashlib.sha256).digest())
        if number is not None:
            return number
        block += 1


def first_number(digest: bytes) -> int | None:
    """Return the number in the first word that counts, or None if none does."""
    for start in range(0, len(digest), WORD_BYTES):
        word = int.from_bytes(digest[start : start + WORD_BYTES])
        if word < LIMIT:
            return word % MAX_PPM
    return None


def prize_at(number: int, odds_ppm: Sequence[int]) -> int:
    """Return the place of the prize whose stretch of the million a number falls into.

    Raises:
        ValueError: the odds don't reach that far.
    """
    reached = 0
    for place, odds in enumerate(odds_ppm):
        reached += odds
        if number < reached:
            return place
    message = f"{number} lies beyond the odds, which sum to {reached}"
    raise ValueError(message)


def is_guaranteed(after: int, losses_before: int, *, is_nothing: bool) -> bool:
    """Return whether a try that rolled a thank you brings the guaranteed prize instead.

    Args:
        after: so many tries in a row without a prize are enough; 0: nothing is guaranteed.
        losses_before: the player's tries in a row without a prize, in this draw, before this one.
        is_nothing: the rolled prize is a thank you.
    """
    return 0 < after <= losses_before and is_nothing


# --- what is published ---------------------------------------------------------------------------


def canonical_odds(draw: DrawRow, prizes: Sequence[Prize]) -> str:
    """Return the published table as canonical JSON: sorted keys, no spaces, UTF-8 as it is."""
    table = {
        "version": 1,
        "draw": draw.slug,
        "game": draw.game.value,
        "guarantee": (
            {"after": draw.guaranteed_after, "prize": draw.guaranteed_code}
            if draw.guaranteed_after
            else None
        ),
        "prizes": [_published(prize) for prize in prizes],
    }
    return json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _published(prize: Prize) -> dict[str, object]:
    return {
        "code": prize.code,
        "name": prize.name_zh,
        "thing": str(prize.thing or ""),
        "count": prize.count,
        "value_minor": prize.value_minor,
        "stock": prize.stock,
        "ppm": prize.odds_ppm,
        "fallback": prize.fallback,
        "headline": prize.is_headline,
        "floors": prize.floors,
        "nothing": prize.is_nothing,
    }


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


# --- lists ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entrant:
    """One place in a list.

    Attributes:
        place: from 0, or the floor.
        who: the entrant's Yid.
    """

    place: int
    who: str


def canonical_entries(entrants: Iterable[Entrant]) -> str:
    """Return a list as the text that is hashed: ``<place> <yid>``, a line each, by place."""
    ordered = sorted(entrants, key=lambda each: each.place)
    return "".join(f"{each.place} {each.who}\n" for each in ordered)


def shuffled(
    seed: bytes, entries_sha256: str, beacon: str, entrants: Sequence[Entrant]
) -> list[Entrant]:
    """Return a list in the order in which a seed draws it.

    Each place gets HMAC-SHA256(seed, ``entry|<hash of the list>|<beacon>|<place>``); the lowest
    comes first.
    """

    def key(each: Entrant) -> tuple[bytes, int]:
        message = f"entry|{entries_sha256}|{beacon}|{each.place}".encode()
        return hmac.new(seed, message, hashlib.sha256).digest(), each.place

    return sorted(entrants, key=key)


def winners(
    order: Sequence[Entrant], stocks: Sequence[tuple[str, int]], per_person: int
) -> Mapping[int, str]:
    """Return place -> code of the prize it wins.

    The prizes are given in the order of the table, each as often as its stock says, to the next
    in order who has not won ``per_person`` times already.
    """
    wins: dict[str, int] = {}
    found: dict[int, str] = {}
    waiting = iter(order)
    for code, stock in stocks:
        for _n in range(stock):
            chosen = next((e for e in waiting if wins.get(e.who, 0) < per_person), None)
            if chosen is None:
                return found
            wins[chosen.who] = wins.get(chosen.who, 0) + 1
            found[chosen.place] = code
    return found
