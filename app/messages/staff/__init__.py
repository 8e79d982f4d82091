"""Pages of the team: what stands around a reported message, and its talks with members."""

from app.messages.staff import around, team

bp, team_bp = around.bp, team.bp

__all__ = ["bp", "team_bp"]
