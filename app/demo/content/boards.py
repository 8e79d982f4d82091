"""The boards, and the brand's name."""

from app.demo.content.types import Board

# Prose stays as it was written.
# fmt: off

BRAND = ("沸禾", "Simmer")
CLUB = ("沸禾锅友会", "Simmer Club")

BOARDS: tuple[Board, ...] = (
    Board("pot", "晒锅", "Pot of the day", "今天煮了什么，端上来看看", "What's simmering at your place today", "soup", 22),
    Board("dips", "蘸料研究所", "Dip lab", "一碟蘸料，一百种调法", "One saucer, a hundred formulas", "bowl-spoon", 10),
    Board("solo", "一人食", "Solo pot", "一个人，也要好好吃饭", "Table for one, properly laid", "bowl-chopsticks", 12),
    Board("help", "新手问答", "First pot questions", "没有笨问题，只有还没下锅的菜", "No silly questions, only uncooked ones", "help-circle", 14),
    Board("recipes", "食谱", "Recipes", "照着做就能成的方子", "Recipes that work the first time", "list-check", 14),
    Board("meetups", "线下局", "Meetups", "约饭、探店、凑一桌", "Find a table, or set one", "map-pin", 8),
    Board("tastings", "新品试吃", "New tastes", "新品先尝，好坏都直说", "Try it first and say what you think", "sparkles", 8),
    Board("unboxed", "开箱晒单", "Unboxed", "到货啦，拆给你看", "It's here: let's open it", "shopping-bag", 12),
)
