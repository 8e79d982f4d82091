"""Reactions, who gave them, polls; and the beacon of a page that was seen."""

import hashlib

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community import present
from app.community.queries import polls as poll_queries
from app.community.queries import reactions as queries
from app.community.routes.blueprint import bp, number_arg
from app.community.routes.threads import get_thread, may_read
from app.community.service import polls, reactions, reads
from app.community.types.reading import ChoiceError, PollClosedError
from app.kernel import web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import cached_for_guests, me, member_required, public, toast, viewer

MAX_CHOICES = 10


@bp.post("/p/<code>/react/<kind>")
@member_required
def react(code: str, kind: str) -> ResponseReturnValue:
    """Give a reaction, or take it back (``off=1``); ``?floor=5`` for a reply."""
    floor = number_arg("floor") or 0
    reactions.react(
        me().id, code, floor, kind,
        is_on=not request.form.get("off"), is_staff=me().can(Permission.CONTENT_MODERATE),
    )  # fmt: skip
    to = present.floor_url(code, floor) if floor else url_for("community.thread", code=code)
    return redirect(f"{to.partition('#')[0]}#react-{floor}", 303)


@bp.get("/p/<code>/likes")
@public
@cached_for_guests(30)
def likes(code: str) -> ResponseReturnValue:
    """Show who likes a thread and who reacted; ``?floor=5`` for a reply.

    Raises:
        NotFoundError: there is no such thread, or this viewer may not read it.
    """
    found = get_thread(code)
    if not may_read(found):
        raise NotFoundError
    someone = viewer()
    viewer_id, floor, after = someone.id if someone else None, number_arg("floor") or 0, None
    text = request.args.get("after", "")
    if text.isascii() and text.isdecimal() and len(text) < 19:  # noqa: PLR2004 - fits 64 bits
        after = int(text)
    page = queries.likers(found.id, floor, viewer_id, after=after)
    return render_template(
        "community/likes.html",
        thread=found,
        floor=floor,
        fans=page.items,
        given=queries.reactions_on(found.id, [floor], viewer_id)[floor],
        is_open=not found.is_removed and not found.is_hidden,
        is_staff=someone is not None and someone.can(Permission.CONTENT_MODERATE),
        reactors=[] if after else queries.reactors(found.id, floor, viewer_id),
        is_first=after is None,
        next_url=url_for("community.likes", code=code, floor=floor or None, after=page.next_key)
        if page.next_key
        else None,
        links=present,
    )


@bp.post("/p/<code>/vote")
@member_required
def vote(code: str) -> ResponseReturnValue:
    """Vote in the poll of a thread, or change one's vote."""
    try:
        is_first = polls.vote(me().id, code, _choice())
    except (ChoiceError, PollClosedError) as error:
        toast(str(error.message), "warn")
    else:
        toast(_("Your vote is in") if is_first else _("Your vote is changed"))
    return redirect(url_for("community.thread", code=code, _anchor="poll"), 303)


def _choice() -> list[int]:
    """Return what was chosen: options, or for a ranked poll their places.

    Raises:
        ChoiceError: two options share a place.
    """
    ranks = {
        int(name[5:]): value
        for name, value in list(request.form.items())[:30]
        if name.startswith("rank-") and name[5:].isdecimal() and value
    }
    if ranks:
        if len(set(ranks.values())) != len(ranks):
            raise ChoiceError(_("Give every place to one answer only."))
        return sorted(ranks, key=lambda option: (len(ranks[option]), ranks[option]))
    given = request.form.getlist("option")[: MAX_CHOICES + 1]
    return [int(text) for text in given if text.isascii() and text.isdecimal() and len(text) < 3]  # noqa: PLR2004 - at most ten options


@bp.get("/p/<code>/votes")
@public
@cached_for_guests(30)
def votes(code: str) -> ResponseReturnValue:
    """Show who voted for what in a public poll.

    Raises:
        NotFoundError: there is no such thread or poll, or its votes are secret.
    """
    found = get_thread(code)
    someone = viewer()
    poll = poll_queries.find_poll(found.id, someone.id if someone else None)
    if not may_read(found) or poll is None or not poll.is_public or not poll.shows_result:
        raise NotFoundError
    text = request.args.get("after", "")
    is_number = text.isascii() and text.isdecimal() and len(text) < 19  # noqa: PLR2004 - fits 64 bits
    page = poll_queries.voters(found.id, after=int(text) if is_number else 0)
    next_url = url_for("community.votes", code=code, after=page.next_key)
    return render_template(
        "community/votes.html",
        thread=found,
        poll=poll,
        voters=page.items,
        next_url=next_url if page.next_key else None,
    )


@bp.post("/p/<code>/seen")
@public
def seen(code: str) -> ResponseReturnValue:
    """Take the word of a page that it was seen, and how far: a view and a read mark."""
    someone, agent = viewer(), request.headers.get("User-Agent", "")
    if reads.is_bot(agent):
        return Response(status=204)
    floor = request.form.get("floor", "")
    if someone is not None and floor.isascii() and floor.isdecimal() and len(floor) < 9:  # noqa: PLR2004 - a floor
        try:
            reads.read_thread(someone.id, code, int(floor))
        except NotFoundError:
            return Response(status=204)
    who = str(someone.id) if someone else f"{request.remote_addr}|{agent}"
    by = hashlib.sha256(who.encode()).hexdigest()[:24]
    sharer = request.form.get("from", "")[:16]
    reads.note_view(reads.View(code, by, someone.id if someone else None, sharer))
    return Response(status=204)


web.csrf.exempt(seen)
