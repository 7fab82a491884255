import altair as alt


def amounts(tables, width):
    rows = tables.amountz
    return alt.Chart(rows).mark_bar()
