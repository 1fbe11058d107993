"""HTTP for the edges, once for App Store Connect and for GitHub: bounded, redacted and tried again.

What a status means is for each service to say; here only the failures of the network get names.
"""
