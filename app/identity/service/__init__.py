"""What can be done with members: every public verb is one transaction.

Sign-in, sign-up, codes and passwords are told in steps: a try is counted and committed first, then
the slow hash is computed outside any transaction, then one transaction does the act.
"""

from app.identity.service.bounces import lift_bounces, note_bounce
from app.identity.service.codes import prune_codes
from app.identity.service.credentials import change_password, finish_reset, start_reset
from app.identity.service.disagreeing import are_apart, open_conflict, try_merge
from app.identity.service.frames import make_frame, offer_frame, wear_frame
from app.identity.service.joining import finish_sign_up, send_sign_up_code_again, start_sign_up
from app.identity.service.leaving import GRACE, ask_for, ask_to_leave, close_due, forget_left, stay
from app.identity.service.letters import write_unasked
from app.identity.service.linking import keep_apart, unlink_identity
from app.identity.service.members import rekey_contacts, seed_members
from app.identity.service.merging import (
    carry_late_rows,
    may_merge,
    merge_members,
    unmerge_members,
)
from app.identity.service.muting import lock, mute, unmute
from app.identity.service.profile import (
    BIO_LENGTH,
    THEMES,
    edit_profile,
    set_avatar,
    set_locale,
    set_look,
    set_theme,
)
from app.identity.service.reach import (
    finish_adding_contact,
    remove_contact,
    start_adding_contact,
)
from app.identity.service.resolving import (
    create_silent_members,
    resolve_buyers,
    seal_identities,
)
from app.identity.service.roles import (
    create_member,
    grant_role,
    note_contacts_revealed,
    revoke_role,
    show_job,
)
from app.identity.service.sessions import (
    auth_version_of,
    begin_session,
    note_seen,
    prune_sessions,
    revoke_session,
    sign_out,
    sign_out_everywhere,
    token_digest,
)
from app.identity.service.signing_in import sign_in
from app.identity.service.takeouts import (
    ask_for_takeout,
    forget_takeouts,
    takeout_path,
    write_takeouts,
)
from app.identity.service.taking_in import (
    profile_digest,
    take_in_face,
    take_in_members,
    take_in_profile,
)
from app.identity.service.wishes import set_do_not_contact

__all__ = [
    "BIO_LENGTH",
    "GRACE",
    "THEMES",
    "are_apart",
    "ask_for",
    "ask_for_takeout",
    "ask_to_leave",
    "auth_version_of",
    "begin_session",
    "carry_late_rows",
    "change_password",
    "close_due",
    "create_member",
    "create_silent_members",
    "edit_profile",
    "finish_adding_contact",
    "finish_reset",
    "finish_sign_up",
    "forget_left",
    "forget_takeouts",
    "grant_role",
    "keep_apart",
    "lift_bounces",
    "lock",
    "make_frame",
    "may_merge",
    "merge_members",
    "mute",
    "note_bounce",
    "note_contacts_revealed",
    "note_seen",
    "offer_frame",
    "open_conflict",
    "profile_digest",
    "prune_codes",
    "prune_sessions",
    "rekey_contacts",
    "remove_contact",
    "resolve_buyers",
    "revoke_role",
    "revoke_session",
    "seal_identities",
    "seed_members",
    "send_sign_up_code_again",
    "set_avatar",
    "set_do_not_contact",
    "set_locale",
    "set_look",
    "set_theme",
    "show_job",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "start_adding_contact",
    "start_reset",
    "start_sign_up",
    "stay",
    "take_in_face",
    "take_in_members",
    "take_in_profile",
    "takeout_path",
    "token_digest",
    "try_merge",
    "unlink_identity",
    "unmerge_members",
    "unmute",
    "wear_frame",
    "write_takeouts",
    "write_unasked",
]
