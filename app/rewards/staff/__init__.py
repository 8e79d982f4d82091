"""The mall in the staff console."""
