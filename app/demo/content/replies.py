"""Replies that suit many posts, by what the post is and by what it shows."""

from app.demo.content.types import Kind

# Prose stays as it was written.
# fmt: off

BY_KIND: dict[str, dict[Kind, tuple[str, ...]]] = {
    "zh": {
        Kind.SHOW: (
            "隔着屏幕都闻到了。", "这锅的颜色太治愈了。", "请问还缺一副筷子吗？",
            "下次记得喊我，我负责洗碗。", "本来不饿的。", "先收藏，周末照着来一锅。",
            "看完立刻去烧水。", "摆得真好看，是练过的吧。", "这才叫生活。", "热气腾腾的，看着就暖。",
            "我家那位看完说“明天就吃这个”。", "好羡慕你们家的饭桌。", "光看配菜就知道是会吃的人。",
            "今日份的快乐收到了。",
        ),
        Kind.RECIPE: (
            "步骤清楚，新手也敢试，谢谢。", "已经截图贴在冰箱上了。", "照着做成功了，全家光盘。",
            "火候那一步写得特别细，感谢。", "少放一点盐更合我家口味，其他完美。", "请问可以提前一晚准备吗？",
            "收藏夹又多了一道。", "比视频好懂。", "第二次做了，比第一次还顺手。",
            "用量刚刚好，没有剩。", "这个顺序以前一直做反了。", "求出下一篇。",
        ),
        Kind.QUESTION: (
            "蹲一个答案，我也想知道。", "同问，插个眼。", "试试小火慢一点，很多问题都是火太急。",
            "新手期都这样，再来两次就顺了。", "翻一下食谱版，有人写得很细。", "问得好，我当年也卡在这里。",
            "先少放，尝了再加，永远不会错。", "群里有位老师专门讲过这个，回头找给你。",
            "别怕翻车，翻了也能吃。", "我家的办法是多备一壶热水，比什么都管用。",
        ),
        Kind.REVIEW: (
            "写得很客观，种草了。", "终于有人把缺点也写出来了。", "和我的感受差不多。",
            "我觉得稍微咸一点，其他同意。", "比官方介绍有用多了。", "等一个对比测评。",
            "谢谢，正犹豫要不要买。", "细节党狂喜。", "已转给负责包装的同事，谢谢反馈。",
            "吃过，同意八成，剩下两成是我口味重。",
        ),
        Kind.ORDER: (
            "恭喜到货，等开锅照片。", "我的还在路上，看着好急。", "这一箱能吃多久？",
            "同款到了，今晚见。", "物流比我家快一天，酸了。", "包装升级了呀。",
            "记得先看日期再放冰箱。", "第几次回购了？", "看完又加购了两包。", "建议藏一半，别让室友看见。",
        ),
        Kind.MEETUP: (
            "报名报名，带一个！", "照片里的我怎么又在吃。", "下次什么时候？提前占座。",
            "谢谢张罗的人，辛苦了。", "外地的锅友流下了羡慕的泪水。", "期待我们这边也组一次。",
            "第一次参加，一点都不尴尬。", "汤底是谁调的？求方子。", "散得太早了，没聊够。",
            "碗我洗，锅你们扛。",
        ),
        Kind.TIP: (
            "学到了，马上用。", "原来如此，困扰我好久。", "这种小窍门最实用。", "已转发家族群。",
            "亲测有效。", "再多写几条吧。", "我外婆也是这么做的。", "记在小本上了。",
        ),
    },
    "en": {
        Kind.SHOW: (
            "I can smell it from here.", "Save me a seat next time.", "That broth colour, wow.",
            "Well, now I'm hungry again.", "This is what weekends are for.", "Beautiful table.",
            "Putting water on right now.", "What did you drink with it?",
        ),
        Kind.RECIPE: (
            "Clear steps, thank you!", "Made it tonight, no leftovers.", "Printed and on the fridge.",
            "Can I prepare it the day before?", "Worked the first time.", "Less salt for us, otherwise perfect.",
        ),
        Kind.QUESTION: (
            "Same question here.", "Lower the heat, it solves half of everything.",
            "Start with less, taste, add more.", "We've all been there. Second time is easier.",
            "Have a look in Recipes, someone wrote it up nicely.", "Keep a kettle of hot water nearby.",
        ),
        Kind.REVIEW: (
            "Fair and useful, thanks.", "Glad you mention the downside too.", "Agree on the salt.",
            "That convinced me.", "More of these, please.", "Would love a side-by-side.",
        ),
        Kind.ORDER: (
            "Enjoy! Post the pot when it's on.", "Mine is still on the truck.", "Hide half of it.",
            "Tempted now.", "Nice haul.", "How long will that last you?",
        ),
        Kind.MEETUP: (
            "Count me in next time.", "Thanks for organising!", "I'm the blurry one on the left.",
            "Please do one up north.", "What a lovely crowd.", "Who made that broth?",
        ),
        Kind.TIP: (
            "Trying this tonight.", "So that's why.", "Works, tested.", "More tips like this, please.",
        ),
    },
}

