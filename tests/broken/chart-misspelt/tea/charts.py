import altair as alt


def amounts(tables, width):
    return alt.Chart(tables.amounts).mark_bars().properties(width=width)
