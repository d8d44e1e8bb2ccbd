"""What the second migration does to stored rows.

It names everything as it was then: a migration imports nothing that may change after it.
"""
