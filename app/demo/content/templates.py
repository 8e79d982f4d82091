"""Moulds the composer pours words into."""

from dataclasses import dataclass

from app.demo.content.pantry import DIPS, UNPOTTED, Dish
from app.demo.content.types import Answer, Kind, Voice

# Prose stays as it was written.
# fmt: off

@dataclass(frozen=True, slots=True)
class Template:
    """The mould of a post.

    Attributes:
        order: its place among all, which sets how its dishes turn.
        board: slug of the board.
        kind: what the post is.
        titles: title moulds, one is taken.
        body: the body's mould.
        replies: moulds of answers.
        language: ``zh`` or ``en``.
        wants: subjects of which the dish must have one; empty when any dish will do.
        avoids: subjects the dish must not have.
        subject: what the first picture shows, when not the dish.
        pictured: how likely it has pictures, 0 to 1.
    """

    order: int
    board: str
    kind: Kind
    titles: tuple[str, ...]
    body: str
    replies: tuple[str | Answer, ...] = ()
    language: str = "zh"
    wants: frozenset[str] = frozenset()
    avoids: frozenset[str] = frozenset()
    subject: str = ""
    pictured: float = 0.95

    def suits(self, dish: Dish) -> bool:
        """Return whether this mould takes the dish."""
        shown = set(dish.subjects)
        return not (self.wants and not self.wants & shown) and not (self.avoids & shown)


POTS = frozenset(
    ["red", "tomato", "mushroom", "split", "sour", "coconut", "herbal", "greenpepper", "lamb", "curry", "laksa", "clear"]
)
DRY = UNPOTTED | {DIPS}  # what no pot is made of
BOWLS = frozenset(["noodles", "rice", "solo", "congee", "bento", "veg"])

# A row holds: board, kind, titles, body, replies, wants, avoids, subject, pictured.
_Row = tuple[
    str, Kind, tuple[str, ...], str, tuple[str | Answer, ...], frozenset[str], frozenset[str], str, float
]
_ANY: frozenset[str] = frozenset()
_DIP = frozenset({DIPS})
_SOLD = POTS | _DIP

