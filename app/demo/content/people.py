"""Seventy people with a voice of their own, and as many more as it takes."""

from random import Random

from app.demo.content.types import Person

# Prose stays as it was written.
# fmt: off

# The first four are the demo's sign-ins: a fan, a KOC, a moderator, an administrator.
_ROWS = """
阿桔|zh|成都|fan|cat|2.2|下班不想说话，只想开锅
小满厨房|zh|杭州|koc|bear|3.4|小满未满，汤要常满
守锅人老周|zh|重庆|moderator|owl|1.6|在重庆守了二十年锅，也守着这个版
沸禾小厨房|zh|成都|administrator|pot|1.2|官方账号，有问必答，有锅必端
沸禾新品室|zh|成都|operator|tea|1.4|新品先端给你尝
管家小禾|zh|成都|concierge|rabbit|1.2|订单和积分的事，找我就好
Momo Lin|en|Singapore|koc|panda|2.6|Laksa by birth, mala by choice
数豆子的人|zh|上海|analyst|hamster|0.5|负责数清楚你们到底爱吃什么
麻辣小李|zh|重庆|koc|chili|3.2|没有辣椒解决不了的周末
Hannah Reed|en|London|leader|fox|2.2|I host, you wash up
许三多盐|zh|西安|koc|lion|2.6|名字是外号，手确实重
糖糖不吃糖|zh|广州|fan|cake|2.4|甜品店老板，戒糖第三年
Oliver Tan|en|Singapore|fan|owl|1.4|Prawns first, questions later
文火|zh|北京|mentor|fox|2.8|慢一点，汤会告诉你答案
陈皮阿姨|zh|江门|mentor|tulip|2.6|退休语文老师，现在教人熬汤
Grace Wu|en|Vancouver|mentor|bear|1.9|Taught by two grandmothers who disagreed
老姜|zh|贵阳|mentor|bear|1.9|酸汤世家，第三代
巷口阿May|zh|上海|leader|peach|2.3|组局专业户，碗筷都在后备箱
Ben Carter|en|Manchester|fan|cowboy|1.2|Learning one broth at a time
河边的Leo|zh|武汉|leader|otter|2.0|负责找地方和看天气
山城棒棒糖|zh|重庆|fan|tiger|1.6|
Priya Nair|en|Kuala Lumpur|fan|peach|1.1|Vegetarian with a very large pot
南瓜汤|zh|南京|fan|sunflower|1.4|秋天出生，爱一切黄色的食物
小熊软糖|zh|深圳|fan|panda|1.3|十点下班俱乐部
Sofia Lind|en|Stockholm|fan|cactus|0.9|Outdoor cook, even in March
豆腐西施本施|zh|扬州|fan|duck|1.5|豆制品重度爱好者
半糖去冰|zh|厦门|fan|penguin|1.3|
Tom Becker|en|Berlin|fan|dog|0.9|Noodles are a food group
阿沅|zh|长沙|fan|frog|1.2|辣不怕，怕不辣
青提|zh|昆明|fan|avocado|1.1|菌子季限定活跃
Amy Zhao|en|Toronto|fan|rabbit|1.3|My mum reads everything I post
饭搭子阿哲|zh|北京|leader|dog|1.8|一个人吃不完，所以有了朋友
莲藕很忙|zh|武汉|fan|pig|1.4|
Jack O'Neill|en|Dublin|fan|smile|0.8|
小荞|zh|兰州|fan|chick|1.0|新来的，请多关照
深夜食客|zh|深圳|fan|koala|1.6|零点以后营业
Maya Cohen|en|New York|fan|avocado|1.2|Small kitchen, loud flavours
大碗宽面|zh|太原|fan|ramen|1.5|碳水是正义
林中菇|zh|丽江|fan|hedgehog|0.9|只认识菜场的菌子
Lucas Martin|en|Lyon|fan|lion|0.8|French, reformed fondue person
阿布的锅|zh|呼和浩特|fan|cow|1.0|羊肉自由
虾仁不眨眼|zh|大连|fan|shrimp|1.4|海边长大，吃虾不吐壳
Nora Kim|en|Seattle|fan|cat|1.0|Night shifts and noodle cups
月半小夜曲|zh|苏州|fan|smile|1.1|
温吞水|zh|宁波|fan|sloth|0.9|慢热，但会热
Daniel Ho|en|Hong Kong|fan|tiger|1.1|
橙子汽水|zh|青岛|fan|wink|1.0|
三餐四季|zh|合肥|fan|corn|1.2|两个孩子的妈，会做八种面
Ruby Clarke|en|Melbourne|fan|koala|1.0|Winter is in July and so is hot pot
胡椒先生|zh|天津|fan|cool|1.1|什么都要撒一点
小北鼻妈妈|zh|郑州|fan|hearts|1.0|三岁娃的专属漏勺发明人
Sam Patel|en|Leicester|fan|wink|0.7|Dip scientist, unpaid
老刘家顶楼|zh|西安|fan|monkey|0.9|顶楼常年有桌
咸蛋黄|zh|福州|fan|yum|1.2|
Elena Rossi|en|Milan|fan|tomato|0.8|Tomatoes are a personality
夏天的风|zh|海口|fan|tulip|0.8|椰子的一百种吃法
何以解忧|zh|绍兴|fan|grin|0.9|唯有热汤
Wei Jun|en|Penang|fan|shrimp|0.9|
一粒花椒|zh|汉源|fan|chili|1.3|从小在花椒树下长大
白菜豆腐保平安|zh|济南|fan|onigiri|1.1|
Chloe Baker|en|Bristol|fan|hedgehog|0.7|Leeks belong in everything
小雪人|zh|哈尔滨|fan|penguin|0.9|零下二十度最适合吃锅
阿圆|zh|佛山|fan|dumpling|1.0|丸子和圆脸是我的标志
柚子皮|zh|漳州|fan|peach|0.8|
楼下的猫|zh|成都|fan|cat|1.2|猫是楼下的，锅是我的
不加班俱乐部|zh|杭州|fan|dog|0.8|目前会员一人
毛肚十五秒|zh|成都|fan|octopus|1.5|计时器随身带
酸梅汤续命|zh|石家庄|fan|cactus|0.9|
陌上|zh|桂林|fan|frog|0.7|
一勺|zh|无锡|fan|rabbit|0.8|做什么都先来一勺
"""

