"""The past that two members bring into a merge, domain by domain."""
