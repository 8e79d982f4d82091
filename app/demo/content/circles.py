"""Circles of the demo: two cities, a desk, and one where one has to ask."""

from dataclasses import dataclass, field

from app.circles.types import Joining


@dataclass(frozen=True, slots=True)
class Said:
    """A post in a circle.

    Attributes:
        by: place of its author among the circle's members.
        days: how long before the end of the demo's year.
        replies: what others answer, one after the other.
        pictures: keys of pictures on the shelf, the cover first; those that are there.
    """

    by: int
    days: int
    title: str
    body: str
    replies: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """A circle.

    Attributes:
        first: place of its first member among the demo's members.
        members: how many it has; the first of them leads it.
        asking: how many wait for an answer, where one has to ask.
    """

    slug: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    icon: str
    first: int
    members: int
    city_zh: str = ""
    city_en: str = ""
    joining: Joining = Joining.OPEN
    asking: int = 0
    said: tuple[Said, ...] = field(default=())


# Prose stays as it was written.
# fmt: off

CIRCLES: tuple[Round, ...] = (
    Round(
        "chengdu-table", "成都锅友局", "Chengdu table", "周末约一锅，新老锅友都来", "One pot each weekend, all seats taken kindly", "map-pin",
        0, 24, "成都", "Chengdu",
        said=(
            Said(1, 12, "周六玉林路，还差两位", "**时间** 周六晚六点半\n\n**锅底** 牛油中辣配菌汤\n\n会带自家炸的酥肉，能吃辣的优先。", ("算我一个！", "我带冰粉。"), ("party-teak",)),
            Said(0, 6, "上周那锅的照片和账单", "十个人，人均八十六。毛肚最先空盘，脑花没人敢动，最后被小李一个人解决。", ("下次还来。", "脑花我可以！", "照片里那盘鹅肠在哪家买的？"), ("party-round", "lanterns")),
            Said(3, 2, "冬天适合坐室内的老店，求补充", "目前名单：玉林一家、建设路两家、文殊院一家。要求：不排队超过一小时，通风好。", ("抚琴路有一家，下午四点去不排队。",)),
        ),
    ),
    Round(
        "desk-pot", "工位小锅", "Desk-side pot", "午休四十分钟，也能吃一锅热的", "Forty minutes of lunch are enough for a hot one", "bowl-chopsticks",
        8, 18,
        said=(
            Said(2, 9, "自热锅的水位线到底要不要听", "试了三次：**按线加水**最稳，多加一指会溢，少加一指粉条夹生。", ("我每次都多加，难怪。",), ("tomato-noodles",)),
            Said(5, 4, "办公室怎么吃不熏到同事", "番茄锅、开窗、吃完马上倒垃圾。牛油锅请等加班的晚上。", ("同事：谢谢你。", "我们组已经一起吃了。"), ("bento",)),
        ),
    ),
    Round(
        "tallow-lab", "牛油研究社", "Tallow society", "炒料、配比、火候，认真聊", "Frying, blending, heat: in earnest", "soup",
        14, 9, joining=Joining.REQUEST, asking=2,
        said=(
            Said(0, 15, "社里的约定：先写配比，再写结论", "发帖请写清：牛油克数、辣椒品种、炒制时间和温度。没有数据的结论，大家不讨论。", ("收到。", "温度用什么量的？")),
            Said(1, 5, "二荆条和新一代 6:4 的第三次试验", "一百六十度下豆瓣，一百三十度下辣椒，小火二十五分钟。香气比第二次长，辣度更平。", ("这个比例我明天复现一次。",), ("chilies", "red-close")),
        ),
    ),
    Round(
        "shanghai-table", "上海锅友局", "Shanghai table", "下班凑一桌，不加班的都来", "A table after work, for whoever gets out in time", "message-circle",
        20, 15, "上海", "Shanghai",
        said=(
            Said(1, 20, "静安寺附近，周三晚上四人桌", "两荤三素，微辣锅。AA，不劝酒。", ("报名。",)),
        ),
    ),
)
