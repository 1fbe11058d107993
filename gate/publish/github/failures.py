"""Why something could not be published.

::

    PublishingFailed
    ├── NotPermitted      401, 403, or 404 where something must be: the token may not do it
    ├── Missing           404
    ├── Refused           422 and other 4xx: GitHub does not take what was sent
    ├── Busy              rate limits, after the retries
    ├── Unclear           no answer to a request that is not safe to repeat: it may have been carried out
    └── GitHubUnreachable no answer, a redirect to another host, an answer that makes no sense

These never leave `gate.publish`: publishing ends in a warning, not in another exit code.
"""


class PublishingFailed(Exception):
    """Something could not be published; its text says what, in words."""


class NotPermitted(PublishingFailed):
    """The token may not do it."""


class Missing(PublishingFailed):
    """There is nothing at the address, or the token may not see it."""


class Refused(PublishingFailed):
    """GitHub does not take what was sent."""


class Busy(PublishingFailed):
    """Rate limits, after the retries."""


class Unclear(PublishingFailed):
    """No answer to a request that may have been carried out; look before sending it again."""


class GitHubUnreachable(PublishingFailed):
    """No answer, or none that makes sense."""
