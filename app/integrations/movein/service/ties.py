"""Likes, follows, and rows of photos that name their thread."""

from collections.abc import Sequence

from app.community import service as community
from app.community.types.taking_in import OldLike
from app.integrations.movein import queries
from app.integrations.movein.queries import Item
from app.integrations.movein.service import jobs, settling
from app.integrations.movein.service.settling import Settled
from app.integrations.movein.types import ItemState, Job, Kind, Trouble
from app.kernel.db import use_case


@use_case
def settle_likes(job: Job, items: Sequence[Item]) -> Job:
    """Take a chunk of likes in; one without a moment has that of the thing it is for."""
    jobs.claim(job, handled=job.handled + len(items))
    settled = Settled()
    source = job.source
    threads = queries.targets(source, Kind.THREAD, {i.fields["thread"] for i in items})
    replies = queries.targets(source, Kind.REPLY, {i.fields["reply"] for i in items})
    members = queries.targets(source, Kind.MEMBER, {i.fields["member"] for i in items})
    likes = []
    for item in items:
        said = item.fields
        thread, reply = threads.get(said["thread"]), replies.get(said["reply"])
        thing, member = thread or reply, members.get(said["member"])
        if thing is None or member is None:
            settled.is_aside(item, Trouble.NO_MEMBER if thing else Trouble.NO_THING)
            continue
        at = item.at if said["has_at"] else thing.at
        likes.append(
            OldLike(member.id, at, thread.id if thread else None, reply.id if reply else None)
        )
        settled.stands(item, thing.id)
    community.take_in_likes(likes)
    settling.write(job, settled)
    return queries.job_by_id(job.id)


@use_case
def settle_follows(job: Job, items: Sequence[Item]) -> Job:
    """Take a chunk of follows in; one without a moment has that of the younger of the two."""
    jobs.claim(job, handled=job.handled + len(items))
    settled = Settled()
    names = {i.fields[name] for i in items for name in ("member", "follows")}
    members = queries.targets(job.source, Kind.MEMBER, names)
    follows = {}
    for item in items:
        one, other = members.get(item.fields["member"]), members.get(item.fields["follows"])
        if one is None or other is None:
            settled.is_aside(item, Trouble.NO_MEMBER)
            continue
        follows[one.id, other.id] = max(item.at, one.at, other.at)
        settled.stands(item, other.id)
    community.take_in_follows(follows)
    settling.write(job, settled)
    return queries.job_by_id(job.id)


@use_case
def settle_album(job: Job, items: Sequence[Item]) -> Job:
    """Let photos that stand in rows of their own follow their threads."""
    jobs.claim(job, handled=job.handled + len(items))
    settled = Settled()
    threads = queries.targets(job.source, Kind.THREAD, {i.fields["thread"] for i in items})
    for item in items:
        thread = threads.get(item.fields["thread"])
        if thread is None:
            settled.is_aside(item, Trouble.NO_THREAD)
            continue
        position = int(item.fields["number"])
        settled.photos.append(
            settling.photo_row(job, thread.id, item.fields["path"], position, item.source_id)
        )
        settled.done[item.id] = (ItemState.DONE, thread.id, None, False)
    settling.write(job, settled)
    return queries.job_by_id(job.id)
