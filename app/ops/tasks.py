"""The miner's place in the timetable."""

from datetime import timedelta

from app.kernel import jobs
from app.ops.service import mining


@jobs.sweep("ops.mine_topics", every=timedelta(minutes=10), drain=True)
def mine_topics() -> int:
    """After three in the morning, count the words of new posts and propose topics, bit by bit."""
    return mining.mine_some()
