import altair as alt


def amounts(tables, width):
    return alt.Chart(tables.amounts).mark_bar().encode(x="value:Q", y="label:N").properties(width=width, height=80)
