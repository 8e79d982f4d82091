"""Which products a post speaks of, and where on a picture they stand.

Words are read in their order: a word that was found is taken out, so that the noodle cup is no
noodle pack. On boards about products the short words are enough.
"""

_WORDS: tuple[tuple[str, str], ...] = (
    ("holiday-feast-crate", "团圆箱 年货箱 crate"),
    ("weekend-hot-pot-box", "周末火锅礼盒"),
    ("tomato-noodle-cup", "番茄宽粉杯 宽粉杯 noodle-cup noodle-cups"),
    ("mala-tallow-base", "牛油锅底 牛油底 牛油麻辣 红油底料 mala-base tallow-base"),
    ("tomato-beef-base", "番茄锅底 番茄底 番茄牛腩底 tomato-base"),
    ("mushroom-chicken-base", "菌菇锅底 菌菇底 菌菇土鸡 mushroom-base"),
    ("sour-fish-base", "酸汤锅底 酸汤底 酸汤鱼锅底 sour-base"),
    ("pork-bone-base", "骨汤底 猪骨浓汤 bone-broth-base"),
    ("coconut-chicken-base", "椰子鸡锅底 椰子鸡底 coconut-base"),
    ("green-peppercorn-base", "青花椒锅底 peppercorn-base"),
    ("sesame-dip", "芝麻蘸料 sesame-dip"),
    ("garlic-sesame-oil", "香油碟 蒜蓉香油 dip-tubs"),
    ("chili-crisp", "香辣脆 chilli-crisp chili-crisp"),
    ("shacha-seafood-dip", "沙茶蘸料 沙茶海鲜 shacha-dip"),
    ("hand-pulled-noodles", "手工拉面 hand-pulled-noodles"),
    ("wide-glass-noodles", "火锅宽粉 wide-noodles"),
    ("shrimp-paste", "虾滑 shrimp-paste"),
    ("crispy-pork", "小酥肉 酥肉 crispy-pork"),
    ("hand-beaten-beef-balls", "牛肉丸 beef-balls"),
    ("brown-sugar-mochi", "糍粑 mochi"),
    ("fresh-cut-tripe", "鲜切毛肚"),
    ("plum-tea", "酸梅汤 plum-tea"),
)
_SHORT: tuple[tuple[str, str], ...] = (
    ("mala-tallow-base", "牛油 mala-pot"),
    ("tomato-beef-base", "番茄锅 番茄、 tomato-pot"),
    ("mushroom-chicken-base", "菌菇 mushroom-one mushroom-pot"),
    ("sour-fish-base", "酸汤"),
    ("coconut-chicken-base", "椰子鸡"),
    ("green-peppercorn-base", "青花椒"),
    ("sesame-dip", "芝麻、"),
    ("garlic-sesame-oil", "蒜蓉、"),
    ("shacha-seafood-dip", "沙茶"),
    ("wide-glass-noodles", "宽粉"),
    ("fresh-cut-tripe", "毛肚"),
    ("hand-beaten-beef-balls", "丸子"),
)
ABOUT_PRODUCTS = frozenset({"dips", "help", "recipes", "tastings", "unboxed"})
_FINE, _WIDE = ([(slug, word.replace("-", " ")) for slug, words in table for word in words.split()]
                for table in (_WORDS, (*_WORDS, *_SHORT)))  # fmt: skip

