"""Stateful local fakes for GitHub and Cursor, served over loopback HTTP.

They import nothing of the product: what they know is the outside's published behaviour.
"""
