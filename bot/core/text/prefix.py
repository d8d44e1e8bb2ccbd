"""What every command starts with."""

PREFIX = "/orchestra"
