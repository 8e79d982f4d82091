"""Potluck 百家宴: a brand's fan community around one loyalty ledger."""

from importlib import import_module
from pathlib import Path

from flask import Flask

from app.config import Config
from app.kernel import startup
from app.kernel.routing import LateRule

ROOT = Path(__file__).resolve().parent.parent

# Bottom floor first. A domain exists when it stands in this list.
DOMAINS = (
    "identity",
    "moderation",
    "notify",
    "search",
    "ledger",
    "coupons",
    "loyalty",
    "community",
    "checkin",
    "commerce",
    "rewards",
    "draws",
    "seats",
    "messages",
    "brand",
    "archive",
    "circles",
    "originality",
    "ops",
    "ranking",
    "insight",
    "integrations",
    "console",
    "demo",
)


def create_app(config: Config | None = None) -> Flask:
    """Build the application: configure, install the kernel, then let every domain move in.

    Raises:
        ConfigError: a setting makes no sense; the message says what to write instead.
    """
    config = config or Config.from_env()
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=None,  # kernel.assets serves the built files with the right headers
        instance_path=str(config.instance_dir),
    )
    app.url_rule_class = LateRule
    startup.init_app(app, config, root=ROOT)
    for name in DOMAINS:
        import_module(f"app.{name}").register(app)
    return app
