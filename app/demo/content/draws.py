"""Lucky draws of the demo: a nine-grid and a scratch card that are open, and one that is over."""

from app.draws.types import PrizeDraft
from app.kernel.goods import Thing

# Prose stays as it was written.
# fmt: off

ORGANISER = "百家宴食品（成都）有限公司"
CONTACT = "hello@pot.example · 028-0000-0000"
CONDITIONS = (
    "年满 18 周岁的会员均可参加，同一人的多个账号视为一人。",
    "Members of 18 and over may take part; several accounts of one person count as one.",
)
RULES = (
    "积分奖品即时到账，按积分规则有效，不可兑换现金。\n\n页面公布的概率与数量自开始之日起不再变动。",
    "Prizes in points arrive at once, live as long as points do and can't be turned into money.\n\nThe chances and quantities on the page do not change once the draw has opened.",
)


def points(amount: int, odds: int, *, stock: int | None = None, headline: bool = False) -> PrizeDraft:
    """A prize in points, worth a fen each."""
    return PrizeDraft(
        f"p{amount}", f"{amount} 积分", f"{amount} points", Thing("points", str(amount)),
        value_minor=amount, stock=stock, odds_ppm=odds, fallback="thanks" if stock else "", is_headline=headline,
    )


THANKS_ZH, THANKS_EN = "下次一定中", "Next time, surely"


def thanks(odds: int) -> PrizeDraft:
    """A thank you."""
    return PrizeDraft("thanks", THANKS_ZH, THANKS_EN, odds_ppm=odds)


def again(draw_id: int, odds: int) -> PrizeDraft:
    """One more try in the same draw."""
    return PrizeDraft("again", "再来一次", "One more try", Thing("ticket", str(draw_id)), value_minor=20, odds_ppm=odds)


def frame(which: Thing, odds: int) -> PrizeDraft:
    """A frame for one's picture."""
    return PrizeDraft("frame", "金边头像框", "Golden rim frame", which, value_minor=150, odds_ppm=odds)


GRID = ("winter-grid", "暖冬九宫格", "Winter nine-grid")
SCRATCH = ("scratch-a-pot", "刮一刮，开锅了", "Scratch a pot")
OVER = ("first-snow", "初雪抽奖", "First snow draw")

GRID_PRIZES = (
    points(1888, 500, stock=3, headline=True), points(188, 4_500, stock=60), points(66, 25_000),
    points(18, 130_000), points(10, 250_000),
)
GRID_REST = (100_000, 400_000)
GRID_FRAME = ("double-gold", 90_000)
SCRATCH_PRIZES = (points(666, 2_000, stock=8, headline=True), points(50, 98_000), points(20, 300_000), thanks(600_000))
OVER_PRIZES = (points(100, 50_000, stock=5), points(15, 350_000), thanks(600_000))
