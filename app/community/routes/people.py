"""Profiles."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community import present, queries
from app.community.queries import kindness
from app.community.routes.blueprint import bp
from app.identity import queries as identity
from app.kernel import i18n, slots
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.kernel.web import cached_for_guests, is_fragment, public, viewer


@bp.get("/u/<yid>")
@public
@cached_for_guests(30)
def profile(yid: str) -> ResponseReturnValue:
    """Show a member: face, figures, threads. A merged one leads to whom he is now.

    Raises:
        NotFoundError: no such member, or a buyer who never signed in, or one who has left.
    """
    someone = viewer()
    me = someone.id if someone else None
    found = queries.find_profile(yid, me)
    if found is None:
        now = identity.merged_yid(yid)
        if now is None:
            raise NotFoundError
        return redirect(url_for("community.profile", yid=now), 303)
    after = request.args.get("after")
    page = queries.feed(me, after=after, author_id=found.person.id)
    code = found.person.yid
    next_url = url_for("community.profile", yid=code, after=page.next_key)
    shown = {
        "cards": present.cards(page.items, me),
        "next_url": next_url if page.next_key else None,
    }
    if is_fragment():
        return render_template("community/_feed.html", **shown)
    kind, external = (None, []) if after else kindness.beside_profile(found.person.id)
    return render_template(
        "community/profile.html",
        profile=found,
        is_mine=me == found.person.id,
        is_first=not after,
        marks=slots.fill("profile_marks", [found.person.id])[found.person.id],
        acts=_acts(found, me),
        external=external,
        showcase=_showcase(found.person.id) if not after else "",
        kindness=_in_words(kind) if kind else [],
        address=present.absolute(url_for("community.profile", yid=code)),
        absolute=present.absolute,
        **shown,
    )


def _acts(found: queries.ProfileView, me: int | None) -> str:
    """Return what other domains let a member do with somebody: write to him."""
    if me is None or me == found.person.id or found.hides is not None:
        return ""
    return slots.fill("profile_acts", [found.person.id])[found.person.id]


def _showcase(member_id: int) -> str:
    """Return what other domains show of a member: his badges."""
    return slots.fill("profile_showcase", [member_id])[member_id]


def _in_words(found: kindness.Kindness) -> list[str]:
    """Return in words how soon a member's posts are answered, and whom he welcomed.

    Slow answers are no figure to hold up to somebody: it is told within a day only.
    """
    told = []
    if found.first_reaction is not None and found.first_reaction <= i18n.DAY:
        told.append(_("First reaction within %(time)s", time=i18n.span(found.first_reaction)))
    if found.welcomed:
        told.append(
            ngettext("%(num)s newcomer welcomed", "%(num)s newcomers welcomed", found.welcomed)
        )
    return told
