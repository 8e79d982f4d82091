"""Products and channels."""

from app.demo.content.types import Channel, Product

PRODUCTS: tuple[Product, ...] = (
    Product("SH-B01", "牛油麻辣锅底 360g", "Mala tallow soup base 360 g", "base", 2690, 360, 26),
    Product("SH-B02", "番茄牛腩锅底 300g", "Tomato beef soup base 300 g", "base", 2390, 300, 28),
    Product(
        "SH-B03", "菌菇土鸡锅底 280g", "Mushroom chicken soup base 280 g", "base", 2590, 280, 16
    ),
    Product("SH-B04", "酸汤鱼锅底 320g", "Sour fish soup base 320 g", "base", 2490, 320, 12),
    Product("SH-B05", "猪骨浓汤锅底 300g", "Pork bone soup base 300 g", "base", 2290, 300, 9),
    Product("SH-B06", "椰子鸡锅底 420g", "Coconut chicken soup base 420 g", "base", 2990, 420, 8),
    Product("SH-B07", "青花椒锅底 330g", "Green peppercorn soup base 330 g", "base", 2690, 330, 9),
    Product("SH-B08", "一人份番茄锅底 80g", "Tomato soup base for one 80 g", "base", 890, 80, 14),
    Product("SH-B09", "一人份微辣锅底 80g", "Mild mala base for one 80 g", "base", 890, 80, 12),
    Product("SH-D01", "芝麻蘸料 120g", "Sesame dip 120 g", "dip", 1290, 120, 20),
    Product(
        "SH-D02", "蒜蓉香油碟 70ml × 6", "Garlic and sesame oil 70 ml × 6", "dip", 1690, 420, 13
    ),
    Product("SH-D03", "香辣脆 210g", "Chili crisp 210 g", "dip", 1890, 210, 17),
    Product("SH-D04", "沙茶海鲜蘸料 140g", "Shacha seafood dip 140 g", "dip", 1490, 140, 7),
    Product("SH-N01", "火锅宽粉 240g × 3", "Wide glass noodles 240 g × 3", "noodle", 1590, 720, 16),
    Product("SH-N02", "手工拉面 500g", "Hand-pulled noodles 500 g", "noodle", 1290, 500, 8),
    Product("SH-N03", "番茄宽粉杯 112g", "Tomato noodle cup 112 g", "noodle", 990, 112, 11),
    Product("SH-S01", "虾滑 150g × 4", "Shrimp paste 150 g × 4", "side", 4990, 600, 13),
    Product("SH-S02", "小酥肉 500g", "Crispy pork 500 g", "side", 3290, 500, 12),
    Product("SH-S03", "手打牛肉丸 300g", "Hand-beaten beef balls 300 g", "side", 3590, 300, 9),
    Product("SH-S04", "红糖糍粑 300g", "Brown sugar mochi 300 g", "side", 1790, 300, 10),
    Product("SH-S05", "鲜切毛肚 150g", "Fresh-cut tripe 150 g", "side", 2990, 150, 7),
    Product("SH-T01", "酸梅汤 300ml × 6", "Plum tea 300 ml × 6", "drink", 2990, 1800, 11),
    Product("SH-G01", "周末火锅礼盒", "Weekend hot-pot box", "set", 12800, 1600, 5),
    Product("SH-G02", "年货团圆箱", "Holiday feast crate", "set", 19900, 3200, 3),
)

CHANNELS: tuple[Channel, ...] = (
    Channel("tmall", "天猫旗舰店", "Tmall", 7, 38, "TM"),
    Channel("jd", "京东自营店", "JD.com", 7, 22, "JD"),
    Channel("douyin", "抖音小店", "Douyin", 15, 24, "DY"),
    Channel("wechat", "微信小店", "WeChat shop", 7, 16, "WX"),
)
