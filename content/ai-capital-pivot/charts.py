"""The charts of this article: functions of named tables and a width, see CONTRIBUTING.md."""

import altair as alt


def funding(tables, width):
    """What is saved, and what it would have to pay for."""
    order = None  # the order of the rows in model.yaml
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=200))
    x = alt.X("value:Q", title="billion dollars a year", axis=alt.Axis(tickCount=5, domain=False))
    machines = alt.datum.name == "capex_step"
    bars = alt.Chart(tables.funding).mark_bar(size=22).encode(
        x=x, y=y, color=alt.condition(machines, alt.value("var(--machines)"), alt.value("var(--people)"))
    )
    ranges = alt.Chart(tables.funding).mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q", y=y)
    return (bars + ranges).properties(width=width, height=190)


def two_histories(tables, width):
    """Capital expenditure and headcount, one above the other."""
    every = 1 if width > 500 else 3
    years = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelExpr=f"(toNumber(datum.value) - 2013) % {every} ? '' : datum.value", ticks=False))
    base = alt.Chart(tables.meta).encode(x=years)
    panel = {"width": width - 62, "height": 110}
    capex = base.mark_bar(color="var(--machines)").encode(
        y=alt.Y("billions:Q", title="$ billion", axis=alt.Axis(tickCount=4, domain=False, minExtent=44))
    ).transform_calculate(billions="datum.capex / 1000").properties(title="Capital expenditure", **panel)
    people = base.mark_bar(color="var(--people)").encode(
        y=alt.Y("thousands:Q", title="thousand", axis=alt.Axis(tickCount=4, domain=False, minExtent=44))
    ).transform_calculate(thousands="datum.headcount / 1000").properties(title="Employees at the end of the year", **panel)
    return alt.vconcat(capex, people, spacing=14)
