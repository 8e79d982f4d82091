"""Words the composer combines: dishes, places, occasions, tricks, closing lines."""

from dataclasses import dataclass

# Prose stays as it was written.
# fmt: off

DIPS = "dips"
UNPOTTED = frozenset({"noodles", "rice", "congee", "bento", "snack", "dessert", "drinks", "buns", "dumplings", "grill"})


@dataclass(frozen=True, slots=True)
class Dish:
    """A dish with everything a post may say about it.

    Attributes:
        zh: name in Chinese.
        en: name in English, lower case.
        subjects: what its pictures show.
        star: main ingredient, Chinese and English.
        friends: three things that go with it, Chinese and English.
        minutes: how long the star cooks.
    """

    zh: str
    en: str
    subjects: tuple[str, ...]
    star: tuple[str, str]
    friends: tuple[tuple[str, str], tuple[str, str], tuple[str, str]]
    minutes: int

    @property
    def craft(self) -> str:
        """Which tricks help with it: those of a ``pot``, a ``dip`` or any other ``dish``."""
        if DIPS in self.subjects:
            return "dip"
        return "dish" if UNPOTTED & set(self.subjects) else "pot"


def _rows() -> tuple[Dish, ...]:
    dishes = []
    for row in _DISHES.strip().splitlines():
        zh, en, subjects, star, friends, minutes = row.split("|")
        pairs = [tuple(pair.split("/")) for pair in friends.split(";")]
        one, two, three = ((a, b) for a, b in pairs)
        star_zh, star_en = star.split("/")
        dishes.append(
            Dish(zh, en, tuple(subjects.split()), (star_zh, star_en), (one, two, three), int(minutes))
        )
    return tuple(dishes)


_DISHES = """
牛油红锅|mala pot|red hotpot|毛肚/tripe|藕片/lotus root;豆皮/tofu skin;宽粉/wide noodles|1
番茄牛腩锅|tomato beef pot|tomato hotpot|牛腩/beef brisket|土豆/potatoes;玉米/corn;金针菇/enoki|80
菌菇清汤锅|mushroom pot|mushroom clear|香菇/shiitake|豆腐/tofu;菠菜/spinach;山药/yam|20
鸳鸯锅|split pot|split hotpot|肥牛/thin beef|虾滑/prawn paste;白菜/cabbage;冻豆腐/frozen tofu|1
酸汤鱼|sour fish pot|sour seafood|鱼片/fish fillet|番茄/tomatoes;豆芽/bean sprouts;酸菜/pickled greens|2
椰子鸡|coconut chicken|coconut|鸡腿/chicken thighs|荸荠/water chestnuts;玉米/corn;青柠/lime|8
枣杞土鸡锅|herbal chicken pot|herbal clear|土鸡/chicken|红枣/jujubes;淮山/yam;枸杞/goji|60
青花椒鱼锅|green peppercorn pot|greenpepper seafood|鱿鱼/squid|藕片/lotus root;青椒/green pepper;豆腐/tofu|1
铜锅羊肉|copper-pot lamb|lamb|羊肉/lamb|白菜/cabbage;粉丝/glass noodles;糖蒜/pickled garlic|1
咖喱锅|curry pot|curry|鸡肉/chicken|土豆/potatoes;胡萝卜/carrots;西兰花/broccoli|15
叻沙锅|laksa|laksa seafood|大虾/prawns|油豆腐/tofu puffs;鸡蛋/eggs;豆芽/bean sprouts|4
骨汤锅|bone broth pot|clear hotpot|筒骨/pork bones|萝卜/radish;海带/kelp;冬瓜/winter melon|90
酸辣粉|hot and sour noodles|noodles red|红薯粉/sweet potato noodles|花生/peanuts;香菜/coriander;榨菜/pickled mustard|6
番茄鸡蛋面|tomato egg noodles|noodles tomato|鸡蛋/eggs|番茄/tomatoes;小葱/spring onions;面条/noodles|10
牛肉面|beef noodles|noodles beef|牛腱/beef shank|萝卜/radish;香菜/coriander;手擀面/hand-cut noodles|75
葱油拌面|spring onion noodles|noodles solo|小葱/spring onions|酱油/soy sauce;猪油/lard;细面/thin noodles|12
冒菜|maocai|red solo veg|土豆/potatoes|莴笋/celtuce;豆皮/tofu skin;木耳/wood ear|8
火锅泡饭|hot-pot rice|rice leftovers|米饭/rice|玉米/corn;鸡蛋/eggs;青菜/greens|5
煲仔饭|clay-pot rice|rice solo|腊肠/cured sausage|香菇/shiitake;青菜/greens;鸡蛋/eggs|25
白粥小菜|congee and pickles|congee breakfast|大米/rice|咸蛋/salted egg;花生/peanuts;黄瓜/cucumber|40
关东煮|oden|clear snack|萝卜/radish|鱼饼/fish cakes;魔芋/konjac;鸡蛋/eggs|50
麻酱碟|sesame dip|dips sesame|芝麻酱/sesame paste|腐乳/fermented tofu;韭菜花/chive flowers;蒜/garlic|3
油泼辣子|chilli oil|dips chilioil|辣椒面/chilli flakes|芝麻/sesame seeds;花椒/Sichuan pepper;香醋/black vinegar|10
蒜蓉香油碟|garlic sesame oil|dips garlic|蒜/garlic|香油/sesame oil;香菜/coriander;陈醋/aged vinegar|5
青柠海鲜蘸料|lime seafood dip|dips seafood|青柠/lime|鱼露/fish sauce;小米辣/small chillies;蒜/garlic|6
手打虾滑|prawn paste|seafood balls|鲜虾/prawns|蛋清/egg white;淀粉/starch;白胡椒/white pepper|3
牛肉丸|beef balls|balls beef|牛肉/beef|胡椒/pepper;冰水/iced water;芹菜/celery|6
小酥肉|crispy pork|snack airfryer|梅头肉/pork collar|花椒/Sichuan pepper;鸡蛋/eggs;红薯粉/sweet potato starch|8
红糖糍粑|brown sugar mochi|mochi dessert|糯米粉/glutinous rice flour|红糖/brown sugar;黄豆粉/soybean flour;芝麻/sesame|10
酸梅汤|plum tea|plumtea drinks|乌梅/smoked plums|山楂/hawthorn;陈皮/orange peel;桂花/osmanthus|60
鲜肉包子|pork buns|buns breakfast|肉馅/minced pork|面粉/flour;葱/spring onions;姜/ginger|15
白菜饺子|cabbage dumplings|dumplings|白菜/cabbage|肉馅/minced pork;虾皮/dried shrimp;香油/sesame oil|6
炭烤串|charcoal skewers|grill night|羊肉/lamb|玉米/corn;青椒/green pepper;孜然/cumin|8
露营番茄锅|camping tomato pot|camp tomato|牛肉丸/beef balls|玉米/corn;包菜/cabbage;宽粉/wide noodles|6
桂花汤圆|osmanthus tangyuan|dessert|汤圆/rice balls|桂花/osmanthus;红糖/brown sugar;枸杞/goji|6
一人便当|lunch box|bento lunch|鸡腿/chicken thighs|西兰花/broccoli;鸡蛋/eggs;毛豆/edamame|20
蔬菜清汤|vegetable broth|veg clear|娃娃菜/baby cabbage|豆腐/tofu;香菇/shiitake;玉米/corn|10
"""

