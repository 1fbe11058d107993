"""From a result to where a team reads it.

`story` says what is told, `combine` joins several stories, `artifact` reads a result that another run has made;
each CI host has a folder of its own, of which `github` is the first.
"""
