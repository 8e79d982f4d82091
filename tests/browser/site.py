"""A whole running copy for browser tests: granian and worker on a free port, a seeded database."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

from tests.conftest import ROOT, SECRET
from tests.servers import free_port

PASSWORD = "seven-Ladles-of-broth"
START_SECONDS = 90.0
AHEAD = "days-ahead"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


@dataclass(frozen=True, slots=True)
class Site:
    """Where the copy runs and what is in it.

    Attributes:
        examples: one example of every word that stands in an address.
        signed_in: cookies of those who signed in before.
    """

    url: str
    folder: Path
    examples: dict[str, str]
    signed_in: dict[str, list[Any]] = field(default_factory=dict)

    def code_for(self, contact: str) -> str:
        """Wait for the letter to a contact; return the six digits in it.

        Raises:
            TimeoutError: no letter came.
        """
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for to, text in self._letters():
                found = re.search(r"(?<!\d)(\d{6})(?!\d)", text)
                if contact in to and found:
                    return found.group(1)
            time.sleep(0.1)
        raise TimeoutError(f"no letter to {contact}")

    def _letters(self) -> Iterator[tuple[str, str]]:
        """Yield letters and short messages, the newest first: to whom, and the text."""
        for path in sorted((self.folder / "mail").glob("[!.]*.eml"), reverse=True):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            plain = letter.get_body(("plain",))
            yield str(letter["To"]), plain.get_content() if plain is not None else ""
        for path in sorted((self.folder / "sms").glob("[!.]*.txt"), reverse=True):
            to, _, text = path.read_text(encoding="utf-8").partition("\n\n")
            yield to, text

    def now(self) -> datetime:
        """Return the moment that it is for the site, see :mod:`tests.browser.later`."""
        days = int((self.folder / AHEAD).read_text())
        return datetime.now(UTC) + timedelta(days=days)  # noqa: TID251 - the site's own clock

    def let_days_pass(self, days: int) -> None:
        """Move the site's clock forward; staff have to sign in again.

        Only for a site that was started with :mod:`tests.browser.later`.
        """
        ahead = self.folder / AHEAD
        before = int(ahead.read_text())
        waiting = ahead.with_suffix(".new")
        waiting.write_text(str(before + days))
        waiting.replace(ahead)  # whole or not at all: the site reads it all the time
        self.signed_in.clear()


@contextmanager
def running_site(folder: Path, *, entry: str = "wsgi") -> Iterator[Site]:
    """Seed a database in ``folder`` and serve it until the block ends.

    Args:
        folder: where everything of the copy lies.
        entry: module of the application; ``tests.browser.later`` for one whose clock can move.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "POTLUCK_SECRET_KEY": SECRET,
        "POTLUCK_INSTANCE_DIR": str(folder),
        "POTLUCK_DATABASE_URL": f"sqlite:///{folder / 'site.db'}",
        "POTLUCK_MEDIA_URL": f"file://{folder / 'media'}",
        "POTLUCK_MAIL_URL": f"file://{folder / 'mail'}",
        "POTLUCK_SMS_URL": f"file://{folder / 'sms'}",
        "POTLUCK_BASE_URL": url,
        "POTLUCK_BRAND_NAME": "Simmer Club",
        "PYTHON_DOTENV_DISABLED": "1",
        "DAYS_AHEAD_FILE": str(folder / AHEAD),
    }
    examples = _furnish(folder, environment)
    (folder / AHEAD).write_text("0")
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws"]
    web += ["--workers", "1", "--blocking-threads", "4", "--log-level", "warning", f"{entry}:app"]
    worker = [sys.executable, "-m", "flask", "--app", entry, "worker"]
    with (folder / "log").open("w") as log:
        children = [
            subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, process_group=0
            )
            for command in (web, worker)
        ]
        try:
            _wait_for(f"{url}/livez", children[0], folder / "log")
            yield Site(url, folder, examples)
        finally:
            for child in children:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()


_first: list[tuple[Path, dict[str, str]]] = []


def _furnish(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """Fill a folder with what a site shows; return the examples.

    Filling takes long and is done once a process; the sites after the first begin with its copy.
    """
    if not _first:
        seeded = subprocess.run(
            [sys.executable, "-m", "tests.browser.seed"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        kept = shutil.copytree(folder, folder.with_name(f"{folder.name}-as-seeded"))
        _first.append((Path(kept), json.loads(seeded.stdout.splitlines()[-1])))
    kept, examples = _first[0]
    if not (folder / "site.db").exists():
        shutil.copytree(kept, folder, dirs_exist_ok=True)
    return dict(examples)


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(URLError, OSError), urlopen(url, timeout=2) as answer:  # noqa: S310 - our own http
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the site did not come up: {log.read_text()}")


# --- the browser ---------------------------------------------------------------------------------


def chromium_path() -> str | None:
    """Return the Chromium to use, or None where there is none."""
    return os.environ.get("POTLUCK_CHROMIUM") or next(
        (path for name in CHROMIUM if (path := shutil.which(name))), None
    )


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium without a window."""
    return playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))


@dataclass(slots=True)
class Visitor:
    """A person with a browser; collects what the browser complains about.

    Attributes:
        status: of the page that was opened last.
        complaints: console errors, uncaught errors and policy violations.
    """

    site: Site
    context: BrowserContext
    page: Page
    has_javascript: bool
    status: int = 0
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page of the site; a server error is a failure."""
        response = self.page.goto(self.site.url + path, wait_until="load")
        assert response is not None
        self.status = response.status
        assert self.status < 500, f"{path}: {self.status}"
        return self.page

    def sign_in(self, name: str) -> "Visitor":
        """Sign in as one of the seeded members; later with the cookies of the first time."""
        if name in self.site.signed_in:
            self.context.add_cookies(self.site.signed_in[name])
            return self
        self.open("/signin")
        self.page.fill("input[name=contact]", f"{name}@example.com")
        self.page.fill("input[name=password]", PASSWORD)
        self.submit('form[action*="/signin"]')
        assert "/signin" not in self.page.url, self.page.inner_text("body")
        kept = [cookie for cookie in self.context.cookies() if "potluck" in cookie["name"]]
        self.site.signed_in[name] = kept
        return self

    def submit(self, form: str) -> None:
        """Press the first submit button of a form and wait for the next page."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.click(f"{form} >> css=button:not([type=button]) >> nth=0")

    def submit_by(self, button: str) -> None:
        """Press a button and wait for the next page."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.click(button)

    def note(self, message: ConsoleMessage) -> None:
        """Keep an error of the console; an answer of 4xx is no error of the page."""
        expected = "Failed to load resource" in message.text and "status of 4" in message.text
        if message.type == "error" and not expected:
            self.complaints.append(f"{self.page.url}: {message.text}")


def visit(
    browser: Browser,
    site: Site,
    *,
    device: dict[str, Any],
    language: str,
    javascript: bool = True,
    worker: bool = False,
) -> Visitor:
    """Return somebody with a fresh browser profile; ``worker``: the service worker may run."""
    context = browser.new_context(
        locale=LANGUAGES[language],
        java_script_enabled=javascript,
        reduced_motion="reduce",
        service_workers="allow" if worker else "block",
        **device,
    )
    context.set_default_timeout(15_000)
    visitor = Visitor(site, context, context.new_page(), javascript)
    visitor.page.on("console", lambda message: visitor.note(message))  # noqa: PLW0108 - slots
    visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    return visitor
