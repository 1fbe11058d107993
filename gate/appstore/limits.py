"""How much, how often and how long App Store Connect is asked."""

from gate.http.sender import HttpLimits


class AppStoreLimits(HttpLimits, frozen=True, kw_only=True):
    """Bounds on what is done for one request; Apple publishes no sizes and no times."""

    patience: float = 180.0
    """Seconds from the first attempt after which no other one starts and no body is read on."""
    workers: int = 6
    """Requests under way at once: Apple is known to limit bursts."""
    scopes: int = 20
    """Requests that share one token."""
