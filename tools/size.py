"""What a browser must fetch, against its budget: ``python tools/size.py`` (exit 1 over budget).

Sizes are those of the Brotli files that the server sends, in KB of 1,000 bytes.
"""

import json
import sys
from pathlib import Path

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
BUDGETS = {  # KB, compressed
    "member.js": 35.0,
    "member.css": 19.0,
    "compose.js": 35.0,
    "compose.css": 3.0,
    "staff.js": 35.0,
    "staff.css": 18.0,
    "sprite.svg": 10,
    "num.woff2": 6.0,
}


def size_of(path: Path) -> float:
    """Return what is sent of a built file, in KB; imported chunks count as well."""
    packed = path.with_name(path.name + ".br")
    return (packed if packed.exists() else path).stat().st_size / 1_000


def chunks_of(path: Path) -> list[Path]:
    """Return the chunks that a script imports at once (not those it loads on a tap)."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.suffix == ".js" else ""
    found = []
    for statement in text.split("import")[1:]:
        if not statement.startswith("("):  # import("…") comes later
            for word in statement.split(";")[0].split('"')[1::2]:
                chunk = (path.parent / word).resolve()
                if chunk.exists():
                    found.append(chunk)
    return found


def main() -> int:
    """Print the table; return 1 if something is over its budget."""
    manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    over = False
    print(f"{'file':<14}{'KB':>8}{'budget':>8}")
    for name, budget in BUDGETS.items():
        path = DIST / manifest[name]
        size = size_of(path) + sum(size_of(chunk) for chunk in set(chunks_of(path)))
        over = over or size > budget
        print(f"{name:<14}{size:>8.1f}{budget:>8.1f}{'  OVER' if size > budget else ''}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
