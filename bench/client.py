"""One keep-alive connection that measures: plain ``http.client``, nothing in flight beside it."""

import http.client
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """What to send, and which answer is right."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    expected: int = 200


class Client:
    """A connection to one server."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def send(self, request: Request) -> float:
        """Return how long the answer took, in seconds.

        Raises:
            AssertionError: the answer was another one than expected.
        """
        started = time.perf_counter()
        self._connection.request(
            request.method, request.path, body=request.body or None, headers=request.headers
        )
        answer = self._connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - started
        if answer.status != request.expected:
            message = f"{request.method} {request.path}: {answer.status} {body[:200]!r}"
            raise AssertionError(message)
        return seconds

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
