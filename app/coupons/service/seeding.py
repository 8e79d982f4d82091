"""Codes at once, for the demo and for tests."""

from collections.abc import Sequence

from app.coupons.queries.pools import get_pool
from app.coupons.service.giving import lock_pools
from app.coupons.service.working import put_in
from app.kernel.db import use_case


@use_case
def seed_codes(pool_code: str, secrets: Sequence[str]) -> None:
    """Put codes into a pool without a file.

    Raises:
        NotFoundError: there is no such pool.
    """
    pool = get_pool(pool_code)
    lock_pools([pool.id])
    put_in(pool.id, secrets)
