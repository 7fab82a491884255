"""The charts of this article: functions of named tables and a width."""

import altair as alt

DOLLARS = "dollars an hour of use"


def parts(tables, width):
    """A waterfall of what makes up an hour: each part starts where the last one ends."""
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=160))
    base = alt.Chart(tables.parts).transform_window(end="sum(value)").transform_calculate(start="datum.end - datum.value")
    x = alt.X("start:Q", title=DOLLARS, axis=alt.Axis(tickCount=5, domain=False, format=".1f"))
    colour = alt.condition("datum.name == 'hour_power'", alt.value("var(--third)"), alt.value("var(--machines)"))
    bars = base.mark_bar(size=20).encode(x=x, x2="end:Q", y=y, color=colour)
    return bars.properties(width=width, height=200)


def by_use(tables, width):
    """Owned, on contract and by the hour, over the share of hours used."""
    x = alt.X(
        "used:Q",
        title="hours in use, per cent of all hours",
        scale=alt.Scale(domain=[20, 100], nice=False),
        axis=alt.Axis(grid=False, tickCount=5),
    )
    axis = alt.Axis(tickCount=5, domain=False)
    y = alt.Y("value:Q", title=DOLLARS, axis=axis)
    owned = alt.Chart(tables.owned_curve).transform_calculate(used="toNumber(datum.used)")
    contract = alt.Chart(tables.contract_curve).transform_calculate(used="toNumber(datum.used)")
    demand = alt.Chart(tables.demand_curve).transform_calculate(used="toNumber(datum.used)")
    band = owned.mark_area(opacity=0.16, color="var(--machines)").encode(x=x, y=alt.Y("low:Q", title=DOLLARS, axis=axis), y2="high:Q")
    lines = [
        owned.mark_line(strokeWidth=2.5, color="var(--machines)").encode(x=x, y=y),
        contract.mark_line(strokeWidth=2, strokeDash=[6, 4], color="var(--people)").encode(x=x, y=y),
        demand.mark_line(strokeWidth=2, strokeDash=[2, 3], color="var(--ink)").encode(x=x, y=y),
    ]
    words = [
        demand.transform_filter("datum.used == 20").mark_text(text="by the hour", align="left", dx=4, dy=9).encode(x=x, y=y),
        contract.transform_filter("datum.used == 40")
        .mark_text(text="on contract", align="left", dx=8, dy=-8, color="var(--people)")
        .encode(x=x, y=y),
        owned.transform_filter("datum.used == 30")
        .mark_text(text="owned", align="right", dx=-8, dy=10, color="var(--machines)")
        .encode(x=x, y=y),
    ]
    return alt.layer(band, *lines, *words).properties(width=width, height=280)


def lives(tables, width):
    """Dots with ranges: the hour by the years that the hardware lasts."""
    x = alt.X("life_years:O", title="years that the hardware lasts", axis=alt.Axis(labelAngle=0, ticks=False))
    axis = alt.Axis(tickCount=5, domain=False)
    base = alt.Chart(tables.lives)
    ranges = base.mark_rule(strokeWidth=7, opacity=0.3, color="var(--machines)", strokeCap="round").encode(
        x=x, y=alt.Y("low:Q", title=DOLLARS, axis=axis, scale=alt.Scale(zero=True)), y2="high:Q"
    )
    dots = base.mark_circle(size=120, opacity=1, color="var(--machines)").encode(x=x, y=alt.Y("value:Q", title=DOLLARS, axis=axis))
    return (ranges + dots).properties(width=width, height=230)


def year_buys(tables, width):
    """What the cost of an engineer's year would keep or buy."""
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=170))
    x = alt.X("value:Q", title="H100s", axis=alt.Axis(tickCount=4, domain=False))
    base = alt.Chart(tables.year_buys)
    bars = base.mark_bar(size=20, color="var(--people)").encode(x=x, y=y)
    ranges = base.mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q", y=y)
    return (bars + ranges).properties(width=width, height=130)
