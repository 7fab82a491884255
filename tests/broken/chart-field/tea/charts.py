import altair as alt


def amounts(tables, width):
    return alt.Chart(tables.amounts).mark_bar().encode(x="valeu:Q", y="label:N", color="kind:N").properties(width=width, height=80)
