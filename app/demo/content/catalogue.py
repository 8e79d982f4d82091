"""What stands on the shop's shelves: categories, products with their SKUs, sets, listings.

SKU numbers and prices are those of :data:`app.demo.content.shop.PRODUCTS`; only the hidden edition
has a price of its own, because nobody has bought it yet.
"""

from app.demo.content.types import Good, Item, Series, Shelf

CATEGORIES: tuple[Shelf, ...] = (
    Shelf("bases", "锅底", "Soup bases"),
    Shelf("dips", "蘸料", "Dips"),
    Shelf("noodles", "粉面", "Noodles"),
    Shelf("sides", "涮菜小食", "Things to dip"),
    Shelf("drinks", "饮品", "Drinks"),
    Shelf("gifts", "礼盒", "Gift boxes", is_novelty=True),
)

CLASSIC, TABLE, SOLO = "经典 | Classic", "一桌人 | The whole table", "一人食 | For one"

GOODS: tuple[Good, ...] = (
    Good(
        "holiday-feast-crate", "年货团圆箱", "Holiday feast crate", "gifts", TABLE,
        "十来个人围一桌的量：三种锅底、四样蘸料、丸子酥肉和糍粑，一箱到齐。\n\n- 冷冻件与常温件分开装\n- 箱子展开是一张桌垫",
        "Enough for ten around one table: three bases, four dips, balls, crispy pork and mochi in one crate.\n\n- Frozen and dry things are packed apart\n- The crate unfolds into a table mat",
        (Item("SH-G02", "一箱", "One crate", 1, "box"),),
        ("parcel-feast", "party-teak"),
        risk=("含冷冻品，收到后请尽快放入 −18 °C 冷冻室。", "Some of it is frozen: put it into the freezer (−18 °C) when it arrives."),
        allergens=("gluten", "soy", "sesame", "crustaceans", "egg"),
        facts=(("适合 | Serves", "8 到 10 人 | 8 to 10"), ("保质期 | Keeps", "常温件 12 个月 | dry goods 12 months")),
    ),
    Good(
        "weekend-hot-pot-box", "周末火锅礼盒", "Weekend hot-pot box", "gifts", TABLE,
        "两个人的周末：一锅番茄、一锅牛油，配蘸料和宽粉。**拆开就能开锅。**",
        "A weekend for two: one tomato base, one mala, dips and wide noodles. **Open it and the pot is on.**",
        (Item("SH-G01", "一盒", "One box", 1, "box"),),
        ("parcel-three", "family"),
        allergens=("gluten", "soy", "sesame", "peanut"),
        facts=(("适合 | Serves", "2 到 3 人 | 2 to 3"),),
        goes_with=("plum-tea", "hand-beaten-beef-balls"),
    ),
    Good(
        "plum-tea", "酸梅汤", "Plum tea", "drinks", CLASSIC,
        "乌梅、山楂、陈皮慢熬，不加香精。冰着喝解辣，热着喝解腻。",
        "Smoked plums, hawthorn and dried tangerine peel, simmered slowly. Ice cold it tames the heat; warm it cuts the fat.",
        (Item("SH-T01", "300 毫升 × 6", "300 ml × 6", 6, "bottle", 500),),
        ("cup-plum", "plum-tea"),
        facts=(("糖 | Sugar", "每百毫升 5.6 克 | 5.6 g in 100 ml"),),
    ),
    Good(
        "brown-sugar-mochi", "红糖糍粑", "Brown sugar mochi", "sides", CLASSIC,
        "外脆里糯，一面煎到金黄，再淋红糖。空气炸锅 180 °C，8 分钟。",
        "Crisp outside, chewy inside. Fry one side golden, then pour the brown sugar. Air fryer: 180 °C, 8 minutes.",
        (Item("SH-S04", "300 克", "300 g", 10, "piece", 1000),),
        ("pack-mochi", "mochi"),
        risk=("糯米制品，老人和小孩请切小块慢吃。", "Sticky rice: cut it small for children and the elderly."),
        allergens=("soy",),
    ),
    Good(
        "fresh-cut-tripe", "鲜切毛肚", "Fresh-cut tripe", "sides", TABLE,
        "当天切，冰袋到家。七上八下，**十五秒**就好。",
        "Cut the same day, shipped on ice. Seven dips up, eight down: **fifteen seconds** and it is done.",
        (Item("SH-S05", "150 克", "150 g", 1, "box"),),
        ("shelf-tripe", "red-stove"),
        risk=("冷藏生鲜，到货当天或次日煮熟食用。", "Chilled and raw: cook it on the day it arrives or the next."),
        goes_with=("mala-tallow-base", "garlic-sesame-oil"),
    ),
    Good(
        "hand-beaten-beef-balls", "手打牛肉丸", "Hand-beaten beef balls", "sides", TABLE,
        "后腿肉手打四十分钟，弹到会跳。浮起来再煮一分钟。",
        "Hind leg, beaten by hand for forty minutes until it bounces. Give them a minute after they float.",
        (Item("SH-S03", "300 克", "300 g", 16, "piece", 2000),),
        ("shelf-beef", "balls"),
        allergens=("egg",),
        facts=(("牛肉 | Beef", "92 %"), ("储存 | Storage", "−18 °C")),
        goes_with=("shacha-seafood-dip", "pork-bone-base"),
    ),
    Good(
        "crispy-pork", "小酥肉", "Crispy pork", "sides", CLASSIC,
        "现炸的花椒香。直接吃脆，下锅吃软，两种都对。",
        "The smell of peppercorns, just fried. Crunchy on its own, soft from the pot: both are right.",
        (Item("SH-S02", "500 克", "500 g", 4, "serving", 500),),
        ("shelf-pork", "airfryer"),
        allergens=("gluten", "egg"),
        risk=("油炸食品，加热后中心温度很高，小心烫口。", "Fried food: the middle stays very hot."),
    ),
    Good(
        "shrimp-paste", "虾滑", "Shrimp paste", "sides", TABLE,
        "虾含量 93 %，挤一挤就下锅。可以做丸子，也可以酿进油豆腐。",
        "93 % shrimp, straight from the bag into the pot. Make balls of it, or stuff tofu puffs.",
        (Item("SH-S01", "150 克 × 4", "150 g × 4", 4, "bag", 500),),
        ("pack-balls", "board-sea"),
        allergens=("crustaceans", "egg"),
        risk=("含甲壳类，对虾过敏者请勿食用。", "Contains crustaceans: not for anybody allergic to shrimp."),
        goes_with=("shacha-seafood-dip", "coconut-chicken-base"),
    ),
    Good(
        "tomato-noodle-cup", "番茄宽粉杯", "Tomato noodle cup", "noodles", SOLO,
        "开水一泡，五分钟。番茄是真的，汤可以喝光。",
        "Hot water, five minutes. The tomato is real; drink the soup to the last drop.",
        (Item("SH-N03", "112 克", "112 g", 1, "cup", 200),),
        ("cup-noodle", "desk-lunch"),
        allergens=("soy",),
        risk=("杯壁会烫，开盖时小心蒸汽。", "The cup gets hot; mind the steam when you open it."),
    ),
    Good(
        "hand-pulled-noodles", "手工拉面", "Hand-pulled noodles", "noodles", CLASSIC,
        "半干面，煮三分钟还有劲。火锅收尾，或者单做一碗汤面。",
        "Half dry, and still springy after three minutes. The end of a hot-pot, or a bowl of its own.",
        (Item("SH-N02", "500 克", "500 g", 5, "serving", 500),),
        ("shelf-pulled", "beef-noodles"),
        allergens=("gluten",),
    ),
    Good(
        "wide-glass-noodles", "火锅宽粉", "Wide glass noodles", "noodles", CLASSIC,
        "红薯粉做的，煮久不断。先泡二十分钟再下锅。",
        "Made of sweet potato starch, they hold however long you cook them. Soak for twenty minutes first.",
        (Item("SH-N01", "240 克 × 3", "240 g × 3", 3, "bag", 300),),
        ("shelf-wide", "hot-sour"),
        facts=(("配料 | Made of", ("红薯淀粉 | sweet potato starch", "水 | water")),),
        goes_with=("mala-tallow-base", "sour-fish-base"),
    ),
    Good(
        "shacha-seafood-dip", "沙茶海鲜蘸料", "Shacha seafood dip", "dips", TABLE,
        "花生、扁鱼、虾米慢炒。配牛肉丸和虾滑最对。",
        "Peanuts, brill and dried shrimp, stirred slowly. Best with beef balls and shrimp.",
        (Item("SH-D04", "140 克", "140 g", 14, "serving", 1000),),
        ("shelf-shacha", "dip-seafood"),
        allergens=("peanut", "fish", "crustaceans", "soy"),
    ),
    Good(
        "chili-crisp", "香辣脆", "Chili crisp", "dips", CLASSIC,
        "豆豉、花生、辣椒碎，拌面拌饭拌一切。",
        "Black beans, peanuts, chili flakes: on noodles, on rice, on everything.",
        (Item("SH-D03", "210 克", "210 g", 21, "serving", 1000),),
        ("jar-crisp", "chilies"),
        allergens=("peanut", "soy", "sesame"),
        risk=("辣度 4/5。", "Heat: 4 of 5."),
        facts=(("辣度 | Heat", "4 / 5"), ("开盖后 | Once open", "冷藏，三个月内吃完 | in the fridge, within three months")),
    ),
    Good(
        "garlic-sesame-oil", "蒜蓉香油碟", "Garlic and sesame oil", "dips", CLASSIC,
        "一盒一碟，撕开就是油碟。蒜要自己再加两瓣的人，我们懂。",
        "One tub, one dish: tear it open and dip. If you add two more cloves, we understand.",
        (Item("SH-D02", "70 毫升 × 6", "70 ml × 6", 6, "cup", 500),),
        ("shelf-garlic", "dip-garlic"),
        allergens=("sesame",),
        goes_with=("fresh-cut-tripe",),
    ),
    Good(
        "sesame-dip", "芝麻蘸料", "Sesame dip", "dips", CLASSIC,
        "二八酱，石磨。挤出来就能蘸，想稀一点就加一勺锅里的汤。",
        "Sesame and peanut, stone ground. Squeeze and dip; thin it with a spoon from the pot.",
        (Item("SH-D01", "120 克", "120 g", 6, "serving", 500),),
        ("jar-sesame", "dip-sesame"),
        allergens=("sesame", "peanut"),
        goes_with=("mushroom-chicken-base", "pork-bone-base"),
    ),
    Good(
        "green-peppercorn-base", "青花椒锅底", "Green peppercorn soup base", "bases", CLASSIC,
        "清麻不燥，鱼片和鸡片的好搭档。",
        "Numbing and bright, not heavy: made for sliced fish and chicken.",
        (Item("SH-B07", "330 克", "330 g", 4, "serving"),),
        ("shelf-green", "green-pepper"),
        risk=("麻度 4/5，辣度 2/5。", "Numbing: 4 of 5. Heat: 2 of 5."),
        allergens=("soy",),
    ),
    Good(
        "coconut-chicken-base", "椰子鸡锅底", "Coconut chicken soup base", "bases", TABLE,
        "椰青水打底，甜得干净。先喝一碗汤，再下鸡。",
        "Young coconut water, a clean sweetness. Drink a bowl of broth first, then add the chicken.",
        (Item("SH-B06", "420 克", "420 g", 4, "serving"),),
        ("pack-coconut", "coconut-chicken"),
        allergens=("nuts",),
        facts=(("辣度 | Heat", "0"), ("适合 | Good for", ("小孩 | children", "不吃辣的人 | people who skip chili"))),
    ),
    Good(
        "pork-bone-base", "猪骨浓汤锅底", "Pork bone soup base", "bases", TABLE,
        "筒骨熬八小时，浓到挂勺。",
        "Marrow bones for eight hours, thick enough to coat a spoon.",
        (Item("SH-B05", "300 克", "300 g", 4, "serving"),),
        ("shelf-bone", "bone-close"),
        facts=(("辣度 | Heat", "0"),),
    ),
    Good(
        "sour-fish-base", "酸汤鱼锅底", "Sour fish soup base", "bases", CLASSIC,
        "贵州红酸汤，发酵二十天。酸在前，辣在后。",
        "Red sour broth from Guizhou, fermented for twenty days. Sour first, then warm.",
        (Item("SH-B04", "320 克", "320 g", 4, "serving"),),
        ("pack-sour", "sour-fish"),
        risk=("发酵食品，可能有少量沉淀，摇匀即可。", "Fermented: some sediment is normal, shake it."),
        allergens=("fish",),
    ),
    Good(
        "mushroom-chicken-base", "菌菇土鸡锅底", "Mushroom chicken soup base", "bases", TABLE,
        "六种菌子和走地鸡。第一碗什么都别放。",
        "Six mushrooms and a free-range hen. Put nothing into the first bowl.",
        (Item("SH-B03", "280 克", "280 g", 4, "serving"),),
        ("box-mushroom", "mushroom-linen"),
        risk=("菌菇请全程煮沸后再吃。", "Bring mushrooms to a full boil before you eat them."),
        facts=(("辣度 | Heat", "0"), ("菌子 | Mushrooms", ("牛肝菌 | porcini", "鸡枞 | termite mushroom", "茶树菇 | poplar mushroom"))),
    ),
    Good(
        "tomato-beef-base", "番茄牛腩锅底", "Tomato beef soup base", "bases", CLASSIC,
        "新疆番茄炒出沙，牛腩炖到化。**小朋友的第一口火锅。**\n\n1. 一包加 1.2 升水\n2. 煮开后先喝汤\n3. 收尾下宽粉",
        "Xinjiang tomatoes cooked to a jam, beef stewed until it falls apart. **Many a child's first hot-pot.**\n\n1. One pack, 1.2 litres of water\n2. Drink the broth first when it boils\n3. End with wide noodles",
        (
            Item("SH-B02", "300 克", "300 g", 4, "serving", 200),
            Item("SH-B08", "一人份 80 克", "For one, 80 g", 1, "serving", trial_of="SH-B02", picture="shelf-solo-tomato"),
        ),
        ("pack-tomato", "tomato-night", "hotpot-rice"),
        allergens=("soy",),
        facts=(("辣度 | Heat", "0"), ("番茄 | Tomato", "61 %")),
        goes_with=("wide-glass-noodles", "hand-beaten-beef-balls"),
    ),
    Good(
        "mala-tallow-base", "牛油麻辣锅底", "Mala tallow soup base", "bases", CLASSIC,
        "四种辣椒、两种花椒，牛油慢炒三小时。**越煮越香。**\n\n- 一包加 1 升水\n- 怕辣就先少放半包",
        "Four chilies, two peppercorns, tallow stirred for three hours. **It gets better as it cooks.**\n\n- One pack, one litre of water\n- Begin with half a pack if you are careful",
        (
            Item("SH-B01", "360 克", "360 g", 4, "serving", 200),
            Item("SH-B09", "一人份微辣 80 克", "For one, mild, 80 g", 1, "serving", trial_of="SH-B01", picture="shelf-solo-mild"),
            Item("SH-BX1", "黑松露限定", "Black truffle edition", 4, "serving", is_hidden=True, price_minor=6890, picture="shelf-truffle"),
        ),
        ("pack-mala", "red-stove", "party-round"),
        risk=("辣度 5/5。肠胃敏感、孕期及幼儿请谨慎。", "Heat: 5 of 5. Go easy if your stomach is, if you are expecting, and with small children."),
        allergens=("soy", "sesame"),
        facts=(("辣度 | Heat", "5 / 5"), ("麻度 | Numbing", "4 / 5")),
        goes_with=("fresh-cut-tripe", "garlic-sesame-oil", "plum-tea"),
    ),
)  # fmt: skip
"""The newest first, as the shelf shows them from the end: the last one stands on top."""

SETS: tuple[Series, ...] = (
    Series("all-the-bases", "锅底全家福", "All the bases",
           ("SH-B01", "SH-B02", "SH-B03", "SH-B04", "SH-B05", "SH-B06", "SH-B07", "SH-BX1")),
    Series("first-table", "第一桌", "A first table",
           ("SH-B02", "SH-D01", "SH-D02", "SH-N01", "SH-S01", "SH-S02", "SH-S03", "SH-T01")),
)  # fmt: skip

LINKS: dict[str, str] = {
    "tmall": "https://detail.tmall.example/item?id={item}",
    "jd": "https://item.jd.example/{item}.html",
    "douyin": "https://shop.douyin.example/goods/{item}",
    "wechat": "https://shop.wechat.example/p/{item}",
}
"""Where a product stands in each channel: addresses that lead nowhere, on purpose."""

MULTIPLIERS: dict[str, int] = {"wechat": 1200}
FLOORS: dict[str, int] = {"douyin": 700, "tmall": 800}
