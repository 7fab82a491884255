"""A built site to where readers are: what has to go (plan), to which kind of host (folder, git, s3), and in which order (deliver).

Knows nothing of articles: a site is files by path. No page refers to a file that is not there, at any instant.
"""
