"""Beside the composer: drafts, preview while typing, whom an @ may mean."""

from datetime import datetime

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.community import composer, present, queries, service
from app.community.queries import drafts as reads
from app.community.queries import named
from app.community.routes.blueprint import bp
from app.community.types.kinds import KINDS, kind_of
from app.community.types.writing import MAX_DRAFTS
from app.kernel import clock
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.forms import REQUEST_KEY, clean
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.startup import limiter
from app.kernel.web import me, member_required, no_store, toast

LONGEST_NAME = 24


def _writer() -> str:
    return f"member {me().id}"


@bp.post("/compose/preview")
@member_required
@no_store
@limiter.limit("120 per minute", key_func=_writer)
def preview() -> ResponseReturnValue:
    """Show a text as it will look: the fragment that the composer swaps in while one types."""
    typed = composer.read(request.form, me().id)
    shown = service.previewed(me().id, [typed.body, *(step.text for step in typed.steps)])
    return render_template("community/preview.html", typed=typed, preview=shown)


@bp.get("/compose/people")
@member_required
@no_store
@limiter.limit("240 per minute", key_func=_writer)
def people() -> ResponseReturnValue:
    """List whom an @ may mean: ``?q=小``. A fragment for the composer.

    Groups of the team stand first for those who may call them; for others the names are words.
    """
    typed = (clean(request.args.get("q")) or "")[:LONGEST_NAME]
    found = named.suggest_people(me().id, typed)
    many = {name for name in (each.name for each in found)
            if sum(other.name == name for other in found) > 1}  # fmt: skip
    crowds = present.crowds(typed) if me().can(Permission.CROWDS_CALL) else []
    return render_template("community/people.html", people=found, namesakes=many, crowds=crowds)


@bp.post("/compose/draft")
@member_required
@no_store
@limiter.limit("60 per minute", key_func=_writer)
def autosave() -> ResponseReturnValue:
    """Keep what is being typed; the composer sends it every few seconds. JSON.

    Raises:
        InvalidError: the form has no key.
        TooManyDraftsError, DraftTooLargeError: it can't be kept; the phone keeps it.
    """
    key = request.form.get("request_key", "")
    if not REQUEST_KEY.match(key):
        raise InvalidError
    typed = composer.read(MultiDict(request.form), me().id, _own_thread_id())
    if typed.is_empty:
        return jsonify(saved=None)
    saved = service.save_draft(
        me().id, key, typed.kept(), typed.all_photo_ids(), thread_id=typed.thread_id,
        video_id=typed.video_id,
    )  # fmt: skip
    return jsonify(saved=_clock(saved.saved_at) if saved else None)


def _own_thread_id() -> int | None:
    code = request.args.get("thread", "")
    if not code:
        return None
    found = queries.find_owned_thread(code)
    if found is None or found.author_id != me().id:
        raise NotFoundError
    return found.id


def _clock(moment: datetime) -> str:
    return moment.astimezone(clock.zone()).strftime("%H:%M")


# --- the list ------------------------------------------------------------------------------------


@bp.get("/me/drafts")
@member_required
@no_store
def drafts() -> ResponseReturnValue:
    """List what is not posted yet, and what waits for its hour."""
    found = reads.drafts_of(me().id)
    return render_template(
        "community/drafts.html",
        waiting=[each for each in found if each.publish_at],
        drafts=[each for each in found if not each.publish_at],
        most=MAX_DRAFTS,
        kinds=KINDS,
        kind_of=kind_of,
        resume=_resume,
        why=present.failure_text,
    )


def _resume(draft: reads.DraftRow) -> str:
    """Return where one goes on with a draft."""
    if draft.thread_code:
        return url_for("community.edit_thread", code=draft.thread_code, draft=draft.id)
    return url_for("community.compose", draft=draft.id)


@bp.post("/me/drafts/<int:draft_id>/unschedule")
@member_required
def unschedule(draft_id: int) -> ResponseReturnValue:
    """Take a post back from its hour."""
    if service.unschedule(me().id, draft_id):
        toast(_("It won't go out by itself. It's a draft again"))
    else:
        toast(_("It had no hour any more"), "info")
    return redirect(url_for("community.drafts"), 303)


@bp.route("/me/drafts/<int:draft_id>/discard", methods=["GET", "POST"])
@member_required
@no_store
def discard_draft(draft_id: int) -> ResponseReturnValue:
    """Ask, then throw a draft away.

    Raises:
        NotFoundError: there is none; somebody else's is none.
    """
    draft = reads.find_draft(me().id, draft_id)
    if draft is None:
        raise NotFoundError
    if request.method == "POST":
        service.discard_draft(me().id, draft_id)
        toast(_("Thrown away"), "info")
        return redirect(url_for("community.drafts"), 303)
    return render_template("community/draft_discard.html", draft=draft, resume=_resume(draft))
