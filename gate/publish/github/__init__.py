"""GitHub as a CI host: where a run happens, what it is asked to publish, and publishing it.

`host` has the channels, each of which is a module: `outputs`, `annotations`, `comment`, `checkrun`, `commit_status`,
`issue`. Channels don't know each other; what some of them share is in `placement`, `commit_words`, `marker` and
`authorship`. Pure: `event`, `commands`, `marker`, `protocol`, `outputs`, `annotations`. Everything that touches the
network goes through `api`.
"""
