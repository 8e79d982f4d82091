"""What the miner proposes, and the topics that come of it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community import queries as community
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import me, permission, toast
from app.ops.forms import TopicDraftForm
from app.ops.queries import ideas as queries
from app.ops.queries import kit
from app.ops.service import ideas as service
from app.ops.types import IdeaState, KeptDraft, read_week, week_key

bp = Blueprint("ops_ideas", __name__, url_prefix="/staff/kit")
EDIT = Permission.KIT_EDIT


@bp.get("/ideas")
@permission(EDIT)
def ideas() -> ResponseReturnValue:
    """Show what rises, with its evidence: ``?show=dismissed``."""
    shows_dismissed = request.args.get("show") == IdeaState.DISMISSED
    found = queries.ideas(IdeaState.DISMISSED if shows_dismissed else IdeaState.NEW)
    return render_template(
        "ops/ideas.html",
        ideas=found,
        samples=queries.samples(found),
        drafts=kit.drafts(),
        last_night=queries.last_night(),
        shows_dismissed=shows_dismissed,
        week_key=week_key,
    )


@bp.post("/ideas/<int:idea_id>/draft")
@permission(EDIT)
def draft(idea_id: int) -> ResponseReturnValue:
    """Make a topic of an idea: one tap."""
    draft_id = service.draft_from(idea_id, actor_id=me().id)
    return redirect(url_for("ops_ideas.edit_draft", draft_id=draft_id), 303)


@bp.post("/ideas/<int:idea_id>/dismiss")
@permission(EDIT)
def dismiss(idea_id: int) -> ResponseReturnValue:
    """Put an idea away; it can be brought back."""
    if service.dismiss(idea_id, actor_id=me().id):
        toast(_("Put away. You find it under “Put away”"), "info")
    return redirect(url_for("ops_ideas.ideas"), 303)


@bp.post("/ideas/<int:idea_id>/bring-back")
@permission(EDIT)
def bring_back(idea_id: int) -> ResponseReturnValue:
    """Take an idea up again."""
    if service.bring_back(idea_id, actor_id=me().id):
        toast(_("It is among the ideas again"))
    return redirect(url_for("ops_ideas.ideas", show="dismissed"), 303)


@bp.route("/drafts/<int:draft_id>", methods=["GET", "POST"])
@permission(EDIT)
def edit_draft(draft_id: int) -> ResponseReturnValue:
    """Prepare a topic; ``act=plan`` puts it on the calendar."""
    kept = _draft(draft_id)
    told = kept.draft
    names = (
        "name_zh", "name_en", "slug", "purpose_zh", "purpose_en", "question_zh", "question_en"
    )  # fmt: skip
    data = {name: getattr(told, name) for name in names}
    form = TopicDraftForm(
        data={**data, "week": week_key(told.week_on), "board": told.board_slug},
        boards=community.boards(),
    )
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate() and (target := _saved(form, draft_id)):
            return redirect(target, 303)
    idea = queries.find_idea(kept.idea_id) if kept.idea_id else None
    samples = queries.samples([idea])[idea.id] if idea else []
    page = render_template("ops/draft.html", form=form, draft=kept, idea=idea, samples=samples)
    return page, status


def _draft(draft_id: int) -> KeptDraft:
    """Return a draft.

    Raises:
        NotFoundError: there is none.
    """
    found = kit.find_draft(draft_id)
    if found is None:
        raise NotFoundError
    return found


def _saved(form: TopicDraftForm, draft_id: int) -> str | None:
    """Keep a draft, or plan it; return where to go on, or None where it cannot be planned."""
    told = form.draft()
    try:
        if request.form.get("act") == "plan":
            service.plan_draft(draft_id, told, actor_id=me().id)
            toast(_("It is on the calendar: it opens and closes by itself"))
            return url_for("ops_kit.plan", week=form.week.data)
        service.save_draft(draft_id, told, actor_id=me().id)
    except NotFoundError:
        raise
    except DomainError as error:
        form.slug.errors = [str(error.message)]
        return None
    toast(_("Saved"))
    monday = read_week(form.week.data)
    return url_for("ops_kit.plan", week=week_key(monday) if monday else None)


@bp.route("/drafts/<int:draft_id>/drop", methods=["GET", "POST"])
@permission(EDIT)
def drop_draft(draft_id: int) -> ResponseReturnValue:
    """Ask, then throw a draft away."""
    kept, form = _draft(draft_id), Form()
    if form.validate_on_submit():
        if service.drop_draft(draft_id, actor_id=me().id):
            toast(_("The draft is gone. Its idea stays"), "info")
        return redirect(url_for("ops_ideas.ideas"), 303)
    return render_template("ops/draft_drop.html", form=form, draft=kept)
