"""A text known from elsewhere, and posts that are not new."""

BLOG_TEXT = (
    "牛腩冷水下锅，加两片姜和一勺料酒焯水，撇净浮沫后捞出。番茄去皮切块，用黄油小火炒到出沙，"
    "倒入牛腩和没过食材的热水，小火慢炖一个半小时。出锅前放盐和白胡椒，撒一把香菜，汤酸甜、肉软烂，"
    "第二天煮面更香。"
)
BLOG = ("山城厨房日记：番茄牛腩锅", "https://blog.example/tomato-brisket", BLOG_TEXT)
COPIED = (
    ("周末这一锅", "按自己的口味做的，汤底很浓，大家都说好。"),
    ("番茄牛腩锅做法", BLOG_TEXT.replace("两片", "三片").replace("更香。", "更香！")),
)
