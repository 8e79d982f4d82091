"""Threads, replies and likes."""

import heapq
from collections import Counter
from collections.abc import Iterator
from random import Random

from app.demo.content import HANDWRITTEN, Composer
from app.demo.content.replies import BY_KIND, BY_SUBJECT, FROM_AUTHOR
from app.demo.content.types import Answer, Kind, Post, Voice
from app.demo.plan.crowd import Crowd
from app.demo.plan.tagging import tags_of
from app.demo.plan.types import Liked, Posted, Replied
from app.demo.plan.year import Year, blooming

Said = Posted | Replied | Liked

_BUSY = 5_000  # threads; beyond, readers spread thinner
_FRONT = 18  # the newest threads are the prettiest
_PICTURES: dict[Kind, tuple[float, int]] = {  # how likely any, and how many more may follow
    Kind.SHOW: (1.0, 3), Kind.RECIPE: (1.0, 3), Kind.QUESTION: (0.4, 0), Kind.REVIEW: (0.95, 2),
    Kind.ORDER: (1.0, 2), Kind.MEETUP: (0.95, 5), Kind.TIP: (0.7, 1),
}  # fmt: skip


class Library:
    """Knows which post thread n is: the newest ones handwritten, earlier ones composed."""

    def __init__(self, rng: Random, threads: int, seed: int) -> None:
        """Lay the posts out for so many threads."""
        self._composer = Composer(seed)
        self._composed = max(0, threads - len(HANDWRITTEN))
        self._written = _laid_out(rng, min(threads, len(HANDWRITTEN)))

    def post(self, thread: int) -> Post:
        """Return the post that opens a thread; thread 0 is the oldest."""
        if thread < self._composed:
            return self._composer.post(thread)
        return self._written[thread - self._composed]


def _laid_out(rng: Random, count: int) -> list[Post]:
    """Return handwritten posts: two neighbours on different boards, the showiest ones last."""
    posts = rng.sample(HANDWRITTEN, k=count)
    showy = [post for post in posts if post.kind in {Kind.SHOW, Kind.RECIPE, Kind.ORDER}]
    nth: Counter[str] = Counter()
    turns: list[tuple[int, int, Post]] = []
    for post in showy:  # the first of each board, then the second of each, ...
        nth[post.board] += 1
        turns.append((nth[post.board], len(turns), post))
    front = [post for _, _, post in sorted(turns, key=lambda turn: turn[:2])[:_FRONT]]
    chosen = {post.title for post in front}
    rest = [post for post in posts if post.title not in chosen]
    return _alternating(rest, "") + _alternating(front, rest[-1].board if rest else "")


def _alternating(posts: list[Post], before: str) -> list[Post]:
    """Return the posts so that neighbours differ in board as long as that can be done."""
    waiting, row = list(posts), []
    while waiting:
        place = next((k for k, post in enumerate(waiting) if post.board != before), 0)
        row.append(waiting.pop(place))
        before = row[-1].board
    return row


def talk(seed: int, year: Year, crowd: Crowd, threads: int) -> Iterator[Said]:
    """Yield threads with their replies and likes, in the order they happen.

    Only what is still to come is held in memory: replies and likes of the last few days.
    """
    rng = Random(f"talk/{seed}")  # noqa: S311 - stories, not secrets
    library = Library(rng, threads, seed)
    warmth = min(1.0, (_BUSY / max(1, threads)) ** 0.5)
    pending: list[tuple[int, int, Said]] = []
    serial = 0
    for thread, second in enumerate(year.arrivals(rng, threads, blooming)):
        while pending and pending[0][0] <= second:
            yield heapq.heappop(pending)[2]
        post = library.post(thread)
        author = crowd.speaker(rng, second, post.language, post.by)
        tags = tags_of(seed, thread, author, post)
        yield Posted(year.moment(second), thread, author, post, _pictures(rng, post), tags)
        for when, said in _echo(rng, year, crowd, (thread, second, author, post), warmth):
            serial += 1
            heapq.heappush(pending, (when, serial, said))
    while pending:
        yield heapq.heappop(pending)[2]


