"""Ids sort with time; codes survive being read aloud and typed by hand."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.kernel import clock, ids


def test_ids_ascend_even_inside_one_millisecond() -> None:
    made = [ids.next_id() for _ in range(5_000)]
    assert made == sorted(set(made))
    assert made[-1] < 2**63


def test_a_later_id_is_greater() -> None:
    early = ids.next_id()
    clock.tick(timedelta(days=1))
    assert ids.next_id() > early


def test_many_ids_at_once_are_those_that_come_one_by_one() -> None:
    before = ids.next_id()
    many = list(ids.next_ids(1_000))
    made = [before, *many, ids.next_id()]
    assert made == sorted(set(made))
    with ids.generated_by(ids.SeededGenerator(7)):
        together = [*ids.next_ids(3), ids.next_id()]
    with ids.generated_by(ids.SeededGenerator(7)):
        assert together == [ids.next_id() for _ in range(4)]


def test_a_seeded_generator_repeats_itself() -> None:
    def series() -> list[str]:
        with ids.generated_by(ids.SeededGenerator(7)):
            return [ids.new_code(), str(ids.next_id()), ids.new_code()]

    assert series() == series()


def test_codes_are_random_and_read_back() -> None:
    codes = {ids.new_code() for _ in range(1_000)}
    assert len(codes) == 1_000
    assert all(ids.check_character(each[:-1]) == each[-1] for each in codes)
    code = codes.pop()
    typed = f" {code[:4]}-{code[4:8]} {code[8:]} ".lower().replace("0", "o").replace("1", "l")
    assert ids.read_code(typed) == code


@given(st.integers(0, 2**64), st.integers(0, 12), st.sampled_from(ids.ALPHABET))
def test_one_wrong_character_is_noticed(seed: int, place: int, wrong: str) -> None:
    with ids.generated_by(ids.SeededGenerator(seed)):
        code = ids.new_code()
    if code[place] != wrong:
        assert ids.read_code(code[:place] + wrong + code[place + 1 :]) is None


def test_nonsense_is_no_code() -> None:
    assert [ids.read_code(text) for text in ("", "abc", "U" * 13, "0" * 12, "é" * 13)] == [None] * 5
