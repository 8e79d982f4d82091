"""Pot of the day."""

from app.demo.content.threads.draft import on, op
from app.demo.content.types import Kind

# Prose stays as it was written.
# fmt: off

_ = on("pot")

POSTS = (
    _(Kind.SHOW, "下雨天就该守着一口红锅", "red-stove grid-apricot red ingredients", """
        窗外下了一整天雨，下班路上就想好了：今晚哪儿也不去，煮锅。

        牛油底料一整包，先用小火把它**慢慢炒化**，再加热水，香味能飘到楼道里。今天的阵容：
        - 藕片要切厚一点，煮十分钟还是脆的
        - 油豆腐一定要等汤滚了再下，吸满汤汁那一口值得等
        - 最后下的是玉米，给嘴巴一个台阶

        吃到额头冒汗，雨也停了。
        """, "炒化再加水这步我一直偷懒，今晚就改。", "雨天配红锅，窗户上的雾气都是下饭的。", by="阿桔"),
    _(Kind.SHOW, "番茄锅煮到第三轮才是精华", "tomato-marble tomato-noodles tomato noodles", """
        前两轮涮肉涮菜，汤还是清爽的。到了第三轮，番茄化进汤里，牛肉的油也浮上来，这时候关小火，下一把面。

        我家的规矩：**谁最后下筷子，谁负责把汤底喝完**。今天轮到我，一点不亏。

        加一勺番茄酱、半勺糖，酸味会更圆。你们第三轮都下什么？
        """, "第三轮必须是泡饭，加一把芝士碎，谁喝汤谁洗碗。", "下手擀面！吸汤能力第一名。", "半勺糖记下了，我每次都觉得差一点点，原来差在这里。"),
    _(Kind.SHOW, "鸳鸯锅治好了我和室友的分歧", "split-slate grid-meat split beef", """
        她无辣不欢，我碰一点就流鼻涕。以前我们各点各的外卖，坐在一张桌子上像两家人。

        买了鸳鸯锅以后，她守红的，我守白的，中间那道弯就是国境线。偶尔她会从我这边捞一块豆腐过去，说"你们那边的豆腐比较单纯"。

        搭伙吃饭第七个月，冰箱终于不再分上下层了。
        """, "“你们那边的豆腐比较单纯”，哈哈哈哈我要拿去用。", "国境线那段写得像外交史。祝你们的锅永不干底。"),
    _(Kind.SHOW, "四十分钟，一锅菌菇鲜到不用蘸料", "mushroom-linen board-mushroom mushroom prep", """
        朋友从老家寄来一箱鲜菌子，怕放坏，当晚就开了锅。

        顺序很要紧：耐煮的先下，煮够二十分钟，汤色变成浅琥珀，再下嫩的。盐最后放，只放一点。我妈喝了两碗汤才想起来还没吃菜。

        **提醒**：不认识的野菌千万别往锅里放，我们只用菜场买得到的几种。
        """, "最后那句提醒很重要，顶上去。", "请问香菇要先煎一下吗？我看有人说煎过更香。", op("煎过更香，但汤会浑。要清亮就直接下。")),
    _(Kind.SHOW, "六个人，一口锅，四个小时", "party-teak split-walnut party split", """
        上次聚这么齐还是毕业那年。说好八点散，结果汤加了五次，话题从房租聊到谁当年借了谁的自行车。

        清单留给下次：肉两斤、青菜一斤半、丸子拼盘两份、豆制品随便、冰粉一人一碗。**肉永远不够，青菜永远剩。**

        散场的时候有人说，下次别等五年。
        """, "肉永远不够青菜永远剩，全国统一定律。", "看得我立刻在群里发了一句“这周谁有空”。"),
    _(Kind.SHOW, "阳台小锅，配一个傍晚", "balcony solo clear", """
        新家最小的地方是阳台，最喜欢的也是阳台。小桌子刚好放下一口锅、两只碗。

        骨汤底，豆腐、青菜、几朵香菇，没有一样费事。天慢慢暗下来，对面楼一格一格亮灯，锅里咕嘟咕嘟。

        搬家累了三天，这一刻才觉得真的住进来了。
        """, "恭喜乔迁，第一锅在阳台，日子会越过越热乎。", "小锅是多大口径的？我的阳台也就一张折叠桌。", op("18 厘米的，一个人吃刚刚好，两个人就有点抢。")),
    _(Kind.SHOW, "给爸爸做的生日锅，蛋糕是最后上的", "herbal-day cake herbal dessert", """
        爸爸不爱吃蛋糕，爱喝汤。今年索性反过来：先上锅，再上蛋糕。

        枣、枸杞、山药、土鸡，小火两小时。他嘴上说"在家里弄这么复杂"，筷子就没停过。蛋糕端出来时他已经吃不下了，用手指抹了一点奶油，说甜。

        **最难的不是菜，是让他坐着别进厨房。**
        """, "最后一句说的是全天下的爸爸。", "生日快乐！汤底要不要提前一晚泡药材？", op("枣和枸杞不用泡，山药后半程再下，不然会化。")),
    _(Kind.SHOW, "第一次做酸汤鱼，居然没翻车", "sour-fish board-sea sour seafood", """
        鱼片用蛋清和一点点淀粉抓匀，腌十五分钟，这是昨天在问答版学来的。

        酸汤烧开先下番茄和酸菜，再把鱼片**一片一片**放进去，别搅！四十秒变白就关火。我家小朋友原来不吃鱼，今天吃了半条。

        唯一的遗憾是没买柠檬叶，下次补上。
        """, "别搅这两个字救了多少鱼片。", "小朋友肯吃就是最高评价。"),
    _(Kind.SHOW, "露营煮锅，风大得把芝麻酱吹跑了", "camp", """
        营地风大，挡风板用了两块还是歪着烧。番茄底最适合户外：不用蘸料，什么都能往里丢。

        带了玉米、牛肉丸和一袋手撕菜。吃到一半来了一只很有礼貌的狗，坐在一米外看着我们，全程没有上前。走的时候给它留了一颗没放盐的丸子（主人同意的）。

        下次记得带锅盖，**在户外没有锅盖等于没有火**。
        """, "很有礼貌的狗，请给它一个会员身份。", "锅盖真理。还有，底料提前分装成小袋最省事。"),
    _(Kind.SHOW, "加班到十点，回家十五分钟开锅", "duo-lights night red solo", """
        到家 22:06，锅上灶 22:08，第一口 22:21。

        诀窍是周日把菜洗好切好，一份一份装进盒子：一格叶子、一格根茎、一格豆制品。回家只要烧水。今晚是一人份微辣底，加一个溏心蛋。

        吃完才想起来今天一整天没跟人好好说过话，锅倒是陪我说了半天。
        """, "周日分盒这招太适合我了，今晚就去买盒子。", "抱抱。锅会说话，锅友也会。", by="阿桔"),
    _(Kind.SHOW, "外婆教的铜锅涮羊肉，只放葱姜", "lamb-copper dip-sesame lamb sesame", """
        外婆八十二，看我往锅里倒底料，摇头说"羊肉好就不用那个"。

        清水、两段葱、三片姜、一小把海米。羊肉手切，涮十下就捞。蘸料是她调的：麻酱、韭菜花、一点腐乳汁，**比例不肯说，只说"看着来"**。

        我偷偷称了一下：麻酱 3、韭菜花 1、腐乳汁半勺。下次试试能不能瞒过她。
        """, "“看着来”是最难的克数。", "偷偷称那段像谍战片，等你的后续。", "3:1 再加一点热水澥开，更顺滑。"),
    _(Kind.SHOW, "青花椒锅的麻，是会唱歌的那种", "green-pepper greenpepper seafood", """
        第一次煮青花椒底，打开袋子先被香气吓了一跳，像夏天的橘子皮。

        鱿鱼花下去十五秒卷起来，藕片吸了汤，连青椒都好吃。麻感从舌尖走到耳朵后面，说话都带颤音。

        建议配一碗凉的酸梅汤，不然第二天还在唱。
        """, "会唱歌的麻，这个比喻我服。", "鱿鱼要焯水吗？", op("不用，切花刀直接下，十五秒一定要捞。")),
    _(Kind.SHOW, "周三的家庭日：女儿掌勺，我打下手", "curry-pot grid-teal curry veg", """
        七岁掌勺人今天定的菜单：咖喱锅。理由是"咖喱是黄色的，黄色让人开心"。

        她负责把土豆和胡萝卜放进锅里，每放一个都要报数；我负责切和洗碗。煮好以后她先尝了一口，点点头说"可以上菜了"，比餐厅主厨还稳。

        给她的工资是两颗草莓。
        """, "黄色让人开心，主厨的理念很清晰。", "两颗草莓的工资太低了，建议涨到三颗。", by="三餐四季"),
    _(Kind.SHOW, "剩汤不要倒！第二天早上的泡饭才是正片", "hotpot-rice leftovers rice", """
        昨晚的番茄锅留了两碗汤，滤掉渣放冰箱。今早热开，下冷饭、玉米粒、一个鸡蛋，小火两分钟。

        米粒吸饱了汤，边上一圈有点黏，撒葱花。老公说昨晚的锅只是预告片。

        **注意**：汤当晚要烧开放凉再进冰箱，第二天吃完，别过夜两次。
        """, "预告片这个说法太对了。", "多谢提醒过夜那一条，我家老人总舍不得倒。"),
    _(Kind.SHOW, "新手妈妈的十分钟清汤锅", "clear-veg veg clear", """
        孩子睡着只有四十分钟，不想再吃外卖。清汤底、青菜、豆腐、香菇、两颗玉米段，全部一起下，十分钟好。

        一手拿筷子一手拍背，吃到最后一口他醒了，时间掐得刚刚好。

        没什么技术，就是想记一下：今天我好好吃饭了。
        """, "你做得很好，真的。", "玉米段提前冻几包，连切都省了。给你隔空端一碗汤。", by="小北鼻妈妈"),
    _(Kind.SHOW, "Rainy Sunday, red pot, no plans", "red-close grid-meat red beef", """
        It has been raining since Friday, so we pulled the stove onto the table and called it dinner at four.

        Order matters: lotus root first, then tofu puffs, beef last and only for **ten seconds**. My partner kept the sesame dip on her side like a dragon.

        We finished with wide noodles in what was left of the broth. Nobody moved for an hour.
        """, "Guarding the sesame dip is the only sensible strategy.", "Dinner at four is the best meal of the week."),
    _(Kind.SHOW, "My mum's first hot pot in Manchester", "split-walnut party-round split party", """
        She flew eleven hours and the first thing she asked was whether I eat properly. So I set the table: split pot, six plates, her favourite mushrooms.

        She moved every plate two centimetres to the left, tasted the broth, and said "acceptable". From her that's three stars.

        We talked until the broth ran dry, then topped it up and talked some more.
        """, "“Acceptable” from a Chinese mum is a standing ovation.", "Moving the plates two centimetres. I felt that.", by="Ben Carter"),
    _(Kind.SHOW, "Coconut chicken on a school night", "coconut-chicken coconut", """
        Twenty-five minutes, no knife skills. Coconut base in, chicken thighs in, lid on. While it bubbles, halve some limes and cut corn into wheels.

        The kids fished out the corn first, as expected. The dip was lime, soy and one sliced chilli for the grown-ups.

        Leftover broth plus rice went into lunch boxes this morning. Zero complaints, which is a record.
        """, "Zero complaints! Frame that lunch box.", "Does it work with breast meat? Thighs are hard to get here.", op("It does, slice it thin and give it three minutes, no more.")),
    _(Kind.SHOW, "Balcony pot at eight degrees", "bone-close clear night", """
        The neighbours think we're mad. Two jackets, one blanket, one pot. Steam is the best heater ever invented.

        Bone broth, cabbage, mushrooms, a box of tofu. We ate fast at first because of the cold and then very slowly because nobody wanted to go back inside.

        Stars were out. Ten out of ten, would shiver again.
        """, "Would shiver again, ha. Adding it to my list.", "Put the beer outside and it cools itself, too."),
    _(Kind.SHOW, "Leftover night turned into laksa night", "laksa-pot laksa seafood", """
        Fridge contents: half a bag of prawns, two eggs, some fried tofu, one sad lime. Laksa base said: leave it to me.

        Everything went in within ten minutes. The tofu puffs drank all the broth and I had to add more **twice**.

        If you only try one thing, try a soft egg in it. It's the part everyone fights over.
        """, "The sad lime got a happy ending.", "Tofu puffs are basically edible sponges and I respect them for it."),
)
