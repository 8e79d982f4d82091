"""Members and browsers for the tests of this domain."""

from tests.factories.identity import (  # noqa: F401 - fixtures
    alice,
    alice_client,
    bob,
    client,
    koc,
    staff,
    staff_client,
)
