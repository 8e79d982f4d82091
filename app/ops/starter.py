"""What a new house's kit begins with; once the team has changed a line, its own stand instead."""

from app.ops.types import ItemKind, Row, Text

ROWS = (
    Row("topic", ItemKind.TOPIC, "一个热议话题", "One hot topic", 1, 0, position=10),
    Row("features", ItemKind.FEATURE, "选两篇精选", "Two posts to feature", 2, position=20),
    Row(
        "welcome", ItemKind.WELCOME, "迎接新朋友的第一帖", "Welcome first posts", 1, 2, position=30
    ),
    Row("question", ItemKind.QUESTION, "每日一问", "Question of the day", 1, 1, position=40),
    Row("thanks", ItemKind.THANKS, "谢谢这周的锅友", "Thank this week's cooks", 1, 4, position=50),
)
TEXTS = (
    Text(
        "question-tonight", ItemKind.QUESTION, "今晚这一锅", "Tonight's pot",
        "今晚你家锅里煮什么？拍一张，说说为什么是它。",
        "What's in your pot tonight? Show us, and say why.", 10,
    ),
    Text(
        "question-secret", ItemKind.QUESTION, "你的独门一勺", "Your secret spoonful",
        "哪一勺是你家蘸料的秘密？写下比例，大家照着试。",
        "Which spoonful is the secret of your dip? Give us the ratio and we'll try it.", 20,
    ),
    Text(
        "launch-taste", ItemKind.LAUNCH, "新品试吃", "A first taste",
        "新口味到了。前几位试过的锅友，说说第一口是什么感觉？",
        "A new flavour is here. If you've tried it: what did the first bite tell you?", 30,
    ),
    Text(
        "thanks-week", ItemKind.THANKS, "本周感谢", "Thanks of the week",
        "谢谢这周认真写食谱、认真回答的每一位。下面几帖值得再看一遍：",
        "Thank you to everybody who wrote recipes and answers this week. Worth a second look:", 40,
    ),
)  # fmt: skip
QUESTION_ZH = "说到「{name}」，你家是怎么做的？用 #{name}# 晒一晒，最有心得的会被精选。"
QUESTION_EN = "{name}: how do you do it at home? Show us with #{name}#. The team features the best."
