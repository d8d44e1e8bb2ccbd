"""Hostile strings through every door: whatever people, agents and CI write, the epic can be ended.

`strings` makes them, `play` plays a story with some of them, each through another door. `make fuzz`
plays as many as are asked for, and `make test` a thousand, always the same.
"""
