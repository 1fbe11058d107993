"""From a result to where a team reads it.

`story` is what is published; `describe` makes it of a result, `combine` makes one of several, and `artifact` reads a
result that another run has made. `host` says what any CI host offers and publishes to it, `hosts` finds the host of a
process. Each CI host has a folder of its own, of which `github` is the first.
"""