_ZH: tuple[_Row, ...] = (
    ("pot", Kind.SHOW, ("{occasion}，煮了一锅{dish}", "{place}的{dish}，今晚开锅", "{dish}上桌，{people} 个人刚刚好"),
     "{occasion}，在{place}支起了锅。{star}是主角，{friend}和{second}来捧场，最后下的是{third}。\n\n小心得：**{trick}**。\n\n{closing}",
     ("{friend}是点睛之笔。", "“{trick}”学到了。"), POTS, DRY, "", 1.0),
    ("pot", Kind.SHOW, ("为了{friend}，又煮了{dish}", "{dish}日记：第 {count} 锅", "{occasion}的一锅{dish}，吃完什么都不想了"),
     "第 {count} 次做{dish}，终于不用看方子了。\n\n- {star}：{minutes}\n- {friend}：看着它浮起来\n- {second}：最后放\n\n{trick}，这一条是踩过坑才记住的。{closing}",
     ("看着它浮起来，好温柔的计时法。", "第 {count} 锅了还这么认真，佩服。"), POTS, DRY, "", 1.0),
    ("pot", Kind.SHOW, ("{place}，风有点凉，锅很热", "{people} 个人围着一锅{dish}", "没有理由，就是想吃{dish}"),
     "没什么大日子，就是{people}个人都有空。{dish}煮上，{friend}、{second}、{third}摆一圈，谁先熟先吃谁。\n\n> {trick}\n\n{closing}",
     ("没有理由就是最好的理由。",), POTS, DRY, "", 1.0),
    ("pot", Kind.SHOW, ("冰箱里只剩{friend}和{second}，也能成一锅", "{occasion}的快手{dish}"),
     "打开冰箱：{friend}半盒，{second}一把，冷冻层里还有{star}。那就{dish}吧。\n\n从烧水到开吃不到半小时。{trick}，{trick2}，剩下的交给火。\n\n{closing}",
     ("清冰箱也能清出一桌好菜。",), POTS, DRY, "", 0.9),
    ("pot", Kind.SHOW, ("给爸妈煮的{dish}，清淡版", "{occasion}，第一次给家里人掌勺"),
     "他们口味轻，{dish}我减了一半盐，多放了{friend}。{star}煮足 {minutes}，软硬刚好。\n\n爸爸没说话，添了两碗饭；妈妈说{second}可以再多一点。**这就是满分。**\n\n{closing}",
     ("添两碗饭，就是最高的夸奖。",), POTS, DRY, "", 0.95),
    ("dips", Kind.RECIPE, ("{dish}，我家的比例", "调了 {count} 次，{dish}终于稳了", "{dish}不翻车笔记", "{place}的{dish}，配{friend}", "{occasion}调的{dish}，记一下"),
     "**材料**：{star}、{friend}、{second}、{third}。\n\n1. {star}先处理好，别急\n2. {friend}分两次加，边加边尝\n3. 静置 {minutes}再吃\n\n关键一步：{trick}。{closing}",
     ("静置这一步我总是等不及。", "比例呢？求具体勺数。", Answer("大概 3：1，先少后多。", Voice.AUTHOR)), _DIP, _ANY, "", 0.95),
    ("dips", Kind.SHOW, ("{occasion}的蘸料：{dish}加{friend}", "一碟{dish}，{people} 个人抢着蘸", "{dish}里多放了{friend}，居然对了"),
     "{occasion}，临时调了一碟{dish}。{friend}多放了一点，{second}减半，居然更顺口。\n\n{trick}，不然味道会散。{closing}",
     ("抢着蘸就对了。",), _DIP, _ANY, "", 0.95),
    ("dips", Kind.QUESTION, ("{dish}总是太咸，怎么救？", "{dish}里的{friend}可以换成什么？", "第 {count} 次调{dish}，还是太冲"),
     "按网上的方子调{dish}，{star}和{friend}都放了，味道不是太冲就是太咸。\n\n家里有{second}和{third}，能派上用场吗？想听听大家的办法，最好是不用重新来过的那种。",
     ("加{second}，比加水靠谱。", "先分出一半重新调，再慢慢合回去。", "糖一小撮，咸味就圆了。"), _DIP, _ANY, "", 0.5),
    ("solo", Kind.SHOW, ("一个人的{dish}", "{occasion}，给自己做了{dish}", "{place}，一人份{dish}"),
     "一个人吃饭，也要摆好碗筷。{dish}一人份：{star}少一点，{friend}多一点，{second}看心情。\n\n{trick}。吃完发了一会儿呆，{closing}",
     ("一个人也吃得这么好，给你鼓掌。", "摆盘认真，生活就认真。"), BOWLS, _ANY, "", 1.0),
    ("solo", Kind.TIP, ("一人食不浪费：{friend}这样买", "{dish}的一人份算法", "坚持第 {count} 周：{dish}和一个清爽的冰箱"),
     "一个人做{dish}最怕剩。我的办法：\n\n- {star}按 100 克分装\n- {friend}买最小的，两顿吃完\n- {second}用剩的切碎冷冻\n- {trick}\n\n坚持了 {count} 周，冰箱从来没有这么清爽过。",
     ("按 100 克分装，马上执行。",), BOWLS, _ANY, "market", 0.8),
    ("solo", Kind.SHOW, ("{minutes}，{dish}上桌", "下班路上就想好了：{dish}", "{occasion}，{dish}比外卖快"),
     "地铁上把步骤过了一遍：先{friend}，后{star}，{second}收尾。到家 {minutes}，比等外卖快。\n\n> {trick}\n\n{closing}",
     ("比外卖快，还比外卖热。",), BOWLS, _ANY, "", 0.95),
    ("help", Kind.QUESTION, ("{star}到底煮几分钟？", "第一次做{dish}，{star}怎么处理？", "求助：{dish}里的{star}总是老", "{place}新手，{dish}煮失败了"),
     "新手一枚，在{place}第一次做{dish}。{star}我煮了大概 {count} 分钟，吃起来不太对，是火大了还是下早了？\n\n另外{friend}和{second}谁先下？谢谢各位。",
     ("{star}差不多 {minutes}，别一直滚。", "{friend}先下，{second}后下。", "{trick}，你会发现差很多。"), POTS, DRY, "", 0.6),
    ("help", Kind.QUESTION, ("{people} 个人吃{dish}，要备多少菜？", "请客做{dish}，怎么准备不慌？"),
     "{occasion}约了 {people} 个朋友来吃{dish}，第一次请客有点慌。\n\n目前的清单：{star}、{friend}、{second}、{third}。够不够？还缺什么？饮料怎么配？",
     ("肉按每人 200 克，菜按 150 克。", "再加一份豆制品就齐了。", "提前问忌口，比什么都重要。"), POTS, DRY, "ingredients", 0.6),
    ("help", Kind.QUESTION, ("{dish}的汤总是浑，为什么？", "{dish}煮到后面越来越咸，怎么办？", "{people} 个人的{dish}，汤到第二轮就不对了"),
     "{dish}前十分钟还好好的，后面汤就变了。{star}和{friend}是一起下的，火一直开着中火。\n\n试过加水，味道又淡了。有没有一劳永逸的办法？",
     ("{trick}。", "补热水，一次一小碗，边补边尝。", "{star}先焯一遍，汤会清很多。"), POTS, DRY, "", 0.5),
    ("recipes", Kind.RECIPE, ("{dish}详细步骤，照做就成", "{dish}：{minutes}的功夫", "家常{dish}，附用量"),
     "**材料（{people} 人）**：{star} 400 g、{friend} 200 g、{second}适量、{third}一把。\n\n1. {star}洗净，{trick}\n2. {friend}切好备用\n3. 汤开下{star}，小火 {minutes}\n4. 放{second}和{third}，尝咸淡\n\n**要点**：{trick2}。{closing}",
     ("用量写得清楚，收藏。", "{second}可以换成{third}吗？", Answer("可以，味道会淡一点，多放半勺生抽。", Voice.AUTHOR)), _ANY, _DIP, "", 0.95),
    ("recipes", Kind.RECIPE, ("外婆的{dish}，我记下来了", "{place}版{dish}", "{occasion}，照外婆的法子做{dish}"),
     "外婆从来不称重，我在旁边偷偷记：{star}两把，{friend}一把半，{second}“看着来”。\n\n1. {trick}\n2. {trick2}\n3. {minutes}，不多不少\n\n她说做菜和做人一样，别急。{closing}",
     ("“看着来”是最难的单位。",), _ANY, _DIP, "", 0.95),
    ("recipes", Kind.TIP, ("做{dish}最容易错的三步", "{dish}想好吃，记住这三条", "做了 {count} 次{dish}才明白的事"),
     "做了 {count} 次{dish}，错了 {few} 次，总结三条：\n\n1. {trick}\n2. {trick2}\n3. {trick3}\n\n三条都做到，{star}想不好吃都难。",
     ("第二条以前一直做反。", "已经抄在厨房的小黑板上。"), _ANY, _DIP, "", 0.7),
    ("solo", Kind.SHOW, ("{place}的深夜{dish}", "{occasion}，深夜的{dish}"),
     "夜里忽然很想吃点热的。翻出{star}和{friend}，做了一份{dish}，{second}当点缀。\n\n楼下偶尔有车经过，汤面上的光晃一下又安静了。{trick}，是半夜也不能偷懒的一步。\n\n{closing}",
     ("深夜看这个，大意了。",), BOWLS, _ANY, "night", 0.95),
    ("recipes", Kind.RECIPE, ("{dish}，{people} 口之家的做法", "{occasion}做{dish}，孩子也能吃"),
     "家里 {people} 口人，口味都不一样，{dish}是少数全票通过的。\n\n**要买**：{star}、{friend}、{second}、{third}\n\n1. {trick}\n2. {star} {minutes}，孩子那份多煮一会儿\n3. {third}最后放，大人再各自加辣\n\n{closing}",
     ("全票通过的菜都值得收藏。", "孩子那份多煮一会儿，贴心。"), _ANY, _DIP, "", 0.95),
    ("help", Kind.QUESTION, ("{friend}和{second}，{dish}里先放哪个？", "{occasion}想做{dish}，买不到{star}怎么办？"),
     "附近的菜场小，{dish}要用的{star}常常买不到，{friend}和{second}倒是都有。\n\n能不能换？换了以后时间要不要改？在{place}住的锅友有没有推荐的买法？",
     ("换成{third}也可以，时间减半。", "早上七点去，什么都有。", "{friend}先放，{second}后放。"), POTS, DRY, "market", 0.5),
    ("tastings", Kind.REVIEW, ("给{dish}打个分：{friend}加分，{second}待改进", "{people} 个人的{dish}试吃，意见不太一样"),
     "同一袋，{people} 个人，意见分成两派：一派说{friend}是惊喜，一派觉得{second}少了点意思。\n\n一致同意的是**{star}选得好**，汤也不齁。希望下一版把份量标在正面，别让人找。\n\n{closing}",
     ("份量标正面，支持。", "我是{second}派。"), POTS, DRY, "new", 0.9),
    ("meetups", Kind.MEETUP, ("{place}，{many} 人{dish}局回顾", "{occasion}的线下局，{dish}管够"),
     "这次来了 {many} 位锅友，在{place}煮{dish}。有人带{friend}，有人带{second}，还有人带了一整箱饮料。\n\n从{friend}该怎么切聊到各自的老家，散场的时候谁都不想先站起来。{closing}",
     ("下次一定到，帮我占座。", "带{friend}的是我！"), POTS, DRY, "party", 1.0),
    ("meetups", Kind.MEETUP, ("{place}还差 {few} 位，一起吃{dish}", "组个{dish}局，{place}附近的来", "{occasion}也要聚：{dish}局还差 {few} 位"),
     "时间：这个周末傍晚\n地点：{place}，报名后私信\n人数：还差 **{few} 位**\n吃什么：{dish}，{star}和{friend}我来备，其他各带一样\n\n第一次来的坐我旁边。{closing}",
     ("带我一个，我带{second}。", "报名，不吃香菜。"), POTS, DRY, "party", 0.9),
    ("tastings", Kind.REVIEW, ("{dish}新版试吃：{friend}是亮点", "{dish}试吃报告第 {count} 号", "盲测{dish}，家里人投了票"),
     "按包装煮的，{people} 个人一起吃。\n\n**香**：开袋就有，{star}的味道很正\n**口感**：{friend}不错，{second}可以再多一点\n**咸淡**：第二轮偏咸，建议多兑一碗水\n\n如果{second}能单独分一小包，会更好。整体 8 分，{closing}",
     ("写得很具体，谢谢反馈。", "第二轮偏咸 +1。"), _SOLD, UNPOTTED, "new", 0.95),
    ("unboxed", Kind.ORDER, ("{dish}的料到齐了，今晚就开", "开箱：为了{dish}囤的货", "第 {count} 次回购，还是做{dish}"),
     "快递到了，拆开清点：锅底、{friend}、{second}，还有一小包赠品。日期新鲜，没有破损。\n\n买它们就是为了做{dish}。{trick}，这是上次包装背面写的，果然有用。{closing}",
     ("等你的开锅照。", "包装背面的小字我也爱看。"), POTS, DRY, "parcel", 1.0),
    ("unboxed", Kind.ORDER, ("{occasion}下的单，今天到了", "拆箱顺便记个账：{dish}一顿多少钱", "{people} 个人的{dish}，到货即开锅"),
     "算了一下：锅底不到三十，{star}二十多，{friend}和{second}加起来十几块，{people} 个人吃得很撑。\n\n比出去吃省了一大半，还能穿着睡衣。{closing}",
     ("穿着睡衣吃，附加值最高。",), POTS, DRY, "parcel", 0.95),
)

