"""Pages of the kit in the staff console."""

from app.ops.staff import ideas, items, library, week

blueprints = (week.bp, items.bp, ideas.bp, library.bp)
