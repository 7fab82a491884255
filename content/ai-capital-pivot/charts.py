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


def draft_cost(tables, width):
    """What it costs to move one engineer: dots with ranges."""
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=12))
    title = "thousand dollars for each person moved" if width > 500 else "thousand dollars a head"
    x = alt.X("value:Q", title=title, axis=alt.Axis(tickCount=5 if width > 500 else 3, domain=False))
    base = alt.Chart(tables.draft_cost)
    ranges = base.mark_rule(strokeWidth=7, opacity=0.35, color="var(--people)", strokeCap="round").encode(x="low:Q", x2="high:Q", y=y)
    dots = base.mark_circle(size=150, opacity=1, color="var(--people)").encode(x=x, y=y)
    return (ranges + dots).properties(width=width, height=140)


def spring(tables, width):
    """Two programmes on a line of time, to the end of June, when our reports end."""
    states = ["in force", "relaxed", "paused"]
    y = alt.Y("programme:N", sort=["Recording", "The Draft"], title=None, axis=alt.Axis(ticks=False, domain=False))
    x = alt.X(
        "utcyearmonthdate(from):T", title=None, axis=alt.Axis(format="%-d %b", tickCount="month", domain=False),
        scale=alt.Scale(domain=["2026-04-01", "2026-07-01"], type="utc"),
    )
    colour = alt.Color(
        "state:N", scale=alt.Scale(domain=states, range=["var(--people)", "var(--third)", "var(--muted)"]),
        legend=alt.Legend(title=None, symbolType="square"),
    )
    bars = alt.Chart(tables.spring).mark_bar(size=26).encode(x=x, x2="utcyearmonthdate(to):T", y=y, color=colour)
    return bars.properties(width=width, height=110)


def monitoring_effects(tables, width):
    """Correlations of monitoring with four outcomes: dots with ranges around zero."""
    broken = "length(datum.label) > 16 ? split(datum.label, ' ') : datum.label" if width < 500 else "datum.label"
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=12, labelExpr=broken))
    axis = alt.Axis(values=[-0.2, -0.1, 0, 0.1, 0.2], format=".1f", domain=False)
    x = alt.X("value:Q", title="correlation with monitoring", scale=alt.Scale(domain=[-0.25, 0.25]), axis=axis)
    base = alt.Chart(tables.watched)
    zero = base.mark_rule(strokeWidth=1, color="var(--muted)").encode(x=alt.datum(0))
    ranges = base.mark_rule(strokeWidth=3, color="var(--people)").encode(x="low:Q", x2="high:Q", y=y)
    dots = base.mark_circle(size=130, opacity=1, color="var(--people)").encode(x=x, y=y)
    return (zero + ranges + dots).properties(width=width, height=180)


def turnover(tables, width):
    """The curve with its range, the published points, and the straight reading. A row's label is its cut."""
    axis = alt.Axis(tickCount=5, domain=False)
    x = alt.X("cut:Q", title="jobs cut, per cent of staff", scale=alt.Scale(domain=[0, 10], nice=False), axis=alt.Axis(tickCount=5, grid=False))
    title = "resign in a year, per cent"
    y = alt.Y("value:Q", title=title, axis=axis)
    curve = alt.Chart(tables.turnover_curve).transform_calculate(cut="toNumber(datum.label)")
    straight = alt.Chart(tables.turnover_straight).transform_calculate(cut="toNumber(datum.label)")
    points = alt.Chart(tables.turnover_points).transform_calculate(cut="toNumber(datum.cut)")
    band = curve.mark_area(opacity=0.18, color="var(--people)", interpolate="monotone").encode(x=x, y=alt.Y("low:Q", title=title, axis=axis), y2="high:Q")
    line = curve.mark_line(strokeWidth=2.5, color="var(--people)", interpolate="monotone").encode(x=x, y=y)
    wrong = straight.mark_line(strokeWidth=2, strokeDash=[5, 4], color="var(--muted)").encode(x=x, y=y)
    dots = points.mark_circle(size=60, opacity=1, color="var(--ink)").encode(x=x, y="turnover:Q")
    last = "datum.label == '10'"
    ours = curve.transform_filter(last).mark_text(text="our curve", align="right", dy=-12, dx=-6, color="var(--people)").encode(x=x, y="high:Q")
    theirs = straight.transform_filter(last).mark_text(text="31 % for every point", align="right", dx=-40, dy=2, color="var(--muted)").encode(x=x, y=y)
    return (band + wrong + line + dots + ours + theirs).properties(width=width, height=290)


def training_costs(tables, width):
    """Final runs on a logarithmic scale: amortised and at cloud prices."""
    y = alt.Y("system:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=12))
    title = "million dollars; each line is ten times the last" if width > 500 else "million dollars"
    axis = alt.Axis(values=[1, 10, 100, 1000], domain=False, format=",")
    x = alt.X("amortised:Q", title=title, scale=alt.Scale(type="log", domain=[1, 2000], nice=False), axis=axis)
    counts = ["amortised", "at cloud prices"]
    colour = alt.Color("count:N", scale=alt.Scale(domain=counts, range=["var(--machines)", "var(--third)"]), legend=alt.Legend(title=None))
    base = alt.Chart(tables.training)
    links = base.mark_rule(strokeWidth=2, color="var(--rule)").encode(x=x, x2="cloud:Q", y=y)
    folded = base.transform_fold(["amortised", "cloud"], as_=["column", "cost"]).transform_calculate(
        count="datum.column == 'cloud' ? 'at cloud prices' : 'amortised'"
    )
    dots = folded.mark_circle(size=110, opacity=1).encode(x="cost:Q", y=y, color=colour)
    return (links + dots).properties(width=width, height=250)
