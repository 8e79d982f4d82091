"""What facts are called in the console."""

from app.checkin.events import DayCheckedIn
from app.commerce import events as commerce
from app.community import events as community
from app.identity import events as identity
from app.kernel.facts import Fact
from app.kernel.i18n import lazy_gettext as _l

_LABELS: dict[type[Fact], object] = {
    DayCheckedIn: _l("Check-ins"),
    identity.MemberJoined: _l("New members"),
    identity.ContactAdded: _l("Contacts added"),
    identity.PasswordChanged: _l("Passwords changed"),
    identity.RoleGranted: _l("Roles granted"),
    identity.RoleRevoked: _l("Roles revoked"),
    commerce.OrderPaid: _l("Orders paid"),
    commerce.OrderCorrected: _l("Orders corrected"),
    commerce.ImportFinished: _l("Order files imported"),
    community.ThreadPublished: _l("Threads posted"),
    community.ThreadEdited: _l("Threads edited"),
    community.ThreadRemoved: _l("Threads taken down"),
    community.ThreadBroughtBack: _l("Threads brought back"),
    community.ThreadHidden: _l("Threads hidden"),
    community.ThreadRestored: _l("Threads shown again"),
    community.ReplyPublished: _l("Replies"),
    community.ReplyEdited: _l("Replies edited"),
    community.ReplyRemoved: _l("Replies taken down"),
    community.ReplyBroughtBack: _l("Replies brought back"),
    community.ReplyHidden: _l("Replies hidden"),
    community.ReplyRestored: _l("Replies shown again"),
    community.ThreadLiked: _l("Likes of threads"),
    community.ThreadUnliked: _l("Likes of threads taken back"),
    community.ReplyLiked: _l("Likes of replies"),
    community.ReplyUnliked: _l("Likes of replies taken back"),
    community.MemberFollowed: _l("Follows"),
    community.MemberUnfollowed: _l("Follows ended"),
}
FACTS = {kind.name: label for kind, label in _LABELS.items()}


def fact_label(name: str) -> object:
    """Return a fact's name in words, or the name itself where nobody has put it in words yet."""
    return FACTS.get(name, name)
