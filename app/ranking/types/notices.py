"""Keys of the notices that leaderboards tell."""

WON = "ranking.won"
PLACED = "ranking.placed"
