"""Addresses of posts on other platforms: recognised, written one way, never fetched."""

import hashlib
import ipaddress
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from app.community.types import LinkError, Platform

LONGEST = 500
HOSTS = {
    "xiaohongshu.com": Platform.XIAOHONGSHU,
    "xhslink.com": Platform.XIAOHONGSHU,
    "douyin.com": Platform.DOUYIN,
    "iesdouyin.com": Platform.DOUYIN,
    "weibo.com": Platform.WEIBO,
    "weibo.cn": Platform.WEIBO,
    "bilibili.com": Platform.BILIBILI,
    "b23.tv": Platform.BILIBILI,
    "channels.weixin.qq.com": Platform.WECHAT_CHANNELS,
    "weixin.qq.com": Platform.WECHAT_CHANNELS,
    "kuaishou.com": Platform.KUAISHOU,
    "instagram.com": Platform.INSTAGRAM,
    "tiktok.com": Platform.TIKTOK,
    "youtube.com": Platform.YOUTUBE,
    "youtu.be": Platform.YOUTUBE,
}
# What of a query names the post itself; everything else says who shared it, and how.
NAMES_THE_POST = {
    Platform.YOUTUBE: {"v"},
    Platform.DOUYIN: {"modal_id"},
    Platform.WECHAT_CHANNELS: {"__biz", "mid", "idx", "sn", "id", "eid"},
    Platform.BILIBILI: {"p"},
}
# What a platform wants before it shows the post, though the post is the same without it.
OPENS_THE_POST = {Platform.XIAOHONGSHU: {"xsec_token", "xsec_source"}}
TRACKING = ("utm_", "spm", "from", "share", "fbclid", "gclid", "igsh", "si", "ref", "source")


@dataclass(frozen=True, slots=True)
class PostLink:
    """A link in its one written form.

    Attributes:
        digest: SHA-256 of what names the post: one post, one digest.
    """

    url: str
    platform: Platform
    digest: str


def read_link(text: str) -> PostLink:
    """Read the address of a post as somebody pasted it.

    Raises:
        LinkError: it is no https address of a public site, or the site and not a post.
    """
    url = "".join(text.split())
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host.encode("idna").decode("ascii").lower()
    except ValueError as error:
        raise LinkError from error
    is_plain = parts.scheme == "https" and port in {None, 443} and parts.username is None
    if not is_plain or not _is_public(host) or len(url) > LONGEST:
        raise LinkError
    host = host.removeprefix("www.").removeprefix("m.")
    platform = _platform(host)
    path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~-._")
    pairs = sorted(parse_qsl(parts.query))
    named = [pair for pair in pairs if _names(platform, pair[0])]
    if not path and not named:
        raise LinkError
    canonical = urlunsplit(("https", host, path, urlencode(named), ""))
    opening = [pair for pair in pairs if pair[0] in OPENS_THE_POST.get(platform, ())]
    query = urlencode([*named, *opening])
    shown = urlunsplit(("https", _shown_host(parts.hostname or "", host), path, query, ""))
    if len(shown) > LONGEST:
        raise LinkError
    return PostLink(shown, platform, hashlib.sha256(canonical.encode()).hexdigest())


def _is_public(host: str) -> bool:
    if "." not in host or host.endswith((".local", ".internal", ".localhost")):
        return False
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return not host.rpartition(".")[2].isdecimal()
    return False


def _platform(host: str) -> Platform:
    for known, platform in HOSTS.items():
        if host == known or host.endswith(f".{known}"):
            return platform
    return Platform.OTHER


def _names(platform: Platform, key: str) -> bool:
    if platform is Platform.OTHER:
        return not key.lower().startswith(TRACKING)
    return key in NAMES_THE_POST.get(platform, ())


def _shown_host(given: str, short: str) -> str:
    """Return the host as given where it began with www: some sites answer there only."""
    return f"www.{short}" if given.lower().startswith("www.") else short
