"""What the demo's mall holds: shelves, and things with a price in points."""

from dataclasses import dataclass

SHELVES = (
    ("kitchen", "灶上好物", "From the kitchen"),
    ("goods", "周边", "Club goods"),
    ("perks", "会员权益", "Perks"),
)


@dataclass(frozen=True, slots=True)
class Reward:
    """Something in the mall.

    Attributes:
        picture: key of a picture of the shop.
        kinds: (code, Chinese, English, pieces); none: as many as one likes.
        same_as: Chinese name of the product of the shops that it is, where it is called otherwise.
        extra: other fields of the item.
    """

    slug: str
    shelf: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    picture: str
    points: int
    kinds: tuple[tuple[str, str, str, int], ...] = ()
    worth_minor: int = 0
    same_as: str = ""
    extra: tuple[tuple[str, object], ...] = ()


REWARDS = (
    Reward(
        "weekend-box",
        "kitchen",
        "周末火锅礼盒",
        "Weekend hot-pot box",
        "一锅番茄、一锅牛油，配蘸料和宽粉。**拆开就能开锅。**",
        "One tomato base, one mala, dips and wide noodles. **Open it and the pot is on.**",
        "parcel-three",
        1_280,
        (("box", "一盒", "One box", 64),),
        16_800,
        extra=(("limit_each", 2),),
    ),
    Reward(
        "plum-tea-six",
        "kitchen",
        "酸梅汤六瓶装",
        "Plum tea, six bottles",
        "乌梅、山楂、陈皮慢熬。冰着喝解辣。",
        "Smoked plums and hawthorn, simmered slowly. It tames the heat.",
        "plum-tea",
        360,
        (("six", "300 毫升 × 6", "300 ml × 6", 120),),
        4_200,
        "酸梅汤",
    ),
    Reward(
        "mochi-pack",
        "kitchen",
        "红糖糍粑",
        "Brown sugar mochi",
        "外脆里糯，八分钟就好。",
        "Crisp outside, chewy inside, ready in eight minutes.",
        "pack-mochi",
        180,
        (("pack", "300 克", "300 g", 9),),
        1_990,
    ),
    Reward(
        "club-apron",
        "goods",
        "锅友围裙",
        "Club apron",
        "厚帆布，两个口袋，溅上红油也不怕。",
        "Heavy canvas, two pockets, not afraid of red oil.",
        "parcel-feast",
        880,
        (
            ("brick", "砖红", "Brick red", 22),
            ("ink", "墨黑", "Ink black", 0),
            ("oat", "燕麦", "Oat", 14),
        ),
        12_900,
        extra=(("tier_limits", {"chef": 3}), ("limit_each", 1)),
    ),
    Reward(
        "family-pot",
        "goods",
        "一桌人铸铁锅",
        "Cast-iron pot for the table",
        "五升半，受热稳，一锅传十年。积分加一点钱就能端走。",
        "Five and a half litres, steady heat, made to be handed down. Points and a little money take it home.",
        "family",
        1_500,
        (("pot", "", "", 18),),
        39_900,
        extra=(("price_minor", 9_900),),
    ),
    Reward(
        "make-up-card",
        "perks",
        "补签卡",
        "Make-up card",
        "漏签的一天，用它接上。",
        "Makes up a day you missed.",
        "cup-plum",
        120,
        (),
        0,
        extra=(("goods", "makeup_card:1"),),
    ),
    Reward(
        "simmer-frame",
        "perks",
        "咕嘟头像框",
        "Simmering frame",
        "一圈炭火的光，戴在头像外面，大家都看得到。",
        "The glow of embers around your picture, for everybody to see.",
        "",
        150,
        (),
        0,
        extra=(("frame", "glow-accent"),),
    ),
)

# Each with its Chinese and English name, how it is drawn, and its colour.
FRAMES = (
    ("咕嘟", "Simmering", "glow", "accent"),
    ("金边火锅", "Golden rim", "double", "gold"),
    ("香菜圈", "Ring of herbs", "dots", "herb"),
)
