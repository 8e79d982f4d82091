"""The gallery: finds a picture for a subject, and never the same one for neighbours."""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from random import Random

from app.demo.painter import Picture

# where to look when nothing shows a subject
_KIN: dict[str, tuple[str, ...]] = {
    "jar": ("pack",), "new": ("pack",), "gift": ("parcel",), "camp": ("hotpot",),
    "festival": ("parcel",), "birthday": ("dessert",),
}  # fmt: skip
_ANYTHING = ("any", "hotpot")
_NEAR = 9  # pictures hung last: a neighbour shows none of them
_FITNESS = 40  # turns a picture may hang too often for each further subject it shows


class Gallery:
    """Hands out pictures so that each hangs about as often as any other that fits as well.

    A subject is a theme, or the key of one picture. The order depends on the pictures, the seed
    and what was asked for before, on nothing else.
    """

    def __init__(self, pictures: Sequence[Picture], seed: int) -> None:
        """Hang the pictures; ``seed`` decides which comes first.

        Raises:
            ValueError: there are no pictures.
        """
        if not pictures:
            raise ValueError("a gallery needs at least one picture")
        self._all = list(pictures)
        Random(f"gallery/{seed}").shuffle(self._all)  # noqa: S311 - pictures, not secrets
        self._by_subject: dict[str, list[Picture]] = defaultdict(list)
        for picture in self._all:
            for subject in (picture.key, *picture.themes):
                self._by_subject[subject].append(picture)
        self._hung = {picture.key: -len(self._all) for picture in self._all}
        self._turn = 0
        self._near: deque[str] = deque(maxlen=_NEAR)

    def pictures_for(self, subjects: Sequence[str], also: Sequence[str] = ()) -> list[Picture]:
        """Return one picture per subject, all different as far as there are enough.

        ``also`` is what else the post is about: it helps to choose when a subject's own pictures
        have just been shown.
        """
        context = (*subjects, *also)
        chosen: list[Picture] = []
        for subject in subjects:
            picture = self._fitting(subject, context, {one.key for one in chosen})
            self._turn += 1
            self._hung[picture.key] = self._turn
            chosen.append(picture)
        self._near.extend(picture.key for picture in chosen)
        return chosen

    def _fitting(self, subject: str, subjects: Sequence[str], taken: set[str]) -> Picture:
        wanted = set(subjects)

        def rank(picture: Picture) -> int:
            return self._hung[picture.key] - _FITNESS * len(wanted & set(picture.themes))

        for avoid in (taken | set(self._near), taken, set[str]()):
            for candidates in self._candidates(subject, subjects):
                free = [picture for picture in candidates if picture.key not in avoid]
                if free:
                    return min(free, key=rank)
        raise AssertionError("unreachable: there is at least one picture")

    def _candidates(self, subject: str, subjects: Sequence[str]) -> Iterator[list[Picture]]:
        """Yield pictures to choose from: of the subject, of the post's others, related, any."""
        for name in (subject, *subjects, *_KIN.get(subject, ()), *_ANYTHING):
            yield self._by_subject.get(name, [])
        yield self._all
