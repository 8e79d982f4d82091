"""Which products a thread carries, and as what: shown, reviewed, asked about, a part of a remix."""

from random import Random

from app.commerce.types import TagKind
from app.demo.content.types import Kind, Post
from app.demo.plan.crowd import FAN
from app.demo.plan.types import Tag

_MOST = 6
_FEW = 3  # whoever unboxes more than that does not judge one of them
_VOTES = "tastings"  # a question there asks which one to make next
_LIKELY: dict[Kind, float] = {  # how likely a post that knows its products also carries them
    Kind.ORDER: 1.0, Kind.REVIEW: 1.0, Kind.QUESTION: 0.85, Kind.RECIPE: 0.7, Kind.SHOW: 0.6,
    Kind.TIP: 0.5, Kind.MEETUP: 0.4,
}  # fmt: skip
_REVIEWS = {Kind.REVIEW: 0.95, Kind.ORDER: 0.6}  # how likely it is a review, with stars
_STARS, _WEIGHTS = (3, 4, 5), (12, 38, 50)
_UNTOLD = "mala-tallow-base"  # the fan has a trial pack of it and has not told yet how it was


def tags_of(seed: int, thread: int, member: int, post: Post) -> tuple[Tag, ...]:
    """Return the products of a thread: none for many, one for a review or a question."""
    if not post.goods:
        return ()
    rng = Random(f"tags/{seed}/{thread}")  # noqa: S311 - stories, not secrets
    if rng.random() >= _LIKELY[post.kind]:
        return ()
    first = post.goods[0]
    if post.kind is Kind.QUESTION and post.board != _VOTES:
        return (Tag(first, TagKind.QUESTION),)
    is_narrow = post.kind is Kind.REVIEW or len(post.goods) <= _FEW
    is_untold = member == FAN and first == _UNTOLD
    if rng.random() < _REVIEWS.get(post.kind, 0) and is_narrow and not is_untold:
        return (Tag(first, TagKind.REVIEW, rng.choices(_STARS, _WEIGHTS)[0]),)
    is_remix = post.kind is Kind.RECIPE and len(post.goods) > 1
    kind = TagKind.PART if is_remix else TagKind.SHOWN
    return tuple(Tag(good, kind) for good in post.goods[:_MOST])
