"""A regression gate on the field performance that Apple measures for a shipped iOS app."""

__version__ = "0.1.0"
