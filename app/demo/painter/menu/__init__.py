"""The menu: every picture the painter knows, with the themes it suits."""

from app.demo.painter.menu.cold import dips, kitchen, table, treats
from app.demo.painter.menu.hot import bowls, pots
from app.demo.painter.menu.packed import packed
from app.demo.painter.menu.shelf import SHELF, shelf
from app.demo.painter.menu.types import Painting

__all__ = ["SHELF", "Painting", "menu"]


def menu(brand: str, brand_latin: str) -> tuple[Painting, ...]:
    """Return all paintings; the brand's name (in Han and in Latin letters) goes on the packs."""
    everyday = (*pots(), *bowls(), *dips(), *kitchen(), *table(), *treats())
    return (*everyday, *packed(brand, brand_latin), *shelf(brand, brand_latin))
