"""`python -m benchmarks [NAME…]`: run the named benchmarks, or all of them."""

import signal
import sys
from importlib import import_module

NAMES = ("intake", "turnaround", "requests")


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(NAMES)}")
    # The processes under test are ended on the way out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for name in names or NAMES:
        import_module(f"benchmarks.{name}").main()
        print()


if __name__ == "__main__":
    main(sys.argv[1:])
