"""Facts that loyalty tells."""
