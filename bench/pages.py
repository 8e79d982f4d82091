"""Pages against the empty route: two servers of the same settings, one client, in turns."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.config import Config
from bench.community import Community, Person, checked_in_today, seed, settings
from bench.servers import ROOT, Server, free_port, serving
from bench.table import Figure

EMPTY = "empty Flask route"
CONNECTIONS = 8  # as many as the server has threads
TURN = 0.5  # seconds that one target is asked before it is the next one's turn
POSTS_A_SECOND = 400  # more newcomers than can be served: each checks in once
FORM = "application/x-www-form-urlencoded"


def measure(folder: Path, seconds: float) -> list[Figure]:
    """Return what an empty route and the hot pages of a seeded copy can do.

    Raises:
        RuntimeError: an answer was not what it should be, or check-ins are missing.
    """
    port = free_port()
    environment = settings(folder, port)
    config = Config.from_env(environment)
    turns = max(1, round(seconds / TURN))
    people = seed(config, newcomers=int(POSTS_A_SECOND * TURN * (turns + 1)))
    blank = serving("bench.blank:app", "/", port=free_port(), settings={}, folder=folder)
    site = serving("wsgi:app", "/livez", port=port, settings=environment, folder=folder)
    with blank as empty, site as potluck:
        targets = [_target(EMPTY, empty, ["/"]), *_targets(potluck, people)]
        seen = _ask(targets, turns)
    answered = next(len(each["times"]) for each in seen if each["name"] == "POST check-in")
    if (written := checked_in_today(config)) < answered:
        message = f"{answered} check-ins were answered, {written} are there"
        raise RuntimeError(message)
    return [
        Figure(each["name"], each["times"], each["spent"], cpu=each["cpu"])
        for each in seen
        if each["times"]
    ]


def _targets(site: Server, people: Community) -> list[dict[str, Any]]:
    thread = f"/p/{people.thread}"
    return [
        _target("home, guest", site, ["/"]),
        _target("home, member", site, ["/"], people.readers),
        _target("thread with 20 replies, guest", site, [thread]),
        _target("thread with 20 replies, member", site, [thread], people.readers),
        _target("wallet", site, ["/me/wallet"], people.readers),
        _posts("POST check-in", site, people.newcomers),
    ]


def _target(
    name: str, server: Server, paths: Sequence[str], people: Sequence[Person] = ()
) -> dict[str, Any]:
    cookies = [_cookie(person) for person in people] or [{}]
    requests = [_request("GET", path, server, cookie) for path in paths for cookie in cookies]
    return {
        "name": name, "port": server.port, "group": server.group, "status": 200, "once": False,
        "requests": requests,
    }  # fmt: skip


def _posts(name: str, server: Server, people: Sequence[Person]) -> dict[str, Any]:
    requests = [
        _request("POST", "/checkin", server, _cookie(person), f"csrf_token={person.token}")
        for person in people
    ]
    return {
        "name": name, "port": server.port, "group": server.group, "status": 303, "once": True,
        "requests": requests,
    }  # fmt: skip


def _cookie(person: Person) -> dict[str, str]:
    return {"Cookie": f"potluck={person.cookie}"}


def _request(
    method: str, path: str, server: Server, headers: Mapping[str, str], body: str = ""
) -> str:
    address = f"127.0.0.1:{server.port}"
    lines = [f"{method} {path} HTTP/1.1", f"Host: {address}", "Accept-Language: zh-CN,zh;q=0.9"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += [f"Origin: http://{address}", f"Content-Type: {FORM}"]
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines) + "\r\n\r\n" + body


def _ask(targets: Sequence[Mapping[str, Any]], turns: int) -> list[dict[str, Any]]:
    plan = {"targets": targets, "turns": turns, "turn": TURN, "connections": CONNECTIONS}
    client = subprocess.run(
        [sys.executable, "-m", "bench.client"],
        cwd=ROOT,
        input=json.dumps(plan).encode(),
        capture_output=True,
        timeout=60 + 4 * TURN * (turns + 1) * len(targets),
        check=False,
    )
    if client.returncode:
        raise RuntimeError(client.stderr.decode(errors="replace")[-4_000:])
    seen: list[dict[str, Any]] = json.loads(client.stdout)
    return seen
