"""`kill -9` of each process of `orchestra up`, again and again, while an epic is worked on.

Everything is real: processes, sockets, SQLite, Valkey. `make chaos` kills each kind of process
twenty times; `.ci/run` plays a sample of at most a minute, always with the same seed.
"""
