"""Pure rules: how pictures and texts are compared, and who may judge."""
