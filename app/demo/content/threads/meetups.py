"""Meetups."""

from app.demo.content.threads.draft import on, op
from app.demo.content.types import Kind

# Prose stays as it was written.
# fmt: off

_ = on("meetups")

POSTS = (
    _(Kind.MEETUP, "成都局回顾：十二个人，三口锅，一个都没走散", "lanterns party-teak party night", """
        约在望平街附近的小院子，来了十二位锅友，最远的从绵阳赶过来。

        三口锅分工：红锅、番茄、菌菇。阿姨们负责切菜，年轻人负责搬凳子，小朋友负责数丸子，**最后数出来少了四颗，案子未破**。

        合影的时候蒸汽太大，一半人是模糊的，但每个人都在笑。下次投票换到河边。
        """, "丸子是我吃的，现在自首还来得及吗？", "河边 +1，我带折叠桌。", "谢谢群主张罗，第一次来就像回家。", by="楼下的猫"),
    _(Kind.MEETUP, "上海周六晚还差三位，一起吃锅去", "party-round meetup hotpot", """
        时间：本周六 18:30
        地点：静安寺附近，报名后私信发具体位置
        人数：8 位，目前 5 位，**还差 3 位**
        费用：AA，大约 110 元一位

        规则很简单：不拼酒、不拍脸、手机放桌角。第一次来的朋友坐我旁边，我负责夹菜和暖场。

        想来的在下面回复"带我一个"，备注忌口就好。
        """, "带我一个，不吃羊肉，其他都行。", "带我一个！第一次参加，有点紧张。", op("欢迎欢迎，坐我左手边。现在还差一位。"), by="巷口阿May"),
    _(Kind.MEETUP, "杭州露营锅回来啦，附装备清单", "camp tomato", """
        上周末在良渚边上的草地，六顶天幕，风不大，太阳刚好。

        **装备清单**：卡式炉两台、气罐四个、22 厘米汤锅两口、锅盖、挡风板、折叠水桶、垃圾袋双份。
        **吃的**：番茄底、牛肉丸、玉米、手撕包菜、宽粉。

        离开的时候草地比来的时候干净，这是我们的规矩。小朋友们玩到不肯走。
        """, "离开时比来时干净，为这条规矩点赞。", "气罐四个够吗？我们上次三个不够。", op("两台炉子吃三小时，四个刚好用完。"), by="小满厨房"),
    _(Kind.MEETUP, "探店：巷子里的老铜锅，老板娘会骂人", "lamb-copper lamb clear", """
        招牌都褪色了，下午四点半就坐满。炭火铜锅，羊肉手切，立在盘子里不倒。

        老板娘嗓门大，看见我往清汤里倒料包，冲过来说"你别糟蹋我的汤！"。后来我们聊了一会儿，她送了一碟自己腌的糖蒜。

        **推荐**：羊上脑、手擀面、糖蒜。别点：饮料，留着肚子喝汤。
        """, "被骂还送糖蒜，是真老店。", "求一个大概的位置，下个月去出差。"),
    _(Kind.MEETUP, "深圳程序员火锅局：十点才下班也能吃上", "tomato-night night beef", """
        考虑到大家的下班时间，我们把局定在 **22:15**。科技园旁边的自习室一楼有共享厨房，可以自带底料。

        上次来了七个人，四个产品三个开发，全程没有聊需求，只讨论了毛肚到底涮几秒，用了表格。

        每月第二个周四，来的回复 1，带菜的回复 2。
        """, "用表格讨论毛肚，是你们了。", "1，带一盒虾滑。", "2，负责带冰粉八碗。", by="小熊软糖"),
    _(Kind.MEETUP, "北京西边的锅友举手，组个固定饭搭子", "split-slate meetup split", """
        住石景山、海淀西边的朋友多吗？东边的局太远了，吃完回家都凌晨。

        想组一个五六人的固定饭搭子，每两周一次，轮流在家做。我先来第一场：鸳鸯锅，家里有两只猫，猫毛过敏的提前说。

        不收费，来的人带一样自己最拿手的菜。
        """, "石景山举手！拿手菜是炸藕夹。", "有猫，那必须来。", "海淀西，带一瓶自酿的米酒。", by="饭搭子阿哲"),
    _(Kind.MEETUP, "社区长桌宴志愿者集合，需要十五位", "party-teak spread-clay party spread", """
        下个月在社区中心给独居老人办一场清汤长桌宴，大约四十位爷爷奶奶。

        需要：切菜 6 位、掌锅 4 位、陪聊 5 位（**最重要**）。食材和底料由锅友会出，全程软烂、少盐、不辣。

        时间是周日上午九点到下午两点，管饭，管开心。有健康证的优先掌锅。
        """, "陪聊报名！我奶奶说我很会听故事。", "有健康证，报掌锅。", op("切菜六人组已满，谢谢大家，陪聊还缺两位。"), by="巷口阿May"),
    _(Kind.MEETUP, "带爸妈参加锅友局是什么体验", "herbal-day party herbal", """
        爸妈来城里住两周，天天在家看电视。周末局我问了群主，说可以带家属，就把他们带去了。

        一开始两个人坐得笔直，后来我爸和邻座大哥聊起钓鱼，我妈教一桌人怎么择豆角。回家路上我妈说："你这些朋友挺好，**都吃得干净**。"

        这是她对年轻人最高的评价。
        """, "“都吃得干净”，妈妈辈的米其林。", "叔叔下次来教我们钓鱼！"),
    _(Kind.MEETUP, "武汉小龙虾收尾局，换成了红锅", "red-stove red seafood", """
        季节过了，小龙虾不肥，临时改成红锅。十个人坐江边，风吹得纸杯乱跑。

        有位锅友带了自己卤的藕带，十分钟抢光；还有一位带了吉他，弹到第三首服务员也跟着唱。

        散场前约好：**每个季节至少见一次**。下一次是第一场雪。
        """, "卤藕带求方子，梦里都是那个味。", "第一场雪见，我已经在看天气预报了。", by="河边的Leo"),
    _(Kind.MEETUP, "广州局：不辣也能组一桌", "coconut-chicken bone-close coconut clear", """
        总有人问不能吃辣能不能参加，这次专门组了一桌全程不辣的：椰子鸡、猪骨、番茄三口锅。

        八位朋友，其中三位怀着宝宝，两位刚拔完牙，大家吃得慢，聊得久。汤喝到最后一滴，服务员过来问是不是还要加，我们说**要，加到不好意思为止**。
        """, "刚拔完牙那位是我，谢谢大家等我慢慢吃。", "不辣局可以固定吗？每个月一次。", op("可以，每月最后一个周日。"), by="糖糖不吃糖"),
    _(Kind.MEETUP, "西安局请投票：去谁家，还是去城墙根", "grill-slate meetup grill", """
        人数已满十位，地点还没定，请在下面回复数字：

        1. 老刘家顶楼，能看见城墙，自带桌椅
        2. 南门外的院子，场地费一人 25
        3. 郊外烧烤加锅，开车 40 分钟

        截止明晚八点，**少数服从多数，输的人洗碗**。
        """, "1！看城墙吃锅，想想就美。", "1，但我不想洗碗。", op("现在 1 有六票，基本定了。老刘准备收拾屋顶。"), by="老刘家顶楼"),
    _(Kind.MEETUP, "第一次当局长的经验：别买那么多娃娃菜", "grid-apricot party-round party ingredients", """
        上周第一次组局，八个人，总结给以后想当局长的朋友：

        - 肉按每人 **200 g**，菜按每人 150 g，娃娃菜两棵就够
        - 提前问忌口，做成表，贴在冰箱上
        - 公筷两双起，颜色要不同
        - 饮料比想象的喝得多，酒比想象的喝得少
        - 留十分钟给大家自我介绍，然后赶紧开吃

        最后剩了七棵娃娃菜，我吃了一周。
        """, "七棵娃娃菜，辛苦了。", "忌口表真的有用，我们上次差点让过敏的朋友吃到虾。"),
    _(Kind.MEETUP, "雨天改线上：隔着屏幕一起开锅", "duo-lights solo red", """
        台风天，线下局取消。群里有人说，要不各自在家开锅，视频连着吃。

        于是七点整，九个小窗同时冒热气。有人是红锅，有人是泡面（说是"简化版"），有人的猫全程占了半个屏幕。

        十点下线的时候，有人说了一句：**原来一个人吃，也可以不是一个人。**
        """, "最后一句看得鼻子酸。", "猫主人在此，它说下次还来。"),
    _(Kind.MEETUP, "厦门海边局，沙茶锅配海风", "laksa-pot seafood laksa", """
        傍晚五点，沙坡尾，七个人一口沙茶锅。虾是早上刚捞的，鱿鱼切花，蛤蜊吐了一天沙。

        海风把汤的香味吹出去好远，隔壁桌过来问我们是哪家店，我们指了指锅：**自己家**。后来他们搬着凳子加入了。

        人就是这么认识的。
        """, "搬着凳子加入，这才是锅友。", "蛤蜊吐沙用淡盐水加几滴香油，快很多。", by="半糖去冰"),
    _(Kind.MEETUP, "每月一书一锅：这个月读的是一本菜谱", "tea-tray split-walnut tea split", """
        读书会第六期，大家投票选了一本老菜谱。规则：每人从书里挑一道，做出来带到锅边。

        有人做成了，有人做成了**另一道菜**。最受欢迎的是一道只有三行字的白菜豆腐。

        下月的书还没定，欢迎推荐，最好是书里有吃的。
        """, "做成了另一道菜，说的是我的“松鼠鱼”。", "推荐一本写市场的散文，看得肚子饿。"),
    _(Kind.MEETUP, "London table, twelve seats, one leek disaster", "party-round party split", """
        We met in a community kitchen near the canal. Twelve people, three pots, and someone (me) bought **leeks** instead of spring onions. Nobody complained. Leeks are excellent in bone broth.

        Two guests had their first hot pot ever. By nine they were teaching newcomers when to pull the beef.

        Next one is in a month. First-timers sit next to me.
        """, "Leeks in bone broth is now canon.", "First-timer here: thank you for the crash course!", by="Hannah Reed"),
    _(Kind.MEETUP, "Looking for two more in Singapore, Friday night", "laksa-bowl night seafood", """
        Void deck, folding tables, laksa base and a mountain of prawns. Six of us so far.

        Bring one thing you're proud of and one thing you want to get rid of. Both go in the pot.

        No photos of faces, no work talk before dessert. Say "in" below and tell me what you don't eat.
        """, "In! No peanuts please.", "In, bringing fish balls from my aunt's stall.", op("That's six plus two. See you Friday."), by="Oliver Tan"),
    _(Kind.MEETUP, "What I learned hosting eight strangers", "party-teak party meetup", """
        Name tags are awkward, **place cards with a vegetable on them** are not. I was Lotus Root all night.

        Buy 200 g of meat per person, half as many drinks as you think and twice as many napkins. Put two colours of serving chopsticks on the table.

        By ten they were planning the next one without me. Perfect.
        """, "I would like to be Enoki, please.", "They planned it without you, that's the best review."),
    _(Kind.MEETUP, "Pot luck in Vancouver: everyone brings a dip", "dips-row dips party", """
        Theme night. I supplied broth and tofu, nine people supplied dips. We labelled them with numbers and voted with chopstick wrappers.

        The winner was a coriander and green chilli one from a quiet guy who hadn't spoken all evening. He gave a **four-minute speech**.
        """, "A four-minute acceptance speech, I love him.", "Could he post the recipe in the lab?", by="Grace Wu"),
    _(Kind.MEETUP, "Potluck with my neighbours, finally", "spread-clay spread party", """
        Three years of nodding in the lift. Last weekend I put a note on the door: "Hot pot, Saturday, six o'clock, bring a bowl."

        Eleven people came. The lady from the fourth floor makes dumplings that could stop traffic. The teenagers washed up **without being asked**.

        The note is staying on the door.
        """, "I'm printing this and putting it in our lift.", "Teenagers washing up? What's in that broth?"),
)
