"""Solo pot."""

from app.demo.content.threads.draft import house, on, op
from app.demo.content.types import Kind

# Prose stays as it was written.
# fmt: off

_ = on("solo")

POSTS = (
    _(Kind.SHOW, "一个人的酸辣粉，眼泪是被辣出来的", "hot-sour noodles red", """
        今天心情一般，做了一碗特别酸特别辣的粉。

        红薯粉提前泡软，碗底放：醋 2 勺、生抽 1 勺、辣椒油 1 勺半、花椒粉一点、白糖一点。热汤一冲，香味先到鼻子，再到眼睛。

        吃完擦擦脸，好像也没什么大不了的。碗底剩的花生碎被我一颗一颗夹完了。
        """, "一颗一颗夹完花生碎，说明已经好了一半。", "辣是最体面的哭法。抱抱。", by="阿桔"),
    _(Kind.RECIPE, "一人份煲仔饭，电饭锅也能有锅巴", "clay-rice rice", """
        **材料**：米 120 g、腊肠半根、香菇 2 朵、青菜 3 棵、鸡蛋 1 个。
        **酱汁**：生抽 2 勺、蚝油 1 勺、糖半勺、香油几滴、热水 1 勺。

        1. 米泡半小时，水比平时少一指节
        2. 煮到水刚收，铺腊肠香菇，盖上
        3. 跳闸以后沿锅边淋一圈油，**再按一次煮饭**，五分钟
        4. 打蛋、放青菜，焖三分钟，浇汁拌开

        锅巴用木铲慢慢推，整片起来的那一下很有成就感。
        """, "再按一次煮饭就是锅巴的秘密！", "没有腊肠用培根可以吗？", op("可以，先煎出油，用那个油淋锅边更香。")),
    _(Kind.SHOW, "租房厨房只有一个灶，也能吃得像样", "maocai solo veg", """
        三平方的厨房，一个灶，一口锅，一块案板架在水池上。

        今天的一人冒菜：先煮土豆藕片，再下豆腐金针菇，最后青菜五秒。全部捞进碗里，浇一勺红汤，撒蒜末和香菜。

        房东说不能装油烟机，我就把窗户开到最大，**让整条巷子闻一闻**。
        """, "案板架在水池上，租房人的通用设计。", "请问你在哪条巷子，我想路过一下。"),
    _(Kind.TIP, "一人食采购清单：一周七天不浪费", "market grid-teal veg", """
        一个人最怕买多。跑了三年菜场总结出来的：

        - 叶菜只买两种，先吃不耐放的
        - 根茎买一种，能横跨三顿
        - 豆制品一盒，开封当天吃一半，另一半冻起来变**冻豆腐**
        - 肉分成 100 g 一份，平铺冷冻，十分钟就能化
        - 鸡蛋永远要有

        周四清冰箱做一锅，什么都放一点，叫"周四大团圆"。
        """, "周四大团圆，这周就开始执行。", "冻豆腐的孔特别吸汤，是穷人的海绵蛋糕。", "肉平铺冷冻这点太重要了，以前冻成砖头敲不开。"),
    _(Kind.SHOW, "深夜一碗面，给自己的下班仪式", "night-noodles night noodles", """
        末班地铁，出站还下着小雨。到家第一件事是烧水。

        酱油汤底很简单：生抽、猪油、葱花、一点点胡椒。面煮到还有一点硬芯就捞，焖在热汤里刚好。煎一个边上焦焦的蛋，铺两片培根。

        手机调成静音，认真吃完。**今天到此结束，谢谢观看。**
        """, "猪油是这碗面的灵魂，替代不了。", "今天到此结束，谢谢观看。明天也要加油。", by="深夜食客"),
    _(Kind.SHOW, "周一便当，打开盖子的三秒钟最快乐", "bento lunch", """
        昨晚多做了一份：照烧鸡腿、西兰花、半个溏心蛋、一小格毛豆。

        中午在工位打开，旁边同事探头看了一眼说"你妈给你带的吧"。我说我自己带的，她沉默了两秒，问我明天还带不带。

        带。给你也带一份。
        """, "好同事是可以一起吃便当的人。", "毛豆那格会不会串味？我用硅胶杯隔开。"),
    _(Kind.RECIPE, "十分钟番茄鸡蛋面，最后那一勺热油别省", "tomato-noodles noodles tomato egg", """
        **材料**：番茄 2 个、鸡蛋 2 个、面 100 g、葱、盐、糖一点。

        1. 鸡蛋先炒，**七成熟就盛出来**
        2. 番茄切小块，加盐炒出汁，加糖一点点、热水一碗
        3. 面另外煮，过凉水，再放进番茄汤里煮一分钟
        4. 鸡蛋回锅，撒葱花，烧一小勺热油浇上去

        那一声"滋"响起来，就可以坐下了。
        """, "热油浇葱花，五毛钱的仪式感。", "番茄先用叉子扎着在火上烤一下，皮一撕就掉。"),
    _(Kind.QUESTION, "一个人吃火锅总是煮过头，怎么安排顺序？", "duo-lights solo hotpot", """
        一个人又要看火又要吃，每次青菜煮黄、肉煮老，最后一碗糊。

        有没有一个人涮锅的节奏表？我的锅是 16 厘米的小锅，电陶炉，菜大概五六样。
        """, "我的节奏：根茎先下全部 → 一次只涮三片肉 → 豆制品趁吃肉时放 → 青菜最后关火前下。", "开小火就好，别让它一直滚，滚着吃永远手忙脚乱。", "把青菜当作“吃完”的信号，它下锅就说明今天圆满了。"),
    _(Kind.SHOW, "阳台上种的葱，今天第一次上岗", "ramen-linen noodles clear", """
        三个月前把葱根插进旧奶粉罐，现在长得比我精神。

        今天剪了两根，切碎，撒在一碗清汤面上。面是超市最普通的挂面，汤是昨天炖鸡剩的，因为有了那两根葱，忽然变得很隆重。

        剪完没敢动它的头，希望下周还能见面。
        """, "葱：感谢信任，下周见。", "葱根留三厘米，水换勤一点，能剪到明年。"),
    _(Kind.SHOW, "搬来新城市的第一口热饭", "takeaway takeout solo", """
        行李箱还没打开，先下楼找吃的。走了两条街，一家没有招牌的小店，老板问我要不要加个蛋。

        带回房间吃，没有桌子，就把纸箱翻过来。窗外的灯很陌生，饭是热的。

        明天去买一口小锅。**有锅就算住下来了。**
        """, "有锅就算住下来了，这句我想纹在锅盖上。", "欢迎来到新城市，缺什么在版里喊一声。"),
    _(Kind.TIP, "小锅选购心得：16、18、20 厘米到底差在哪", "balcony simmering solo clear", """
        一个人用过三个尺寸，说说实话：

        - **16 厘米**：煮泡面刚好，涮锅会手忙脚乱
        - **18 厘米**：一个人的最佳尺寸，能放下一棵完整的娃娃菜
        - **20 厘米**：两个人也够，一个人会忍不住多放

        深度比直径更重要，至少 8 厘米，不然汤一滚就往外跑。有盖、盖子有孔、手柄不烫，这三样齐了就可以买。
        """, "深度比直径重要，被溢锅教育过的人含泪点头。", "18 厘米用了三年，确实不需要别的了。"),
    _(Kind.SHOW, "减脂期的锅：清汤、豆腐、虾，吃到饱也不慌", "clear-veg veg clear seafood", """
        教练说可以吃锅，只要不喝汤、不碰麻酱。那就认真做一锅清的。

        昆布泡一小时当汤底，豆腐、虾、白菜、各种菇，最后一小把魔芋丝。蘸料是生抽加柠檬加小米辣，**辣味能骗过嘴馋**。

        吃了很大一碗，体重秤今天也没有说话。
        """, "体重秤没说话就是最好的话。", "昆布不要煮滚，水快开的时候拿出来，不然会有黏液。"),
    _(Kind.SHOW, "给十年前的自己煮一碗白粥", "congee breakfast", """
        十年前刚毕业，胃不好，早上总是空着肚子挤车。那时候想，等以后有时间了，要每天喝粥。

        今天七点起来，米和水 1:10，小火四十分钟，不停搅。配咸蛋、花生、一碟黄瓜。

        迟到了十年，味道刚刚好。
        """, "看哭了，明早我也要煮。", "米洗好冷冻一夜再煮，十五分钟就开花，工作日也来得及。"),
    _(Kind.REVIEW, "一人份小包底料实测：80 克到底够不够", "pack-tomato pack solo tomato", """
        买了微辣和番茄各三包，一周吃完，说结论：

        - 80 g 配 **700 ml 水**最好，包装上写的 800 会淡一点
        - 番茄的酸度自然，第二轮可以加半个鲜番茄补味
        - 微辣是真的微辣，能吃辣的要自己加两根干辣椒
        - 撕口好撕，一个人吃不会剩半袋在冰箱里变成化石

        希望出菌菇口味的小包。
        """, "变成化石，我冰箱里确实有一块。", "700 ml 记下了，之前一直觉得淡。", house("菌菇小包已经转给产品同事，谢谢这么细的反馈。")),
    _(Kind.SHOW, "关东煮一个人也能慢慢喝一晚上", "oden clear snack", """
        便利店关门了，只好自己来。

        萝卜切厚块先煮透，鱼饼、丸子、油豆腐、鸡蛋一格一格排好，昆布木鱼花汤底，小火不盖盖。看完一部老电影，萝卜刚好入味。

        **萝卜才是主角**，其他都是来捧场的。
        """, "萝卜主角论，全票通过。", "萝卜先用淘米水煮一遍，甜很多。"),
    _(Kind.SHOW, "Table for one, candles and all", "ramen-sage noodles solo", """
        I used to eat over the sink. Today I laid a cloth, lit a candle and made a proper bowl: clear broth, noodles, one soft egg, six prawns.

        It took eight minutes more than usual. It felt like a different evening.

        If you live alone: **you're a guest too**. Set the table.
        """, "You're a guest too. Needed that today.", "Candle lit, bowl filled. Thank you for this."),
    _(Kind.TIP, "The three-box Sunday that saves my weeknights", "board-veg bento prep veg", """
        Every Sunday I fill three boxes: leaves, roots, tofu and mushrooms. Washed, cut, lids on.

        On a weeknight it goes: water on, roots in, five minutes later everything else. Dinner in twelve minutes, one pot to wash.

        Put a sheet of kitchen paper on top of the leaves. It buys you **two extra days**.
        """, "The paper trick works, mine lasted until Friday.", "Which roots hold best once cut?", op("Lotus and carrots. Keep potatoes under water.")),
    _(Kind.SHOW, "Midnight ramen, window open", "night-noodles night noodles", """
        Couldn't sleep, so I made noodles. Soy, a spoon of lard, spring onion, boiling water, done.

        The street was so quiet I could hear the bus turning two blocks away. I ate standing at the window like a detective in an old film.

        Slept like a stone afterwards.
        """, "Detective ramen is a genre now.", "A spoon of lard fixes most things."),
    _(Kind.QUESTION, "How do you buy vegetables for one without wasting half?", "market veg", """
        I cook for myself four nights a week and I keep throwing away half a cabbage. Markets here don't sell small portions.

        What do you buy, and in what order do you use it up?
        """, "Leaves first, roots last. Freeze tofu the day you open it, it gets better.", "Share a cabbage with a neighbour. That's how I met mine.", "One “everything pot” on Thursdays clears the whole drawer."),
    _(Kind.SHOW, "Desk lunch upgrade: thermos hot pot", "desk-lunch lunch solo", """
        Boiling broth into a wide thermos at eight, sliced vegetables and thin beef on top, lid shut. At noon it's **perfectly cooked**.

        Colleagues gathered. Someone asked if it was legal. I now have orders for three.

        Preheat the thermos with hot water first or you'll be eating lukewarm regret.
        """, "Lukewarm regret, ha! Preheating noted.", "How wide is the mouth? Mine only fits soup."),
)
