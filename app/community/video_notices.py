"""What members are told of their videos, in words."""

from app.community.notices import OWN_TITLE
from app.community.service.video_telling import VIDEO_FAILED
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.media.film_types import FilmProblem
from app.notify.types import Group, NoticeKind, Params, Said, name_of, register

PROBLEMS: dict[FilmProblem, object] = {
    FilmProblem.BROKEN: _l("The file is damaged. Save it again and send that."),
    FilmProblem.TOO_HEAVY: _l("It takes too much work to open. Save it as 1080p and send that."),
    FilmProblem.GONE: _l("The file is not there any more. Choose it again."),
    FilmProblem.GAVE_UP: _l("We tried three times. Save it as MP4 and send that."),
}


def register_video_notices() -> None:
    """Name the kinds of notices."""
    register(
        NoticeKind(
            VIDEO_FAILED, _l("Videos that couldn't be prepared"), "alert-circle", failed_said,
            group=Group.TEAM, named=OWN_TITLE, is_essential=True,
        )
    )  # fmt: skip


def problem_text(problem: FilmProblem | None) -> str:
    """Return why a video could not be prepared, and what to do."""
    return str(PROBLEMS[problem or FilmProblem.BROKEN])


def failed_said(params: Params) -> Said:
    """Say that a video could not be prepared, and why."""
    why = problem_text(FilmProblem(str(params["problem"])))
    title = name_of(params)
    if title:
        return Said(_("The video of “%(title)s” couldn't be prepared", title=title), why)
    return Said(_("Your video couldn't be prepared"), why)
