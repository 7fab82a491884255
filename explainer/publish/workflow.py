"""The file that lets a host's own machines build the site and publish it."""

from __future__ import annotations

import json

FILES = {"github": ".github/workflows/publish.yml"}

GITHUB = """\
# Written by 'explainer publish --init github'; yours from now on. Once, in the repository's settings under Pages:
# deploy from a branch, gh-pages, / (root).
name: Publish
on:
  push:
    branches: [BRANCH]
  workflow_dispatch:
permissions:
  contents: write
concurrency:
  group: publish
  cancel-in-progress: false
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      # requirements.txt says which Explainer builds this site
      - run: python -m pip install -r requirements.txt
      - run: explainer check
      - name: Publish
        env:
          GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
        run: |
          git config --global credential.helper '!f() { echo username=x-access-token; echo "password=$GITHUB_TOKEN"; }; f'
          git config --global user.name "github-actions[bot]"
          git config --global user.email "github-actions[bot]@users.noreply.github.com"
          explainer publish --to "git+${{ github.server_url }}/${{ github.repository }}#gh-pages"
"""


def github(branch: str, folder: str) -> str:
    """The workflow for GitHub: a push to that branch publishes the site in that folder of the repository."""
    inside = f"    defaults:\n      run:\n        working-directory: {json.dumps(folder)}\n" if folder != "." else ""
    return GITHUB.replace("BRANCH", json.dumps(branch)).replace("    steps:\n", f"{inside}    steps:\n")
