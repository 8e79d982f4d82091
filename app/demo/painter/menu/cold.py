"""Dips, the kitchen, the laid table, treats."""

from app.demo.painter.above import Serving, close_up, dip_bar, one_bowl
from app.demo.painter.easel import Room
from app.demo.painter.flatlay import (
    barbecue,
    cups,
    knolled,
    on_board,
    party,
    steamers,
    sweets,
    wreath,
)
from app.demo.painter.front import at_the_pot, duo, hero_on_slab, shelf, spread
from app.demo.painter.menu.types import Painting
from app.demo.painter.menu.types import painting as p

# A menu reads line by line.
# fmt: off


def dips() -> tuple[Painting, ...]:
    """Return dips and sauces."""
    return (
        p("dips-six", ("六种蘸料", "Six dips"), "dips", "3:4", dip_bar, ("slate", "ink"),
          ("sesame", "chilioil", "soy", "garlic", "chive", "tofusauce"), ("chili", "garlic",
          "leaf", "peanut")),
        p("dips-tray", ("一盘四味", "Four dips on a tray"), "dips", "1:1", dip_bar, ("linen",
          "clay"), ("sesame", "chilioil", "soy", "garlic"), ("chili", "lemon"), on="tray"),
        p("dips-slice", ("木墩上的四碟", "Dips on a tree slice"), "dips", "1:1", dip_bar,
          ("plaster", "sage"), ("seafood", "sesame", "chilioil", "chive"), ("lime", "garlic",
          "chili", "leaf"), on="slice"),
        p("dip-sesame", ("麻酱碗", "A bowl of sesame dip"), "dips sesame", "4:5", one_bowl,
          ("wood", "oak"), Serving("white", "sesame", ("leaf",)), beside=("peanut", "chili",
          "garlic"), share=0.6),
        p("dip-oil", ("油泼辣子", "Chili oil"), "dips chilioil", "3:4", close_up, ("wood",
          "teak"), Serving("mustard", "chilioil", ("chili", "peanut", "leaf", "chili", "peanut",
          "garlic"), size=0.13)),
        p("dip-garlic", ("蒜泥香油碟", "Garlic and sesame oil"), "dips garlic", "1:1", one_bowl,
          ("slate", "teal"), Serving("cream", "garlic", ("chili", "leaf")), beside=("garlic",
          "onion", "leaf"), share=0.6),
        p("dip-seafood", ("沙茶海鲜碟", "Shacha seafood dip"), "dips seafood", "4:5", one_bowl,
          ("tiles", "sky"), Serving("indigo", "seafood", ("shrimp", "leaf")), beside=("lime",
          "chili", "squid"), share=0.58),
        p("dips-row", ("蘸料台", "The dip bar"), "dips party", "4:3", dip_bar, ("wood", "walnut"),
          ("tofusauce", "soy", "garlic", "sesame", "chive", "chilioil"), ("leaf", "chili")),
        p("dip-shelf", ("调料架", "The sauce shelf"), "dips pantry", "3:4", shelf, "cream",
          (("jar", "honey", "can", "salt"), ("garlic", "onion", "chili"), ("jar", "sake", "jar",
          "basket"))),
    )


