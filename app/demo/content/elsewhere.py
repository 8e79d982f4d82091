"""What members of the demo have posted on other platforms. The addresses lead nowhere."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A post on another platform.

    Attributes:
        member: his number in the plan.
        days_ago: before the end of the plan's year.
        figures: views, likes, comments, saves, shares; 0: the platform does not tell.
    """

    member: int
    url: str
    title: str
    days_ago: int
    figures: tuple[int, int, int, int, int]


_XHS, _DOUYIN = "https://www.xiaohongshu.com/explore", "https://www.douyin.com/video"
_BILI, _WEIBO = "https://www.bilibili.com/video", "https://weibo.com/simmer-demo"

ELSEWHERE: tuple[Elsewhere, ...] = (
    Elsewhere(0, f"{_XHS}/simmer-demo-0001", "下班第一件事：给自己煮一锅番茄", 41, (0, 312, 28, 96, 0)),
    Elsewhere(0, f"{_XHS}/simmer-demo-0002", "我的冰箱里永远有一包菌菇底", 12, (0, 147, 19, 52, 0)),
    Elsewhere(1, f"{_XHS}/simmer-demo-0101", "小满厨房｜三锅三味，请客不慌的顺序", 75, (0, 4_820, 263, 3_911, 0)),
    Elsewhere(1, f"{_DOUYIN}/simmer-demo-0102", "一分钟学会给牛油锅兑水", 33, (186_400, 7_352, 418, 2_104, 955)),
    Elsewhere(1, f"{_BILI}/simmer-demo-0103", "我把七种锅底都煮了一遍", 18, (52_310, 3_204, 507, 1_880, 243)),
    Elsewhere(6, "https://www.instagram.com/p/simmer-demo-0601", "Laksa night, the mala way", 52, (0, 1_640, 88, 0, 0)),
    Elsewhere(6, "https://www.youtube.com/watch?v=simmer-demo-0602", "Hot pot for six in a tiny flat", 27, (23_950, 1_122, 164, 0, 0)),
    Elsewhere(8, f"{_DOUYIN}/simmer-demo-0801", "重庆人怎么涮毛肚", 60, (98_700, 5_020, 371, 912, 640)),
    Elsewhere(8, f"{_WEIBO}/simmer-demo-0802", "香辣脆拌一切，第三瓶", 9, (14_200, 386, 57, 0, 41)),
    Elsewhere(9, "https://www.instagram.com/p/simmer-demo-0901", "I host, they wash up: mushroom pot for ten", 36, (0, 903, 61, 0, 0)),
    Elsewhere(10, f"{_XHS}/simmer-demo-1001", "羊肉锅的蘸料，我只信这一碟", 22, (0, 1_208, 94, 860, 0)),
)  # fmt: skip
