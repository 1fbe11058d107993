"""How an edge puts its token on a request: the one place where a secret meets an HTTP header."""

import requests
from requests.auth import AuthBase


class Bearer(AuthBase):
    """Sets a token as requests' own auth, which keeps a netrc file from replacing it.

    Args:
        token: The token; it is not shown by any representation.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header."""
        prepared.headers["Authorization"] = f"Bearer {self._token}"
        return prepared
