"""The community's places in the timetable."""

from datetime import timedelta

from app.community import service
from app.community.service import heat, reads, topics
from app.kernel import jobs, tails


@jobs.sweep("community.tell", every=timedelta(seconds=2))
def tell() -> int:
    """Tell members what others did with their threads and replies."""
    return tails.follow("community.tell", service.HEARD, service.tell_of)


@jobs.sweep("community.warm", every=timedelta(seconds=5), drain=True)
def warm() -> int:
    """Let new likes and replies warm their threads for the recommended feed."""
    return heat.warm_from_facts()


@jobs.sweep("community.turn_topics", every=timedelta(minutes=1))
def turn_topics() -> int:
    """Open and close hot topics whose time has come."""
    return topics.turn_topics()


@jobs.sweep("community.prune_reads", every=timedelta(hours=6), drain=True)
def prune_reads() -> int:
    """Delete read marks so old that their threads count as read anyway."""
    return reads.prune_reads()
