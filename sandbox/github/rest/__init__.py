"""The REST routes, one module per section of GitHub's documentation."""
