"""From a user agent to words a person knows: "WeChat on iPhone". Rough on purpose."""

from ipaddress import ip_address, ip_network

from app.identity.types import Device

MAX_LOOKED_AT = 512

# The first that matches wins: browsers inside apps and Chromium's children before Chrome itself.
BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("MiuiBrowser/", "Mi Browser"),
    ("MQQBrowser/", "QQ Browser"),
    ("UCBrowser/", "UC Browser"),
    ("OPR/", "Opera"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_from(user_agent: str | None) -> Device:
    """Return browser and system; empty words where the user agent says nothing known."""
    text = (user_agent or "")[:MAX_LOOKED_AT]
    return Device(_first(BROWSERS, text), _first(SYSTEMS, text))


def network_of(address: str) -> str:
    """Return the network of an address: /24 of IPv4, /48 of IPv6; what is none as it stands."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    bits = 24 if found.version == 4 else 48  # noqa: PLR2004 - the two there are
    return str(ip_network(f"{found}/{bits}", strict=False))


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in names if sign in text), "")
