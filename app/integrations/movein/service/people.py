"""Boards and members find their place."""

import re
from collections.abc import Sequence

from app.community import queries as boards_here
from app.community import service as community
from app.community.types import SeedBoard
from app.identity import service as identity
from app.identity.types import Arrival, Arrived
from app.integrations.movein import queries
from app.integrations.movein.queries import Item
from app.integrations.movein.reading import LONG_AGO
from app.integrations.movein.service import jobs, settling
from app.integrations.movein.service.settling import Settled
from app.integrations.movein.types import Job, Trouble
from app.kernel.db import use_case

NOBODY = "-"  # the key of the one former member by whom posts without an author stand
MAX_SLUG = 40
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def channel_of(source: str) -> str:
    """Return under which channel identity keeps the people of a place."""
    return f"from:{source}"


@use_case
def settle_boards(job: Job, items: Sequence[Item]) -> Job:
    """Find or make boards. A board of the same address is taken, and never changed."""
    jobs.claim(job, handled=job.handled + len(items))
    settled = Settled()
    there = boards_here.board_ids()
    for item in items:
        mapped = job.options.boards.get(item.source_id)
        slug = mapped or _slug(job, item)
        if slug not in there:
            if mapped:
                settled.is_bad(item, Trouble.NO_BOARD)
                continue
            there[slug] = community.save_board(_board(slug, item), actor_id=job.started_by)
        settled.stood_at(job, item, board_id=there[slug])
        settled.stands(item, there[slug])
    settling.write(job, settled)
    return queries.job_by_id(job.id)


def _slug(job: Job, item: Item) -> str:
    wanted = str(item.fields["slug"] or "").lower()
    if _SLUG.fullmatch(wanted) and len(wanted) <= MAX_SLUG:
        return wanted
    for text in (item.fields["en"], f"{job.source}-{item.source_id}"):
        slug = _NOT_SLUG.sub("-", text.lower())[:MAX_SLUG].strip("-")
        if slug and text.isascii():
            return slug
    return f"{job.source}-board"


def _board(slug: str, item: Item) -> SeedBoard:
    said = item.fields
    about = said["about"]
    return SeedBoard(slug, said["zh"][:24], said["en"][:40], about[:120], about[:200])


@use_case
def settle_members(job: Job, items: Sequence[Item]) -> Job:
    """Find or make members, silent until they sign in here."""
    jobs.claim(job, handled=job.handled + len(items))
    settled = Settled()
    arrivals = {item.source_id: _arrival(item) for item in items if item.target_id is None}
    arrived = identity.take_in_members(channel_of(job.source), list(arrivals.values()))
    for item in items:
        said = item.fields
        written = identity.profile_digest(said.get("name", ""), said.get("bio", ""))
        if item.target_id is not None:
            settled.stands(item, item.target_id, _changed(settled, item, written))
            continue
        who = arrived[item.source_id]
        _note(settled, item, who)
        settled.stood_at(job, item, member_id=who.member_id)
        if said.get("avatar"):
            settled.hang(job, item, who.member_id, [said["avatar"]], is_face=True)
        settled.stands(item, who.member_id, written)
    settling.write(job, settled)
    return queries.job_by_id(job.id)


def _changed(settled: Settled, item: Item, written: str) -> str | None:
    """Let a member be called as he is there now, if he still is what he was."""
    said = item.fields
    if written == item.written or said.get("gone"):
        return item.written
    name, bio = said["name"], said["bio"]
    if identity.take_in_profile(item.target_id or 0, item.written or "", name, bio):
        return written
    settled.notes(item, Trouble.CHANGED_HERE)
    return item.written


def _arrival(item: Item) -> Arrival:
    said = item.fields
    if said.get("gone"):
        return Arrival(item.source_id, "", item.at, is_gone=True)
    return Arrival(
        item.source_id,
        said["name"],
        item.at,
        said["bio"],
        said["email"],
        said["phone"],
        email_is_proved=said["email_verified"],
        phone_is_proved=said["phone_verified"],
    )


def _note(settled: Settled, item: Item, who: Arrived) -> None:
    if who.is_renamed and who.is_new:
        settled.notes(item, Trouble.RENAMED)
    if who.is_aside:
        settled.notes(item, Trouble.CONTACT_ASIDE)


def former_member(source: str) -> int:
    """Return the member by whom posts stand whose author nobody knows; made once for a place."""
    arrived = identity.take_in_members(
        channel_of(source), [Arrival(NOBODY, "", LONG_AGO, is_gone=True)]
    )
    return arrived[NOBODY].member_id