OF_DISH: dict[str, str] = {
    "牛油红锅": "mala-tallow-base", "鸳鸯锅": "mala-tallow-base", "冒菜": "mala-tallow-base",
    "番茄牛腩锅": "tomato-beef-base", "露营番茄锅": "tomato-beef-base",
    "火锅泡饭": "tomato-beef-base", "菌菇清汤锅": "mushroom-chicken-base",
    "枣杞土鸡锅": "mushroom-chicken-base", "蔬菜清汤": "mushroom-chicken-base",
    "酸汤鱼": "sour-fish-base", "椰子鸡": "coconut-chicken-base",
    "青花椒鱼锅": "green-peppercorn-base", "骨汤锅": "pork-bone-base",
    "酸辣粉": "wide-glass-noodles", "番茄鸡蛋面": "hand-pulled-noodles",
    "牛肉面": "hand-pulled-noodles", "葱油拌面": "hand-pulled-noodles", "麻酱碟": "sesame-dip",
    "油泼辣子": "chili-crisp", "蒜蓉香油碟": "garlic-sesame-oil",
    "青柠海鲜蘸料": "shacha-seafood-dip", "手打虾滑": "shrimp-paste",
    "牛肉丸": "hand-beaten-beef-balls", "小酥肉": "crispy-pork", "红糖糍粑": "brown-sugar-mochi",
    "酸梅汤": "plum-tea",
}  # fmt: skip
"""The product of the house that goes into a dish."""

OF_FRIEND: dict[str, str] = {
    "宽粉": "wide-glass-noodles", "虾滑": "shrimp-paste", "牛肉丸": "hand-beaten-beef-balls",
}  # fmt: skip
"""The products of the house among what goes with a dish."""

_ALONE = (500, 600)  # a pack in the middle of its picture
PLACES: dict[str, dict[str, tuple[int, int]]] = {
    "pack-tomato": {"tomato-beef-base": _ALONE},
    "pack-mala": {"mala-tallow-base": _ALONE},
    "jar-crisp": {"chili-crisp": _ALONE},
    "box-mushroom": {"mushroom-chicken-base": _ALONE},
    "cup-noodle": {"tomato-noodle-cup": _ALONE},
    "jar-sesame": {"sesame-dip": _ALONE},
    "pack-sour": {"sour-fish-base": _ALONE},
    "pack-coconut": {"coconut-chicken-base": _ALONE},
    "cup-plum": {"plum-tea": _ALONE},
    "pack-mochi": {"brown-sugar-mochi": _ALONE},
    "pack-balls": {"shrimp-paste": _ALONE},
    "parcel-six": {
        "tomato-beef-base": (285, 330), "mala-tallow-base": (495, 330), "sesame-dip": (720, 330),
        "mushroom-chicken-base": (280, 600), "chili-crisp": (500, 610),
        "tomato-noodle-cup": (725, 600),
    },
    "parcel-three": {
        "tomato-beef-base": (300, 470), "chili-crisp": (490, 480), "crispy-pork": (700, 480),
    },
    "parcel-feast": {
        "mala-tallow-base": (285, 330), "shrimp-paste": (500, 330), "sour-fish-base": (720, 330),
        "sesame-dip": (280, 610), "garlic-sesame-oil": (490, 610), "brown-sugar-mochi": (705, 610),
    },
    "family": {
        "mala-tallow-base": (250, 580), "mushroom-chicken-base": (770, 580),
        "sesame-dip": (490, 720),
    },
    "family-new": {
        "coconut-chicken-base": (250, 530), "shrimp-paste": (750, 540), "plum-tea": (500, 660),
    },
    "lineup-three": {
        "tomato-beef-base": (210, 500), "mala-tallow-base": (500, 460),
        "mushroom-chicken-base": (750, 500),
    },
    "lineup-dips": {
        "sesame-dip": (200, 500), "garlic-sesame-oil": (480, 450), "chili-crisp": (760, 520),
    },
}  # fmt: skip
"""Picture -> what stands where on it, in thousandths from its left and top edge."""


def goods_in(board: str, title: str, pictures: tuple[str, ...], body: str) -> tuple[str, ...]:
    """Return the products a post shows or names: of its title, of its pictures, of its text."""
    words = _WIDE if board in ABOUT_PRODUCTS else _FINE
    seen = [slug for picture in pictures for slug in PLACES.get(picture, {})]
    return tuple(dict.fromkeys((*_named(title, words), *seen, *_named(body, words))))


def _named(text: str, words: list[tuple[str, str]]) -> list[str]:
    rest, found = text.lower(), []
    for slug, word in words:
        if word in rest:
            rest = rest.replace(word, "·")
            found.append(slug)
    return found