_EN: tuple[_Row, ...] = (
    ("pot", Kind.SHOW, ("{Dish} {occasion}", "{people} of us and a {dish} {place}", "No reason, just {dish}"),
     "{Occasion}, {place}: {star} in the lead, {friend} and {second} in support, {third} at the end.\n\nWhat I've learned: **{trick}**. {closing}",
     ("That order makes sense, thanks.",), POTS, DRY, "", 1.0),
    ("pot", Kind.SHOW, ("{Dish}, take {count}", "A small {dish} {place}", "{Dish} {place}, {occasion}"),
     "Take {count} and I finally didn't look at the recipe. {Star} for {minutes}, {friend} until it floats, {second} last.\n\n{Trick}. {closing}",
     ("“Until it floats” is my favourite unit of time.",), POTS, DRY, "", 1.0),
    ("dips", Kind.RECIPE, ("My {dish}, written down at last", "{Dish} that behaves", "{Dish} with a lot of {friend}", "{Dish} {place}, take {count}"),
     "You need {star}, {friend}, {second} and a little {third}.\n\n1. Start with the {star}\n2. Add {friend} in two goes, tasting\n3. Rest it, {minutes} or more\n\n**{Trick}.** {closing}",
     ("Resting it made all the difference.",), _DIP, _ANY, "", 0.95),
    ("solo", Kind.SHOW, ("{Dish} for one", "{Occasion}: {dish}, party of one"),
     "Cooking for one is still cooking for someone. Not too much {star}, plenty of {friend}, and {second} because I felt like it.\n\n{Trick}. {closing}",
     ("A proper dinner. Well done.",), BOWLS, _ANY, "", 1.0),
    ("help", Kind.QUESTION, ("How long do you cook {star}?", "First {dish}: what goes in when?", "{Dish} {place} went wrong, help?"),
     "First go at {dish} and I gave the {star} about {few} minutes. Something was off. Too hot, too long, too early?\n\nAnd does {friend} go before {second}? Thank you!",
     ("About {minutes}, and don't let it boil hard.", "{Friend} first. {Trick}."), POTS, DRY, "", 0.6),
    ("recipes", Kind.RECIPE, ("{Dish}, step by step", "Weeknight {dish} for {people}", "{Dish} the way we do it {place}"),
     "**You need:** 400 g {star}, 200 g {friend}, some {second}, a handful of {third}.\n\n1. Prepare the {star}: {trick}\n2. Cut the {friend}\n3. Simmer {minutes}\n4. {Second} and {third} at the end, then taste\n\n{closing}",
     ("Made it, loved it.", "Could I swap the {second}?"), _ANY, _DIP, "", 0.95),
    ("meetups", Kind.MEETUP, ("{many} at the table: {dish} {place}", "Looking for {few} more: {dish} {place}"),
     "We're cooking {dish} and the table is still too long. I bring {star} and {friend}, you bring one thing you like.\n\nFirst-timers sit next to me. {closing}",
     ("I'm in, bringing {second}.",), POTS, DRY, "party", 1.0),
    ("tastings", Kind.REVIEW, ("{Dish}, tasted and noted", "Tasting note {count}: {dish}", "{people} spoons, one {dish}: our verdict"),
     "Cooked as printed, shared by {people}. The {star} comes through nicely, the {friend} holds, I'd add more {second}. Second round gets salty, so keep water ready.\n\nEight out of ten.",
     ("Useful, thank you.",), _SOLD, UNPOTTED, "new", 0.95),
    ("unboxed", Kind.ORDER, ("The box is here, {dish} tonight", "Order number {count}, {dish} as ever", "{Occasion} I ordered, today it's here: {dish}"),
     "Everything whole, dates fresh, one little extra on top. All of it is going into tonight's {dish}, with {friend} and {second}.\n\n{Trick}: it says so on the back, and it's right. {closing}",
     ("Show us the pot!",), POTS, DRY, "parcel", 1.0),
)


def _all() -> tuple[Template, ...]:
    rows = [("zh", row) for row in _ZH] + [("en", row) for row in _EN]
    return tuple(
        Template(order, board, kind, titles, body, replies, language, wants, avoids, subject, pictured)
        for order, (language, (board, kind, titles, body, replies, wants, avoids, subject, pictured)) in enumerate(rows)
    )


TEMPLATES = _all()
