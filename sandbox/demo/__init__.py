"""`orchestra demo`: an epic from its label to merged commits, all on this machine.

It starts the sandbox and the product as processes, and otherwise does and sees only what a person
on GitHub can.
"""

from sandbox.demo.play import play

__all__ = ["play"]
