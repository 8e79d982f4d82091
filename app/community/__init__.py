"""Community: boards, threads, replies, likes, follows."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, navigation, references, verifier, commands."""
    from app.community import (  # noqa: F401 - tasks: the timetable; listeners: what they hear
        acts,
        cli,
        highlights,
        leaving,
        listeners,
        measures,
        merging,
        merging_reading,
        notices,
        present,
        queries,
        reportable,
        routes,
        searching,
        staff,
        tasks,
        video_notices,
    )
    from app.community.queries.heat import drifting_reading
    from app.community.queries.topics import banners_in_use
    from app.community.queries.videos import drifting_videos, films_in_use, posters_in_use
    from app.community.queries.welcomes import counting_first_posts
    from app.community.routes.poll_part import PollPart
    from app.community.routes.rooms import shelf
    from app.community.service.watching import unwelcome_pairs
    from app.kernel import menu, parts, refs, robots, rooms, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.media import service as media
    from app.kernel.permissions import Permission
    from app.notify.types import register_guard
    from app.notify.types.highlights import register_highlights

    leaving.register()
    merging.register()
    merging_reading.register()
    parts.register("poll", PollPart())
    acts.register()
    searching.move_in()
    measures.register()
    notices.register_notices()
    register_guard(unwelcome_pairs)
    register_highlights(highlights.highlights)
    reportable.register()
    for pages in (
        routes.bp,
        staff.bp,
        routes.elsewhere.staff_bp,
        routes.topics_staff.bp,
        routes.reactions_staff.bp,
        routes.welcomes.staff_bp,
    ):
        app.register_blueprint(pages)
    cli.init_app(app)
    for kind, url in (
        ("thread", present.thread_ref_url),
        ("thread_pick", present.thread_ref_url),
        ("reply", present.reply_ref_url),
        ("thread_like", present.thread_like_ref_url),
        ("reply_like", present.reply_like_ref_url),
    ):
        refs.register(kind, url)
    verify.register("community.counters", queries.drifting_counters)
    verify.register("community.reading", drifting_reading)
    parts.posts_are_known_by(present.Posts())
    rooms.printed_by(shelf)
    for finder in (queries.photos_in_use, banners_in_use, posters_in_use):
        media.shown_by(finder)
    media.kept_by(films_in_use)
    verify.register("community.videos", drifting_videos)
    video_notices.register_video_notices()
    robots.lists("community.sitemap_index")
    for item in (
        menu.Item(
            "home", "community.home", _l("Home"), icon="home", icon_on="home-filled", order=10
        ),
        menu.Item(
            "boards", "community.boards", _l("Boards"), icon="layout-grid",
            icon_on="layout-grid-filled", order=20,
        ),
        menu.Item(
            "post", "community.compose", _l("Post"), icon="plus", icon_on="plus", order=30
        ),
    ):  # fmt: skip
        menu.add("tabs", item)
    menu.add(
        "shelves",
        menu.Item(
            "boards", "community.boards", _l("Boards"), icon="layout-grid",
            icon_on="layout-grid-filled", order=20,
        ),
    )  # fmt: skip
    menu.add(
        "home",
        menu.Item(
            "topics", "community.topic_list", _l("Hot topics"), icon="hash", icon_on="hash",
            order=30,
        ),
    )  # fmt: skip
    menu.add(
        "settings",
        menu.Item(
            "elsewhere", "community.elsewhere", _l("My posts elsewhere"), icon="link",
            icon_on="link", order=15,
        ),
    )  # fmt: skip
    menu.add(
        "me",
        menu.Item(
            "drafts", "community.drafts", _l("Drafts"), icon="pencil", icon_on="pencil", order=36
        ),
    )
    menu.add(
        "settings",
        menu.Item(
            "hidden_people", "community.hidden_people", _l("Muted and blocked"), icon="user-off",
            icon_on="user-off", order=45,
        ),
    )  # fmt: skip
    menu.add(
        "me",
        menu.Item(
            "bookmarks", "community.bookmarks", _l("Bookmarks"), icon="bookmark",
            icon_on="bookmark-filled", order=25,
        ),
    )  # fmt: skip
    community = _l("Community")
    for item in (
        menu.Item(
            "content", "community_staff.content", _l("Content"), icon="messages",
            icon_on="messages", order=20, group=community, permission=Permission.CONTENT_SEE,
        ),
        menu.Item(
            "welcomes", "community_welcomes.waiting", _l("First posts"), icon="heart",
            icon_on="heart-filled", order=25, group=community,
            permission=Permission.CONTENT_MODERATE, badge=menu.counted(
                "first_posts", Permission.CONTENT_MODERATE, counting_first_posts
            ),
        ),
        menu.Item(
            "boards", "community_staff.boards", _l("Boards"), icon="layout-grid",
            icon_on="layout-grid-filled", order=30, group=community,
            permission=Permission.BOARDS_EDIT,
        ),
        menu.Item(
            "staff_topics", "community_topics.calendar", _l("Hot topics"), icon="hash",
            icon_on="hash", order=32, group=community, permission=Permission.BOARDS_EDIT,
        ),
        menu.Item(
            "staff_reactions", "community_reactions.faces", _l("Reactions"), icon="mood-smile",
            icon_on="mood-smile", order=34, group=community, permission=Permission.BOARDS_EDIT,
        ),
    ):  # fmt: skip
        menu.add("staff", item)
