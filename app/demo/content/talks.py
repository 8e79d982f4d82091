"""What the demo's fan and others write to each other, and to the team."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation.

    Attributes:
        members: the two, by their numbers in the plan.
        ends: minutes before the year's end at which its last line was written.
        lines: who (0 or 1) wrote how many minutes before that, and what.
        unread: how many of the last lines the second has not read.
        is_accepted: False: the second has not answered the request of the first.
    """

    members: tuple[int, int]
    ends: int
    lines: tuple[tuple[int, int, str], ...]
    unread: int = 0
    is_accepted: bool = True


TALKS: tuple[Talk, ...] = (
    Talk((0, 14), 4_300, (
        (0, 95, "陈皮阿姨好，上次学您的做法，汤还是有点苦，是陈皮放多了吗？"),
        (1, 80, "放几片？泡过没有？"),
        (0, 78, "三片，没泡……"),
        (1, 70, "那就对了。先用温水泡十五分钟，**把里面的白瓤刮掉**，苦味就在那层白瓤上。一锅一片足够。"),
        (0, 12, "刮了！这次真的不苦了，我妈说像店里的。"),
        (1, 0, "好孩子。下次试试加两颗蜜枣。"),
    )),
    Talk((12, 0), 1_700, (
        (0, 60, "Hi! Loved your tomato pot. Do the prawns go in before or after the tofu?"),
        (1, 48, "After! Tofu first, it likes to sit. Prawns the moment before you eat."),
        (0, 45, "And the dip, is that just sesame?"),
        (1, 30, "Sesame, garlic, a spoon of the broth. Three to one to one."),
        (0, 0, "Perfect. Trying it on Saturday, will report back."),
    )),
    Talk((0, 8), 640, (
        (0, 40, "小李，周末那桌还有位子吗？我想带一个朋友。"),
        (1, 22, "有！八个人的桌，现在六个。能吃辣吗？"),
        (0, 20, "他微辣，我可以替他吃。"),
        (1, 4, "那就鸳鸯锅。周六六点，地方我发在活动里。"),
        (0, 0, "收到，我带一盒毛肚过去。"),
    )),
    Talk((1, 0), 35, (
        (0, 30, "阿桔，你那张番茄牛腩的照片能借我放在新一期的三锅三味里吗？会写上你的名字。"),
        (1, 21, "可以呀！要原图吗？"),
        (0, 2, "要的要的，清楚一点更好。"),
        (0, 0, "另外想问你：牛腩先煎还是先焯？评论里吵起来了，哈哈。"),
    ), unread=2),
    Talk((19, 0), 18, (
        (0, 0, "你好，看到你也在找微辣的牛油底。我试了三款，有一款不上火，想发给你看看。"),
    ), unread=1, is_accepted=False),
)  # fmt: skip
"""In the order of their last lines."""


@dataclass(frozen=True, slots=True)
class TeamTalk:
    """A talk of a member with the team.

    Attributes:
        member: his number in the plan.
        lines: who wrote (a number of the plan) how many minutes before the year's end, and what.
    """

    member: int
    lines: tuple[tuple[int, int, str], ...]


TEAM_TALKS: tuple[TeamTalk, ...] = (
    TeamTalk(0, (
        (0, 3_140, "番茄牛腩锅底到了，有一包封口鼓起来了，还能吃吗？"),
        (5, 3_105, "阿桔你好，我是管家小禾。鼓包的先**别吃**，给你补一包新的，旧的不用寄回。"),
        (0, 3_090, "好快！地址还是上次那个就行。"),
        (5, 3_060, "已经登记，明天发出。那批货我们也去查了，谢谢你告诉我们。"),
        (0, 1_500, "收到啦，这包是好的。今晚就开锅！"),
        (5, 1_470, "那就好。开锅了记得晒一张给我们看。"),
    )),
    TeamTalk(12, (
        (12, 420, "Hi team! Is the mala base okay without the beef tallow? A friend is vegetarian."),
        (5, 385, "Hi Oliver, He here. The red mala is made with tallow. The mushroom base is plant only."),
        (12, 55, "Great, mushroom it is. Can I swap one pack in my order before it ships?"),
    )),
)  # fmt: skip
"""The first one is settled, the second waits for an answer."""
