"""What a page and a posting cost, as ratios inside one run. ``python -m bench --help``."""