_FIRST = (
    "爱吃", "半夜", "楼上", "巷尾", "山里", "海边", "慢炖", "微辣", "多醋", "少盐", "厚切", "手打", "爱煮", "刚下班",
    "周末", "常驻", "路过", "认真", "晒太阳", "赶海", "围炉", "小火", "添汤", "加菜", "端碗", "收锅", "种葱", "剥蒜",
)
_LAST = (
    "土豆", "香菜", "豆皮", "藕片", "毛肚", "年糕", "番茄", "玉米", "丸子", "海带", "冬瓜", "芋头", "木耳", "粉条",
    "小青菜", "虾滑", "腐竹", "莴笋", "鸭血", "金针菇", "白萝卜", "菠菜", "芝麻", "花椒", "老陈", "小雨", "阿宁", "星星",
    "同学", "师傅", "先生", "小姐", "队长", "邻居",
)
_GIVEN = (
    "Alex", "Anna", "Chris", "Clara", "David", "Ella", "Ethan", "Fiona", "Gabe", "Holly", "Ivan", "Jade", "Kim",
    "Leo", "Lily", "Mark", "Mei", "Nina", "Owen", "Paula", "Rob", "Sara", "Tess", "Uma", "Will", "Yuki", "Zoe",
)
_FAMILY = (
    "Adams", "Brown", "Chan", "Diaz", "Evans", "Fischer", "Green", "Huang", "Ito", "Jensen", "Khan", "Lee", "Moore",
    "Ng", "Olsen", "Park", "Quinn", "Rossi", "Sun", "Taylor", "Vega", "Wong", "Young",
)
_CITIES = {
    "zh": ("成都", "重庆", "上海", "北京", "广州", "深圳", "杭州", "武汉", "西安", "南京", "长沙", "苏州", "天津", "青岛",
           "郑州", "昆明", "厦门", "沈阳", "合肥", "济南", "福州", "南宁", "贵阳", "兰州", "太原", "无锡", "佛山", "宁波"),
    "en": ("London", "Singapore", "Vancouver", "Sydney", "Toronto", "New York", "Berlin", "Dublin", "Auckland",
           "Seattle", "Paris", "Kuala Lumpur"),
}
_BIOS = {
    "zh": ("", "", "", "吃饱了再说", "会做三道菜，够用了", "锅不在大，热就行", "正在学熬汤", "蘸料比菜多", "家里有一口祖传的锅",
           "最爱最后那碗面", "收藏家，只收藏菜谱"),
    "en": ("", "", "Here for the dips", "Learning to cook slowly", "One pot, many friends", "Noodles at the end"),
}


def _known() -> tuple[Person, ...]:
    people = []
    for row in _ROWS.strip().splitlines():
        name, language, city, role, portrait, zest, bio = row.split("|")
        people.append(Person(name, language, city, bio, role, portrait, float(zest)))
    return tuple(people)


PEOPLE = _known()
PORTRAITS = tuple(dict.fromkeys(one.portrait for one in PEOPLE))


def person(number: int) -> Person:
    """Return the person with this number (from 0): the known ones first, then made-up ones.

    Names of made-up people are all different, the same for ever, and never those of known ones.
    """
    if number < len(PEOPLE):
        return PEOPLE[number]
    rng = Random(f"person/{number}")  # noqa: S311 - names, not secrets
    serial = number - len(PEOPLE)
    language = "en" if serial % 5 == 4 else "zh"  # noqa: PLR2004 - one in five
    name = _english_name(serial) if language == "en" else _chinese_name(serial)
    return Person(
        name,
        language,
        rng.choice(_CITIES[language]),
        rng.choice(_BIOS[language]),
        "fan",
        rng.choice(PORTRAITS),
        rng.choice((0.3, 0.5, 0.7, 0.9, 1.1)),
    )


def _chinese_name(serial: int) -> str:
    round_, place = divmod(serial * 397 % (len(_FIRST) * len(_LAST)), len(_LAST))
    lap = serial // (len(_FIRST) * len(_LAST))
    return f"{_FIRST[round_]}的{_LAST[place]}" + (f"{lap + 1}" if lap else "")


def _english_name(serial: int) -> str:
    order = serial // 5
    lap, place = divmod(order, len(_GIVEN) * len(_FAMILY))
    given = _GIVEN[place % len(_GIVEN)]
    family = _FAMILY[(place // len(_GIVEN) + place) % len(_FAMILY)]
    return f"{given} {family}" + (f" {lap + 1}" if lap else "")