DISHES = _rows()

PLACES: dict[str, tuple[str, ...]] = {
    "zh": (
        "成都的小厨房", "重庆的坡坎上", "上海的弄堂里", "北京的出租屋", "广州的阳台", "深圳的合租房", "杭州的茶园边",
        "武汉的江边", "西安的顶楼", "南京的老小区", "长沙的夜市旁", "苏州的河边", "青岛的海边", "昆明的院子里", "厦门的骑楼下",
        "沈阳的暖气房", "哈尔滨的雪夜", "贵阳的山脚", "福州的巷口", "大连的码头边", "宿舍楼下", "外婆家", "新家", "公司茶水间",
        "露营地", "房车里", "老同学家", "邻居家", "社区厨房", "奶奶的灶台边",
    ),
    "en": (
        "in London", "in Singapore", "in Vancouver", "in a Berlin flat", "in Toronto", "in Melbourne", "in a tiny kitchen",
        "at my mum's place", "in the office kitchen", "at a campsite", "in Dublin", "in Seattle", "in Kuala Lumpur",
        "on the rooftop", "in a shared house", "in Stockholm", "at grandma's table", "on a houseboat", "in Auckland",
        "on the balcony",
    ),
}

OCCASIONS: dict[str, tuple[str, ...]] = {
    "zh": (
        "加班回来", "下雨天", "降温第一天", "周末早上", "朋友突然来", "孩子放学", "发工资那天", "搬家第一晚", "感冒刚好",
        "停电之后", "球赛开场前", "考完试", "生日前夜", "想家的时候", "冰箱清空日", "第一次见家长", "出差回来", "健身之后",
        "和好那天", "换季的时候", "周五晚上", "一个人的中午", "老友重逢", "值完夜班",
    ),
    "en": (
        "after a late shift", "on a rainy day", "the first cold evening", "on Saturday morning", "when friends dropped in",
        "after school", "on payday", "the night we moved in", "getting over a cold", "before the match", "after the exam",
        "the night before my birthday", "when I missed home", "on fridge-clearing day", "back from a trip", "after the gym",
        "on Friday night", "at lunch, alone", "with an old friend", "when the power came back",
    ),
}

