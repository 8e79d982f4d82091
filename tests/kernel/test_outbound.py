"""The way out leads to the public internet only."""

import pytest
from flask import Flask

from app.kernel import outbound
from app.kernel.db import use_case
from app.kernel.outbound import Asked, OutboundError


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://shop.example.com/", "scheme"),
        ("ftp://shop.example.com/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("//shop.example.com/", "scheme"),
        ("https://", "address"),
        ("https:///path", "address"),
        ("https://shop.example.com:8443/", "address"),
        ("https://shop.example.com:22/", "address"),
        ("https://shop.example.com:99999/", "address"),
        ("https://user:word@shop.example.com/", "address"),
        ("https://shop.example.com\\@127.0.0.1/", "address"),
        ("https://shop.example.com/\r\nHost: x", "address"),
        ("https://shop.example.com/ x", "address"),
        ("https://sh\u00f6p.example.com/", "address"),
        ("https://[::1", "address"),
        ("https://shop.example.com/" + "x" * 2_000, "address"),
    ],
)
def test_only_plain_https_addresses_may_be_asked(url: str, reason: str) -> None:
    with pytest.raises(OutboundError) as caught:
        outbound.split(url)
    assert caught.value.reason == reason


def test_an_address_is_split_into_host_and_path() -> None:
    assert outbound.split("https://Shop.example.com:443/a?b=c#d") == ("shop.example.com", "/a?b=c")
    assert outbound.split("https://shop.example.com") == ("shop.example.com", "/")


PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
    "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:0:0:0:0:80ff:fffe", "no address", "",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_of_our_own_networks_is_public(address: str) -> None:
    assert not outbound.is_public(address)
    with pytest.raises(OutboundError) as caught:
        outbound.public_address("shop.example.com", lambda _host: ["93.184.215.14", address])
    assert caught.value.reason == "private"  # one bad address among good ones is enough


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are(address: str) -> None:
    assert outbound.public_address("shop.example.com", lambda _host: [address]) == address


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]"]
)
def test_loopback_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(OutboundError) as caught:
        outbound.fetch(Asked(f"https://{host}/"))
    assert caught.value.reason in {"private", "unknown_host"}


def test_a_host_without_addresses_is_unknown() -> None:
    with pytest.raises(OutboundError) as caught:
        outbound.public_address("shop.example.com", lambda _host: [])
    assert caught.value.reason == "unknown_host"


def test_headers_are_never_printed() -> None:
    asked = Asked("https://shop.example.com/", {"Authorization": "Basic c2VjcmV0"})
    assert "c2VjcmV0" not in repr(asked)


def test_nobody_goes_out_from_inside_a_use_case(app: Flask) -> None:
    @use_case
    def careless() -> None:
        outbound.fetch(Asked("https://shop.example.com/"))

    with pytest.raises(RuntimeError, match="outside world"):
        careless()
