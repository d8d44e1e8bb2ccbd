"""What people, and machines other than the App, do to the world, by GitHub's areas.

Each act is the very function behind the REST route of the same purpose; it raises
`errors.Refusal` where the API would refuse. `by` is a login.
"""
