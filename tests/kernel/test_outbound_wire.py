"""What comes back over a real socket: redirects, sizes and slow answers are refused."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.kernel import clock, outbound
from app.kernel.outbound import Answer, Asked, OutboundError

HOST = "shop.example.com"
Serve = Callable[[bytes], str]


def _certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = clock.now().fromtimestamp(0, tz=clock.now().tzinfo)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today)
        .not_valid_after(today + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def _server(certificate: Path, answer: bytes) -> Iterator[int]:
    """Answer one request on loopback, over TLS, with these bytes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                plain, _peer = listening.accept()
                with context.wrap_socket(plain, server_side=True) as wire:
                    wire.recv(65_536)
                    wire.sendall(answer)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(5)


def _ask(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    answer: bytes,
    *,
    name: str = HOST,
    trusted: bool = True,
    seconds: float = outbound.TOTAL_SECONDS,
) -> Answer:
    """Ask a server that stands on loopback in place of the checked public address."""
    certificate = _certificate(folder, name)
    real, trust = socket.create_connection, ssl.create_default_context
    with _server(certificate, answer) as port, monkeypatch.context() as patched:
        patched.setattr(outbound, "public_address", lambda _host: "93.184.215.14")

        def connect(address: tuple[str, int], timeout: float) -> socket.socket:
            assert address == ("93.184.215.14", 443), "not the address that was checked"
            return real(("127.0.0.1", port), timeout)

        patched.setattr(socket, "create_connection", connect)
        if trusted:
            patched.setattr(ssl, "create_default_context", lambda: trust(cafile=str(certificate)))
        return outbound.fetch(
            Asked(f"https://{HOST}/orders", {"Authorization": "x"}, seconds=seconds)
        )


def _http(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def test_an_answer_comes_back_with_its_headers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = _ask(monkeypatch, tmp_path, _http("200 OK", b"[]", "Link: <x>; rel=next"))
    assert (told.status, told.body, told.headers["link"]) == (200, b"[]", "<x>; rel=next")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_http("302 Found", b"", "Location: https://127.0.0.1/"), "redirect"),
        (_http("308 Permanent Redirect", b"", "Location: /elsewhere"), "redirect"),
        (_http("200 OK", b"x" * (outbound.MAX_BYTES + 1)), "too_big"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "unreachable"),
        (b"nonsense\r\n\r\n", "unreachable"),
    ],
)
def test_other_answers_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: bytes, reason: str
) -> None:
    with pytest.raises(OutboundError) as caught:
        _ask(monkeypatch, tmp_path, answer)
    assert caught.value.reason == reason


def test_a_server_must_prove_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, trusted in (("other.example.com", True), (HOST, False)):
        with pytest.raises(OutboundError) as caught:
            _ask(monkeypatch, tmp_path, _http("200 OK"), name=name, trusted=trusted)
        assert caught.value.reason == "unreachable"


def test_a_slow_answer_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(OutboundError) as caught:
        _ask(monkeypatch, tmp_path, _http("200 OK", b"[]"), seconds=-1.0)
    assert caught.value.reason == "too_slow"
