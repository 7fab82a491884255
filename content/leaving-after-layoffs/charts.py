"""The charts of this article: functions of named tables and a width."""

import altair as alt


def curve(tables, width):
    """Our curve with its range, the published points, and the straight reading of them."""
    x = alt.X(
        "depth:Q", title="jobs cut, per cent of staff", scale=alt.Scale(domain=[0, 10], nice=False), axis=alt.Axis(tickCount=5, grid=False)
    )
    axis = alt.Axis(tickCount=5, domain=False)
    title = "resign in a year, per cent"
    y = alt.Y("value:Q", title=title, axis=axis)
    ours = alt.Chart(tables.curve).transform_calculate(depth="toNumber(datum.quarter) / 4")
    straight = alt.Chart(tables.line).transform_calculate(depth="toNumber(datum.quarter) / 4")
    points = alt.Chart(tables.points).transform_calculate(depth="toNumber(datum.cut)")
    band = ours.mark_area(opacity=0.18, color="var(--people)").encode(x=x, y=alt.Y("low:Q", title=title, axis=axis), y2="high:Q")
    line = ours.mark_line(strokeWidth=2.5, color="var(--people)").encode(x=x, y=y)
    wrong = straight.mark_line(strokeWidth=2, strokeDash=[5, 4], color="var(--muted)").encode(x=x, y=y)
    dots = points.mark_circle(size=60, opacity=1, color="var(--ink)").encode(x=x, y=alt.Y("turnover:Q", title=title, axis=axis))
    last = "datum.depth == 10"
    mine = (
        ours.transform_filter(last)
        .mark_text(text="our curve", align="right", dy=-10, dx=-6, color="var(--people)")
        .encode(x=x, y=alt.Y("high:Q", title=title, axis=axis))
    )
    theirs = (
        straight.transform_filter(last)
        .mark_text(text="as much for every point", align="right", dx=-36, dy=4, color="var(--muted)")
        .encode(x=x, y=y)
    )
    return alt.layer(band, wrong, line, dots, mine, theirs).properties(width=width, height=280)


def path(tables, width):
    """The net of the cut, month by month, with its range."""
    x = alt.X(
        "month:Q",
        title="months after the cut",
        scale=alt.Scale(domain=[0, 36], nice=False),
        axis=alt.Axis(values=[0, 6, 12, 18, 24, 30, 36], grid=False),
    )
    axis = alt.Axis(tickCount=5, domain=False)
    title = "million dollars since the cut"
    base = alt.Chart(tables.path).transform_calculate(month="toNumber(datum.month)")
    y = alt.Y("value:Q", title=title, axis=axis)
    band = base.mark_area(opacity=0.18, color="var(--machines)").encode(x=x, y=alt.Y("low:Q", title=title, axis=axis), y2="high:Q")
    line = base.mark_line(strokeWidth=2.5, color="var(--machines)").encode(x=x, y=y)
    zero = base.mark_rule(strokeWidth=1, color="var(--muted)").encode(y=alt.datum(0))
    return alt.layer(zero, band, line).properties(width=width, height=250)


def sums(tables, width):
    """What the cut brings and what it costs in three years: bars either side of zero."""
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=160, labelPadding=8))
    x = alt.X("value:Q", title="million dollars in three years", axis=alt.Axis(tickCount=5 if width > 500 else 3, domain=False))
    base = alt.Chart(tables.sums)
    colour = alt.condition("datum.value > 0", alt.value("var(--machines)"), alt.value("var(--people)"))
    bars = base.mark_bar(size=20).encode(x=x, y=y, color=colour)
    ranges = base.mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q", y=y)
    return (bars + ranges).properties(width=width, height=160)


def replacing(tables, width):
    """What it takes to replace one person: dots with ranges."""
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=160, labelPadding=10))
    x = alt.X("value:Q", title="per cent of a year's pay", axis=alt.Axis(tickCount=5 if width > 500 else 3, domain=False))
    base = alt.Chart(tables.replacing)
    colour = alt.condition("datum.name == 'replacement_share'", alt.value("var(--third)"), alt.value("var(--people)"))
    ranges = base.mark_rule(strokeWidth=7, opacity=0.35, strokeCap="round").encode(x="low:Q", x2="high:Q", y=y, color=colour)
    dots = base.mark_circle(size=130, opacity=1).encode(x=x, y=y, color=colour)
    return (ranges + dots).properties(width=width, height=190)
