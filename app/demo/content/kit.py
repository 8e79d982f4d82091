"""What the demo's team has planned, and what the table talks about in the last days of its year."""

from typing import NamedTuple

# Prose stays as it was written.
# fmt: off


class Talk(NamedTuple):
    """A post of the last days: who (a number), how long ago, where, what."""

    member: int
    days_ago: int
    board: str
    title: str
    body: str


class PlannedTopic(NamedTuple):
    """A hot topic; days are counted from the year's end."""

    slug: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    rules_zh: str
    rules_en: str
    rewards_zh: str
    rewards_en: str
    first: int
    last: int
    reward: str = ""


TOPICS = (
    PlannedTopic(
        "first-frost", "霜降第一锅", "First frost pot", "降温那天，你家煮的第一锅", "What you cooked on the first cold night",
        "一人一帖，图文都行，写清锅底。", "One post each, with or without a photo. Name the broth.",
        "参与的人最多的前三帖，各得 **300 积分**。", "The three posts that most people join get **300 points** each.", -13, -7,
    ),
    PlannedTopic(
        "warm-winter", "暖冬一锅", "A pot for winter", "一口下去手脚都暖的，是哪一锅？", "Which pot warms you to the fingertips?",
        "拍下你的锅，带上 #暖冬一锅#。", "Show your pot and add #暖冬一锅#.",
        "入选精选的帖子，另有积分。", "Posts that the team features earn extra points.", -4, 3, "camp:dip-week",
    ),
    PlannedTopic(
        "dip-duel", "蘸料对决", "Dip duel", "麻酱还是油碟？站队要带方子", "Sesame or oil? Bring your recipe",
        "写出比例，评论区投票。", "Write the ratio; the table votes below.", "", "", 7, 13,
    ),
)

TALKS = (
    Talk(4, 12, "pot", "霜降这天的羊蝎子", "风一起就想它。白萝卜切大块，炖到透明。 #霜降第一锅#"),
    Talk(5, 11, "solo", "一个人的霜降", "小砂锅，豆腐，一把菠菜。够了。 #霜降第一锅#"),
    Talk(6, 10, "pot", "First frost, first broth", "Bone broth, ginger, far too many noodles. #first-frost"),
    Talk(7, 9, "recipes", "腌笃鲜，三个小时", "咸肉别省，火别大。 #霜降第一锅#"),
    Talk(8, 6, "pot", "冬阴功锅底，酸得刚好", "冬阴功加椰浆，虾头先煎出油。 #暖冬一锅#"),
    Talk(9, 5, "tastings", "试了冬阴功底料", "冬阴功的酸来自柠檬叶，别煮过头。 #暖冬一锅#"),
    Talk(10, 4, "pot", "Tom yum night", "冬阴功 with mushrooms and prawns: the broth was gone before the rice. #warm-winter"),
    Talk(11, 3, "help", "冬阴功锅底配什么蘸料？", "冬阴功本身够味，还要不要油碟？求教。"),
    Talk(12, 3, "dips", "冬阴功配青柠鱼露", "青柠、鱼露、小米辣，冬阴功一下亮起来。 #暖冬一锅#"),
    Talk(13, 2, "solo", "一人份冬阴功", "半包底料，一把米粉，冬阴功也能一个人吃。 #暖冬一锅#"),
    Talk(14, 1, "pot", "番茄牛腩，还是它最稳", "炖到筷子一戳就散。 #暖冬一锅#"),
)

LINES = (
    (0, "question", "今晚这一锅：晚上七点发", True),
    (1, "welcome", "迎接周末新来的锅友", True),
    (3, "feature", "选两篇冬阴功的方子", False),
    (4, "thanks", "谢谢这周答疑最多的三位", False),
)
