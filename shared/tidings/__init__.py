"""What the Tidings services agree on. No service logic lives here."""

__version__ = "0.1.0"
