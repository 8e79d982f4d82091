"""Every page says who may come in, how it may be kept, and is not shadowed by another."""

import re

from flask import Flask

from app.kernel.permissions import Permission

MARKS = {"public", "member", *(permission.value for permission in Permission)}
PATHS = re.compile(r"^/(?:[a-z0-9_.-]+|<[a-z_:]+>)?(?:/(?:[a-z0-9_.-]+|<[a-z_:]+>))*$")


def test_every_view_carries_an_access_mark(bare_app: Flask) -> None:
    missing = [
        name
        for name, view in bare_app.view_functions.items()
        if getattr(view, "__access__", None) not in MARKS
    ]
    assert missing == []


def test_staff_pages_ask_for_a_permission_and_are_never_kept(bare_app: Flask) -> None:
    wrong = []
    for rule in bare_app.url_map.iter_rules():
        view = bare_app.view_functions[rule.endpoint]
        if rule.rule == "/staff" or rule.rule.startswith("/staff/"):
            if getattr(view, "__access__", "") in {"public", "member"}:
                wrong.append(f"{rule.rule} is open to {getattr(view, '__access__', '')}")
            if getattr(view, "__cache__", "") != "no-store":
                wrong.append(f"{rule.rule} may be kept")
    assert wrong == []


def test_what_is_cached_for_guests_is_public(bare_app: Flask) -> None:
    wrong = [
        name
        for name, view in bare_app.view_functions.items()
        if getattr(view, "__cache__", "").startswith("public:")
        and getattr(view, "__access__", "") != "public"
    ]
    assert wrong == []


def test_addresses_are_lower_case_words(bare_app: Flask) -> None:
    odd = [rule.rule for rule in bare_app.url_map.iter_rules() if not PATHS.match(rule.rule)]
    assert odd == []


def test_no_two_views_share_an_address(bare_app: Flask) -> None:
    seen: dict[tuple[str, str], str] = {}
    clashes = []
    for rule in bare_app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            shape = re.sub(r"<[^>]+>", "<>", rule.rule)
            other = seen.setdefault((method, shape), rule.endpoint)
            if other != rule.endpoint:
                clashes.append(f"{method} {rule.rule}: {other} and {rule.endpoint}")
    assert clashes == []


def test_a_domain_names_its_endpoints_after_itself(bare_app: Flask) -> None:
    kernel = {"static", "theme_css"}
    odd = [
        name
        for name, view in bare_app.view_functions.items()
        if name not in kernel
        and view.__module__.startswith("app.")
        and not view.__module__.startswith("app.kernel.")
        and name.partition(".")[0].partition("_")[0] != view.__module__.split(".")[1]
    ]
    assert odd == []


def test_every_navigation_entry_leads_to_a_page(bare_app: Flask) -> None:
    from app.kernel import menu

    with bare_app.test_request_context():
        for name in ("tabs", "me", "settings", "staff"):
            for item in menu.items(name, frozenset(Permission)):
                assert item.url.startswith("/"), item.key
