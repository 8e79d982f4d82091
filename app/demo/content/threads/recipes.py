"""Recipes."""

from app.demo.content.threads.draft import on, op
from app.demo.content.types import Kind

# Prose stays as it was written.
# fmt: off

_ = on("recipes")

POSTS = (
    _(Kind.RECIPE, "番茄牛腩锅，炖到用筷子能夹断", "tomato-close beef-noodles tomato beef", """
        **材料（4 人）**：牛腩 800 g、番茄 6 个、洋葱 1 个、姜 4 片、番茄锅底半包、冰糖 3 颗。

        1. 牛腩冷水下锅焯透，温水冲净
        2. 洋葱和一半番茄炒到化，加冰糖
        3. 下牛腩翻匀，加热水没过两指，小火 **80 分钟**
        4. 放锅底和剩下的番茄，再 20 分钟
        5. 先吃牛腩，再涮菜，最后下面

        前半程不放盐，肉才不会紧。
        """, "前半程不放盐，记在小本上了。", "高压锅可以吗？大概压多久？", op("二十五分钟，放气后开盖再收十分钟，味道更合。"), by="mentor"),
    _(Kind.RECIPE, "空口能吃三碗饭的麻婆豆腐锅", "maocai red veg", """
        **材料**：嫩豆腐 2 盒、肉末 150 g、豆瓣酱 2 勺、蒜苗 2 根、花椒粉、红锅底一小块。

        1. 豆腐切块，淡盐水煮两分钟，**不碎的关键**
        2. 肉末炒到酥，豆瓣酱小火出红油
        3. 加锅底和热水，下豆腐，轻轻推，不要翻
        4. 分三次勾薄芡，最后撒蒜苗和花椒粉

        吃到一半加热水，直接变成小火锅，涮什么都香。
        """, "分三次勾芡是为什么？", op("豆腐会出水，一次勾完会泄。三次刚好裹住。"), "多煮了一碗饭的人在此报到。", by="koc"),
    _(Kind.RECIPE, "椰子鸡：三个椰子一只鸡，别的都是多余", "coconut-chicken coconut", """
        **材料**：老椰子 3 个、文昌鸡 1 只、玉米 1 根、荸荠 10 个、青柠、小米辣、生抽。

        1. 椰子水过滤倒锅里，椰肉切条
        2. 烧开下鸡块，撇沫，**盖盖煮 8 分钟**，计时
        3. 先喝一碗原汤，再放玉米荸荠
        4. 蘸料只要生抽、青柠汁、小米辣

        鸡肉煮过 12 分钟就老了，宁可分两次下。
        """, "先喝原汤这步很重要，鲜得眉毛掉。", "没有文昌鸡用三黄鸡也行，同样八分钟。"),
    _(Kind.RECIPE, "手打虾滑，弹到能在碗里跳", "balls board-sea seafood", """
        **材料**：鲜虾 500 g、蛋清半个、淀粉 1 勺、盐 3 g、白胡椒一点、肥膘 30 g（可不放）。

        1. 虾剥壳去线，**厨房纸吸到干**
        2. 刀背剁，一半细一半留小粒
        3. 加盐朝一个方向搅五分钟，起胶
        4. 蛋清淀粉再搅两分钟，冷藏半小时
        5. 用勺子一颗颗拨进锅，浮起来再煮一分钟

        水没吸干是失败的第一名。
        """, "一半细一半粒，口感果然不一样。", "搅五分钟胳膊酸，换成筷子四根一起搅。"),
    _(Kind.RECIPE, "小酥肉外酥里嫩，复炸只要二十秒", "airfryer snack", """
        **材料**：梅头肉 400 g、鸡蛋 2 个、红薯淀粉 120 g、花椒碎、盐、料酒。

        1. 肉切筷子粗的条，加盐、料酒、花椒腌二十分钟
        2. 蛋和淀粉调成酸奶那么稠
        3. 六成热下锅，一条一条放，炸到浅黄捞出
        4. 升温，**复炸二十秒**，颜色金黄

        一半蘸辣椒面直接吃，一半留着下锅，吸汤以后是另一种好。
        """, "空气炸锅 190 度 12 分钟，刷油翻一次，也很酥。", "蘸辣椒面那一半根本等不到锅开。"),
    _(Kind.RECIPE, "桂花酸梅汤，解辣第一名", "plum-tea plumtea drinks", """
        **材料**：乌梅 60 g、山楂 40 g、陈皮 8 g、甘草 4 g、洛神花 3 朵、冰糖 120 g、干桂花、水 3 升。

        1. 除桂花冰糖外泡 40 分钟
        2. 大火开，小火 40 分钟，第一遍滤出
        3. 加水 1 升再煮 20 分钟，两遍合在一起
        4. 趁热化冰糖，放凉撒桂花

        冷藏三天喝完。**冰糖最后放**，先放药材就煮不出味。
        """, "煮两遍合在一起，难怪我的总是淡。", "乌梅烟熏味有点重，可以少放一点吗？", op("可以减到 45 克，多加 15 克山楂。")),
    _(Kind.RECIPE, "红糖糍粑锅边小点心，十五分钟", "mochi dessert", """
        **材料**：糯米粉 200 g、温水 160 ml、黄豆粉、红糖 80 g、水 50 ml。

        1. 粉和水揉到不粘手，压成 1.5 厘米的饼，切条
        2. 少油中小火，六面煎到微黄鼓起来
        3. 红糖加水熬到冒大泡，关火
        4. 糍粑裹糖，滚黄豆粉

        煎的时候要耐心，**不鼓就不翻**。凉了用锅里的热气熏一下又软了。
        """, "六面都要煎吗？我一般只煎两面。", op("六面煎完才会整个鼓起来，外脆里糯。")),
    _(Kind.RECIPE, "冬天的枣杞乌鸡锅，汤色要清亮", "herbal-day herbal clear", """
        **材料**：乌鸡半只、红枣 8 颗、枸杞一把、淮山 1 段、姜 3 片、盐。

        1. 乌鸡冷水焯，冲净
        2. 砂锅加足热水，鸡和姜先炖 50 分钟，**小火只冒虾眼泡**
        3. 红枣去核，再炖 30 分钟
        4. 淮山 15 分钟，枸杞最后 5 分钟

        红枣不去核会燥。喝完汤再涮一把青菜，收尾很舒服。
        """, "虾眼泡这个词好形象，火候一下就懂了。", "淮山滑手又痒，戴手套处理，或者先蒸再剥皮。"),
    _(Kind.RECIPE, "藕夹下锅不散的办法", "airfryer board-veg prep snack", """
        **材料**：莲藕 1 节、肉末 200 g、姜末、葱、蛋 1 个、面粉和淀粉各半。

        1. 藕切连刀片，**泡水后擦干**
        2. 肉馅搅上劲，薄薄塞一层，别贪
        3. 挂稀糊，六成热炸到定形
        4. 吃之前放进锅里煮两分钟

        散的原因只有两个：藕没擦干、肉塞太多。一厘米藕配半厘米肉，刚刚好。
        """, "别贪，说的就是我。", "煮过的藕夹吸满汤，比直接吃还好。"),
    _(Kind.RECIPE, "火锅汤底煮宽面，最后一把火的正确打开方式", "wide-noodles noodles leftovers", """
        吃到最后汤浓了，别急着下面。

        1. 舀掉浮油，滤掉碎渣
        2. 兑三成热水，尝咸淡，**比喝汤略咸**就对
        3. 宽面另锅煮到七成，过一遍热水
        4. 进锅一分钟，关火焖一分钟
        5. 碗里放葱花和一点醋，浇上去

        面另煮是关键，直接下会把汤变糊。
        """, "另锅煮这一步偷懒过，确实糊。", "一点醋收尾，整碗都亮了。"),
    _(Kind.RECIPE, "蒸笼里的周末：鲜肉包子，面要醒两次", "steamer-big buns breakfast", """
        **材料**：中筋粉 500 g、酵母 5 g、温水 260 ml、糖 10 g；肉馅 400 g、葱姜水 80 ml、生抽、香油。

        1. 揉面到光滑，第一次醒到两倍大
        2. 排气、分剂、包，**再醒二十分钟**
        3. 冷水上锅，水开后 12 分钟，关火焖 3 分钟

        肉馅分三次打葱姜水，咬开才有汁。第二次醒发不能省，不然皮会塌。
        """, "原来塌皮是少醒一次，困扰我两年。", "十八个褶练习中，目前十一个。"),
    _(Kind.RECIPE, "饺子皮厚一点，下锅涮着吃", "dumplings clear", """
        家里剩的饺子馅，做成一口一个的小饺子，跟着锅一起涮。

        **材料**：白菜 300 g、肉 200 g、虾皮、香油、饺子皮。

        1. 白菜切碎撒盐，十分钟后攥干
        2. 肉先调味打水，再拌白菜，**最后放香油锁水**
        3. 皮要比平时厚，包小一点
        4. 汤滚下锅，浮起来点一次凉水，再浮就捞

        清汤底最合适，汤里会有一点点面香。
        """, "最后放香油锁水，原来顺序这么讲究。", "一口一个的饺子，小孩能吃二十个。"),
    _(Kind.RECIPE, "烤箱版炭烤玉米，刷一层锅底油", "grill-slate grill snack", """
        吃剩的一点牛油锅底别扔，烤玉米绝了。

        **材料**：玉米 3 根、锅底 20 g、蜂蜜 1 勺、孜然、白芝麻。

        1. 玉米煮 8 分钟，擦干
        2. 锅底隔水化开，加蜂蜜
        3. 刷一层，200 度 12 分钟，**中途再刷一次**
        4. 撒孜然芝麻

        又麻又甜，啃完还想啃那根棒子。
        """, "锅底烤万物，下一个是土豆片。", "蜂蜜容易糊，最后五分钟再刷也行。"),
    _(Kind.RECIPE, "咖喱鸡土豆锅，苹果泥是甜味担当", "curry-bowl curry", """
        **材料**：鸡腿 3 只、土豆 2 个、胡萝卜 1 根、洋葱 1 个、苹果半个、咖喱块 4 块、牛奶 100 ml。

        1. 洋葱小火炒到**焦糖色**，别急，十五分钟
        2. 鸡腿煎皮，下土豆胡萝卜
        3. 加水没过，二十分钟
        4. 关火再放咖喱块，化开后小火五分钟
        5. 擦进苹果泥，倒牛奶

        第二天更好吃，建议多做一倍。
        """, "关火放咖喱块不会结块，终于知道了。", "苹果泥比糖温柔多了，孩子爱吃。"),
    _(Kind.RECIPE, "酸汤肥牛，酸菜要先干锅炒", "sour-fish sour beef", """
        **材料**：肥牛 400 g、金针菇 1 把、酸菜 100 g、黄灯笼椒酱 2 勺、番茄 1 个、白醋几滴。

        1. 酸菜**不放油**炒干水汽
        2. 加油、蒜、黄灯笼酱炒香，番茄炒化
        3. 热水煮五分钟，捞掉渣
        4. 金针菇垫底，肥牛下锅变色就关火
        5. 滴几滴白醋，浇热油

        黄灯笼酱本身很咸，别急着放盐。
        """, "干锅炒酸菜，酸味一下子就正了。", "白醋最后滴，香味是立起来的。"),
    _(Kind.RECIPE, "Twenty-minute tomato broth from scratch", "tomato-close tomato", """
        **For four:** 8 ripe tomatoes, 1 onion, 3 cloves garlic, 1 spoon tomato paste, 1.2 l stock, salt, a little sugar.

        1. Cross the tomatoes, scald, peel
        2. Soften the onion, add garlic and paste, fry **until it smells sweet**
        3. Add tomatoes and crush them
        4. Stock in, fifteen minutes, blend half of it
        5. Salt last, then half a spoon of sugar

        Blending only half keeps it silky with some bite.
        """, "Blending half is such a good idea.", "Doubled it and froze the rest in flat bags."),
    _(Kind.RECIPE, "Prawn balls that bounce", "balls seafood", """
        500 g prawns, half an egg white, 1 spoon starch, 3 g salt, white pepper.

        1. Peel, devein and **dry very well**
        2. Chop half fine, leave half in small pieces
        3. Salt, stir one way for five minutes until sticky
        4. Egg white and starch, two minutes more
        5. Chill half an hour, spoon into simmering broth

        They're done one minute after they float. Wet prawns are the only way to fail.
        """, "Mine bounced off the spoon onto the floor. Success?", "Drying them was the missing step for me."),
    _(Kind.RECIPE, "Pan-fried mochi with brown sugar", "mochi dessert", """
        200 g glutinous rice flour, 160 ml warm water, 80 g brown sugar, toasted soybean powder.

        Knead, press flat, cut into fingers. Fry gently on **all six sides** until they puff. Melt the sugar with a splash of water until the bubbles turn big and lazy, roll, dust.

        Eat at once, ideally standing next to the stove.
        """, "Big and lazy bubbles: best instruction ever.", "Peanut powder works too."),
    _(Kind.RECIPE, "Plum tea for spicy nights", "plum-tea plumtea drinks", """
        60 g smoked plums, 40 g hawthorn, 8 g dried orange peel, 4 g liquorice, 120 g rock sugar, 3 l water.

        Soak forty minutes, simmer forty, strain. Add another litre and simmer twenty, then mix both. **Sugar goes in last.**

        Chill. One glass cancels about ten chillies.
        """, "Tested: cancels eight. Still good.", "Found the plums at the herbalist round the corner."),
    _(Kind.RECIPE, "Crispy pork for the pot", "airfryer snack", """
        400 g pork collar in fingers, 2 eggs, 120 g sweet potato starch, crushed Sichuan pepper, salt.

        1. Marinate twenty minutes
        2. Batter as thick as yoghurt
        3. Fry pale, rest, then **twenty seconds** on high
        4. Half to eat now with chilli powder, half into the broth

        The half for the broth never makes it. Plan for that.
        """, "Planned for it, still none left.", "Air fryer 190 °C, twelve minutes, brush with oil."),
)
