"""New tastes."""

from app.demo.content.threads.draft import house, on, op
from app.demo.content.types import Kind

# Prose stays as it was written.
# fmt: off

_ = on("tastings")

POSTS = (
    _(Kind.REVIEW, "青花椒锅底内测：麻得很有礼貌", "green-pepper greenpepper new", """
        拿到内测装，连着吃了两顿才敢写。

        **香**：开袋是鲜花椒，不是陈的那种，9 分。
        **麻**：先轻后重，大约第八分钟到顶，不会一下子把舌头打晕，8 分。
        **咸**：第二轮明显，建议按 1:6 兑水，7 分。
        **配什么**：鱼片、鱿鱼、藕片都好；羊肉不太合。

        建议正式版把料渣再滤细一点，最后总会吃到一颗。
        """, "同感，滤细一点就完美了。", "羊肉不合 +1，味道打架。", house("已经记下“料渣”和“第二轮偏咸”两条，谢谢。"), by="koc"),
    _(Kind.REVIEW, "椰子鸡锅底试吃：甜度刚好，但想要更多椰香", "pack-coconut coconut-chicken coconut new", """
        妈妈是海南人，我让她盲测的。她喝了一口说："甜的对，香的少一点。"

        汤色清亮，没有奶精味，这点很难得。鸡肉煮八分钟，汤里会多一层鲜。椰香前三分钟最明显，后面就散了。

        **建议**：能不能单独配一小包椰浆，最后放。
        """, "海南妈妈的盲测含金量很高。", "单独小包椰浆这个主意好，支持。", house("收到，第二版正在试分包。"), by="夏天的风"),
    _(Kind.REVIEW, "酸梅汤三个糖度盲喝，家里吵起来了", "cup-plum plum-tea plumtea new", """
        试吃装一共三瓶，编号 A、B、C，糖度从低到高。

        爷爷选 C，说"酸梅汤不甜叫什么酸梅汤"；我选 A；我妹选 B，因为瓶子好看。最后用火锅复测：**吃红锅的时候，A 最解辣；空口喝，B 最舒服。**

        投 B 一票，但希望 A 也能买到。
        """, "爷爷说得没毛病。", "吃辣时越不甜越解，和我测的一样。"),
    _(Kind.REVIEW, "宽粉杯实测：办公室里吃出了锅的感觉", "cup-noodle noodles pack solo", """
        泡 6 分钟，包装写 5 分钟，**多等一分钟粉才透**。

        番茄包很足，有看得见的番茄粒；蔬菜包一般，泡开只有小半勺。粉是真的宽，吸溜起来很有气势，建议穿深色衣服。

        打分：味道 8，粉 9，蔬菜 5，衣服 2。
        """, "衣服 2 分哈哈哈哈。", "蔬菜包确实少，我自己加了一把菠菜。"),
    _(Kind.REVIEW, "虾滑升级版：虾粒变大了，看得见", "pack-balls seafood balls", """
        老版本和新版本同一锅煮，蒙眼吃。

        - 新版虾粒大约 6 毫米，咬得到，**有弹跳感**
        - 腥味更轻，不蘸也能吃
        - 袋口加了挤花嘴，终于不用拿勺子刮了
        - 价格贵了四块，我觉得值

        唯一的问题是冻得太硬，要提前一小时拿出来。
        """, "挤花嘴是今年最好的设计。", "四块钱换来不用刮勺子，值。"),
    _(Kind.REVIEW, "新沙茶蘸料：闽南朋友点头了", "dip-seafood seafood dips", """
        我自己吃不出门道，拉了一位厦门朋友来尝。

        她先闻，再用筷子尖点一下，说花生味偏重，虾米味够，微辣舒服。涮了一块吊龙以后点了头："可以，**比我想的好**。"

        建议：盖子内侧容易积油，换成按压口会更干净。
        """, "厦门人点头，基本稳了。", "按压口支持，我每次拧开都一手油。"),
    _(Kind.REVIEW, "红糖糍粑改配方以后，不粘锅了", "pack-mochi mochi dessert", """
        以前的版本好吃，但十个里面有三个粘在锅底，铲起来像打架。

        这一版表面多了一层薄薄的粉，中小火四分钟，六面鼓起来，**零粘连**。甜度也降了一点，黄豆粉包变大了。

        如果能把红糖做成小盒而不是软袋就更好，软袋总是挤得到处都是。
        """, "终于不用和锅打架了。", "软袋剪个小口就好挤，不过小盒确实更方便。"),
    _(Kind.REVIEW, "菌菇底的第三次试吃，这次终于不咸了", "box-mushroom mushroom-linen mushroom pack", """
        前两轮我都投了"偏咸"，这次打开，第一口就笑了。

        盐降下来以后，菌子的味道一层一层出来，先是香菇，再是牛肝菌，最后有一点坚果味。**老人喝了两碗**，说像小时候雨后的味道。

        谢谢你们真的听进去了。这一版可以上市了。
        """, "三轮都参与了，看着它变好很有成就感。", "“雨后的味道”，这个评价太美了。", by="mentor"),
    _(Kind.QUESTION, "下一款锅底，你最想先吃到哪一种？", "lineup-three new pack", """
        冬天的新锅底进入最后三选一，想先听听大家的直觉，不用理由，也可以写理由：

        1. **番茄牛腩升级版**，牛腩粒更大
        2. **菌菇土鸡**，清淡路线
        3. **酸汤鱼**，开胃路线

        下周开正式投票，今天先聊聊。写得最打动我们的三位，会收到手写标签的试吃装。
        """, "酸汤！南方冬天湿冷，就想吃一口酸的。", "菌菇，家里有老人和孩子，最安全。", "番茄牛腩，我女儿说牛肉粒要“像骰子那么大”。", by="operator"),
    _(Kind.REVIEW, "试吃官的自我修养：怎么写一条有用的反馈", "family-new pack prep", """
        参加了五次试吃，慢慢摸到一点门道：

        - 写**怎么煮的**：水多少、煮多久、几个人
        - 写**和什么比**：跟上一版、跟自己做的
        - 分开写香、味、口感、包装
        - 不好的地方写"如果……就更好"
        - 拍照拍汤色，不要开滤镜

        "好吃""一般"这种，产品同事真的不知道该改哪里。
        """, "“如果……就更好”，说话的艺术。", "不开滤镜这一条很关键，汤色差很多。", by="mentor"),
    _(Kind.REVIEW, "小酥肉空气炸锅 vs 油锅，差距没有想象的大", "airfryer snack", """
        同一袋，一半油炸一半空气炸锅（190 度 10 分钟，中途喷油翻面）。

        盲测四个人：两个选油炸，一个选空气炸锅，一个说"**我都要**"。油炸的外壳更酥，空气炸锅的下锅以后不掉壳。

        结论：直接吃用油，涮着吃用空气炸锅。
        """, "不掉壳是个重点，下锅党狂喜。", "“我都要”同学最真实。"),
    _(Kind.REVIEW, "蒜蓉香油小包装，出差党的救星", "lineup-dips garlic dips pack", """
        70 毫升一小盒，带上高铁刚好。

        这次出差吃了三顿路边锅，全靠它续命。蒜是炸过的金黄色，没有生蒜的冲，香油不糊嘴。**撕口处容易溅**，建议先捏住一角慢慢撕。

        希望出一个更小的 30 毫升，一个人一顿。
        """, "捏住一角慢慢撕，血泪经验。", "30 毫升 +1，70 我总要剩一半。"),
    _(Kind.REVIEW, "牛肉丸落地测试：真的会弹", "balls beef", """
        包装上写"手打"，我家小孩说要验证，于是我们从餐桌高度丢了一颗。

        **弹了两下，第一下大概二十厘米。** 然后那颗被狗捡走了。

        认真说：肉味足，纤维感明显，胡椒略重。煮十字花口更入味。孩子建议下次附赠一把尺子。
        """, "请附上狗的评价。", op("狗：五星。")),
    _(Kind.REVIEW, "团圆箱试装：十人份够不够？", "parcel-feast parcel gift", """
        帮忙试装了一次年货团圆箱，叫了九位亲戚来"检验"。

        - 四种底料够开两口锅，够
        - 虾滑四包，**不够**，十分钟没了
        - 糍粑三盒，刚好
        - 酸梅汤六瓶，不够，再来六瓶

        箱子本身很结实，孩子们吃完把它做成了飞船。
        """, "飞船箱建议申请专利。", "虾滑永远不够，这是物理定律。"),
    _(Kind.REVIEW, "盲测三款番茄锅，我家狗都选了同一款", "tomato-marble tomato new", """
        三只一样的碗，底部贴号码。五个人一只狗。

        四个人选 2 号：番茄颗粒明显，酸甜平衡，喝到最后不腻。1 号偏甜，3 号颜色漂亮但味道薄。狗在 2 号前坐下，不肯走（没有给它喝，**只是闻**）。

        揭晓：2 号是改良版。恭喜。
        """, "狗的鼻子不会骗人。", "番茄颗粒加大是对的方向。"),
    _(Kind.REVIEW, "Green peppercorn base, tasted by three generations", "green-pepper greenpepper new", """
        Grandma, my brother, and me. Same pot, three opinions.

        Grandma: "Fragrant, but who put electricity in it?" My brother: finished the tofu and asked for rice. Me: best with squid and lotus root, **skip the lamb**.

        Please strain it finer. Otherwise, ship it.
        """, "Who put electricity in it. Put that on the box.", "Agree on straining, I bit one and saw the future."),
    _(Kind.REVIEW, "The noodle cup, rated by a very tired nurse", "cup-noodle noodles pack night", """
        Night shift, 3 a.m., one kettle. Six minutes instead of five or the middle stays chewy.

        Tomato flavour: honest. Noodles: **wide enough to need a strategy**. Vegetables: a rumour. I added a handful of spinach from home and it was the best thing that happened that night.
        """, "Vegetables: a rumour. Brilliant.", "Thank you for your work. Six minutes it is.", house("Noted: more vegetables in the next batch."), by="Nora Kim"),
    _(Kind.REVIEW, "Sesame dip, new lid: finally", "jar-sesame sesame jar", """
        The old lid glued itself shut after one use. The new one has a **clean pouring lip** and opens with one hand, which matters when the other hand holds beef.

        Taste is the same, still a touch salty. One spoon of broth fixes it.
        """, "One-handed opening is an accessibility feature for meat lovers.", "Does it fit the fridge door?", op("It does, just.")),
    _(Kind.REVIEW, "Coconut base: lovely, but let me add the cream last", "pack-coconut coconut new", """
        Clear, gently sweet, no powdery aftertaste. Chicken in for eight minutes and the broth got deeper.

        The coconut aroma fades quickly though. A **separate sachet of cream** to stir in at the end would make it perfect.
        """, "Second this, a sachet at the end please.", house("We're testing exactly that. Thank you!")),
    _(Kind.QUESTION, "Which limited flavour should come back?", "family-new new pack", """
        We've had yuzu, pickled mustard and black garlic over the past year. One of them can return this winter.

        Tell us which, and **what you cooked with it**. The story counts more than the number of votes.
        """, "Yuzu! I made it for my grandmother who lost her taste for salt.", "Black garlic with pumpkin and tofu. Still dreaming about it.", "Pickled mustard, with fish, on a Tuesday, alone, perfect.", by="operator"),
)
