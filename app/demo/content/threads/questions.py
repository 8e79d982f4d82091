"""First pot questions."""

from app.demo.content.threads.draft import house, on
from app.demo.content.types import Kind

# Prose stays as it was written.
# fmt: off

_ = on("help")

POSTS = (
    _(Kind.QUESTION, "第一次在家煮锅，底料和水的比例是多少？", "hotpot ingredients", """
        买了一包 360 克的牛油底料，四个人吃，锅大概 4 升。包装上写兑 1.5 到 2 升水，我怕咸又怕淡。

        另外需要先炒一下再加水吗？还是直接丢进去煮就好？
        """, "四个人先兑 1.8 升，煮开尝一口再补。菜会出水，宁可先浓一点。", "小火炒两分钟到油化开再加热水，香味差很多，不费事。", "留一壶热水在旁边，越煮越咸的时候补热水，别补凉水。"),
    _(Kind.QUESTION, "肉片为什么一涮就老？", "beef hotpot", """
        超市买的肥牛卷，涮出来总是发柴，一嚼一嘴渣。是肉不好还是我的方法不对？

        我一般是一整盘倒进去，等汤再开了捞出来，大概两三分钟。求一个新手也能掌握的判断方法。
        """, "一整盘倒进去汤温就掉了，肉等于在温水里泡。一次三四片，变色就捞。", "冷冻的肉卷别提前化透，半冻着下最嫩。", "数到十就捞，别等它“看起来很熟”。"),
    _(Kind.QUESTION, "毛肚七上八下是真的吗？到底涮几秒？", "red ingredients", """
        看视频都说"七上八下"，我照做了，第一次像橡皮筋，第二次又好像没熟。

        有没有更靠谱的判断方法？我家的锅火力比较小，煮开要等很久，是不是和这个有关系？
        """, "看形状：边缘卷起来、表面小刺立起来就好，大概十五秒。火小就等汤滚了再下。", "火力小就只涮一片，别贪心。", "七上八下的意思是提起来透气，温度才不会过头。", by="楼下的猫"),
    _(Kind.QUESTION, "鸳鸯锅白汤那边总是窜味，怎么办？", "split", """
        每次吃到后面，白汤那边也变成微微辣的粉红色，孩子就不能吃了。

        试过白汤少加、红汤少加，都没用。是锅的问题吗？还是我们家人筷子太自由了……
        """, "两边都别超过隔板的八成，红汤那边火小一点，不要滚出来。", "分两双公筷，一边一双。窜味多半是筷子带过去的。", "先让孩子吃，开锅前十五分钟的白汤最干净。"),
    _(Kind.QUESTION, "吃完火锅家里味道三天不散，求办法", "hotpot", """
        煮得很开心，第二天沙发、窗帘、头发全是牛油味。开窗了，也点了香薰，反而变成了"牛油香薰"。

        各位老锅友有什么办法？这周末还想煮，家里人已经开始投反对票了。
        """, "开锅的时候就开窗对流，别等吃完。灶边放一碗白醋水。", "吃完煮一小锅水，放柠檬皮和桂皮，开盖煮十分钟。", "把外套和窗帘先收进卧室关门，亲测最有效。"),
    _(Kind.QUESTION, "不能吃辣，番茄锅和菌菇锅哪个更适合入门？", "tomato mushroom", """
        从小不吃辣，周末要请两位朋友来家里，她们能吃但可以陪我清淡。

        番茄和菌菇都没煮过，哪个不容易翻车？配菜怎么选才显得有准备？
        """, "番茄，容错率最高，什么菜都能下，最后还能泡饭。", "菌菇更鲜但要会控火，滚太猛汤会浑。第一次选番茄。", "配菜记住一肉、一丸、一豆、一叶、一根茎，就不会错。"),
    _(Kind.QUESTION, "丸子要煮多久？里面总是冷的", "balls", """
        表面都裂开了，咬下去里面还是冰的，朋友笑我是"冰火两重天"。我是直接从冷冻层拿出来丢进滚水里的，是不是哪一步错了，求指点。
        """, "冷水或者小火慢慢煮，滚水会把外面先煮破。浮起来再等两分钟。", "提前半小时拿到冷藏，两头都省心。", "牛肉丸对半切十字花，又快又入味。"),
    _(Kind.QUESTION, "电磁炉煮锅火力忽大忽小，正常吗？", "hotpot", """
        新买的小电磁炉，煮着煮着自己停一下又启动，汤一会儿滚一会儿不滚。

        是坏了还是锅底不合适？锅是不锈钢的，底部好像有一点点不平。
        """, "底不平就会这样，感应断断续续。换平底锅试试就知道。", "低功率档多半是间歇加热，开到 1000 瓦以上就连续了。"),
    _(Kind.QUESTION, "吃锅第二天长痘，是底料的问题吗？", "red tea", """
        每次吃完红锅第二天下巴必长痘。朋友说是油，也有人说是没喝水。

        有没有既能解馋又不那么上火的搭配？我不想戒，只想和平共处。
        """, "红白各半，肉少一点，最后那碗汤别喝。", "吃之前先喝一碗清汤垫一垫，吃完喝酸梅汤，早点睡。", "我换成番茄底加一点辣椒油，解馋又不上火。"),
    _(Kind.QUESTION, "冻豆腐怎么冻才有大孔？", "veg clear", """
        看别人冻出来的豆腐像海绵，一口全是汤；我冻出来只是硬了一点，切开还是实心的。用的是盒装嫩豆腐，冻了整整一个晚上。到底差在哪一步？
        """, "嫩豆腐水多孔小，换老豆腐。切块平铺，冻硬、化开、再冻一次，孔就大了。", "冻之前用重物压掉一点水，效果更好。"),
    _(Kind.QUESTION, "一个人怎么凑锅友会的线下局？会不会尴尬", "meetup party", """
        刚加入两周，看大家的聚会照片很心动，但我一个人都不认识，又有点社恐。

        是直接报名就行吗？去了需要自我介绍吗？要不要自己带点什么？
        """, "直接报名就行。第一次来的人会安排坐在群主旁边，她很会照顾人。", "不用自我介绍，说一句“我负责下青菜”就融入了。", "我第一次也是一个人，现在每月都去。你来，我给你占座。"),
    _(Kind.QUESTION, "签到积分什么时候到账？连续几天有奖励吗？", "tea", """
        昨天签到显示 +10，今天看账单里已经有了。想问问：

        1. 忘了一天会不会全清零？
        2. 连着签有没有里程碑？
        3. 积分能在下单的时候直接抵吗？
        """, house("当天就到账，账单里每一条都写了原因。"), "忘一天会自动用补签卡接上，首页那张小雪花就是。第七天、第三十天都有惊喜。", "谢谢问出来，我也一直不敢问。"),
    _(Kind.QUESTION, "在天猫买的订单，怎么没有积分？", "parcel", """
        上周在天猫旗舰店买了两包底料，订单都签收了，积分还没看到，钱包里写着一行"待到账"。是要自己绑定账号吗？还是再等等就好？
        """, "订单积分先显示“待到账”，过了退货期才能用，在钱包里点“待到账”能看到是哪一天。", house("不用绑，用同一个手机号就会自动合过来。还没有的话发订单后四位给管家。")),
    _(Kind.QUESTION, "孩子三岁，第一次吃锅可以吃什么？", "clear veg", """
        想带孩子一起坐上桌，不想每次都让他单独吃面条。清汤底、不放盐，哪些菜口感合适？有没有什么是他能自己动手的，让他有参与感？
        """, "豆腐、冬瓜、玉米粒、手打虾滑挤成小颗，都软。肉片剪碎。", "先给他盛出来再给大人调味，汤温放到能沾嘴唇再给。", "给他一个专属小漏勺，自己捞，吃得特别多。", by="小北鼻妈妈"),
    _(Kind.QUESTION, "红薯粉、土豆粉、宽粉，下锅顺序怎么排？", "noodles", """
        每次一起下，不是糊就是硬，最后变成一锅浆。包装上写的时间差得好大，是不是有的要先泡？想要一张能贴在厨房墙上的顺序表。
        """, "宽粉先泡半小时再煮六到八分钟，土豆粉三分钟，鲜红薯粉一分钟。", "都放最后下，前面下会把汤变成浆糊。", "泡宽粉用温水，滚水泡会外软里硬。"),
    _(Kind.QUESTION, "First hot pot at home: what do I need for four people?", "hotpot ingredients", """
        Two of them have never had it. I have one big pot, a portable stove and a lot of enthusiasm.

        How much meat, how much veg? And what's the one thing beginners forget?
        """, "800 g meat, 1 kg veg, two kinds of tofu, one pack of noodles for the end.", "Everyone forgets a slotted ladle. And a kettle of hot water to top up.", "Put the raw and the cooked chopsticks on different sides of the plate. That's the one rule."),
    _(Kind.QUESTION, "Can I make the mala base less hot without losing flavour?", "red split", """
        I love the smell but my tongue gives up after ten minutes. Diluting makes it taste like nothing.

        Is there a way to keep the aroma and lose some of the fire?
        """, "Skim off half of the red oil after the first boil. The heat sits in the oil, the aroma stays in the broth.", "Use bone broth instead of water and half the block. Round, not flat.", "Sesame oil and garlic on the side. It coats the tongue."),
    _(Kind.QUESTION, "Vegetarian friend coming: which bases are safe?", "veg mushroom tomato", """
        She doesn't eat meat or fish but eggs are fine. I know the mala one has beef tallow. What about the others?

        I'd rather cook one pot for all of us than make her eat from a side dish.
        """, "Check the label each time: the tomato beef one has beef stock. The mushroom one has chicken in it.", "Easiest: kombu, dried shiitake, tomatoes, an hour of simmering. Everyone was happy.", "Lovely of you to cook one pot for all.", by="Tom Becker"),
    _(Kind.QUESTION, "How long can I keep leftover broth?", "leftovers clear", """
        We had a lot left, strained it and put it in the fridge. Is it fine for noodles in two days? And can I freeze it?
        """, "Boil it the same evening, cool fast, fridge, finish the next day. Two days is my limit.", "Freezes well for a month in flat bags. Skim the fat first.", "Don't keep it if the pot had seafood in it."),
    _(Kind.QUESTION, "Do points from an order come at once?", "parcel", """
        I ordered on JD last week and the wallet says "pending". Did I do something wrong?
        """, "No, that's normal. They turn spendable when the return window is over. Tap the line and it tells you the day.", "Seven days after delivery for most channels, fifteen for Douyin."),
)
