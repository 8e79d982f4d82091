"""What members are told of their videos."""

from app.kernel.media.film_types import FilmProblem
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link, Tell

VIDEO_FAILED = "community.video_failed"


def tell_failed(member_id: int, video_id: int, thread_id: int | None, problem: FilmProblem) -> None:
    """Tell a member that his video could not be prepared; once for each video. One statement."""
    link = Link("community.drafts") if thread_id is None else Link.to(Ref("thread", thread_id))
    params: dict[str, str | int | bool] = {"problem": problem.value}
    if thread_id is not None:
        params["thread"] = thread_id
    notify.tell_many([Tell(member_id, VIDEO_FAILED, f"video:{video_id}", params, link)])
