"""Settings that make no sense stop the start and say what to write."""

from pathlib import Path

import pytest

from app.config import Config, ConfigError

GOOD = "correct-horse-battery-staple-0123456789"


def _env(tmp_path: Path, **changes: str) -> dict[str, str]:
    return {"POTLUCK_INSTANCE_DIR": str(tmp_path), "POTLUCK_SECRET_KEY": GOOD, **changes}


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("POTLUCK_SECRET_KEY", "secret", "32 random characters"),
        ("POTLUCK_SECRET_KEY", "a" * 40, "32 random characters"),
        ("POTLUCK_DATABASE_URL", "mysql://x/y", "postgresql://"),
        ("POTLUCK_BASE_URL", "fans.example.com", "https://fans.example.com"),
        ("POTLUCK_BASE_URL", "http://fans.example.com", "POTLUCK_ALLOW_INSECURE_HTTP"),
        ("POTLUCK_TIMEZONE", "Asia/Peking", "Asia/Shanghai"),
        ("POTLUCK_BRAND_ACCENT", "red", "#e2381c"),
        ("POTLUCK_CURRENCY", "YUAN", "ISO 4217"),
        ("POTLUCK_LOCALE", "fr", "zh_Hans_CN"),
        ("POTLUCK_MEDIA_URL", "ftp://x", "file:"),
        ("POTLUCK_MAIL_URL", "pigeon:", "smtp:"),
        ("POTLUCK_REDIS_URL", "http://x", "redis:"),
        ("POTLUCK_PROXY_HOPS", "many", "whole number"),
        ("POTLUCK_PROXY_HOPS", "9", "0 to 5"),
        ("POTLUCK_ALLOW_INSECURE_HTTP", "perhaps", "1 or 0"),
        ("POTLUCK_LOG_FORMAT", "xml", "json"),
        ("POTLUCK_FFMPEG", "/nowhere/ffmpeg", "path of a program"),
        ("POTLUCK_VIDEO_MAX_MB", "1001", "0 to 1000"),
    ],
)
def test_a_bad_setting_is_named_with_a_hint(
    tmp_path: Path, name: str, value: str, hint: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        Config.from_env(_env(tmp_path, **{name: value}))
    assert hint in str(refused.value)


def test_a_copy_makes_its_own_secret_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    env = {"POTLUCK_INSTANCE_DIR": str(tmp_path)}
    first, second = Config.from_env(env).secret_key, Config.from_env(env).secret_key
    assert first == second
    assert len(first) >= 32
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_postgres_urls_name_the_driver(tmp_path: Path) -> None:
    config = Config.from_env(_env(tmp_path, POTLUCK_DATABASE_URL="postgres://u@h/d"))
    assert config.database_url == "postgresql+psycopg://u@h/d"
