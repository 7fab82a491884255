"""The charts: functions of the model's tables and a width. They read their data by name, so that they follow the reader."""

import altair as alt


def by_flour(tables, width):
    """`tables.loaves` has a row for each step of the axis: kind, value, low and high."""
    kinds = alt.Y("kind:N", sort=None, title=None)
    bars = alt.Chart(tables.loaves).mark_bar(color="var(--people)").encode(x=alt.X("value:Q", title="USD a loaf"), y=kinds)
    ranges = alt.Chart(tables.loaves).mark_rule(color="var(--ink)").encode(x="low:Q", x2="high:Q", y=kinds)
    return (bars + ranges).properties(width=width, height=120)
