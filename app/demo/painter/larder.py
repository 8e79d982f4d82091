# ruff: noqa: PLR2004 - measures taken by eye have no names
"""The larder: what the painter cooks with.

Most ingredients are the 3D emoji of the npm package ``@lobehub/fluent-emoji-3d``; what it lacks
comes from `app.demo.painter.modelled`.
"""

from functools import lru_cache
from pathlib import Path

from PIL import Image

from app.demo.painter.clay import dice, ramp
from app.demo.painter.modelled import CLAY

EMOJI: dict[str, str] = {
    "apple": "1f34e",
    "avocado": "1f951",
    "bacon": "1f953",
    "bagel": "1f96f",
    "banana": "1f34c",
    "baguette": "1f956",
    "beans": "1fad8",
    "beer": "1f37a",
    "bento": "1f371",
    "blueberry": "1fad0",
    "box": "1f4e6",
    "bread": "1f35e",
    "broccoli": "1f966",
    "bubbletea": "1f9cb",
    "bow": "1f380",
    "burger": "1f354",
    "butter": "1f9c8",
    "cabbage": "1f96c",
    "cake": "1f370",
    "can": "1f96b",
    "carrot": "1f955",
    "cheese": "1f9c0",
    "cheers": "1f37b",
    "cherry": "1f352",
    "chestnut": "1f330",
    "chick": "1f425",
    "chili": "1f336-fe0f",
    "chocolate": "1f36b",
    "clam": "1f9aa",
    "coconut": "1f965",
    "cookie": "1f36a",
    "corn": "1f33d",
    "crab": "1f980",
    "croissant": "1f950",
    "cucumber": "1f952",
    "cupcake": "1f9c1",
    "curry": "1f35b",
    "dango": "1f361",
    "donut": "1f369",
    "drumstick": "1f357",
    "dumpling": "1f95f",
    "egg": "1f95a",
    "eggplant": "1f346",
    "fishcake": "1f365",
    "flatbread": "1fad3",
    "fondue": "1fad5",
    "fortune": "1f960",
    "friedegg": "1f373",
    "fries": "1f35f",
    "garlic": "1f9c4",
    "gift": "1f381",
    "ginger": "1fada",
    "grapes": "1f347",
    "honey": "1f36f",
    "ice": "1f9ca",
    "icecream": "1f368",
    "jar": "1fad9",
    "kebab": "1f362",
    "kiwi": "1f95d",
    "lantern": "1f3ee",
    "leaf": "1f33f",
    "leaves": "1f342",
    "lemon": "1f34b",
    "lobster": "1f99e",
    "mango": "1f96d",
    "meat": "1f356",
    "mooncake": "1f96e",
    "mushroom": "1f344",
    "olive": "1fad2",
    "onion": "1f9c5",
    "onigiri": "1f359",
    "orange": "1f34a",
    "paella": "1f958",
    "pancake": "1f95e",
    "pasta": "1f35d",
    "pea": "1fadb",
    "peach": "1f351",
    "peanut": "1f95c",
    "pear": "1f350",
    "pepper": "1fad1",
    "pie": "1f967",
    "pineapple": "1f34d",
    "pizza": "1f355",
    "plant": "1fab4",
    "popcorn": "1f37f",
    "pot": "1f372",
    "potato": "1f954",
    "pretzel": "1f968",
    "pudding": "1f36e",
    "ramen": "1f35c",
    "rice": "1f35a",
    "ricecracker": "1f358",
    "sake": "1f376",
    "salad": "1f957",
    "salt": "1f9c2",
    "sandwich": "1f96a",
    "shavedice": "1f367",
    "shrimp": "1f990",
    "spices": "1f33e",
    "squid": "1f991",
    "steak": "1f969",
    "strawberry": "1f353",
    "stuffed": "1f959",
    "sunflower": "1f33b",
    "sushi": "1f363",
    "sweetpotato": "1f360",
    "taco": "1f32e",
    "taiyaki": "1f420",
    "takeout": "1f961",
    "tamale": "1fad4",
    "tea": "1f375",
    "teapot": "1fad6",
    "tempura": "1f364",
    "toast": "1f9c7",
    "tomato": "1f345",
    "tropical": "1f379",
    "waffle": "1f9c7",
    "watermelon": "1f349",
    "wine": "1f377",
    "blossom": "1f338",
    "milk": "1f95b",
    "juice": "1f9c3",
    "cup": "1f964",
    "receipt": "1f9fe",
    "flame": "1f525",
    "tent": "26fa",
    "coffee": "2615",
    "basket": "1f9fa",
    "camera": "1f4f7",
    "knife": "1f52a",
    "taro": "1f9c6",
    "cactus": "1f335",
    "tulip": "1f337",
    "maple": "1f341",
    "melon": "1f348",
    "pill": "1f9c9",
}


