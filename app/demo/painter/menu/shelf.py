"""Packs as they stand in the shop: one of each product that no other picture shows alone."""

from app.demo.painter.clay import Colour
from app.demo.painter.easel import Room
from app.demo.painter.menu.types import Painting
from app.demo.painter.menu.types import painting as p
from app.demo.painter.packs import Label
from app.demo.painter.shop import product

SHELF = "shelf"  # the theme of pictures that hang in the shop only, never in a thread

# A menu reads line by line.
# fmt: off

_LABELS: tuple[tuple[str, str, str, str, Colour], ...] = (
    ("bone", "猪骨浓汤", "Pork Bone", "meat", (226, 196, 150)),
    ("green", "青花椒", "Green Pepper", "leaf", (92, 132, 70)),
    ("solo-tomato", "一人番茄", "Tomato For One", "tomato", (238, 122, 84)),
    ("solo-mild", "一人微辣", "Mild For One", "chili", (214, 88, 64)),
    ("garlic", "蒜蓉香油", "Garlic Oil", "garlic", (196, 160, 96)),
    ("shacha", "沙茶海鲜", "Shacha", "shrimp", (176, 104, 52)),
    ("wide", "火锅宽粉", "Wide Noodles", "ramen", (60, 110, 104)),
    ("pulled", "手工拉面", "Pulled Noodles", "ramen", (196, 148, 84)),
    ("pork", "小酥肉", "Crispy Pork", "bacon", (232, 170, 60)),
    ("beef", "手打牛肉丸", "Beef Balls", "steak", (150, 66, 56)),
    ("tripe", "鲜切毛肚", "Fresh Tripe", "stuffed", (108, 104, 110)),
    ("truffle", "黑松露", "Black Truffle", "mushroom", (46, 40, 42)),
)


def shelf(brand: str, brand_latin: str) -> tuple[Painting, ...]:
    """Return pictures of single packs under the brand's name."""
    tag = {
        key: Label(brand, brand_latin, zh, en, emblem, tone)
        for key, zh, en, emblem, tone in _LABELS
    }
    return (
        p("shelf-bone", ("猪骨锅底", "Pork bone soup base"), SHELF, "4:5", product,
          Room("cream", "wood", "oak", behind=("plant", "onion")), "pouch", tag["bone"],
          before=("radish", "ginger")),
        p("shelf-green", ("青花椒锅底", "Green peppercorn soup base"), SHELF, "1:1", product,
          Room("sage", "marble", "snow", behind=("lime", "plant")), "pouch", tag["green"],
          before=("leaf", "lemon")),
        p("shelf-solo-tomato", ("一人份番茄锅底", "Tomato base for one"), SHELF, "1:1", product,
          Room("peach", "linen", "cream"), "sachet", tag["solo-tomato"],
          before=("tomato", "egg")),
        p("shelf-solo-mild", ("一人份微辣锅底", "Mild base for one"), SHELF, "1:1", product,
          Room("rose", "linen", "sand"), "sachet", tag["solo-mild"], before=("chili", "garlic")),
        p("shelf-garlic", ("蒜蓉香油碟", "Garlic and sesame oil"), SHELF, "1:1", product,
          Room("butter", "wood", "ash"), "sachet", tag["garlic"], before=("garlic", "garlic")),
        p("shelf-shacha", ("沙茶海鲜蘸料", "Shacha seafood dip"), SHELF, "4:5", product,
          Room("sky", "wood", "teak", behind=("lemon", "plant")), "jar", tag["shacha"],
          before=("shrimp", "lemon")),
        p("shelf-wide", ("火锅宽粉", "Wide glass noodles"), SHELF, "1:1", product,
          Room("teal", "marble", "snow"), "pouch", tag["wide"], before=("glassnoodles", "chili")),
        p("shelf-pulled", ("手工拉面", "Hand-pulled noodles"), SHELF, "4:3", product,
          Room("apricot", "wood", "walnut", behind=("honey", "onion")), "pouch", tag["pulled"],
          before=("noodles", "egg")),
        p("shelf-pork", ("小酥肉", "Crispy pork"), SHELF, "1:1", product,
          Room("mustard", "plaster", "butter"), "box", tag["pork"], before=("bacon", "lemon")),
        p("shelf-beef", ("手打牛肉丸", "Hand-beaten beef balls"), SHELF, "4:5", product,
          Room("clay", "wood", "oak", behind=("onion", "plant")), "box", tag["beef"],
          before=("beefball", "beefball")),
        p("shelf-tripe", ("鲜切毛肚", "Fresh-cut tripe"), SHELF, "1:1", product,
          Room("sky", "slate", "ink"), "box", tag["tripe"], before=("chili", "ice")),
        p("shelf-truffle", ("黑松露锅底", "Black truffle soup base"), SHELF, "1:1", product,
          Room("night", "wood", "ebony", behind=("lantern", "lantern")), "pouch", tag["truffle"],
          before=("mushroom", "shiitake")),
    )
