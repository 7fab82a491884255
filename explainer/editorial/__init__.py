"""An editor's remarks: what a build lets pass and `explainer check` tells.

`review` is the whole of them for one article; `rules` is their table. A rule reads what `pipeline.compute` and
`pipeline.parse_prose` give, and draws nothing; only `external` asks other hosts, and only when it is told to.
"""