def kitchen() -> tuple[Painting, ...]:
    """Return ingredients and preparation."""
    return (
        p("board-veg", ("备菜", "Prepping vegetables"), "prep veg ingredients", "4:5", on_board,
          ("terrazzo", "cream"), "teak", ("tomato", "steak", "onion", "carrot"), ("garlic",
          "chili", "leaf", "potato")),
        p("board-mushroom", ("切菌菇", "Slicing mushrooms"), "prep mushroom ingredients", "3:4",
          on_board, ("linen", "sage"), "oak", ("shiitake", "mushroom", "shiitake", "enoki",
          "shiitake"), ("leaf", "garlic", "onion")),
        p("board-sea", ("收拾海鲜", "Cleaning seafood"), "prep seafood ingredients", "1:1",
          on_board, ("marble", "snow"), "ash", ("shrimp", "squid", "clam", "crab"), ("lemon",
          "leaf", "ginger"), knife=False),
        p("grid-apricot", ("一锅的料", "Everything for one pot"), "ingredients hotpot prep",
          "1:1", knolled, ("plaster", "apricot"), ("tomato", "shiitake", "corn", "shrimp",
          "lotus", "tofu", "cabbage", "egg", "chili"), 3, plates=True),
        p("grid-teal", ("青色桌上的食材", "Ingredients on teal"), "ingredients veg", "3:4",
          knolled, ("plaster", "teal"), ("broccoli", "carrot", "onion", "garlic", "potato",
          "eggplant", "pepper", "cucumber", "tomato", "ginger", "pea", "corn"), 3),
        p("grid-meat", ("肉盘", "The meat tray"), "beef lamb ingredients", "4:3", knolled,
          ("slate", "ink"), ("steak", "beefroll", "meat", "bacon", "drumstick", "beefroll",
          "beefball", "steak", "bacon", "beefball", "beefroll", "drumstick"), 4, plates=True),
        p("market", ("菜市场的收获", "Home from the market"), "market veg ingredients", "4:5",
          hero_on_slab, Room("butter", "wood", "oak", "window", ("cabbage", "carrot", "tomato")),
          "basket", before=("onion", "garlic", "corn")),
        p("balls", ("丸子开会", "A meeting of balls"), "balls ingredients seafood", "1:1",
          knolled, ("gingham", "teal"), ("fishball", "shrimpball", "beefball", "yolkball",
          "crabstick", "fishcake", "friedtofu", "tofu", "beefball"), 3, plates=True),
        p("chilies", ("红辣椒", "Red chilies"), "spicy ingredients chilioil", "1:1", wreath,
          ("plaster", "butter"), "chili", ("garlic", "chili", "onion", "chili", "ginger", "chili",
          "peanut")),
        p("pan-eggs", ("平底锅煎蛋", "Eggs in the pan"), "egg breakfast", "4:5", sweets, ("wood",
          "oak"), "friedegg", ("bread", "tomato", "butter", "leaf"), "cream"),
        p("airfryer", ("空气炸锅小吃", "Air-fryer snacks"), "snack airfryer potato", "1:1",
          knolled, ("plaster", "peach"), ("fries", "drumstick", "sweetpotato", "tempura", "corn",
          "potatoslice", "shrimp", "onion", "friedtofu"), 3, plates=True),
    )


def table() -> tuple[Painting, ...]:
    """Return laid tables, grills, steamers, evenings out."""
    return (
        p("party-teak", ("六人局", "A table for six"), "party hotpot meetup", "3:4", party,
          ("wood", "teak"), "iron", ("red", "mushroom"), ("beefroll", "shrimp", "cabbage", "tofu",
          "lotus", "fishball")),
        p("party-round", ("周末聚餐", "Weekend dinner"), "party meetup hotpot", "1:1", party,
          ("linen", "clay"), "steel", ("red", "bone"), ("beefroll", "shiitake", "cornring",
          "crabstick", "friedtofu", "broccoli"), guests=4),
        p("lanterns", ("灯笼下", "Under the lanterns"), "night meetup party", "4:5", at_the_pot,
          Room("plum", "wood", "walnut", "lights", ("lantern", "cheers", "lantern")),
          Serving("brass", "red", ("enoki", "beefroll", "lotus", "shrimp")), plates=("fishball",
          "tofu", "cornring")),
        p("spread-clay", ("一桌家常菜", "A home-cooked spread"), "spread lunch party", "4:5",
          spread, Room("clay", "wood", "teak"), ("curry", "salad", "ramen", "rice", "friedegg")),
        p("spread-night", ("夜宵三样", "Three late-night dishes"), "night snack spread", "3:4",
          spread, Room("night", "wood", "ebony", "lights"), ("paella", "sushi", "pot"),
          before=("chili", "garlic")),
        p("grill-slate", ("炭火烧烤", "Over charcoal"), "grill party night", "3:4", barbecue,
          ("slate", "ink"), ("kebab", "drumstick", "corn", "shrimp", "steak", "mushroom"),
          ("lime", "chili", "onion")),
        p("camp", ("露营锅", "A camping pot"), "camp meetup hotpot", "1:1", at_the_pot,
          Room("sage", "wood", "oak", "window", ("tent", "plant", "tent")), Serving("iron",
          "tomato", ("corn", "beefball", "mushroom"))),
        p("steamers-two", ("两笼点心", "Two steamers"), "buns dumplings breakfast", "4:5",
          steamers, ("wood", "oak"), (("bun", 7), ("dumpling", 5)), ("soy", "chilioil")),
        p("steamer-big", ("一大笼包子", "A big steamer of buns"), "buns breakfast", "1:1",
          steamers, ("linen", "sage"), (("bun", 7),), ("soy",)),
        p("dumplings", ("饺子出锅", "Dumplings, just out"), "dumplings clear", "3:4", steamers,
          ("gingham", "tomato"), (("dumpling", 6), ("tangyuan", 7)), ("chilioil", "soy")),
        p("takeaway", ("外带一份", "One to take away"), "takeout solo", "1:1", duo, Room("sand",
          "wood", "ash", "window", ("plant", "tulip")), "takeout", "bubbletea"),
        p("beers", ("来一杯", "Cheers"), "drinks night meetup", "4:5", duo, Room("night", "wood",
          "teak", "lights", ("lantern", "lantern")), "beer", "kebab"),
        p("desk-lunch", ("工位午餐", "Lunch at the desk"), "lunch solo takeout", "4:3", duo,
          Room("sky", "wood", "ash", "shelf", ("cactus", "plant")), "ramen", "coffee"),
        p("sushi-slab", ("寿司板", "Sushi on a board"), "seafood snack", "4:3", hero_on_slab,
          Room("teal", "wood", "walnut", "shelf", ("teapot", "sake")), "sushi", before=("lemon",
          "ginger"), tone="ebony"),
    )


