"""A larder of plain coloured discs, so that painting needs no npm package."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from app.demo.painter.avatars import SITTERS
from app.demo.painter.larder import EMOJI


@pytest.fixture(scope="session")
def emoji(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like one npm has installed the emoji into."""
    prefix = tmp_path_factory.mktemp("emoji")
    assets = prefix / "node_modules/@lobehub/fluent-emoji-3d/assets"
    assets.mkdir(parents=True)
    for number, code in enumerate(sorted({*EMOJI.values(), *(code for _, code in SITTERS)})):
        disc = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
        tone = (number * 37 % 256, number * 91 % 256, 120, 255)
        ImageDraw.Draw(disc).ellipse((6, 10, 58, 54), fill=tone)
        disc.save(assets / f"{code}.webp")
    return prefix
