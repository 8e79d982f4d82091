"""What a line of the menu is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.demo.painter.easel import Easel

Scene = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Painting:
    """One picture to be painted.

    Attributes:
        key: its name, and the file's.
        zh: what is to be seen, in Chinese.
        en: the same in English.
        themes: the subjects it may illustrate, the closest first.
        ratio: its shape.
        scene: the composition.
        args: what the composition is made of.
        extra: its options.
    """

    key: str
    zh: str
    en: str
    themes: tuple[str, ...]
    ratio: str
    scene: Scene
    args: tuple[Any, ...]
    extra: dict[str, Any] = field(default_factory=dict)

    def paint(self, easel: Easel) -> None:
        """Paint it."""
        self.scene(easel, *self.args, **self.extra)


def painting(
    key: str,
    names: tuple[str, str],
    themes: str,
    ratio: str,
    scene: Scene,
    *args: Any,
    **extra: Any,
) -> Painting:
    """Return a line of the menu; ``names`` are Chinese and English, ``themes`` space-separated."""
    return Painting(key, *names, tuple(themes.split()), ratio, scene, args, extra)
