"""Every page that a person can look at: endpoint -> (who looks, address with examples)."""

GUEST, FAN, STAFF = "", "mei", "ada"

PAGES: dict[str, tuple[str, str]] = {
    "community.home": (GUEST, "/"),
    "community.boards": (GUEST, "/b"),
    "community.board": (GUEST, "/b/{slug}"),
    "community.thread": (GUEST, "/p/{code}"),
    "community.profile": (GUEST, "/u/{yid}"),
    "community.share": (GUEST, "/p/{code}/share"),
    "checkin.calendar": (FAN, "/checkin"),
    "identity.sign_in": (GUEST, "/signin"),
    "identity.sign_up": (GUEST, "/signup"),
    "identity.forgot": (GUEST, "/signin/forgot"),
    "community.compose": (FAN, "/compose"),
    "community.edit_thread": (FAN, "/p/{code}/edit"),
    "community.edit_reply": (FAN, "/p/{code}/f/{floor}/edit"),
    "identity.me": (FAN, "/me"),
    "identity.settings": (FAN, "/settings"),
    "identity.profile_settings": (FAN, "/settings/profile"),
    "identity.account": (FAN, "/settings/account"),
    "identity.password": (FAN, "/settings/account/password"),
    "identity.add_contact": (FAN, "/settings/account/contacts/add"),
    "identity.devices": (FAN, "/settings/devices"),
    "identity.look_settings": (FAN, "/settings/language"),
    "ledger.wallet": (FAN, "/me/wallet"),
    "ledger.entry": (FAN, "/me/wallet/{txn_id}"),
    "ledger.proof": (FAN, "/me/wallet/proof"),
    "commerce.my_orders": (FAN, "/me/orders"),
    "commerce.my_order": (FAN, "/me/orders/{order}"),
    "console.overview": (STAFF, "/staff"),
    "console.facts_log": (STAFF, "/staff/facts"),
    "console.gallery": (STAFF, "/staff/gallery"),
    "community_staff.boards": (STAFF, "/staff/boards"),
    "community_staff.new_board": (STAFF, "/staff/boards/new"),
    "community_staff.edit_board": (STAFF, "/staff/boards/{slug}"),
    "community_staff.content": (STAFF, "/staff/content"),
    "community_staff.hide": (STAFF, "/staff/content/threads/{thread_id}/hide"),
    "identity_staff.members": (STAFF, "/staff/members"),
    "identity_staff.member": (STAFF, "/staff/members/{own_yid}"),
    "commerce_staff.orders": (STAFF, "/staff/orders"),
    "commerce_staff.order": (STAFF, "/staff/orders/{order}"),
    "commerce_staff.kept_aside": (STAFF, "/staff/orders/kept-aside"),
    "commerce_staff.channels": (STAFF, "/staff/channels"),
    "commerce_staff.imports": (STAFF, "/staff/imports"),
    "commerce_staff.import_": (STAFF, "/staff/imports/{batch}"),
    "ledger_staff.roll_forward": (STAFF, "/staff/ledger"),
}

# The same endpoint with something else on it.
VARIANTS: dict[str, tuple[str, str]] = {
    "home of a fan": (FAN, "/"),
    "following feed": (FAN, "/?tab=following"),
    "thread of a fan": (FAN, "/p/{code}"),
    "thread of staff": (STAFF, "/p/{code}"),
    "own profile": (FAN, "/u/{own_yid}"),
    "calendar of a guest": (GUEST, "/checkin"),
    "growth book": (FAN, "/me/wallet?book=growth"),
    "nothing there": (GUEST, "/no-such-page"),
    "not allowed": (FAN, "/staff"),
}

# Reached only in the middle of a journey (they carry a ticket), no page of their own, or a file.
ELSEWHERE = {
    "identity.contact_code",
    "identity.reset",
    "identity.sign_up_code",
    "refs.go",
}
FILES = {
    "static",
    "theme_css",
    "icon_svg",
    "media.rendition",
    "health.livez",
    "health.readyz",
    "health.metrics",
    "ledger.proof_file",
    "ledger.proof_script",
    "ledger.statement_file",
    "ledger_staff.roll_forward_file",
    "commerce_staff.import_errors",
}
