"""The mapping from seeds to prizes: unbiased, documented, and the same for whoever computes it."""

import hashlib
import hmac
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.draws import queries, service
from app.draws.policy import fairness, floors
from app.draws.policy.fairness import Entrant
from app.draws.queries.tables import PLAY, PRIZE
from app.draws.types import MAX_PPM, PrizeDraft, Rules
from app.identity.types import MemberRow
from app.kernel.db import db, use_case
from app.kernel.goods import Thing
from tests.draws import independent_verifier
from tests.factories.draws import LOSING, POT, a_draw, drifts, plays
from tests.factories.identity import Browser, a_member

ROOT = Path(__file__).resolve().parents[2]
ODDS = (1_000, 9_000, 50_000, 140_000, 300_000, 500_000)
# Chi-squared with five degrees of freedom: p lies between 0.001 and 0.999 between these.
LOWEST, HIGHEST = 0.2102, 20.515


def chi_squared(counts: list[int], total: int) -> float:
    wanted = [total * odds / MAX_PPM for odds in ODDS]
    return sum((n - w) ** 2 / w for n, w in zip(counts, wanted, strict=True))


def simulated(total: int) -> list[int]:
    """Play as a house does: a new seed every thousand tries, a seed of the member's own each."""
    chance, counts = random.Random(20260901), [0] * len(ODDS)
    for epoch in range(1, total // 1_000 + 1):
        seed = chance.randbytes(fairness.SEED_BYTES)
        for nonce in range(1_000):
            number = fairness.roll(seed, epoch, nonce, f"{chance.getrandbits(64):x}")
            counts[fairness.prize_at(number, ODDS)] += 1
    return counts


def test_fifty_thousand_tries_match_the_published_odds() -> None:
    assert LOWEST < chi_squared(simulated(50_000), 50_000) < HIGHEST


@pytest.mark.long
def test_a_million_tries_match_the_published_odds() -> None:
    assert LOWEST < chi_squared(simulated(1_000_000), 1_000_000) < HIGHEST


def test_odds_that_are_off_would_be_seen() -> None:
    counts = simulated(50_000)
    counts[0], counts[-1] = counts[0] + 50, counts[-1] - 50
    assert chi_squared(counts, 50_000) > HIGHEST


# --- the mapping ---------------------------------------------------------------------------------


def test_the_mapping_is_the_documented_one() -> None:
    seed = bytes(range(32))
    digest = hmac.new(seed, b"draw|3|7|mine", hashlib.sha256).digest()
    assert fairness.roll(seed, 3, 7, "mine") == int.from_bytes(digest[:8], "big") % 1_000_000
    assert fairness.commitment_of(seed) == hashlib.sha256(seed).hexdigest()


def test_words_that_would_favour_some_numbers_are_thrown_away() -> None:
    high, low = b"\xff" * 8, (123_456).to_bytes(8, "big")
    assert fairness.first_number(high + low + low + low) == 123_456
    assert fairness.first_number(high * 4) is None
    assert fairness.first_number(fairness.LIMIT.to_bytes(8, "big") + low * 3) == 123_456
    assert fairness.first_number((fairness.LIMIT - 1).to_bytes(8, "big") + low * 3) == 999_999
    assert fairness.LIMIT == independent_verifier.TOO_BIG


@settings(max_examples=100)
@given(st.binary(min_size=32, max_size=32), st.integers(1, 10**6), st.integers(0, 10**9))
@example(b"\0" * 32, 1, 0)
def test_whoever_computes_comes_to_the_same_number(seed: bytes, epoch: int, nonce: int) -> None:
    number = fairness.roll(seed, epoch, nonce, "a-b_C9")
    assert 0 <= number < MAX_PPM
    assert number == independent_verifier.number_of(seed, epoch, nonce, "a-b_C9")


@settings(max_examples=60)
@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=12).filter(any), st.data())
def test_a_number_falls_into_exactly_the_stretch_of_its_prize(
    weights: list[int], data: st.DataObject
) -> None:
    odds = [weight * MAX_PPM // sum(weights) for weight in weights]
    odds[-1] += MAX_PPM - sum(odds)
    number = data.draw(st.integers(0, MAX_PPM - 1))
    place = fairness.prize_at(number, odds)
    assert sum(odds[:place]) <= number < sum(odds[: place + 1])


def test_numbers_beyond_the_odds_are_nobodys() -> None:
    with pytest.raises(ValueError, match="beyond"):
        fairness.prize_at(500_000, [400_000, 100_000])


# --- real draws ----------------------------------------------------------------------------------


def records(client: Browser, slug: str = "autumn") -> list[dict[str, object]]:
    draw = queries.get(slug)
    epochs = [epoch.number for epoch in queries.epochs_of(draw.id, limit=1_000)]
    return [json.loads(client.get(f"/draw/{slug}/record/{n}").text) for n in epochs]


def play_many(staff: MemberRow, total: int) -> None:
    broth = PrizeDraft(
        "broth", "底料", "Broth", Thing("points", "3"), value_minor=900, stock=total // 20,
        odds_ppm=200_000, fallback="thanks",
    )  # fmt: skip
    pot = PrizeDraft(**{
        **{name: getattr(POT, name) for name in PrizeDraft.__slots__},
        "is_headline": False, "odds_ppm": 50_000,
    })  # fmt: skip
    small = PrizeDraft("small", "积分", "Points", Thing("points", "1"), value_minor=1)
    thanks = PrizeDraft("thanks", "谢谢", "Thank you", odds_ppm=750_000)
    a_draw(
        staff, prizes=(pot, broth, small, thanks), free_per_day=total, per_day=0,
        per_person=total, guaranteed_after=4, guaranteed_code="small",
        rules=Rules(epoch_plays=max(50, total // 10)),
    )  # fmt: skip
    members = [a_member(f"fan{n}") for n in range(5)]
    for first in range(0, total, 100):
        _play_some(members, range(first, min(first + 100, total)))
    service.close("autumn")


@use_case
def _play_some(members: list[MemberRow], numbers: range) -> None:
    """Play within one transaction: a hundred tries wait for the disk once."""
    for n in numbers:
        plays(members[n % 5], key=str(n), client_seed=f"seed-{n * 7919 % 10007}")


def check_by_script(client: Browser, tmp_path: Path) -> str:
    """Run the script as anybody would: with the files of the record and nothing else."""
    for n, record in enumerate(records(client)):
        (tmp_path / f"{n}.json").write_text(json.dumps(record), "utf-8")
    script = ROOT / "tests" / "draws" / "independent_verifier.py"
    files = sorted(map(str, tmp_path.glob("*.json")))
    done = subprocess.run(
        [sys.executable, "-I", str(script), *files],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    return done.stdout.strip().splitlines()[-1]


def test_a_script_from_the_documentation_alone_reproduces_every_try(
    client: Browser, staff: MemberRow, tmp_path: Path
) -> None:
    play_many(staff, 300)
    assert check_by_script(client, tmp_path) == "300 tries checked, 0 differences"
    assert drifts() == []


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_the_script_reproduces_ten_thousand_tries(
    client: Browser, staff: MemberRow, tmp_path: Path
) -> None:
    play_many(staff, 10_000)
    assert check_by_script(client, tmp_path) == "10000 tries checked, 0 differences"
    assert drifts() == []


@use_case
def _tamper(statement: sa.Update | sa.Delete) -> None:
    db.session.execute(statement)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda: sa.update(PLAY).values(roll=7), "rolled 7"),
        (lambda: sa.delete(PLAY).where(PLAY.c.nonce == 1), "counts 3 tries, 2 are there"),
        (lambda: sa.update(PLAY).values(client_seed="other"), "the seed says"),
        (lambda: sa.update(PLAY).where(PLAY.c.nonce == 2).values(losses_before=9), "counts 9"),
        (lambda: sa.update(PRIZE).where(PRIZE.c.code == "thanks").values(given=9), "counted 9"),
        (lambda: sa.update(PRIZE).where(PRIZE.c.code == "thanks").values(odds_ppm=5), "do not sum"),
    ],
)
def test_whatever_is_changed_afterwards_is_told(
    app: Flask, alice: MemberRow, staff: MemberRow, change: object, told: str
) -> None:
    a_draw(staff, prizes=LOSING, free_per_day=9)
    for n in range(3):
        plays(alice, key=str(n))
    assert drifts() == []
    _tamper(change())  # type: ignore[operator]
    assert told in " ".join(drifts())


def test_the_command_proves_all_draws(app: Flask, alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING)
    plays(alice)
    run = app.test_cli_runner().invoke
    assert run(args=["draws", "verify"]).exit_code == 0
    assert "as it was played" in run(args=["draws", "verify", "autumn"]).output
    assert run(args=["draws", "verify", "nothing"]).exit_code == 1
    _tamper(sa.update(PLAY).values(roll=7))
    assert run(args=["draws", "verify"]).exit_code == 1


# --- lists ---------------------------------------------------------------------------------------


def test_every_entrant_is_as_likely_as_any_other() -> None:
    chance, firsts = random.Random(1), [0] * 6
    entrants = [Entrant(n, f"Y{n}") for n in range(6)]
    for _n in range(6_000):
        first = fairness.shuffled(chance.randbytes(32), "h", "", entrants)[0]
        firsts[first.place] += 1
    assert LOWEST < sum((n - 1_000) ** 2 / 1_000 for n in firsts) < HIGHEST


def test_nobody_wins_more_often_than_allowed() -> None:
    order = [Entrant(n, who) for n, who in enumerate("aaabbc")]
    stocks = [("x", 1), ("y", 9)]
    assert fairness.winners(order, stocks, 1) == {0: "x", 3: "y", 5: "y"}
    assert fairness.winners(order, stocks, 2) == {0: "x", 1: "y", 3: "y", 4: "y", 5: "y"}


@pytest.mark.parametrize(
    ("pattern", "fit"),
    [
        ("8,88", [8, 88]),
        ("/25", [25, 50, 75]),
        ("*8", [8, 18, 28, 38, 48, 58, 68, 78, 88]),
        ("~", []),
    ],
)
def test_floors_fit_their_pattern(pattern: str, fit: list[int]) -> None:
    assert floors.is_pattern(pattern)
    assert [n for n in range(1, 90) if floors.fits(pattern, n)] == fit


@pytest.mark.parametrize("text", ["", "8,", "/0", "*", "abc", "8;9", "~~"])
def test_what_says_nothing_about_floors_is_no_pattern(text: str) -> None:
    assert not floors.is_pattern(text)
