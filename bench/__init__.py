"""What a page and a posting cost, as ratios measured in one run: ``python -m bench``."""
