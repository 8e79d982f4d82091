"""Words of the staff pages."""

from dataclasses import dataclass

from app.integrations.movein.types import PHASES, Job, JobState, Kind, Phase
from app.kernel.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a move: how much of it is done; ``total`` 0: not known."""

    label: str
    done: int
    total: int


def job_state(job: Job) -> tuple[str, str]:
    """Return a move's state in words, and the kind of badge it gets."""
    return {
        JobState.CHECKING: (_("Being looked through"), "info"),
        JobState.CHECKED: (_("Waits for your yes"), "warn"),
        JobState.RUNNING: (_("Moving in"), "info"),
        JobState.PAUSED: (_("Paused"), "warn"),
        JobState.DONE: (_("Done"), "ok"),
        JobState.REFUSED: (_("Can't be read"), "danger"),
        JobState.DROPPED: (_("Given up"), ""),
    }[job.state]


def steps_of(job: Job) -> list[Step]:
    """Return the bars of a move that has begun."""
    if job.state in {JobState.CHECKING, JobState.CHECKED}:
        is_over = job.state is JobState.CHECKED
        looked_at = (job.rows or 0) if is_over else job.position
        return [Step(_("Rows looked at"), looked_at, job.rows or 0)]
    has_read = PHASES.index(job.phase) > PHASES.index(Phase.READING)
    steps = [Step(_("Rows read"), job.position, job.rows or (job.position if has_read else 0))]
    if has_read:
        done = min(job.handled, job.waiting)
        if PHASES.index(job.phase) >= PHASES.index(Phase.PHOTOS):
            done = job.waiting
        steps.append(Step(_("Rows settled"), done, job.waiting))
    if job.photos:
        steps.append(Step(_("Photos developed"), job.photos_done, job.photos))
    return steps


def kind_labels() -> list[tuple[str, str]]:
    """Return what came, by the name of its figure."""
    return [
        (Kind.BOARD.value, _("Boards")),
        (Kind.MEMBER.value, _("Members")),
        (Kind.THREAD.value, _("Posts")),
        (Kind.REPLY.value, _("Replies")),
        (Kind.LIKE.value, _("Likes")),
        (Kind.FOLLOW.value, _("Who follows whom")),
    ]
