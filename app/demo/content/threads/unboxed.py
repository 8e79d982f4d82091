"""Unboxed."""

from app.demo.content.threads.draft import house, on
from app.demo.content.types import Kind

# Prose stays as it was written.
# fmt: off

_ = on("unboxed")

POSTS = (
    _(Kind.ORDER, "大箱子到了，快递小哥问我是不是开店", "parcel-six parcel", """
        一次囤了六样：番茄、牛油、菌菇底，芝麻蘸料，香辣脆，宽粉杯。箱子搬上五楼的时候，小哥喘着气问我是不是开火锅店的。

        纸箱里是碎纸填充，没有塑料泡泡，罐子一个没碎。**日期都是上个月的，新鲜。**

        冰箱有点紧张，今晚先消灭一包番茄。
        """, "碎纸填充这点很加分。", "小哥：下次请住一楼。"),
    _(Kind.ORDER, "三样常备品补货，第七次回购", "family pack jar", """
        翻了一下订单，牛油底料、菌菇底、芝麻蘸料，从去年到现在**回购第七次**。

        为什么总是这三样：一个给朋友来的时候，一个给爸妈来的时候，一个给自己懒的时候。

        这次用积分抵了十五块，心情更好了。
        """, "给朋友、给爸妈、给自己懒，总结到位。", "积分抵扣在哪里点？我还没用过。", "结算页有一行，勾上就行。"),
    _(Kind.ORDER, "买给异地的她，今晚视频一起煮", "parcel-three tomato-night parcel tomato", """
        下了两单一样的，一箱寄我家，一箱寄她那里，备注写"周五晚八点同时开锅"。

        她那边先到，发来照片说箱子里的小卡片写着"趁热吃"。我这边今天也到了。

        相隔一千二百公里，**今晚是同一口锅的味道**。
        """, "甜度超标，比红糖糍粑还甜。", "趁热吃，也趁热见面。"),
    _(Kind.ORDER, "第一次在抖音小店下单，发货比我想的快", "pack-mala pack red", """
        直播里看主播涮毛肚看馋了，凌晨一点下单，第二天下午就发货，第三天到。

        牛油麻辣两包、香油碟一盒。香油碟外盒有一点压痕，里面完好。客服秒回，问我要不要补一盒，我说不用，**态度很舒服**。

        今晚试锅，明天来写味道。
        """, "凌晨一点的直播间，最容易下单。", "等味道测评！"),
    _(Kind.ORDER, "年货箱开箱：爷爷以为是电视机", "parcel-feast parcel gift", """
        箱子太大了，爷爷站在门口问："你又买电视？"

        打开以后全家围过来：四种底料、虾滑、小酥肉、糍粑、六瓶酸梅汤，还有一张手写的祝福。虾滑和酥肉是冷链单独发的，**到的时候还硬邦邦**。

        爷爷把红色的礼盒丝带系在了猫身上。
        """, "猫：过年我也有新衣服。", "冷链分开发这点放心。"),
    _(Kind.ORDER, "蘸料小包装集齐了，像集邮", "lineup-dips dips pack", """
        芝麻、蒜蓉、香辣脆，每种都买了小包装，排成一排拍照的时候很治愈。

        小包最大的好处是**一顿一包**，不会开了一大罐吃三个月。放在公司抽屉里，中午的食堂也能抢救一下。

        还差沙茶，等它补货。
        """, "食堂抢救包，太懂了。", "沙茶昨晚补货了，快去。"),
    _(Kind.ORDER, "送给新同事的入职礼物：一包番茄底料", "pack-tomato pack tomato", """
        新同事从外地来，第一天有点拘谨。我想送点什么，又不想太正式。

        最后选了一包番茄底料，贴了张便签：**"周五来我家，一起煮掉它。"** 她看完笑了，说这是收到过最实用的欢迎。

        周五见。
        """, "这样的同事请给我来一打。", "番茄底不会踩雷，聪明的选择。"),
    _(Kind.ORDER, "快递放了三天驿站，冷冻的还能吃吗？", "parcel-three parcel seafood", """
        出差回来才取到，虾滑和丸子是冷链发的，泡沫箱里的冰袋已经化了，东西摸着是软的、还有一点凉。

        客服说建议不要食用，已经帮我**登记补发**，不用退回。处理得很快，就是觉得有点可惜，下次一定先看行程再下单。
        """, "化过的海鲜千万别心疼，安全第一。", "可以在备注里写配送日期，他们会看。", house("补发单已经出库，明天到，请留意短信。")),
    _(Kind.ORDER, "椰子鸡锅底到货，顺手买了两个真椰子", "pack-coconut coconut pack", """
        看到新品试吃版里大家说"想要更多椰香"，我干脆配了两个真椰子。

        锅底打开是淡淡的甜，没有粉末感。倒进真椰子水以后，**香味厚了一倍**。鸡肉八分钟，蘸青柠。

        推荐这个组合，成本多二十块，快乐多很多。
        """, "真椰子加锅底，奢侈的正确方向。", "椰子怎么开？我上次敲了半小时。", "找到三个眼，软的那个用筷子一戳就开。"),
    _(Kind.ORDER, "香辣脆一箱六瓶，我以为能吃半年", "jar-crisp chilioil jar", """
        上个月买的一箱六瓶，原计划吃到明年春天。

        今天打开柜子，**剩一瓶半**。拌面两瓶、夹馒头一瓶、被室友顺走一瓶，还有半瓶不知道去哪了。

        又下了一箱。这次贴了便利贴："这是我的"。
        """, "半瓶不知去向，悬案。", "便利贴没有用的，我试过。"),
    _(Kind.ORDER, "给妈妈下的第一单，她学会了自己查物流", "box-mushroom pack mushroom", """
        教了妈妈用微信小店，她自己选了菌菇底和酸梅汤，付款的时候紧张得让我别说话。

        然后她每天看三次物流，**还给我播报**："到武汉了""到仓库了""上车了"。今天签收，她拍了一张非常端正的照片发到家族群。

        比我第一次网购还开心。
        """, "端正的照片，爸妈辈的仪式感。", "妈妈播报员上线，可爱。"),
    _(Kind.ORDER, "酸梅汤六瓶装，冰箱门刚好放下", "cup-plum plumtea pack", """
        量过尺寸才买的：300 毫升的小瓶，冰箱门那一格**刚好六瓶**，像定做的一样。

        味道是乌梅先出来，尾巴有一点桂花，比外面的不甜。配红锅喝了一瓶半。

        瓶子洗干净可以装油泼辣子，大小正合适。
        """, "冰箱门六瓶党集合。", "瓶子装辣子，学会了，环保。"),
    _(Kind.ORDER, "糍粑盒拆开，里面有一张会员小卡", "pack-mochi mochi pack", """
        盒子里除了糍粑和红糖，还有一张小卡，写着锅友会的二维码和一句话："**糍粑要六面煎。**"

        我就是照着这句话煎的，果然鼓起来了。然后就扫码进来了，这是我在这里的第一帖。

        大家好，我叫小荞，请多关照。
        """, "欢迎小荞！六面煎是我们的暗号。", "第一帖就有照片，好样的。新手问答版有问必答。", by="小荞"),
    _(Kind.ORDER, "宽粉囤货指南：一次买几包最划算", "cup-noodle noodles pack", """
        算了一下各渠道：三包一组的单价最低，配合满减，**一次买四组**（12 包）正好到档。

        干粉保质期一年半，不占地方，适合囤。我家的消耗速度是一周一包，四组吃三个月。

        注意不要放灶台旁边，受潮会断。
        """, "一周一包，你们家是真的爱吃粉。", "受潮会断，原来我那包是这样碎的。"),
    _(Kind.ORDER, "换了新包装，第一眼没认出来", "lineup-three new pack", """
        补货收到才发现底料换了新袋子：磨砂的，**撕口在右上角**，背面印了兑水刻度。

        旧版总要找剪刀，新版徒手就开。刻度印得很清楚，按人数对着倒水就行。

        旧袋子我留了一个，压在书里当书签。
        """, "兑水刻度！新手福音。", "拿底料袋当书签，你是真爱。"),
    _(Kind.ORDER, "The big box landed and my flatmates appeared", "parcel-six parcel", """
        Six things, one box, four flatmates who suddenly weren't busy.

        Paper filling instead of plastic, nothing broken, best-before dates nearly a year away. The chilli crisp jar was opened **before I'd cut the tape on the second flap**.

        Tonight: tomato pot. Tomorrow: hide the rest.
        """, "Hide it behind the oats, nobody looks there.", "Flatmates have a sixth sense for chilli crisp."),
    _(Kind.ORDER, "Third refill of the same three things", "family pack jar", """
        Mala base for friends, mushroom base for my parents, sesame dip for me at midnight with a spoon.

        I used points for the first time and got a little off. Felt like **finding money in a coat**.

        Box arrived in three days.
        """, "Midnight spoon club, reporting in.", "Where do you tick the points box?", "On the last page before you pay, just above the total."),
    _(Kind.ORDER, "Bought a noodle cup, got a lunch tradition", "cup-noodle desk-lunch noodles pack solo", """
        Ordered six noodle cups for emergencies. On Monday three colleagues asked what smelled so good. On Wednesday we had a **"cup club"** with a kettle rota.

        Second order is on its way, this time the carton of twelve.
        """, "A kettle rota! That's a proper institution.", "Add a soft egg, promote yourself to chair."),
    _(Kind.ORDER, "Gift box for my in-laws: verdict", "parcel-feast parcel gift", """
        I was nervous. They cook everything from scratch and have opinions.

        My mother-in-law read every label, nodded at the short ingredient list, and asked for the **mushroom one first**. My father-in-law took the ribbon for his tomatoes.

        I think I passed.
        """, "Nodded at the label. You passed with honours.", "Ribbon for the tomatoes, what a man."),
    _(Kind.ORDER, "Dented tin, fixed in an hour", "lineup-dips pack dips", """
        One of the dip tubs was cracked. I sent a photo at nine, had an answer at ten and a replacement two days later. **No forms, no arguing.**

        Writing this because people only post when things go wrong and stay wrong.
        """, "Thanks for posting the good ending, too.", "Same here last month, very kind service."),
)
