"""What forms keep and what they throw away."""

import pytest

from app.kernel.forms import clean, clean_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  辣妹子  ", "辣妹子"),
        ("\U0001f469\u200d\U0001f373", "\U0001f469\u200d\U0001f373"),  # one cook, not two emoji
        ("a\u202eb\x00c\u200b", "abc"),
        ("e\u0301", "é"),
    ],
)
def test_one_line_loses_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_a_text_keeps_its_lines() -> None:
    assert clean_text(" one\r\ntwo\rthree\x07 ") == "one\ntwo\nthree"


def test_nothing_stays_nothing() -> None:
    assert (clean(None), clean_text(None)) == (None, None)