BY_SUBJECT: dict[str, dict[str, tuple[str, ...]]] = {
    "zh": {
        "red": ("红油一滚，什么烦恼都没了。", "配一瓶冰酸梅汤就圆满了。", "看着就开始冒汗。"),
        "tomato": ("番茄汤最后泡饭，绝不浪费。", "酸酸甜甜，小孩最爱。", "汤先喝一碗再涮。"),
        "mushroom": ("菌子的鲜，什么都替代不了。", "汤清味浓，舒服。"),
        "split": ("鸳鸯锅，家庭和睦的基础设施。", "我永远坐在白汤那一边。"),
        "sour": ("酸汤开胃，多吃一碗。", "光看就流口水。"),
        "clear": ("清汤最见功夫。", "吃完身上暖暖的，不渴。"),
        "noodles": ("面要多一点，汤也要多一点。", "吸溜一口，今天圆满。", "这碗我能连汤喝完。"),
        "rice": ("锅巴给我留一块。", "泡饭派报到。"),
        "dips": ("蘸料才是灵魂。", "记下比例了，回家就调。", "再加一点蒜会不会更好？"),
        "beef": ("肉涮十秒，多一秒都不行。", "这纹路看着就嫩。"),
        "lamb": ("羊肉配糖蒜，神仙。", "铜锅一响，冬天就来了。"),
        "seafood": ("虾看着就新鲜。", "海鲜锅汤别倒，煮面。"),
        "veg": ("青菜最后下，脆生生的。", "多吃菜，肉就更心安理得了。"),
        "balls": ("丸子永远不够。", "牛肉丸要切十字花。"),
        "snack": ("这个当追剧零食，一会儿就没。", "酥的那一口最好吃。"),
        "dessert": ("吃完辣的来一口甜，完美收尾。", "甜度看起来刚好。"),
        "breakfast": ("早餐吃成这样，一天都顺。", "明早就做。"),
        "night": ("深夜看帖，大意了。", "夜宵的快乐，白天不懂。"),
        "party": ("人多才热闹。", "看大家笑得，我也想去。"),
        "parcel": ("拆箱的快乐谁懂。", "箱子留着，能装好多东西。"),
        "pack": ("这款我也回购了。", "新包装好看。"),
        "leftovers": ("剩汤才是精华。", "第二顿往往比第一顿好吃。"),
        "camp": ("在户外吃什么都香。", "羡慕这片草地。"),
        "tea": ("饭后一杯茶，消食又聊天。",),
        "solo": ("一个人也要好好吃，给你点赞。", "一人食的满足，懂的都懂。"),
        "drinks": ("加冰，谢谢。", "这杯解辣一流。"),
    },
    "en": {
        "red": ("That red is dangerous and I want it.", "Plum tea on the side, always."),
        "tomato": ("Rice in that broth at the end, please.", "Tomato pot never lets you down."),
        "noodles": ("Extra noodles for me.", "Slurping is a compliment."),
        "dips": ("The dip makes the pot.", "Writing down that ratio."),
        "beef": ("Ten seconds, not one more.",),
        "seafood": ("Keep that broth for noodles.",),
        "veg": ("Greens last, always.",),
        "parcel": ("Unboxing joy is real.",),
        "pack": ("On my list.",),
        "dessert": ("Something sweet after the heat, yes.",),
        "night": ("Reading this at midnight was a mistake.",),
        "party": ("Full tables are the best tables.",),
        "solo": ("Cooking for one is still cooking for someone.",),
        "snack": ("Gone before the film starts, I bet.",),
    },
}

FROM_AUTHOR: dict[str, tuple[str, ...]] = {
    "zh": (
        "谢谢大家，评论区比正文还香。", "哈哈哈下次给你留一碗。", "好问题，明天拍张细节图补上。",
        "欢迎来我家试吃。", "采纳了，下次这么改。", "说得对，我也觉得还差一点点。",
        "已经在计划下一锅了。", "你们太会说了。", "收到，周末再做一次回来汇报。", "谢谢夸奖，继续努力。",
        "我妈看到评论乐了一晚上。", "比例补在正文里了。",
    ),
    "en": (
        "Thank you all!", "I'll save you a bowl next time.", "Good point, trying that next week.",
        "You're making my day.", "Added the amounts above.", "Next pot is already planned.",
    ),
}
