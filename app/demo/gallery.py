"""The gallery: finds a picture for a subject, and never the same one for neighbours."""

from collections import defaultdict, deque
from collections.abc import Sequence
from random import Random

from app.demo.painter import Picture

# where to look when nothing shows a subject, in this order
_KIN: dict[str, tuple[str, ...]] = {
    "jar": ("pack",), "new": ("pack",), "gift": ("parcel",), "camp": ("hotpot",),
    "festival": ("parcel",), "birthday": ("dessert",),
}  # fmt: skip
_ANYTHING = ("any", "hotpot")
_NEAR = 9  # pictures of the same thread and its neighbours that must differ


class Gallery:
    """Hands out pictures so that each hangs as long as any other before it comes again.

    The order depends on the pictures, the seed and what was asked for before, on nothing else.
    """

    def __init__(self, pictures: Sequence[Picture], seed: int) -> None:
        """Hang the pictures; ``seed`` decides which comes first.

        Raises:
            ValueError: there are no pictures.
        """
        if not pictures:
            raise ValueError("a gallery needs at least one picture")
        order = list(pictures)
        Random(f"gallery/{seed}").shuffle(order)  # noqa: S311 - pictures, not secrets
        self._by_subject: dict[str, list[Picture]] = defaultdict(list)
        for picture in order:
            for subject in picture.themes:
                self._by_subject[subject].append(picture)
        self._all = order
        self._hung: dict[str, int] = dict.fromkeys((p.key for p in order), -1)
        self._turn = 0
        self._near: deque[str] = deque(maxlen=_NEAR)

    def pictures_for(self, subjects: Sequence[str]) -> list[Picture]:
        """Return one picture per subject, all different as far as there are enough."""
        chosen: list[Picture] = []
        for subject in subjects:
            taken = {picture.key for picture in chosen}
            picture = self._least_seen(subject, taken)
            self._turn += 1
            self._hung[picture.key] = self._turn
            chosen.append(picture)
        self._near.extend(picture.key for picture in chosen)
        return chosen

    def _least_seen(self, subject: str, taken: set[str]) -> Picture:
        for avoid in (taken | set(self._near), taken):
            for candidate in (subject, *_KIN.get(subject, ()), *_ANYTHING):
                free = [p for p in self._by_subject.get(candidate, ()) if p.key not in avoid]
                if free:
                    return min(free, key=lambda p: self._hung[p.key])
        free = [p for p in self._all if p.key not in taken] or self._all
        return min(free, key=lambda p: self._hung[p.key])
