"""Reads about members."""

from app.identity.queries.accounts import (
    MAY_SIGN_IN,
    Account,
    ContactLine,
    Profile,
    WaitingCode,
    contacts_of,
    find_account,
    find_waiting_code,
    get_account,
    get_profile,
)
from app.identity.queries.buyers import known_buyers
from app.identity.queries.people import (
    avatar_url,
    find_member_by_yid,
    get_member,
    people,
    person_columns,
    person_from,
    roles_of,
    shown_name,
)
from app.identity.queries.sessions import DeviceLine, devices_of, is_known_device, session_rows
from app.identity.queries.staff import MemberLine, RoleLine, member_list, roles_held

__all__ = [
    "MAY_SIGN_IN",
    "Account",
    "ContactLine",
    "DeviceLine",
    "MemberLine",
    "Profile",
    "RoleLine",
    "WaitingCode",
    "avatar_url",
    "contacts_of",
    "devices_of",
    "find_account",
    "find_member_by_yid",
    "find_waiting_code",
    "get_account",
    "get_member",
    "get_profile",
    "is_known_device",
    "known_buyers",
    "member_list",
    "people",
    "person_columns",
    "person_from",
    "roles_held",
    "roles_of",
    "session_rows",
    "shown_name",
]
