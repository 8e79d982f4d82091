"""Words that say nothing about what a post is about, and signs that full names begin with."""

_ZH = """
我们 你们 他们 她们 大家 自己 别人 什么 怎么 怎样 怎么样 为什么 这个 那个 这些 那些 这样 那样
这里 那里 一个 一些 一下 一起 一样 一点 一直 一次 一种 有点 有些 可以 可能 能够 没有 不是 就是
还是 但是 因为 所以 如果 虽然 然后 而且 或者 以及 并且 不过 其实 已经 正在 刚刚 马上 现在 今天
今晚 昨天 昨晚 明天 后天 今年 去年 上周 这周 下周 周末 周一 周二 周三 周四 周五 周六 周日 早上
上午 中午 下午 晚上 时候 时间 分钟 小时 知道 觉得 感觉 认为 喜欢 想要 需要 应该 必须 开始 结束
继续 出来 起来 下来 上来 回来 过来 进去 东西 里面 外面 上面 下面 旁边 非常 比较 特别 真的 真是
确实 完全 最后 最近 之前 之后 以前 以后 还有 只有 只要 只能 都是 不会 不要 不能 不用 不错 好吃
好喝 很多 很少 许多 第一 第二 第一次 分享 推荐 看看 试试 谢谢 感谢 请问 求助 问题 办法 方法
朋友 朋友们 家里 家人 帖子 图片 照片 视频 评论 点赞 关注 收藏 哈哈 哈哈哈 呵呵 嘿嘿 哎呀 一定
当然 也许 大概 左右 差不多 几个 多少 有没有 是不是
"""
_EN = """
the and for with that this from you your yours are not but have has had was were will would
can could should all any our ours out how what when where who why which there here they them
their then than been being did does done just like very really much many more most some such
only also into over after before about again once ever never always today tonight yesterday
tomorrow week weekend month year morning evening night time times thing things people someone
everyone something anything one two three first last next new old good great best nice love
loved want wanted need needed try tried think thought know knew make made making get got
getting take took see saw come came going gone well even still back too let its it's i'm i've
don't didn't can't won't isn't wasn't that's thanks thank please post posts photo photos
picture pictures share shared anyone
"""
STOP = frozenset((*_ZH.split(), *_EN.split()))
SURNAMES = frozenset(
    "王李张刘陈杨赵吴徐孙朱林郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛"
)

MORE_SURNAMES = frozenset(
    "周黄胡高何马叶任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
"""Surnames that dishes begin with as well."""

NICKNAMES = frozenset("阿小老")

FOOD_ENDS = frozenset(
    "丝片块丁条汤菜肉鱼虾蟹鸡鸭鹅牛羊骨蹄肚肠血旺卜椒葱姜蒜豆腐皮面粉饭粥饼糕团圆果瓜薯菇耳芽酱油醋料锅底茶酒奶糖乌岁府妈"
)
"""What the names of dishes and of what is in them end with."""
