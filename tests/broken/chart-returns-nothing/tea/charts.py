import altair as alt


def amounts(tables, width):
    alt.Chart(tables.amounts).mark_bar().properties(width=width)
