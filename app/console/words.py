"""What facts are called in the console."""

from dataclasses import dataclass

from app.archive import events as archive
from app.brand import events as brand
from app.checkin import events as checkin
from app.circles import events as circles
from app.commerce import events as commerce
from app.community import events as community
from app.coupons import events as coupons
from app.draws import events as draws
from app.identity import events as identity
from app.kernel.facts import Fact
from app.kernel.i18n import lazy_gettext as _l
from app.ledger.types import Fund
from app.loyalty import events as loyalty
from app.moderation import events as moderation
from app.originality import events as originality
from app.ranking import events as ranking
from app.rewards import events as rewards
from app.seats import events as seats


@dataclass(frozen=True, slots=True)
class Told:
    """How the console tells a fact: a name in words and a tabler icon."""

    label: object
    icon: str = "activity"


_TOLD: dict[type[Fact], Told] = {
    moderation.ContentReported: Told(_l("Reports of content"), icon="flag"),
    moderation.CaseDecided: Told(_l("Cases decided"), icon="gavel"),
    moderation.CaseReopened: Told(_l("Verdicts undone"), icon="arrow-back-up"),
    moderation.MemberMuted: Told(_l("Members muted"), icon="volume-off"),
    moderation.MemberUnmuted: Told(_l("Members who may write again"), icon="volume"),
    coupons.CouponGiven: Told(_l("Coupons given"), icon="ticket"),
    coupons.CouponUsed: Told(_l("Coupons used"), icon="ticket"),
    coupons.CouponTakenBack: Told(_l("Coupons taken back"), icon="ticket-off"),
    coupons.CouponExpiring: Told(_l("Coupons about to expire"), icon="clock"),
    coupons.PoolRanLow: Told(_l("Coupon pools that ran low"), icon="alert-triangle"),
    seats.SeatGiven: Told(_l("Event seats given"), icon="calendar-event"),
    seats.SeatReturned: Told(_l("Event seats given back"), icon="arrow-back-up"),
    seats.SeatCheckedIn: Told(_l("Guests at events"), icon="checks"),
    archive.RightsAnswered: Told(_l("Answers about reuse"), icon="shield-check"),
    archive.RightsAsked: Told(_l("Requests for reuse"), icon="shield-check"),
    originality.OriginalityFlagged: Told(_l("Posts flagged as not new"), icon="copy"),
    originality.OriginalityCleared: Told(_l("Flagged posts that count again"), icon="circle-check"),
    archive.PostUsed: Told(_l("Posts used by the brand"), icon="sparkles"),
    circles.CircleOpened: Told(_l("Circles opened"), icon="users"),
    circles.CircleClosed: Told(_l("Circles closed"), icon="users"),
    circles.CircleAsked: Told(_l("Requests to join circles"), icon="user-plus"),
    circles.CircleJoined: Told(_l("Circles joined"), icon="user-plus"),
    circles.CircleLeft: Told(_l("Circles left"), icon="user-off"),
    brand.PagePublished: Told(_l("Pages of the brand published"), icon="book-2"),
    brand.IssuePublished: Told(_l("Issues of columns"), icon="news"),
    draws.DrawOpened: Told(_l("Draws opened"), icon="ticket"),
    draws.DrawPlayed: Told(_l("Tries in draws"), icon="ticket"),
    draws.PrizeWon: Told(_l("Prizes of lists handed over"), icon="gift"),
    draws.DrawPaused: Told(_l("Draws paused"), icon="ticket"),
    draws.DrawClosed: Told(_l("Draws ended"), icon="ticket"),
    draws.DrawCancelled: Told(_l("Draws called off"), icon="receipt-refund"),
    checkin.DayCheckedIn: Told(_l("Check-ins"), icon="calendar-check"),
    checkin.DayMadeUp: Told(_l("Days made up"), icon="calendar-plus"),
    checkin.SaverBought: Told(_l("Shields and cards bought"), icon="shield-check"),
    checkin.DayGranted: Told(_l("Days granted"), icon="calendar-heart"),
    checkin.GrantUndone: Told(_l("Granted days taken back"), icon="arrow-back-up"),
    checkin.CheckInRulesSet: Told(_l("Rules of check-in set"), icon="adjustments-horizontal"),
    identity.MemberJoined: Told(_l("New members"), icon="user-plus"),
    identity.ContactAdded: Told(_l("Contacts added"), icon="user-plus"),
    identity.PasswordChanged: Told(_l("Passwords changed"), icon="key"),
    identity.RoleGranted: Told(_l("Roles granted"), icon="key"),
    identity.RoleRevoked: Told(_l("Roles revoked"), icon="key"),
    identity.MemberLeft: Told(_l("Accounts closed"), icon="user-x"),
    identity.MemberMerged: Told(_l("Members merged"), icon="users"),
    identity.MemberParted: Told(_l("Merges undone"), icon="arrow-back-up"),
    rewards.Redeemed: Told(_l("Redemptions"), icon="gift"),
    rewards.OrderMoved: Told(_l("Redemptions packed, shipped, received"), icon="package"),
    rewards.OrderEnded: Told(_l("Redemptions cancelled or refunded"), icon="receipt-refund"),
    rewards.OrderPartEnded: Told(_l("Redemptions refunded in part"), icon="receipt-refund"),
    rewards.LotsDrawn: Told(_l("Lots drawn for drops"), icon="dice"),
    commerce.OrderPaid: Told(_l("Orders paid"), icon="shopping-bag"),
    commerce.OrderCorrected: Told(_l("Orders corrected"), icon="shopping-bag"),
    commerce.OrderRefunded: Told(_l("Refunds"), icon="receipt-refund"),
    commerce.RefundChanged: Told(_l("Refunds changed"), icon="receipt-refund"),
    commerce.RefundCancelled: Told(_l("Refunds taken back"), icon="arrow-back-up"),
    commerce.OrderCancelled: Told(_l("Orders cancelled"), icon="x"),
    commerce.OrderWithdrawn: Told(_l("Orders taken out"), icon="trash"),
    commerce.OrderRevived: Told(_l("Orders that count again"), icon="refresh"),
    commerce.ImportFinished: Told(_l("Order files imported"), icon="file-import"),
    commerce.ImportRolledBack: Told(_l("Imports rolled back"), icon="arrow-back-up"),
    commerce.ProductVisited: Told(_l("Ways to shops"), icon="route"),
    identity.ProfileChanged: Told(_l("Profiles changed"), icon="user-circle"),
    community.ThreadFeatured: Told(_l("Posts featured"), icon="star"),
    community.ThreadUnfeatured: Told(_l("Posts featured no more"), icon="star"),
    community.TopicOpened: Told(_l("Topics opened"), icon="hash"),
    community.TopicClosed: Told(_l("Topics closed"), icon="hash"),
    ranking.PeriodFrozen: Told(_l("Leaderboards frozen"), icon="trophy"),
    ranking.PeriodSettled: Told(_l("Leaderboards settled"), icon="trophy"),
    ranking.FormulaPublished: Told(_l("Formulas of leaderboards published"), icon="trophy"),
    loyalty.RulesPublished: Told(_l("Earning rules published"), icon="scale"),
    loyalty.TierChanged: Told(_l("Tiers changed"), icon="crown"),
    loyalty.TierAtRisk: Told(_l("Tiers at risk"), icon="alert-triangle"),
    loyalty.LadderPublished: Told(_l("Ladders published"), icon="stairs-up"),
    loyalty.SuperMemberInvited: Told(_l("Super-members invited"), icon="crown"),
    loyalty.SuperMemberChanged: Told(_l("Super-memberships changed"), icon="crown"),
    loyalty.ClosenessScored: Told(_l("Closeness scored"), icon="heart"),
    loyalty.MissionDone: Told(_l("Missions done"), icon="target"),
    loyalty.CampGraduated: Told(_l("Camps graduated from"), icon="tent"),
    loyalty.BadgeGranted: Told(_l("Badges given"), icon="award"),
    loyalty.BadgeRevoked: Told(_l("Badges taken away"), icon="award"),
    loyalty.MemberReferred: Told(_l("Members invited"), icon="user-plus"),
    loyalty.PointsReviewed: Told(_l("Points reviewed"), icon="shield-search"),
    community.ThreadPublished: Told(_l("Threads posted"), icon="photo"),
    community.ThreadEdited: Told(_l("Threads edited"), icon="pencil"),
    community.ThreadRemoved: Told(_l("Threads taken down"), icon="trash"),
    community.ThreadBroughtBack: Told(_l("Threads brought back"), icon="arrow-back-up"),
    community.ThreadHidden: Told(_l("Threads hidden"), icon="eye-off"),
    community.ThreadRestored: Told(_l("Threads shown again"), icon="eye"),
    community.ReplyPublished: Told(_l("Replies"), icon="message-circle"),
    community.ReplyEdited: Told(_l("Replies edited"), icon="pencil"),
    community.ReplyRemoved: Told(_l("Replies taken down"), icon="trash"),
    community.ReplyBroughtBack: Told(_l("Replies brought back"), icon="arrow-back-up"),
    community.ReplyHidden: Told(_l("Replies hidden"), icon="eye-off"),
    community.ReplyRestored: Told(_l("Replies shown again"), icon="eye"),
    community.AnswerAccepted: Told(_l("Answers accepted"), icon="circle-check"),
    community.AnswerTakenBack: Told(_l("Accepted answers taken back"), icon="arrow-back-up"),
    community.ThreadLiked: Told(_l("Likes of threads"), icon="heart"),
    community.ThreadUnliked: Told(_l("Likes of threads taken back"), icon="heart"),
    community.ReplyLiked: Told(_l("Likes of replies"), icon="heart"),
    community.ReplyUnliked: Told(_l("Likes of replies taken back"), icon="heart"),
    community.MemberFollowed: Told(_l("Follows"), icon="users"),
    community.MemberUnfollowed: Told(_l("Follows ended"), icon="users"),
}
FACTS = {kind.name: told for kind, told in _TOLD.items()}

FUNDS: dict[Fund, object] = {
    Fund.ORDER: _l("Orders"),
    Fund.CONTENT: _l("Posts, replies, likes"),
    Fund.CHECKIN: _l("Check-in"),
    Fund.ADJUST: _l("Corrections"),
    Fund.PRIZE: _l("Prizes"),
    Fund.GIFT: _l("Gifts"),
    Fund.RESTORED: _l("Given back"),
    Fund.OPENING: _l("From before"),
}


def told_as(name: str) -> Told:
    """Return how a fact is told; by its own name where nobody has put it in words yet."""
    return FACTS.get(name) or Told(name)
