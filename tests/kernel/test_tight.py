"""Small records are written as an encoder writes them."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.kernel import tight

_values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.lists(st.integers() | st.text(max_size=3), max_size=3)
)


@given(st.dictionaries(st.text(max_size=5), _values, max_size=5))
def test_a_record_is_tight_json(record: dict[str, Any]) -> None:
    assert tight.fields(record) == json.dumps(record, separators=(",", ":"))
