"""Reads of coupons."""

from app.coupons.queries.checks import drifting_counts, drifting_givings
from app.coupons.queries.exported import given_count, given_rows, pool_rows
from app.coupons.queries.jobs import faults_of, find_job, get_job, jobs_of, next_at_work
from app.coupons.queries.mine import (
    code_of,
    my_coupon,
    owner_of,
    past_coupons,
    unused_among,
    usable_counts,
    usable_coupons,
    where_given,
)
from app.coupons.queries.pools import (
    codes_of,
    counting_low,
    find_line,
    find_pool,
    get_pool,
    left,
    open_pools,
    pools,
    titles,
)

__all__ = [
    "code_of",
    "codes_of",
    "counting_low",
    "drifting_counts",
    "drifting_givings",
    "faults_of",
    "find_job",
    "find_line",
    "find_pool",
    "get_job",
    "get_pool",
    "given_count",
    "given_rows",
    "jobs_of",
    "left",
    "my_coupon",
    "next_at_work",
    "open_pools",
    "owner_of",
    "past_coupons",
    "pool_rows",
    "pools",
    "titles",
    "unused_among",
    "usable_counts",
    "usable_coupons",
    "where_given",
]
