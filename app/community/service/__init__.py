"""Writes of the community."""

from app.community.service.answers import accept_answer, take_answer_back
from app.community.service.boards import save_board, seed_boards
from app.community.service.captions import write_words
from app.community.service.cards import look_at_waiting
from app.community.service.drafting import (
    discard_draft,
    note_failure,
    save_draft,
    unschedule,
)
from app.community.service.edits import edit_thread
from app.community.service.elsewhere import (
    NewExternal,
    add_elsewhere,
    measure_elsewhere,
    remove_elsewhere,
    show_elsewhere,
)
from app.community.service.film_work import prepare_next
from app.community.service.follows import follow, unfollow
from app.community.service.greeting import leave_first_post, send_welcome
from app.community.service.likes import like_reply, like_thread, unlike_reply, unlike_thread
from app.community.service.marking import unmark
from app.community.service.moderation import (
    hide_reply,
    hide_thread,
    restore_reply,
    restore_thread,
)
from app.community.service.news import NEWS_HEARD, note_news, prune_news, tell_watchers
from app.community.service.rendering import render_again
from app.community.service.replies import bring_back_reply, edit_reply, remove_reply, reply
from app.community.service.scheduling import publish_scheduled
from app.community.service.seeding import (
    seed_elsewhere,
    seed_follows,
    seed_likes,
    seed_replies,
    seed_threads,
)
from app.community.service.taking_changes import (
    hang_photos,
    take_in_reply_texts,
    take_in_thread_texts,
)
from app.community.service.taking_in import (
    Composer,
    take_in_follows,
    take_in_likes,
    take_in_replies,
    take_in_threads,
    text_digest,
)
from app.community.service.telling import HEARD, tell_crowds, tell_mentions, tell_of
from app.community.service.text_work import do_work
from app.community.service.threads import (
    bring_back_thread,
    publish_thread,
    remove_thread,
)
from app.community.service.tidying import beautified
from app.community.service.videos import forget_spare, seed_video, send_video
from app.community.service.welcoming import put_first_posts_on_desk
from app.community.service.writing import compose, compose_reply, previewed

__all__ = [
    "HEARD",
    "NEWS_HEARD",
    "Composer",
    "NewExternal",
    "accept_answer",
    "add_elsewhere",
    "beautified",
    "bring_back_reply",
    "bring_back_thread",
    "compose",
    "compose_reply",
    "discard_draft",
    "do_work",
    "edit_reply",
    "edit_thread",
    "follow",
    "forget_spare",
    "hang_photos",
    "hide_reply",
    "hide_thread",
    "leave_first_post",
    "like_reply",
    "like_thread",
    "look_at_waiting",
    "measure_elsewhere",
    "note_failure",
    "note_news",
    "prepare_next",
    "previewed",
    "prune_news",
    "publish_scheduled",
    "publish_thread",
    "put_first_posts_on_desk",
    "remove_elsewhere",
    "remove_reply",
    "remove_thread",
    "render_again",
    "reply",
    "restore_reply",
    "restore_thread",
    "save_board",
    "save_draft",
    "seed_boards",
    "seed_elsewhere",
    "seed_follows",
    "seed_likes",
    "seed_replies",
    "seed_threads",
    "seed_video",
    "send_video",
    "send_welcome",
    "show_elsewhere",
    "take_answer_back",
    "take_in_follows",
    "take_in_likes",
    "take_in_replies",
    "take_in_reply_texts",
    "take_in_thread_texts",
    "take_in_threads",
    "tell_crowds",
    "tell_mentions",
    "tell_of",
    "tell_watchers",
    "text_digest",
    "unfollow",
    "unlike_reply",
    "unlike_thread",
    "unmark",
    "unschedule",
    "write_words",
]
