"""`tidings`, also as `python -m tidings`."""

import sys


def main() -> None:
    """Ctrl-C ends it without a traceback, also while it still imports."""
    try:
        from tidings import cli

        cli.main()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
