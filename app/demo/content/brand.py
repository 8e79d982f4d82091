"""What the demo's brand tells of itself: story, manifesto, values, four people, a column."""

from dataclasses import dataclass

from app.brand.types import Chapter, PageDraft


@dataclass(frozen=True, slots=True)
class Shown:
    """A chapter and the key of the picture beside it."""

    chapter: Chapter
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """A person of the brand, by his number in the plan."""

    member: int
    job: tuple[str, str]
    line: tuple[str, str]
    ask: tuple[str, str]


STORY = PageDraft(
    "从一口借来的锅说起",
    "It began with a borrowed pot",
    "二〇一六年冬天，四个下班晚的人，一口锅，一张折叠桌。",
    "Winter 2016: four people who worked late, one pot, one folding table.",
)
STORY_CHAPTERS = (
    Shown(
        Chapter(
            "那张折叠桌",
            "The folding table",
            "写字楼后面的巷子里，十点以后没有饭吃。老周从家里端来一口铜锅，借了隔壁修鞋铺的折叠桌。\n\n第一晚只有四个人，**第七晚坐了十九个**。没有招牌，大家说“去沸一下”，后来就叫沸禾。",
            "Behind the offices nothing was open after ten. Zhou brought a brass pot from home and borrowed the cobbler's folding table.\n\nFour people came on the first night, **nineteen on the seventh**. There was no sign outside. The name came later.",
        ),
        "red-stove",
    ),
    Shown(
        Chapter(
            "一勺汤，改了六十三次",
            "One ladle, sixty-three tries",
            "第一款牛油锅底，我们改了六十三次。不是我们有耐心，是桌上的人不肯说“还行”。\n\n> 辣可以，苦不行。香可以，糊不行。\n\n这句话写在厨房墙上，到今天没有擦过。",
            "Our first tallow broth took sixty-three tries. We were not patient; the table simply refused to say “fine”.\n\n> Hot is welcome, bitter is not. Fragrant is welcome, burnt is not.\n\nThat line is still on the kitchen wall.",
        ),
        "split-walnut",
    ),
    Shown(
        Chapter(
            "后来，桌子变长了",
            "Then the table grew",
            "我们没有开很多店，我们把桌子搬到了这里。你晒的锅、你调的蘸料、你嫌咸的那一句，都有人看，有人回，有人改进下一锅。",
            "We didn't open many shops. We moved the table here. The pot you show, the dip you mix, the line that says “too salty”: somebody reads it, answers it, and cooks the next one better.",
        ),
        "tomato-marble",
    ),
)
MANIFESTO = PageDraft(
    "我们的六句话",
    "Six things we stand by",
    "写给桌上的人，也写给我们自己。",
    "For everybody at the table, and for ourselves.",
)
MANIFESTO_CHAPTERS = (
    Shown(
        Chapter(
            "好吃，是最低标准",
            "Tasty is the least of it",
            "不好吃的东西，再便宜也是浪费。",
            "What doesn't taste good is waste, however cheap.",
        ),
        "mushroom-linen",
    ),
    Shown(
        Chapter(
            "配料表，小学生也要读得懂",
            "A label that a child can read",
            "看不懂的词，我们不用；用了，就解释清楚。",
            "We leave out words nobody understands, and explain those we need.",
        )
    ),
    Shown(
        Chapter(
            "先听，再做",
            "Listen first",
            "新品从你们的留言里来，试吃的人名字写在包装背后。",
            "New things come from what you write. Whoever tasted first stands on the back of the pack.",
        )
    ),
    Shown(
        Chapter(
            "错了就说错了",
            "Wrong is wrong",
            "有一批货出了问题，我们第一时间说，第一时间退。",
            "If a batch is bad, we say so first and refund first.",
        )
    ),
    Shown(
        Chapter(
            "不催，不吓，不比惨",
            "No rush, no scare",
            "没有“最后三分钟”，也没有“手慢无”。",
            "No “last three minutes”, no “or it's gone”.",
        )
    ),
    Shown(
        Chapter(
            "留一个空位",
            "Keep a seat free",
            "桌边永远留一个空位，给今天才来的人。",
            "There is always a seat for whoever arrives today.",
        ),
        "tomato-night",
    ),
)
VALUES = PageDraft("我们在意什么", "What we stand for")
VALUE_CARDS = (
    Chapter(
        "先热汤，再热闹",
        "Warm broth first",
        "把一锅汤做好，比什么都大声。",
        "A good broth speaks louder than we do.",
        "soup",
    ),
    Chapter(
        "说人话",
        "Plain words",
        "配料、价格、规矩，一眼看懂。",
        "Ingredients, prices and rules: clear at a glance.",
        "eye",
    ),
    Chapter(
        "有脸有名",
        "Faces and names",
        "替品牌说话的每个人，你都知道他是谁。",
        "Whoever speaks for us, you know who it is.",
        "users",
    ),
    Chapter(
        "好东西慢慢来",
        "Good things take time",
        "不赶季节，不赶热点，到味才上桌。",
        "We chase no season. It comes to the table when it's ready.",
        "clock",
    ),
)
PEOPLE = (
    Face(
        2,
        ("汤底总管", "Keeper of the broth"),
        (
            "在重庆守了二十年锅，最会听汤声。",
            "Twenty years of pots in Chongqing. He can hear when it's done.",
        ),
        ("火候、老油、毛肚几秒", "Heat, tallow, seconds for tripe"),
    ),
    Face(
        4,
        ("新品研发", "New products"),
        ("每天试十二勺，晚饭只想喝粥。", "Twelve spoons a day, porridge for dinner."),
        ("下一款做什么、怎么报名试吃", "What comes next, how to taste first"),
    ),
    Face(
        5,
        ("售后管家", "After-sales care"),
        (
            "你的事，我记在本子上，办完才划掉。",
            "Your matter goes in my notebook and stays until it's done.",
        ),
        ("订单、退换、积分", "Orders, returns, points"),
    ),
    Face(
        3,
        ("主编", "Editor"),
        ("替大家写字，也替大家尝咸淡。", "Writes for the table, and checks the salt."),
        ("活动、投稿、合作", "Events, contributions, working together"),
    ),
)
COLUMN = (
    "stove-notes",
    "锅边手记",
    "Notes from the stove",
    "每周一篇：一锅汤，一件小事。",
    "Once a week: one broth, one small thing.",
)
PLANS = ("冬至那锅羊汤，姜放几片", "老油能不能留到明天")
ASK = "你这锅拍得太香了，想放在十二月店铺首页的第一屏，署你的名字，可以吗？"
SELECTION = ("冬至首页", "十二月冬至")
USES = (
    ("天猫旗舰店首页第一屏", "shops"),
    ("公众号《冬至围炉》配图", "channels"),
    ("社区首页横幅", "community"),
)
