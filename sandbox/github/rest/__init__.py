"""The REST routes, one module per room of GitHub's documentation."""
