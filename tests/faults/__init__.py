"""Wrong answers: whatever GitHub or Cursor says once or thrice, the epic comes to its end.

`requests` plays an epic undisturbed and lists what it asked, `answers` lists what may be answered
instead, and `play` lets each of these stories end. `make faults` plays all of them, and `make test`
a tenth of those about the first request of each kind, always the same.
"""