def treats() -> tuple[Painting, ...]:
    """Return sweets, fruit, drinks."""
    return (
        p("cake", ("草莓蛋糕", "Strawberry cake"), "dessert birthday", "1:1", hero_on_slab,
          Room("rose", "marble", "snow", "window", ("tulip", "teapot")), "cake",
          before=("strawberry", "blueberry"), tone="ash"),
        p("plum-tea", ("冰酸梅汤", "Iced plum tea"), "drinks plumtea dessert", "1:1", duo,
          Room("peach", "linen", "rose", behind=("cherry", "plant")), "tropical", "shavedice"),
        p("tea-tray", ("饭后一壶茶", "Tea after dinner"), "tea drinks", "4:3", cups, ("bamboo",
          "oak"), ("tea", "matcha", "tea", "syrup"), ("mooncake", "lemon", "cookie")),
        p("tangyuan", ("桂花汤圆", "Osmanthus tangyuan"), "dessert", "4:5", one_bowl, ("plaster",
          "rose"), Serving("celadon", "syrup", ("tangyuan",) * 4), beside=("blossom", "peanut",
          "blossom"), share=0.66),
        p("mochi", ("红糖糍粑", "Brown sugar mochi"), "dessert snack mochi", "1:1", sweets,
          ("wood", "walnut"), "dango", ("peanut", "blossom", "chestnut", "honey"), "pink"),
        p("fruit", ("解腻水果", "Fruit to finish"), "fruit dessert", "4:5", knolled, ("plaster",
          "sky"), ("watermelon", "grapes", "kiwi", "orange", "strawberry", "mango", "peach",
          "blueberry", "pineapple"), 3),
        p("icecream", ("冰淇淋", "Ice cream"), "dessert", "3:4", hero_on_slab, Room("butter",
          "terrazzo", "cream", behind=("cherry", "plant")), "icecream", before=("strawberry",
          "cookie"), tone="ash"),
        p("breakfast", ("周末早餐", "Weekend breakfast"), "breakfast", "4:3", spread,
          Room("butter", "gingham", "mustard", "window"), ("pancake", "coffee", "croissant"),
          before=("strawberry", "butter")),
        p("mooncakes", ("月饼和茶点", "Mooncakes and treats"), "tea dessert festival", "1:1",
          knolled, ("linen", "clay"), ("mooncake", "leaf", "mooncake", "chestnut", "mooncake",
          "blossom", "mooncake", "orange", "mooncake"), 3, plates=True),
    )
