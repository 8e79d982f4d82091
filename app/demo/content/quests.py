"""Missions, badges and the training camp of the demo."""

from app.loyalty.types.badges import BadgeDraft, BadgeKind, Criterion, Standard
from app.loyalty.types.camps import PlanDraft, TaskDraft, TaskKind
from app.loyalty.types.doings import Doing, Wanted
from app.loyalty.types.missions import Period

# Prose stays as it was written.
# fmt: off

Mission = tuple[str, str, Wanted, int, Period, int]
"""Titles, what is asked, how often, period, points."""

MISSIONS: tuple[Mission, ...] = (
    ("今天签个到", "Check in today", Wanted(Doing.CHECK_IN), 1, Period.DAY, 5),
    ("这周回三帖", "Answer three posts this week", Wanted(Doing.REPLY, min_length=6), 3, Period.WEEK, 15),
    ("晒一锅", "Show a pot", Wanted(Doing.POST, has_photo=True), 1, Period.WEEK, 30),
)

SLUG = "dip-week"
GRADUATE = "dip-graduate"
HONOUR = "head-chef"
CITATION = "年夜饭那一晚，一个人教会了三十桌调蘸料。"


def _counted(what: Doing, least: int, *, days: bool = False) -> Criterion:
    return Criterion(Standard.DAYS if days else Standard.COUNT, least, what)


BADGES: tuple[BadgeDraft, ...] = (
    BadgeDraft("first-pot", "第一锅", "First pot", "晒出了第一锅", "Put the first pot on the table", "soup", 1, BadgeKind.AUTOMATIC, _counted(Doing.POST, 1)),
    BadgeDraft("storyteller", "讲锅人", "Storyteller", "晒了五锅，每一锅都有故事", "Five pots, each with a story", "pencil", 2, BadgeKind.AUTOMATIC, _counted(Doing.POST, 5)),
    BadgeDraft("good-neighbour", "热心邻桌", "Good neighbour", "回了二十帖，有问必答", "Twenty replies, and always an answer", "message-circle", 1, BadgeKind.AUTOMATIC, _counted(Doing.REPLY, 20)),
    BadgeDraft("loved", "百里挑一", "Well loved", "收到一百个赞", "A hundred likes", "heart", 3, BadgeKind.AUTOMATIC, _counted(Doing.LIKED, 100)),
    BadgeDraft("regular", "常客", "Regular", "签到满三十天", "Checked in on thirty days", "calendar-check", 2, BadgeKind.AUTOMATIC, _counted(Doing.CHECK_IN, 30, days=True)),
    BadgeDraft("full-pantry", "囤货行家", "Full pantry", "三笔订单，料都备齐了", "Three orders, and the pantry is full", "shopping-bag", 1, BadgeKind.AUTOMATIC, _counted(Doing.ORDER, 3)),
    BadgeDraft(GRADUATE, "蘸料毕业生", "Dip graduate", "走完了蘸料七日营", "Went through the dip week to the end", "tent", 2, BadgeKind.AUTOMATIC, Criterion(Standard.CAMPS, 1, name=SLUG)),
    BadgeDraft(HONOUR, "掌勺人", "Head chef", "沸禾给最照顾大家的锅友", "For the friend who looks after everybody", "chef-hat", 3, BadgeKind.HONOUR),
)

PLAN = PlanDraft(
    "蘸料七日营", "Dip week",
    "七天，每天一点点：从一碟麻酱调到自己的招牌。跟着做，第七天你就有自己的方子。",
    "Seven days, a little every day: from a plain sesame dip to one with your name on it.",
    7, late_days=2, late_max=3, pass_tasks=8, bonus_points=200, badge_key=GRADUATE,
)


def _act(day: int, zh: str, en: str, wanted: Wanted, goal: int = 1) -> TaskDraft:
    return TaskDraft(day, TaskKind.ACT, zh, en, wanted=wanted, goal=goal)


TASKS: tuple[TaskDraft, ...] = (
    _act(1, "签到，开营", "Check in: the camp begins", Wanted(Doing.CHECK_IN)),
    _act(1, "夸一夸别人的锅", "Say something nice about a pot", Wanted(Doing.REPLY)),
    _act(2, "签到", "Check in", Wanted(Doing.CHECK_IN)),
    TaskDraft(2, TaskKind.STEPS, "调一碟基础麻酱", "Mix a plain sesame dip",
              "两勺芝麻酱\n一勺温水，慢慢澥开\n半勺腐乳汁\n尝一口", "Two spoons of sesame paste\nA spoon of warm water, little by little\nHalf a spoon of fermented tofu\nTaste it"),
    _act(3, "签到", "Check in", Wanted(Doing.CHECK_IN)),
    _act(3, "回两帖，说说你的调法", "Answer two posts with your own way", Wanted(Doing.REPLY), 2),
    _act(4, "签到", "Check in", Wanted(Doing.CHECK_IN)),
    TaskDraft(4, TaskKind.PHOTO, "拍下你的蘸料台", "A photo of your dip corner", "碗、料、手，都可以入镜。", "Bowls, jars, hands: all welcome.", is_reviewed=True),
    _act(5, "签到", "Check in", Wanted(Doing.CHECK_IN)),
    TaskDraft(5, TaskKind.LINK, "把你的方子发到别处", "Post your recipe elsewhere", "贴上链接，我们去看看。", "Paste the link and we'll have a look.", is_reviewed=True),
    _act(6, "签到", "Check in", Wanted(Doing.CHECK_IN)),
    _act(6, "帮一位新手", "Help a beginner", Wanted(Doing.REPLY, min_length=10)),
    _act(7, "晒出你的招牌蘸料", "Show the dip with your name on it", Wanted(Doing.POST, has_photo=True)),
)

LINKS = (
    "https://notes.example/p/sesame-dip-with-a-secret",
    "https://notes.example/p/three-minute-garlic-oil",
)
