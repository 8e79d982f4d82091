"""The brand's products: packs, jars, parcels."""

from app.demo.painter.clay import Colour
from app.demo.painter.easel import Room
from app.demo.painter.menu.types import Painting
from app.demo.painter.menu.types import painting as p
from app.demo.painter.packs import Label
from app.demo.painter.shop import family, lineup, parcel, product

# A menu reads line by line.
# fmt: off

_LABELS: tuple[tuple[str, str, str, str, Colour], ...] = (
    ("mala", "牛油麻辣", "Mala Tallow", "chili", (190, 40, 30)),
    ("tomato", "番茄牛腩", "Tomato Beef", "tomato", (222, 90, 54)),
    ("mushroom", "菌菇土鸡", "Mushroom", "mushroom", (150, 104, 66)),
    ("sour", "酸汤鱼", "Sour Broth", "lemon", (222, 172, 46)),
    ("coconut", "椰子鸡", "Coconut", "coconut", (122, 168, 140)),
    ("sesame", "芝麻蘸料", "Sesame Dip", "peanut", (206, 150, 80)),
    ("garlic", "蒜蓉香油", "Garlic Oil", "garlic", (196, 160, 96)),
    ("crisp", "香辣脆", "Chili Crisp", "chili", (168, 30, 34)),
    ("noodle", "火锅宽粉", "Wide Noodles", "ramen", (60, 110, 104)),
    ("balls", "虾滑丸子", "Shrimp Balls", "shrimp", (236, 130, 96)),
    ("pork", "小酥肉", "Crispy Pork", "bacon", (232, 170, 60)),
    ("plum", "酸梅汤", "Plum Tea", "tropical", (120, 50, 74)),
    ("mochi", "红糖糍粑", "Brown Sugar Mochi", "dango", (140, 74, 48)),
)


def packed(brand: str, brand_latin: str) -> tuple[Painting, ...]:
    """Return pictures of products under the brand's name."""
    tag = {
        key: Label(brand, brand_latin, zh, en, emblem, tone)
        for key, zh, en, emblem, tone in _LABELS
    }
    return (
        p("pack-tomato", ("番茄锅底", "Tomato soup base"), "pack tomato", "3:4", product,
          Room("peach", "marble", "snow", behind=("onion", "plant")), "pouch", tag["tomato"],
          before=("tomato", "garlic")),
        p("pack-mala", ("牛油锅底", "Mala soup base"), "pack red", "4:5", product, Room("apricot",
          "wood", "teak", behind=("onion", "chili")), "pouch", tag["mala"], before=("chili",
          "garlic", "chili")),
        p("jar-crisp", ("香辣脆", "Chili crisp"), "jar pack chilioil", "1:1", product,
          Room("mustard", "plaster", "butter"), "jar", tag["crisp"], before=("chili", "garlic")),
        p("box-mushroom", ("菌菇锅底", "Mushroom soup base"), "pack mushroom", "4:5", product,
          Room("sage", "wood", "ash"), "box", tag["mushroom"], before=("mushroom", "onion")),
        p("cup-noodle", ("火锅宽粉杯", "Noodle cup"), "pack noodles solo", "1:1", product,
          Room("sky", "linen", "cream"), "cup", tag["noodle"], before=("chili", "lemon")),
        p("jar-sesame", ("芝麻蘸料", "Sesame dip"), "jar pack sesame dips", "3:4", product,
          Room("rose", "wood", "oak", behind=("plant", "honey")), "jar", tag["sesame"],
          before=("peanut", "garlic")),
        p("pack-sour", ("酸汤锅底", "Sour soup base"), "pack sour", "1:1", product, Room("teal",
          "tiles", "sky", behind=("lime", "plant")), "pouch", tag["sour"], before=("lemon",
          "tomato")),
        p("pack-coconut", ("椰子鸡锅底", "Coconut soup base"), "pack coconut new", "4:5", product,
          Room("butter", "linen", "sand"), "box", tag["coconut"], before=("coconut", "lime")),
        p("cup-plum", ("酸梅汤", "Plum tea"), "pack plumtea drinks", "1:1", product, Room("plum",
          "marble", "snow"), "cup", tag["plum"], before=("cherry", "ice")),
        p("pack-mochi", ("糍粑盒", "A box of mochi"), "pack mochi dessert", "1:1", product,
          Room("clay", "wood", "walnut"), "box", tag["mochi"], before=("dango", "peanut")),
        p("pack-balls", ("虾滑丸子", "Shrimp balls"), "pack balls seafood", "3:4", product,
          Room("sky", "marble", "snow", behind=("lime", "plant")), "box", tag["balls"],
          before=("shrimp", "lemon")),
        p("parcel-six", ("开箱", "Unboxing"), "parcel", "3:4", parcel, ("wood", "oak"), (("pouch",
          tag["tomato"]), ("pouch", tag["mala"]), ("sachet", tag["sesame"]), ("box",
          tag["mushroom"]), ("jar", tag["crisp"]), ("cup", tag["noodle"])), ("receipt", "gift")),
        p("parcel-three", ("三件到家", "Three arrived"), "parcel", "1:1", parcel, ("linen",
          "sand"), (("pouch", tag["tomato"]), ("jar", tag["crisp"]), ("box", tag["pork"])),
          ("bow", "leaf")),
        p("parcel-feast", ("年货箱", "The holiday box"), "parcel gift festival", "4:5", parcel,
          ("gingham", "tomato"), (("pouch", tag["mala"]), ("box", tag["balls"]), ("pouch",
          tag["sour"]), ("jar", tag["sesame"]), ("sachet", tag["garlic"]), ("box", tag["mochi"])),
          ("orange", "gift")),
        p("family", ("常备三样", "The three I keep"), "pack jar parcel", "4:5", family,
          Room("apricot", "wood", "teak"), (("pouch", tag["mala"]), ("box", tag["mushroom"]),
          ("jar", tag["sesame"]))),
        p("family-new", ("新品三样", "Three new ones"), "new pack", "1:1", family, Room("sage",
          "marble", "snow"), (("pouch", tag["coconut"]), ("box", tag["balls"]), ("cup",
          tag["plum"]))),
        p("lineup-three", ("三种锅底", "Three soup bases"), "pack new parcel", "3:4", lineup,
          ("linen", "sage"), (("pouch", tag["tomato"]), ("pouch", tag["mala"]), ("pouch",
          tag["mushroom"])), ("tomato", "chili", "mushroom", "garlic")),
        p("lineup-dips", ("蘸料小包", "Dip sachets"), "pack dips parcel", "4:3", lineup,
          ("plaster", "rose"), (("sachet", tag["sesame"]), ("sachet", tag["garlic"]), ("sachet",
          tag["crisp"])), ()),
    )
