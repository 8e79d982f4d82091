"""Dip lab."""

from app.demo.content.threads.draft import on, op
from app.demo.content.types import Kind

# Prose stays as it was written.
# fmt: off

_ = on("dips")

POSTS = (
    _(Kind.RECIPE, "万能麻酱碟：记住 3、2、1 就够了", "dip-sesame jar-sesame sesame dips", """
        调了十几年，最后只剩三个数字。

        **材料（一人份）**
        - 芝麻酱 3 勺
        - 温水 2 勺，分三次加
        - 生抽 1 勺、腐乳汁半勺、白糖一小撮

        **做法**
        1. 芝麻酱先搅松，再一点点加温水，永远朝一个方向
        2. 搅到提起来像缎子一样往下流
        3. 最后放生抽和腐乳汁，尝一口再决定要不要糖

        涮羊肉加韭菜花，涮菜加蒜水，涮毛肚什么都别加。
        """, "朝一个方向搅是真的有用还是玄学？", op("有用，来回搅容易散。也可以当冥想。"), "3、2、1 已经写在冰箱门上了。", by="文火"),
    _(Kind.RECIPE, "油泼辣子的响声，是最好听的厨房声音", "dip-oil chilies chilioil spicy", """
        **材料**：粗辣椒面 30 g、细辣椒面 20 g、白芝麻一把、花椒粉一点、菜籽油 200 ml、香醋几滴。

        1. 油烧到冒青烟，关火，等两分钟
        2. 先泼三分之一，听见“滋啦”就对了，搅匀
        3. 再等一分钟泼第二次，出香；最后一次油温更低，出色
        4. 趁热滴几滴醋，整碗会冒小泡，香味一下子打开

        放一晚更好吃。**瓶子一定要干**，不然三天就坏。
        """, "三次泼油的顺序是香、色、还是色、香？我总记混。", op("第一次激香，第二次出味，第三次留色。低温的油不会把辣椒炸黑。"), "隔壁邻居今天敲门问我在做什么，谢谢楼主。", by="许三多盐"),
    _(Kind.TIP, "蘸料台的第一原则：先咸后鲜，最后才是辣", "dips-row dips", """
        很多人一上来先舀两大勺辣椒，后面什么味都压不住。我的顺序：

        1. 咸味打底（生抽、蚝油、腐乳选一）
        2. 鲜味铺开（蒜、葱、香菜、芝麻）
        3. 酸味提亮（醋或青柠，几滴就够）
        4. 辣味收尾，边尝边加

        照这个来，再懒也不会难吃。最怕的是把台子上十二种全放一遍，那叫**和稀泥**。
        """, "和稀泥哈哈哈，我第一次就是，十二种，一勺不落。", "受教了，今晚按顺序来。"),
    _(Kind.RECIPE, "蒜蓉香油碟，红锅的灭火器", "dip-garlic garlic dips", """
        吃红锅不配香油碟，等于下雨不打伞。

        - 蒜末两大勺，一半生一半用小火煎到微黄，叫**金银蒜**
        - 香油没过蒜
        - 盐一点，醋三滴，香菜随意

        香油会在舌头上铺一层膜，辣就没那么冲，蒜香反而更明显。毛肚、鸭肠、黄喉，全靠它。
        """, "金银蒜！学到了，一直只放生蒜，难怪冲。", "醋三滴是灵魂，解腻又提香。"),
    _(Kind.QUESTION, "不吃香菜的人，蘸料里绿色的部分怎么补？", "dips-slice dips veg", """
        每次看大家蘸料里绿油油的一把都很羡慕，但香菜对我来说是肥皂味，真的没办法。

        试过小葱，味道有点单薄；试过芹菜叶，又太抢。有没有同样不吃香菜的锅友，你们放什么？主要是涮牛肉和豆腐。
        """, "薄荷叶切碎，加一点青柠，涮牛肉特别清爽。", "韭菜花酱，咸鲜里带一点辛，颜色也绿。", "香葱加一点点紫苏，层次就出来了。肥皂味同盟握手。"),
    _(Kind.REVIEW, "芝麻蘸料开袋即食测评：省了我五分钟", "jar-sesame sesame jar", """
        平时都自己调麻酱，这次偷懒试了小罐装的芝麻蘸料。

        **优点**：不用澥，直接能挂住肉；甜度克制；盖子好拧。
        **缺点**：对我来说略咸，建议兑一勺热汤；量是两个人一顿，三个人就要抢。

        工作日用它，周末再自己调。打 8 分。
        """, "兑锅里的热汤比兑水香，同意。", "请问打开之后能放几天？", op("冷藏一周以内，记得用干净勺子。")),
    _(Kind.RECIPE, "泰式青柠蘸料，海鲜锅的清醒剂", "dip-seafood seafood dips", """
        连着吃了三天浓的，需要醒一醒。

        **材料**：青柠 1 个半、鱼露 1.5 勺、椰糖或白糖 1 勺、蒜 3 瓣、小米辣 2 根、香菜根（没有就用梗）、温水 1 勺。

        1. 糖先用温水化开
        2. 蒜、辣椒、香菜根捣碎，不要用刀切，**捣出来才有香味**
        3. 加鱼露和青柠汁，尝：先酸、再咸、最后一点甜

        虾和鱿鱼蘸它，能多吃半斤。
        """, "捣和切真的差很多，我用擀面杖捣的。", "椰糖用红糖代替可以吗？", op("可以，颜色深一点，味道更暖。")),
    _(Kind.SHOW, "今天的六格实验：只换一种醋", "dips-six dips", """
        其他全部一样（生抽、蒜、香油），只换醋：陈醋、香醋、米醋、白醋、柠檬汁、梅子醋。

        结论：
        - 涮羊肉：**陈醋**第一
        - 涮海鲜：柠檬汁第一，梅子醋意外地好
        - 涮青菜：米醋最不抢
        - 白醋在哪儿都像走错了片场

        下一期换酱油。有人想一起做对照组吗？
        """, "“白醋像走错了片场”，记录员文笔很好。", "报名对照组！我这边能提供四种酱油。", "这才是研究所该有的样子。"),
    _(Kind.TIP, "蘸料太咸怎么救？不要加水", "dips-tray dips sesame", """
        加水会把味道冲散，越救越淡、越淡越想加盐。正确的做法是加**油脂或者鲜味**：

        - 麻酱太咸：加花生酱或者一勺豆浆
        - 生抽碟太咸：加香油和蒜末，再来一点糖
        - 腐乳碟太咸：加一勺锅里的清汤和捣碎的豆腐

        实在不行，下一盘没有味道的豆腐，让它替你承担。
        """, "让豆腐替你承担，豆腐：我谢谢你。", "豆浆这个思路太妙了，顺滑还不腻。"),
    _(Kind.RECIPE, "韭菜花酱自己做，一罐吃一冬", "dips-slice dips prep", """
        入秋的韭菜花最嫩，市场一把三块钱。

        **材料**：韭菜花 500 g、盐 75 g、姜 20 g、苹果半个、高度白酒 1 勺。

        1. 韭菜花洗净晾到**完全没有水**
        2. 和姜、苹果一起打碎，不用太细
        3. 拌盐，装进干净的罐子，封口倒一勺白酒
        4. 冷藏三天出味，一周最香

        颜色会从翠绿变成橄榄绿，是正常的。
        """, "苹果半个是为了甜味吗？", op("对，也能护色，奶奶一直这么放。"), "晾干最关键，去年没晾好全坏了，心疼。"),
    _(Kind.SHOW, "调了一碗“看着来”，被全家表扬", "dip-sesame sesame dips", """
        我妈的秘方永远是四个字：看着来。今天她出差，蘸料归我。

        我看着来了：麻酱、一点花生碎、两滴醋、锅里舀的热汤、最后撒了一把炸蒜。爸爸吃了一口停下来，问"你妈走之前调好的？"

        **这句话我准备裱起来。**
        """, "恭喜出师。记得拍照发给你妈。", "炸蒜是点睛之笔，自己炸的吗？"),
    _(Kind.QUESTION, "花生过敏，麻酱碟有什么替代？", "dips-tray dips sesame", """
        朋友对花生过敏，很多芝麻酱里都混了花生。周末要来我家吃锅，我想准备两碟她能放心吃的蘸料。

        目前想到的是纯芝麻酱（看配料表）和青柠鱼露。还有别的吗？最好是看起来不像"特殊待遇"、大家都能一起吃的。
        """, "大家都用同一碟就不像特殊待遇了：腐乳汁、香油、蒜、一点点蜂蜜，很百搭。", "葵花籽酱可以当麻酱用，香味接近，记得看生产线说明。", "替你朋友谢谢你，这种细心最暖。"),
    _(Kind.TIP, "小料碟也要分冷热：天冷的时候把碗烫一下", "dip-garlic dips garlic", """
        冬天蘸料凉得快，肉一蘸就腻。方法很土：吃之前把小碗放在锅盖上或者用热水烫半分钟。

        香油不会凝，麻酱不会稠，蒜香也更容易出来。

        这是以前在店里帮工的时候师傅教的，一直用到现在。
        """, "以前总觉得冬天麻酱变难吃了，原来是碗冷。", "放锅盖上小心烫手，我烫过。"),
    _(Kind.REVIEW, "香辣脆的一百种用法之前三种", "jar-crisp dip-oil chilioil jar", """
        本来是买来蘸的，结果：

        1. **拌面**：一勺香辣脆、半勺生抽、几滴醋，不用再放别的
        2. **夹馒头**：热馒头掰开，抹一层，当早餐
        3. **浇豆腐**：嫩豆腐倒扣在盘子里，一勺下去，宴客菜

        脆的部分是蒜酥和黄豆，放了两周还是脆的。辣度中等，我家小孩能吃一点点。
        """, "夹馒头！我怎么没想到，明早就试。", "第四种：拌黄瓜。第五种：空口吃。"),
    _(Kind.RECIPE, "沙茶碟不腻的秘密，是半个捣碎的番茄", "dip-seafood seafood beef", """
        沙茶酱很香，就是吃几口容易腻。加番茄的做法是潮汕朋友教的。

        **材料**：沙茶酱 2 勺、生抽半勺、去皮番茄半个、蒜 2 瓣、芹菜末一点。

        1. 番茄捣成泥，先和沙茶拌匀
        2. 加蒜和生抽
        3. 最后撒芹菜末，清香一下子出来

        牛肉丸、吊龙、牛百叶，都合适。
        """, "番茄去皮用勺子刮就行，不用烫。", "试过了，确实清爽，一碟不够。"),
    _(Kind.RECIPE, "The only sesame dip ratio you need", "dip-sesame sesame dips", """
        Three, two, one. That's it.

        - 3 spoons sesame paste
        - 2 spoons warm water, in three goes
        - 1 spoon soy sauce

        Stir one way until it falls like ribbon. Then season: fermented tofu for lamb, garlic for greens, **nothing at all** for tripe.

        If it seizes up, don't panic. Keep adding water by the teaspoon and it comes back.
        """, "It seized, I panicked, I read the last line, it came back. Thank you.", "Works with tahini too, just add a pinch of sugar."),
    _(Kind.QUESTION, "What do you dip tofu in?", "dips-tray dips veg", """
        Tofu is my favourite thing in the pot and somehow every dip fights it. Soy is too loud, sesame is too heavy.

        I like the plain broth best, but my friends say that's cheating. What's your quiet dip for quiet food?
        """, "Ginger, a little light soy, hot broth to loosen it. Quiet as a library.", "Crushed tomato with salt. Sounds odd, works beautifully.", "Plain broth isn't cheating, it's taste."),
    _(Kind.TIP, "Dip too salty? Don't add water", "dips-row dips garlic", """
        Water only makes it thin *and* salty. Add fat or sweetness instead:

        - sesame oil and raw garlic for a soy dip
        - a spoon of peanut butter or soy milk for a sesame dip
        - half a crushed tomato for almost anything

        And if all else fails, eat it with plain rice and pretend that was the plan.
        """, "Pretending that was the plan is my whole cooking style.", "Soy milk in sesame dip is genius."),
    _(Kind.SHOW, "Six saucers, one winner", "dips-six dips", """
        We did a blind tasting with friends: six dips, numbered, one piece of beef each.

        Winner by a mile: garlic fried *half* golden, half raw, under sesame oil. Second place went to lime and fish sauce.

        Last place was mine. It had eleven ingredients. Lesson learned: **four is plenty**.
        """, "Eleven! Did one of them have a name?", "Half golden, half raw: stealing this for Saturday."),
    _(Kind.RECIPE, "Green lime dip for seafood nights", "dip-seafood seafood dips", """
        Pound 3 cloves of garlic, 2 small chillies and a few coriander stems. Add 1 spoon of sugar melted in warm water, 1.5 spoons of fish sauce, juice of a lime and a half.

        Taste in this order: sour, salty, sweet. If one of them shouts, add a drop of the other two.

        **Pound, don't chop.** You'll smell the difference from the next room.
        """, "Pounding with a rolling pin in a mug, no regrets.", "Made it for squid tonight. Gone in four minutes."),
)
