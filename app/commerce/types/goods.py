"""Words of the catalogue: allergens, units of packs, and how a pack is told in a few words."""

from collections.abc import Mapping
from enum import StrEnum

from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext

PERMILLE = 1000
SEPARATOR = " | "  # between a text's Chinese and its English half


class Allergen(StrEnum):
    """What labels must name: the Chinese eight and what the European list has besides."""

    GLUTEN = "gluten"
    CRUSTACEANS = "crustaceans"
    FISH = "fish"
    EGG = "egg"
    PEANUT = "peanut"
    SOY = "soy"
    MILK = "milk"
    NUTS = "nuts"
    SESAME = "sesame"
    MOLLUSCS = "molluscs"
    CELERY = "celery"
    MUSTARD = "mustard"
    LUPIN = "lupin"
    SULPHITES = "sulphites"


ALLERGEN_NAMES: Mapping[str, object] = {
    Allergen.GLUTEN: _l("Gluten"),
    Allergen.CRUSTACEANS: _l("Crustaceans"),
    Allergen.FISH: _l("Fish"),
    Allergen.EGG: _l("Egg"),
    Allergen.PEANUT: _l("Peanut"),
    Allergen.SOY: _l("Soy"),
    Allergen.MILK: _l("Milk"),
    Allergen.NUTS: _l("Nuts"),
    Allergen.SESAME: _l("Sesame"),
    Allergen.MOLLUSCS: _l("Molluscs"),
    Allergen.CELERY: _l("Celery"),
    Allergen.MUSTARD: _l("Mustard"),
    Allergen.LUPIN: _l("Lupin"),
    Allergen.SULPHITES: _l("Sulphites"),
}


class PackUnit(StrEnum):
    """What a pack's pieces are."""

    NONE = ""
    PIECE = "piece"
    SERVING = "serving"
    BAG = "bag"
    BOTTLE = "bottle"
    CUP = "cup"
    BOX = "box"
    GRAM = "g"
    MILLILITRE = "ml"


PACK_UNIT_NAMES: Mapping[str, object] = {
    PackUnit.NONE: _l("Not told"),
    PackUnit.PIECE: _l("Pieces"),
    PackUnit.SERVING: _l("Servings"),
    PackUnit.BAG: _l("Bags"),
    PackUnit.BOTTLE: _l("Bottles"),
    PackUnit.CUP: _l("Cups"),
    PackUnit.BOX: _l("Boxes"),
    PackUnit.GRAM: _l("Grams"),
    PackUnit.MILLILITRE: _l("Millilitres"),
}


def pack_text(size: int, unit: str) -> str:
    """Return how much is in a pack, such as ``6 bags``; empty where nobody told."""
    counted: dict[str, str] = {
        PackUnit.PIECE: ngettext("%(num)s piece", "%(num)s pieces", size),
        PackUnit.SERVING: ngettext("%(num)s serving", "%(num)s servings", size),
        PackUnit.BAG: ngettext("%(num)s bag", "%(num)s bags", size),
        PackUnit.BOTTLE: ngettext("%(num)s bottle", "%(num)s bottles", size),
        PackUnit.CUP: ngettext("%(num)s cup", "%(num)s cups", size),
        PackUnit.BOX: ngettext("%(num)s box", "%(num)s boxes", size),
        PackUnit.GRAM: _("%(num)s g", num=size),
        PackUnit.MILLILITRE: _("%(num)s ml", num=size),
    }
    return counted.get(unit, "")


def allergen_name(word: str) -> str:
    """Return an allergen in the reader's language; a word that is none of ours as it stands."""
    return str(ALLERGEN_NAMES.get(word, word))


def half_of(text: str, *, is_zh: bool) -> str:
    """Return the reader's half of ``中文 | English``; a text without halves whole."""
    zh, found, en = text.partition(SEPARATOR)
    return (zh if is_zh else en).strip() if found else text
