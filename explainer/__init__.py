"""Explainer: a static site generator for explainer articles whose numbers hold."""

__version__ = "0.1.0"
