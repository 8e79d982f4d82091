"""Deploy-time settings from the environment. A value that makes no sense stops the start.

Every variable is listed, with its default, in ``.env.example``.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

ROOT = Path(__file__).resolve().parent.parent
WEAK_SECRETS = {"secret", "changeme", "change-me", "dev", "development", "password", "test"}
MIN_SECRET_LENGTH = 32
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class ConfigError(ValueError):
    """A setting makes no sense. The message names the variable and what to write."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that differs from one deployment to the next.

    Attributes:
        secret_key: signs cookies; at least 32 characters.
        database_url: SQLAlchemy URL (SQLite or PostgreSQL).
        instance_dir: what this running copy owns: database, queue, media, keys.
        media_url: ``file:///folder`` or ``s3://bucket/prefix``.
        ffmpeg: path of ffmpeg; empty: the one installed with the application, else the system's;
            ``off``: no videos.
        video_max_mb: how large a video may be as it comes; 0: no videos.
        redis_url: optional; rate limits and the queue move there.
        base_url: where members reach the site; decides Secure cookies and absolute links.
        timezone: the brand's business day.
        mail_url: ``console:``, ``file:///folder`` or ``smtp://user:password@host:port``.
        sms_url: ``console:`` or ``file:///folder``.
        mail_hook_secret: signs what the mail service reports; empty: it reports nothing.
        credit_days: how long after going to a shop an order counts as coming from there.
        trial_days: how long after its payment a trial pack counts as tried.
        quiet_edit_minutes: for how long after posting a change of a post is not marked.
        public_history: whether everybody may see what a post said before.
        card_hosts: hosts whose pages become cards in posts; ``*`` means all.
        welcome_by: Yid of the person of the team who welcomes first posts.
    """

    secret_key: str
    database_url: str
    instance_dir: Path = ROOT / "instance"
    media_url: str = ""
    ffmpeg: str = ""
    video_max_mb: int = 100
    redis_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    default_locale: str = "zh_Hans_CN"
    brand_name: str = "Potluck 百家宴"
    brand_tagline: str = ""
    brand_accent: str = "#e2381c"
    mail_url: str = "console:"
    mail_from: str = "Potluck <no-reply@localhost>"
    sms_url: str = "console:"
    metrics_token: str = ""
    mail_hook_secret: str = ""
    credit_days: int = 14
    trial_days: int = 7
    address_days: int = 30
    quiet_edit_minutes: int = 5
    public_history: bool = False
    card_hosts: tuple[str, ...] = ()
    welcome_by: str = ""
    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    allow_insecure_http: bool = False
    log_format: str = "console"
    testing: bool = False
    fallback_secrets: tuple[str, ...] = field(default=())

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read and check ``POTLUCK_*``.

        Raises:
            ConfigError: naming the first variable that is wrong and what to write.
        """
        env = _Env(os.environ if environ is None else environ)
        instance = Path(env.text("POTLUCK_INSTANCE_DIR", str(ROOT / "instance"))).resolve()
        base_url = env.text("POTLUCK_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
        config = cls(
            secret_key=env.text("POTLUCK_SECRET_KEY", "") or _kept_secret(instance),
            database_url=_database_url(
                env.text("POTLUCK_DATABASE_URL", f"sqlite:///{instance / 'potluck.db'}")
            ),
            instance_dir=instance,
            media_url=env.text("POTLUCK_MEDIA_URL", f"file://{instance / 'media'}"),
            ffmpeg=env.text("POTLUCK_FFMPEG", ""),
            video_max_mb=env.whole("POTLUCK_VIDEO_MAX_MB", 100, 0, 1_000),
            redis_url=env.text("POTLUCK_REDIS_URL", ""),
            base_url=base_url,
            timezone=env.text("POTLUCK_TIMEZONE", "Asia/Shanghai"),
            currency=env.text("POTLUCK_CURRENCY", "CNY").upper(),
            default_locale=env.text("POTLUCK_LOCALE", "zh_Hans_CN"),
            brand_name=env.text("POTLUCK_BRAND_NAME", "Potluck 百家宴"),
            brand_tagline=env.text("POTLUCK_BRAND_TAGLINE", ""),
            brand_accent=env.text("POTLUCK_BRAND_ACCENT", "#e2381c"),
            mail_url=env.text("POTLUCK_MAIL_URL", "console:"),
            mail_from=env.text("POTLUCK_MAIL_FROM", "Potluck <no-reply@localhost>"),
            sms_url=env.text("POTLUCK_SMS_URL", "console:"),
            metrics_token=env.text("POTLUCK_METRICS_TOKEN", ""),
            mail_hook_secret=env.text("POTLUCK_MAIL_HOOK_SECRET", ""),
            trusted_hosts=_hosts(env.text("POTLUCK_TRUSTED_HOSTS", ""), base_url),
            credit_days=env.whole("POTLUCK_CREDIT_DAYS", 14, 1, 90),
            trial_days=env.whole("POTLUCK_TRIAL_DAYS", 7, 0, 90),
            address_days=env.whole("POTLUCK_ADDRESS_DAYS", 30, 1, 365),
            quiet_edit_minutes=env.whole("POTLUCK_QUIET_EDIT_MINUTES", 5, 0, 1_440),
            public_history=env.flag("POTLUCK_PUBLIC_HISTORY", default=False),
            card_hosts=_names(env.text("POTLUCK_CARD_HOSTS", "")),
            welcome_by=env.text("POTLUCK_WELCOME_BY", "").upper(),
            proxy_hops=env.whole("POTLUCK_PROXY_HOPS", 0, 0, 5),
            allow_insecure_http=env.flag("POTLUCK_ALLOW_INSECURE_HTTP", default=False),
            log_format=env.text("POTLUCK_LOG_FORMAT", "console"),
            fallback_secrets=tuple(
                s for s in env.text("POTLUCK_SECRET_KEY_FALLBACKS", "").split(",") if s
            ),
        )
        config.check()
        return config

    @property
    def is_https(self) -> bool:
        """Whether members reach the site over TLS."""
        return self.base_url.startswith("https://")

    def check(self) -> None:
        """Refuse settings that would hurt later.

        Raises:
            ConfigError: naming the variable and what to write.
        """
        for problem in _problems(self):
            raise ConfigError(problem)


def _problems(config: Config) -> list[str]:
    checks = (
        _secret_problem(config.secret_key),
        _base_url_problem(config),
        _timezone_problem(config.timezone),
        _accent_problem(config.brand_accent),
        _choice_problem("POTLUCK_LOCALE", config.default_locale, ("zh_Hans_CN", "en")),
        _ffmpeg_problem(config.ffmpeg),
        _choice_problem("POTLUCK_LOG_FORMAT", config.log_format, ("console", "json")),
        _scheme_problem("POTLUCK_MEDIA_URL", config.media_url, ("file", "s3")),
        _scheme_problem("POTLUCK_MAIL_URL", config.mail_url, ("console", "file", "smtp", "smtps")),
        _scheme_problem("POTLUCK_SMS_URL", config.sms_url, ("console", "file")),
        _scheme_problem("POTLUCK_REDIS_URL", config.redis_url, ("", "redis", "rediss", "unix")),
        _currency_problem(config.currency),
        _hook_secret_problem(config.mail_hook_secret),
        None
        if config.brand_name.strip()
        else "POTLUCK_BRAND_NAME is empty: write the name fans see.",
    )
    return [problem for problem in checks if problem]


def _secret_problem(key: str) -> str | None:
    if key.lower() in WEAK_SECRETS or len(key) < MIN_SECRET_LENGTH or len(set(key)) < 10:  # noqa: PLR2004 - a run of few letters is no secret
        return (
            "POTLUCK_SECRET_KEY is missing or weak: write at least 32 random characters, e.g. the "
            'output of  python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return None


def _base_url_problem(config: Config) -> str | None:
    parts = urlsplit(config.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return f"POTLUCK_BASE_URL is {config.base_url!r}: write e.g. https://fans.example.com"
    loopback = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme == "http" and not loopback and not config.allow_insecure_http:
        return (
            f"POTLUCK_BASE_URL is {config.base_url!r}: plain http sends passwords in the clear. "
            "Write https://…, or set POTLUCK_ALLOW_INSECURE_HTTP=1 if a trusted network needs it."
        )
    return None


def _timezone_problem(name: str) -> str | None:
    if name not in available_timezones():
        return f"POTLUCK_TIMEZONE is {name!r}: write an IANA name such as Asia/Shanghai."
    ZoneInfo(name)
    return None


def _accent_problem(accent: str) -> str | None:
    digits = accent.removeprefix("#")
    if len(digits) != 6 or any(c not in "0123456789abcdefABCDEF" for c in digits):  # noqa: PLR2004 - rrggbb
        return f"POTLUCK_BRAND_ACCENT is {accent!r}: write six hex digits such as #e2381c."
    return None


def _hook_secret_problem(secret: str) -> str | None:
    if secret and len(secret) < MIN_SECRET_LENGTH:
        return "POTLUCK_MAIL_HOOK_SECRET is short: write at least 32 random characters, or nothing."
    return None


def _ffmpeg_problem(path: str) -> str | None:
    if path in {"", "off"} or os.access(path, os.X_OK):
        return None
    return f"POTLUCK_FFMPEG is {path!r}: write the path of a program, off, or nothing."


def _currency_problem(code: str) -> str | None:
    if len(code) != 3 or not code.isalpha():  # noqa: PLR2004 - ISO 4217
        return f"POTLUCK_CURRENCY is {code!r}: write an ISO 4217 code such as CNY."
    return None


def _choice_problem(name: str, value: str, allowed: tuple[str, ...]) -> str | None:
    return None if value in allowed else f"{name} is {value!r}: write one of {', '.join(allowed)}."


def _scheme_problem(name: str, url: str, allowed: tuple[str, ...]) -> str | None:
    scheme = urlsplit(url).scheme if url else ""
    if scheme in allowed:
        return None
    return f"{name} is {url!r}: start it with {', '.join(s + ':' for s in allowed if s)}."


def _database_url(url: str) -> str:
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme in {"postgres", "postgresql"}:
        return "postgresql+psycopg:" + url.partition(":")[2]
    if scheme == "sqlite":
        return url
    message = f"POTLUCK_DATABASE_URL starts with {scheme!r}: write sqlite:///… or postgresql://…"
    raise ConfigError(message)


def _hosts(text: str, base_url: str) -> tuple[str, ...]:
    named = tuple(h.strip() for h in text.split(",") if h.strip())
    own = urlsplit(base_url).hostname
    return (*named, own) if own else named


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip().lower() for name in text.split(",") if name.strip())


def _kept_secret(instance: Path) -> str:
    """Return this copy's own secret, made at first start and readable by its owner only."""
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:  # the other process was first
            return path.read_text(encoding="ascii")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


class _Env:
    """Typed reads from a mapping of environment variables."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str) -> str:
        value = self._values.get(name, "").strip()
        return value or default

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._values.get(name, "").strip().lower()
        if name not in self._values:
            return default
        if value in TRUE | FALSE:
            return value in TRUE
        message = f"{name} is {value!r}: write 1 or 0."
        raise ConfigError(message)

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or not low <= int(value) <= high:
            message = f"{name} is {value!r}: write a whole number from {low} to {high}."
            raise ConfigError(message)
        return int(value)
