"""What can be done with notices: tell, take back, read, choose, send, forget."""

from app.notify.service.dispatching import dispatch
from app.notify.service.mailing import mail_due
from app.notify.service.ordering import put_in_order
from app.notify.service.pushing import push_due
from app.notify.service.reading import (
    forget_member,
    prune,
    read,
    read_about,
    read_all,
    unread,
)
from app.notify.service.spreading import spread, take_back
from app.notify.service.subscribing import subscribe, unsubscribe
from app.notify.service.telling import settle, tell, tell_many, withdraw
from app.notify.service.wishing import (
    ask_about_push_later,
    choose,
    choose_letters,
    keep_habit,
    stop_letters,
)

__all__ = [
    "ask_about_push_later",
    "choose",
    "choose_letters",
    "dispatch",
    "forget_member",
    "keep_habit",
    "mail_due",
    "prune",
    "push_due",
    "put_in_order",
    "read",
    "read_about",
    "read_all",
    "settle",
    "spread",
    "stop_letters",
    "subscribe",
    "take_back",
    "tell",
    "tell_many",
    "unread",
    "unsubscribe",
    "withdraw",
]
