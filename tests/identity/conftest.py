from tests.factories.identity import (  # noqa: F401 - fixtures
    alice,
    alice_client,
    bob,
    client,
    koc,
    moderator,
    operator,
    staff,
    staff_client,
)
