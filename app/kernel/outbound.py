"""The only way out: requests to other people's servers, at addresses that staff typed.

Such an address must not lead back into our own network. So: https on its usual port only; the name
is resolved once, every address it has must be a public one, and the connection goes to exactly the
address that was checked (a name that answers differently the second time gains nothing);
redirects are refused; time and size are limited. Nothing here runs inside a use case.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from app.kernel.db import in_use_case

HTTPS_PORT = 443
CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 20.0
MAX_BYTES = 8 * 1024 * 1024
PIECE = 64 * 1024
MAX_URL = 2_000
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class OutboundError(Exception):
    """A request was refused before it left, or went wrong.

    Attributes:
        reason: a stable word: ``scheme``, ``address``, ``private``, ``unknown_host``, ``redirect``,
            ``too_big``, ``too_slow``, ``unreachable``.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. Header values and addresses of browsers may be secrets: never printed.

    Attributes:
        method: ``GET``, or ``POST`` with a body.
        most_bytes: a longer answer is refused.
        seconds: after which a whole answer must be here.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str = "GET"
    body: bytes | None = field(default=None, repr=False)
    most_bytes: int = MAX_BYTES
    seconds: float = TOTAL_SECONDS


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


Fetch = Callable[[Asked], Answer]
"""How adapters ask: :func:`fetch`, or a stand-in of a test."""

Resolve = Callable[[str], Sequence[str]]


def fetch(asked: Asked) -> Answer:
    """Send a request and return its answer, whatever its status (but no redirect).

    Raises:
        OutboundError: it was refused, or no whole answer came in time.
    """
    if in_use_case():
        raise RuntimeError("a use case must not talk to the outside world")
    host, path = split(asked.url)
    address = public_address(host)
    deadline = time.monotonic() + asked.seconds
    connection = _PinnedConnection(host, address)
    try:
        connection.request(
            asked.method, path, body=asked.body, headers={"Host": host, **asked.headers}
        )
        response = connection.getresponse()
        if 300 <= response.status < 400:  # noqa: PLR2004 - a redirect may lead anywhere
            raise OutboundError("redirect")
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, _read(response, deadline, asked.most_bytes))
    except TimeoutError as error:
        raise OutboundError("too_slow") from error
    except (OSError, http.client.HTTPException, ssl.SSLError) as error:
        raise OutboundError("unreachable") from error
    finally:
        connection.close()


def split(url: str) -> tuple[str, str]:
    """Return host and path (with its query) of an address that may be asked.

    Raises:
        OutboundError: it is no plain https address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise OutboundError("address") from error
    if parts.scheme != "https":
        raise OutboundError("scheme")
    odd = any(ord(letter) <= 0x20 or ord(letter) > 0x7E or letter == "\\" for letter in url)  # noqa: PLR2004 - outside printable ASCII
    wrong_port = port not in {None, HTTPS_PORT}
    if odd or wrong_port or "@" in parts.netloc or not parts.hostname or len(url) > MAX_URL:
        raise OutboundError("address")
    return parts.hostname, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def public_address(host: str, resolve: Resolve | None = None) -> str:
    """Return the address to connect to; every address of the host must be public.

    Raises:
        OutboundError: there is no such host, or one of its addresses is not public.
    """
    found = (resolve or _resolve)(host)
    if not found:
        raise OutboundError("unknown_host")
    for text in found:
        if not is_public(text):
            raise OutboundError("private")
    return found[0]


def is_public(text: str) -> bool:
    """Return whether an IP address belongs to the public internet, however it is wrapped."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inner = _unwrapped(address)
    plain = address.is_global and not address.is_multicast and not address.is_reserved
    if inner is not None:
        return is_public(str(inner))
    return plain


def _unwrapped(address: Address) -> Address | None:
    """Return the IPv4 address that an IPv6 one carries inside, if any."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in NAT64 or int(address) < 2**32:  # NAT64, and the old IPv4-compatible form
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _resolve(host: str) -> Sequence[str]:
    try:
        found = socket.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutboundError("unknown_host") from error
    return [str(each[4][0]) for each in found]


class _PinnedConnection(http.client.HTTPSConnection):
    """Connects to one address, and checks the certificate against the host's name."""

    def __init__(self, host: str, address: str) -> None:
        self._context_of_ours = ssl.create_default_context()
        super().__init__(host, HTTPS_PORT, timeout=CONNECT_SECONDS, context=self._context_of_ours)
        self._address = address

    def connect(self) -> None:
        """Open the socket to the address that was checked."""
        plain = socket.create_connection((self._address, HTTPS_PORT), CONNECT_SECONDS)
        try:
            self.sock: Any = self._context_of_ours.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def _read(
    response: http.client.HTTPResponse, deadline: float, most_bytes: int = MAX_BYTES
) -> bytes:
    body = bytearray()
    while piece := response.read1(PIECE):
        body += piece
        if len(body) > most_bytes:
            raise OutboundError("too_big")
        if time.monotonic() > deadline:
            raise OutboundError("too_slow")
    if response.length:  # the line went dead before the end
        raise OutboundError("unreachable")
    return bytes(body)
