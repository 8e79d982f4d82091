"""Forms of loyalty's pages."""