def _pictures(rng: Random, post: Post) -> tuple[str, ...]:
    """Return the subjects of the thread's pictures, cover first; none for some."""
    likely, more = _PICTURES[post.kind]
    if not post.pictures or rng.random() >= likely:
        return ()
    count = 1 + (min(rng.randint(0, more), rng.randint(0, more)) if more else 0)
    shown = list(post.pictures[:count])
    while len(shown) < count:
        shown.append(rng.choice(post.pictures))
    return tuple(shown)


Opening = tuple[int, int, int, Post]  # thread, second, author, post


def _echo(
    rng: Random, year: Year, crowd: Crowd, opening: Opening, warmth: float
) -> Iterator[tuple[int, Said]]:
    """Yield replies and likes of one thread with their seconds; none after the year's end."""
    thread, second, author, _post = opening
    replies = _replies(rng, year, crowd, opening, warmth)
    for floor, (when, member, answer, language) in enumerate(replies, start=1):
        yield when, Replied(year.moment(when), thread, floor, member, answer.text, language)
        for fan, at in _fans(rng, year, crowd, (when, member), 0.7 * warmth):
            yield at, Liked(year.moment(at), thread, floor, fan)
    for fan, at in _fans(rng, year, crowd, (second, author), 5.5 * warmth):
        yield at, Liked(year.moment(at), thread, 0, fan)


def _replies(
    rng: Random, year: Year, crowd: Crowd, opening: Opening, warmth: float
) -> Iterator[tuple[int, int, Answer, str]]:
    _thread, second, author, post = opening
    wanted = len(post.replies) + int(rng.expovariate(1 / (1.6 * warmth)))
    answers = [*post.replies, *_general(rng, post, wanted - len(post.replies))]
    when, last = second, author
    for answer in answers:
        when = year.awake(when + 40 + int(rng.lognormvariate(8.1, 1.3)))
        if when >= year.end:
            return
        last = _voice(rng, crowd, when, (author, last), (answer, post.language))
        yield when, last, answer, post.language


def _general(rng: Random, post: Post, count: int) -> list[Answer]:
    """Return ``count`` replies that suit the kind of post and what it shows, all different."""
    pool = list(BY_KIND[post.language][post.kind])
    for subject in post.pictures:
        pool += BY_SUBJECT[post.language].get(subject, ())
    answers = [Answer(text) for text in rng.sample(pool, k=max(0, min(count, len(pool))))]
    if len(answers) > 1 and rng.random() < 0.6:  # noqa: PLR2004 - most authors say thank you
        thanks = rng.choice(FROM_AUTHOR[post.language])
        answers[-1] = Answer(thanks, Voice.AUTHOR)
    return answers


def _voice(
    rng: Random,
    crowd: Crowd,
    when: int,
    others: tuple[int, int],
    said: tuple[Answer, str],
) -> int:
    """Return who says it: nobody answers himself, and nobody but the author is the author."""
    author, last = others
    answer, language = said
    if answer.voice is Voice.AUTHOR:
        return author
    if answer.voice is Voice.HOUSE:
        return crowd.speaker(rng, when, language, "operator")
    member = author
    for _ in range(6):
        member = crowd.speaker(rng, when, language)
        if member not in {author, last}:
            return member
    return member


def _fans(
    rng: Random, year: Year, crowd: Crowd, liked: tuple[int, int], mean: float
) -> Iterator[tuple[int, int]]:
    """Yield who likes something and when, each at most once and never one's own."""
    second, owner = liked
    fame = rng.paretovariate(1.6) - 0.6  # most are liked a little, a few a lot
    count = min(int(rng.expovariate(1 / mean) * fame + mean / 3), int(0.7 * crowd.present(second)))
    seen = {owner}
    for _ in range(count):
        at = year.awake(second + 20 + int(rng.lognormvariate(9.2, 1.5)))
        member = crowd.reader(rng, at)
        if at < year.end and member not in seen:
            seen.add(member)
            yield member, at