# how large a thing is beside the others, where it matters
_NATURAL: dict[str, float] = {
    "fishball": 0.62,
    "beefball": 0.62,
    "shrimpball": 0.62,
    "yolkball": 0.6,
    "tangyuan": 0.6,
    "goji": 0.25,
    "jujube": 0.5,
    "tofu": 0.74,
    "friedtofu": 0.74,
    "duckblood": 0.72,
    "ricecake": 0.7,
    "chili": 0.8,
    "garlic": 0.78,
    "peanut": 0.62,
    "lime": 0.72,
    "lemonslice": 0.8,
    "carrotslice": 0.66,
    "radish": 0.7,
    "olive": 0.5,
    "cherry": 0.8,
    "crabstick": 0.9,
    "leaf": 0.8,
    "chestnut": 0.66,
    "cornring": 0.78,
    "potatoslice": 0.74,
    "cabbage": 1.15,
    "corn": 1.1,
    "coconut": 1.1,
    "egg": 0.8,
    "watermelon": 1.15,
}


def natural(name: str) -> float:
    """Return how large ``name`` is beside other food, 1 being a tomato."""
    return _NATURAL.get(name, 1.0)


class LarderError(Exception):
    """The emoji pictures are not where we were told."""


def find_emoji(folder: Path) -> Path:
    """Return the folder of ``.webp`` pictures in or below ``folder``.

    Accepts the folder itself, the unpacked npm package, or the folder npm installed it to.

    Raises:
        LarderError: no pictures there; the message says how to get them.
    """
    inside = Path("node_modules/@lobehub/fluent-emoji-3d/assets")
    for place in (folder, folder / "assets", folder / "package/assets", folder / inside):
        if (place / f"{EMOJI['pot']}.webp").is_file():
            return place
    raise LarderError(
        f"No emoji pictures in {folder}. Get them with "
        f"`npm install --prefix {folder} --ignore-scripts @lobehub/fluent-emoji-3d@1.1.0`, "
        "or show your own pictures with --photos DIR."
    )


class Larder:
    """Gives sprites by name: ``tomato`` (emoji), ``tofu`` (clay) or a bare emoji code."""

    def __init__(self, folder: Path) -> None:
        """Open the larder; ``folder`` holds the ``.webp`` files."""
        self._folder = find_emoji(folder)
        self._raw = lru_cache(maxsize=160)(self._read)

    def sprite(self, name: str, size: float, *, seed: object = 0) -> Image.Image:
        """Return ``name`` with its longer side ``size`` px."""
        raw = _model(name, dice(seed).randrange(4)) if name in CLAY else self._raw(name)
        factor = size / max(raw.size)
        box = (max(1, round(raw.width * factor)), max(1, round(raw.height * factor)))
        return raw.resize(box, Image.Resampling.LANCZOS)

    def _read(self, name: str) -> Image.Image:
        path = self._folder / f"{EMOJI.get(name, name)}.webp"
        if not path.is_file():
            raise LarderError(f"No emoji {name!r} in {self._folder}.")
        with Image.open(path) as file:
            picture = file.convert("RGBA")
        if name == "mushroom":
            picture = _browned(picture)  # the emoji is a fly agaric: nobody should cook that
        box = picture.getchannel("A").point(lambda v: 255 if v > 10 else 0).getbbox()
        return picture.crop(box) if box else picture


def _browned(picture: Image.Image) -> Image.Image:
    grey = picture.convert("RGB").convert("L")
    earthy = ramp(
        grey,
        ((0, (52, 28, 18)), (0.4, (136, 84, 50)), (0.7, (226, 190, 150)), (1, (252, 240, 222))),
    )
    brown = earthy.convert("RGBA")
    brown.putalpha(picture.getchannel("A"))
    return brown


@lru_cache(maxsize=256)
def _model(name: str, variant: int) -> Image.Image:
    return CLAY[name](dice(name, variant), 360)