# what a cook whispers, by what he cooks: a pot, a dip, or anything else
TRICKS: dict[str, dict[str, tuple[str, ...]]] = {
    "zh": {
        "pot": (
            "底料先小火炒化再加热水", "汤永远补热水，不补凉水", "{star}下锅前擦干，汤就不会浑", "盐最后放，先尝再说",
            "火不要一直滚，冒小泡就好", "{friend}先下，{star}后下", "公筷准备两双，颜色要不同", "先喝半碗汤再动筷子",
            "葱姜用油煎到微黄再下汤", "关火焖三分钟，比多煮十分钟有用", "最后滴两滴醋，味道会醒过来", "捞之前把浮油撇掉一点",
            "锅别装满，八成刚好", "蘸料用锅里的热汤调，比用水香", "{star}分三次下，汤温不会掉", "剩汤当晚烧开放凉，第二天煮面",
            "菜切厚一点，煮久也有口感", "开锅前十分钟先把窗打开", "汤面结膜就说明火太小了", "白胡椒现磨，差别很大",
        ),
        "dip": (
            "先咸后鲜，最后才放辣", "用锅里的热汤调开，比用水香", "朝一个方向搅，搅到能往下流", "蒜一半生一半炸，香味有层次",
            "醋只要三滴，多了就抢味", "糖只放一小撮，是为了圆味", "碗先用热水烫一下，不容易凝", "放十分钟再吃，味道才合在一起",
            "香菜梗别扔，切碎放进去", "先少放，边蘸边补", "干料先用一勺热油激一下", "太浓就加汤，太淡别加盐，加腐乳汁",
        ),
        "dish": (
            "调味料先少放，后面总能补", "关火焖三分钟，比多煮十分钟有用", "案板先用盐擦一遍，不串味", "{star}提前处理好，别临时抱佛脚",
            "火小一点，时间长一点", "中途别总掀盖子", "称一次重，下次就有数了", "{friend}最后放，颜色才好看",
            "先尝一口再决定要不要加糖", "锅要先热透再下东西", "放凉一点再入口，味道更清楚", "多做一份，明天会感谢今天的自己",
        ),
    },
    "en": {
        "pot": (
            "melt the base gently before adding hot water", "top up with hot water, never cold",
            "dry the {star} well and the broth stays clear", "salt goes in last", "keep it at a lazy simmer",
            "{friend} first, {star} after", "two colours of serving chopsticks", "lid on, heat off, three minutes",
            "fry ginger and spring onion until golden first", "two drops of vinegar at the end wake it up",
            "skim some of the fat before serving", "fill the pot to four fifths", "add the {star} in three goes",
            "loosen the dip with broth, not water", "boil leftovers the same evening",
        ),
        "dip": (
            "salty first, heat last", "loosen it with broth, not water", "stir one way until it ribbons",
            "half the garlic raw, half fried", "three drops of vinegar, no more", "warm the bowl first",
            "rest it ten minutes", "start small and add at the table",
        ),
        "dish": (
            "season late, you can always add", "lower heat, more time", "leave the lid alone", "weigh it once and remember",
            "{friend} goes in last, for the colour", "get the pan properly hot first", "taste before you add sugar",
            "make double, tomorrow you'll be glad",
        ),
    },
}

CLOSINGS: dict[str, tuple[str, ...]] = {
    "zh": (
        "吃完窗户上都是雾气，心里也是。", "锅底刮得干干净净，洗碗都省力。", "下次换个做法，再来汇报。", "隔壁敲门问在煮什么，分了一碗过去。",
        "朋友说这顿可以记很久。", "简单的东西，认真做就很好。", "今天也算没有白过。", "你们那边怎么做？评论区等你。",
        "孩子问明天能不能再吃一次。", "洗完碗，天刚好黑下来。", "一边吃一边想，下周约谁来。", "最后一口汤留给了最晚回来的人。",
        "猫在旁边看了全程，只分到一点肉。", "其实没什么秘诀，就是舍得花时间。", "写下来，怕明年忘了。", "配一杯酸梅汤，圆满。",
        "妈妈在视频里看了半天，说火候可以。", "碗是空的，人是满的。", "热气散了，话还没说完。", "明早用剩下的汤下面，已经开始期待。",
        "这一锅，敬所有准时下班的人。", "不赶时间的一顿饭，比什么都奢侈。", "照片没拍好，味道是真的好。", "想家的人，煮一锅就不那么想了。",
    ),
    "en": (
        "The windows fogged up and nobody cared.", "Not a drop left.", "Next time I'll change one thing and report back.",
        "The neighbour knocked, so we were three.", "Simple food, done properly.", "How do you make yours?",
        "The kids asked for it again tomorrow.", "Dishes done, sky just dark.", "The last spoon went to whoever came home latest.",
        "The cat supervised.", "No secret, only time.", "Writing it down before I forget.", "Plum tea on the side, perfect.",
        "Mum approved over video.", "Noodles in the leftover broth tomorrow.", "The photo is bad, the pot was great.",
        "An unhurried meal is the best luxury.", "We talked until the broth was gone.",
    ),
}
