"""The charts of this article: functions of named tables and a width, see CONTRIBUTING.md.

People are in one colour throughout, machines in another.
"""

import altair as alt

PEOPLE, MACHINES, OTHER, QUIET, INK = "var(--people)", "var(--machines)", "var(--third)", "var(--muted)", "var(--ink)"
NARROW = 500


def _named(width, longest=26, key="label"):
    """The names of rows on the left, broken into lines where they are long."""
    limit = 15 if width < NARROW else longest
    broken = f"split(trim(replace(datum.value, regexp('(.{{1,{limit}}})( +|$)', 'g'), '$1\\n')), '\\n')"
    return alt.Y(f"{key}:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=10, labelExpr=broken))


def _coloured(**kinds):
    """A colour for each row by its quantity's name, `machines=["capex_step"]`; what is not named is of people."""
    colours = {"machines": MACHINES, "other": OTHER, "ink": INK}
    rules = [{"test": f"indexof({names}, datum.name) >= 0", "value": colours[kind]} for kind, names in kinds.items()]
    return alt.ColorValue(PEOPLE, condition=rules) if rules else alt.ColorValue(PEOPLE)


def _bars(rows, width, count, title, **kinds):
    """A bar for each of `count` rows, with its range."""
    y = _named(width)
    x = alt.X("value:Q", title=title, axis=alt.Axis(tickCount=4 if width < NARROW else 6, domain=False))
    bars = alt.Chart(rows).mark_bar(size=22).encode(x=x, y=y, color=_coloured(**kinds))
    ranges = alt.Chart(rows).mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y)
    return (bars + ranges).properties(width=width, height=46 * count)


def _dots(rows, width, count, x, **kinds):
    """A dot for each of `count` rows, with its range."""
    y, colour = _named(width), _coloured(**kinds)
    ranges = (
        alt.Chart(rows)
        .mark_rule(strokeWidth=7, opacity=0.35, strokeCap="round")
        .encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y, color=colour)
    )
    dots = alt.Chart(rows).mark_circle(size=150, opacity=1).encode(x=x, y=y, color=colour)
    return (ranges + dots).properties(width=width, height=46 * count)


def funding(tables, width):
    """What is saved, and what it would have to pay for."""
    return _bars(tables.funding, width, 4, "billion dollars a year", machines=["capex_step"])


def yearly(tables, width):
    """The saving beside what recurs as it does."""
    return _bars(tables.yearly, width, 4, "billion dollars a year", machines=["step_wear"])


def two_histories(tables, width):
    """Revenue, capital expenditure and headcount, one above the other."""
    every = 1 if width > NARROW else 4
    labels = f"(toNumber(datum.value) - 2013) % {every} ? '' : datum.value"
    span = alt.Scale(domain=[str(year) for year in range(2012, 2026)])
    years = alt.X("year:O", title=None, scale=span, axis=alt.Axis(labelAngle=0, labelExpr=labels, ticks=False))
    panels = [
        ("Capital expenditure, billion dollars", "datum.capex / 1000", MACHINES),
        ("Employees at the end of the year, thousands", "datum.headcount ? datum.headcount / 1000 : null", PEOPLE),
        ("Revenue, billion dollars", "datum.revenue / 1000", OTHER),
    ]
    y = alt.Y("shown:Q", title=None, axis=alt.Axis(tickCount=3, domain=False, minExtent=36))
    charts = [
        alt.Chart(tables.meta).transform_calculate(shown=value).mark_bar(color=colour).encode(x=years, y=y)
        .properties(title=title, width=width - 46, height=84)
        for title, value, colour in panels
    ]  # fmt: skip
    return alt.vconcat(*charts, spacing=12)


def guidance(tables, width):
    """The first range said for a year, the one of July, and what was spent."""
    kinds = ["first guided", "guided in July", "spent"]
    scale = alt.Scale(domain=kinds, range=[QUIET, OTHER, MACHINES])
    colour = alt.Color("kind:N", scale=scale, legend=alt.Legend(title=None, symbolType="square", symbolOpacity=1))
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, ticks=False))
    wide = 28 if width < NARROW else 52

    def layer(kind, low, mark):
        y = alt.Y(f"{low}:Q", title="billion dollars", axis=alt.Axis(tickCount=5, domain=False))
        return mark(alt.Chart(tables.guidance).transform_calculate(kind=f"'{kind}'")).encode(x=x, y=y, color=colour)

    first = layer(kinds[0], "low", lambda rows: rows.mark_bar(size=wide, opacity=0.45)).encode(y2=alt.Y2("high:Q"))
    july = layer(kinds[1], "july_low", lambda rows: rows.mark_bar(size=wide / 2)).encode(y2=alt.Y2("july_high:Q"))
    spent = layer(kinds[2], "outturn", lambda rows: rows.mark_tick(size=wide + 14, thickness=4, opacity=1))
    return (first + july + spent).properties(width=width, height=300)


def wear(tables, width):
    """Depreciation of what was bought, year upon year, by the year in which it was bought."""
    groups = ["before 2024", "2024", "2025", "2026"]
    legend = alt.Legend(title="bought in", symbolType="square", symbolFillColor=MACHINES, symbolStrokeWidth=0)
    x = alt.X(
        "year:Q", title=None, axis=alt.Axis(format="d", tickCount=5 if width < NARROW else 9, grid=False), scale=alt.Scale(nice=False)
    )
    y = alt.Y("sum(value):Q", title="billion dollars a year", stack="zero", axis=alt.Axis(tickCount=5, domain=False))
    shade = alt.Opacity("group:O", sort=groups, scale=alt.Scale(type="ordinal", domain=groups, range=[0.25, 0.45, 0.7, 1]), legend=legend)
    group = "datum.vintage < 2024 ? 'before 2024' : '' + datum.vintage"
    areas = alt.Chart(tables.wear_by_vintage).transform_calculate(group=group, order="-datum.vintage").mark_area(color=MACHINES)
    points = alt.Chart(tables.depreciation).transform_calculate(when="toNumber(datum.year)")
    dots = points.mark_circle(size=90, opacity=1, color=INK, stroke="var(--paper)", strokeWidth=2).encode(
        x=alt.X("when:Q"), y=alt.Y("published:Q")
    )
    stacked = areas.encode(x=x, y=y, opacity=shade, order=alt.Order("order:Q", sort="descending"))
    return (stacked + dots).properties(width=width, height=270)


def h100_year(tables, width):
    """A year of one accelerator: owned, by its parts, and rented."""
    parts = ["Chip and server", "Network", "Building", "Electricity", "Rented, the same year"]
    who = "datum.name == 'h100_rent_year' ? 'rented' : 'owned'"
    y = alt.Y("who:N", sort=["owned", "rented"], title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=10))
    x = alt.X("sum(value):Q", title="thousand dollars a year", axis=alt.Axis(tickCount=6, domain=False), stack="zero")
    legend = alt.Legend(
        title=None, symbolType="square", symbolFillColor=MACHINES, symbolStrokeWidth=0, values=parts[:4], columns=2 if width < NARROW else 4
    )
    shade = alt.Opacity(
        "label:O", sort=parts, scale=alt.Scale(type="ordinal", domain=parts, range=[1, 0.7, 0.45, 0.25, 0.85]), legend=legend
    )
    rows = alt.Chart(tables.h100_year).transform_calculate(who=who, place=f"indexof({parts}, datum.label)")
    return (
        rows.mark_bar(size=30, color=MACHINES)
        .encode(x=x, y=y, opacity=shade, order=alt.Order("place:Q"))
        .properties(width=width, height=110)
    )


def fleet(tables, width):
    """Accelerators for each employee, with the range of the counts."""
    x = alt.X("label:O", title=None, axis=alt.Axis(labelAngle=0, ticks=False))
    title = "H100s for each employee"
    y = alt.Y("value:Q", title=title, axis=alt.Axis(tickCount=5, domain=False))
    base = alt.Chart(tables.fleet)
    band = base.mark_area(opacity=0.25, color=MACHINES).encode(x=x, y=alt.Y("low:Q", title=title), y2=alt.Y2("high:Q"))
    line = base.mark_line(strokeWidth=2.5, color=MACHINES, point=alt.OverlayMarkDef(size=80, filled=True, color=MACHINES)).encode(x=x, y=y)
    words = base.mark_text(dy=-16, dx=-4, align="right", fontWeight=600).encode(x=x, y=y, text=alt.Text("value:Q", format=".1f"))
    return (band + line + words).properties(width=width, height=240)


def peers(tables, width):
    """Capital expenditure of three companies, from 2025 to the guidance for 2026."""
    rows = alt.Chart(tables.peers).transform_calculate(guided="(datum.low + datum.high) / 2")
    lines = rows.transform_fold(["spent", "guided"], as_=["column", "amount"]).transform_calculate(
        when="datum.column == 'guided' ? 'guided for 2026' : 'spent in 2025'"
    )
    x = alt.X(
        "when:O",
        title=None,
        sort=None,
        axis=alt.Axis(labelAngle=0, ticks=False, grid=True),
        scale=alt.Scale(padding=0.75 if width < NARROW else 0.4),
    )
    y = alt.Y("amount:Q", title="billion dollars", scale=alt.Scale(domain=[0, 250]), axis=alt.Axis(tickCount=5, domain=False))
    colour = alt.ColorValue(QUIET, condition={"test": "datum.company == 'Meta'", "value": MACHINES})
    drawn = lines.mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=80)).encode(
        x=x, y=y, detail=alt.Detail("company:N"), color=colour
    )
    words = (
        lines.transform_filter("datum.column == 'guided'")
        .mark_text(align="left", dx=10)
        .encode(x=x, y=y, text=alt.Text("company:N"), color=colour)
    )
    return (drawn + words).properties(width=width, height=240)


def training_costs(tables, width):
    """Final runs on a logarithmic scale: amortised and at cloud prices."""
    y = alt.Y("system:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=12))
    title = "million dollars; each line is ten times the last" if width > NARROW else "million dollars"
    axis = alt.Axis(values=[1, 10, 100, 1000], domain=False, format=",")
    x = alt.X("amortised:Q", title=title, scale=alt.Scale(type="log", domain=[1, 2000], nice=False), axis=axis)
    counts = ["amortised", "at cloud prices"]
    colour = alt.Color("count:N", scale=alt.Scale(domain=counts, range=[MACHINES, OTHER]), legend=alt.Legend(title=None))
    base = alt.Chart(tables.training)
    links = base.mark_rule(strokeWidth=2, color="var(--rule)").encode(x=x, x2=alt.X2("cloud:Q"), y=y)
    folded = base.transform_fold(["amortised", "cloud"], as_=["column", "cost"]).transform_calculate(
        count="datum.column == 'cloud' ? 'at cloud prices' : 'amortised'"
    )
    dots = folded.mark_circle(size=110, opacity=1).encode(x=alt.X("cost:Q"), y=y, color=colour)
    return (links + dots).properties(width=width, height=250)


def foreseen(tables, width):
    """Costs foreseen from computing power, beside those that Epoch AI published."""
    kinds, derived = ["ours", "Epoch AI", "not counted"], ["GPT-4", "Gemini 1.0 Ultra"]
    y = alt.Y("system:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=12))
    axis = alt.Axis(values=[1, 10, 100], domain=False, format=",")
    title = "million dollars; each line is ten times the last" if width > NARROW else "million dollars"
    scale = alt.Scale(type="log", domain=[0.5, 100], nice=False)
    legend = alt.Legend(title=None, symbolType="circle", symbolOpacity=1)
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[MACHINES, INK, QUIET]), legend=legend)
    kind = f"datum.name == 'foreseen_cost' ? 'ours' : indexof({derived}, datum.system) < 0 ? 'Epoch AI' : 'not counted'"
    rows = alt.Chart(tables.foreseen).transform_calculate(kind=kind)
    ours = rows.transform_filter("datum.kind == 'ours'").mark_rule(strokeWidth=8, opacity=0.5, strokeCap="round")
    theirs = rows.transform_filter("datum.kind != 'ours'").mark_circle(size=110, opacity=1, stroke="var(--paper)", strokeWidth=1.5)
    bars = ours.encode(x=alt.X("low:Q", title=title, scale=scale, axis=axis), x2=alt.X2("high:Q"), y=y, color=colour)
    return (bars + theirs.encode(x=alt.X("value:Q", scale=scale), y=y, color=colour)).properties(width=width, height=270)


def frontier(tables, width):
    """The largest run of a year, on a logarithmic scale, and a billion dollars."""
    x = alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickCount=5, grid=False), scale=alt.Scale(nice=False, domain=[2024, 2029]))
    axis = alt.Axis(values=[10, 100, 1000, 10000], domain=False, format=",")
    y = alt.Y("value:Q", title="million dollars", scale=alt.Scale(type="log", domain=[50, 30000], nice=False), axis=axis)
    base = alt.Chart(tables.frontier).transform_filter("datum.year <= 2029")
    band = base.mark_area(opacity=0.25, color=MACHINES).encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q"))
    line = base.mark_line(strokeWidth=2.5, color=MACHINES).encode(x=x, y=y)
    mark = alt.Chart(tables.frontier).transform_filter("datum.year == 2024")
    billion = mark.mark_rule(strokeWidth=1.5, strokeDash=[5, 4], color=INK).encode(y=alt.YDatum(1000))
    words = mark.mark_text(text="a billion dollars", align="left", dx=6, dy=-9).encode(x=alt.X("year:Q"), y=alt.YDatum(1000))
    return (band + line + billion + words).properties(width=width, height=240)


def draft_cost(tables, width):
    """What it costs to move one engineer, or to hire one."""
    title = "thousand dollars for each person" if width > NARROW else "thousand dollars a head"
    x = alt.X("value:Q", title=title, axis=alt.Axis(tickCount=5 if width > NARROW else 3, domain=False))
    return _dots(tables.draft_cost, width, 5, x, other=["cost_per_hire", "premium_cost"])


def draft_flow(tables, width):
    """Where those who were moved are, month by month."""
    states = ["At full speed", "Still learning", "Gone back", "Left Meta"]
    scale = alt.Scale(domain=states, range=[PEOPLE, OTHER, QUIET, INK])
    legend = alt.Legend(title=None, symbolType="square", columns=2 if width < NARROW else 4)
    x = alt.X("month:Q", title="months after the move", axis=alt.Axis(tickCount=7, grid=False), scale=alt.Scale(nice=False))
    y = alt.Y("value:Q", title="people", stack="normalize", axis=alt.Axis(format="%", tickCount=4, domain=False))
    rows = alt.Chart(tables.draft_flow).transform_calculate(place=f"indexof({states}, datum.label)")
    areas = rows.mark_area(opacity=0.85).encode(
        x=x, y=y.title(None), color=alt.Color("label:N", scale=scale, legend=legend), order=alt.Order("place:Q")
    )
    return areas.properties(width=width, height=230)


def draft_or_hire(tables, width):
    """People at full speed: moved from within, or hired."""
    kinds = ["Moved", "Hired"]
    colour = alt.Color(
        "label:N", scale=alt.Scale(domain=kinds, range=[PEOPLE, OTHER]), legend=alt.Legend(title=None, symbolType="square", symbolOpacity=1)
    )
    x = alt.X("month:Q", title="months", axis=alt.Axis(tickCount=7, grid=False), scale=alt.Scale(nice=False))
    y = alt.Y("value:Q", title="people at full speed", axis=alt.Axis(tickCount=4, domain=False))
    base = alt.Chart(tables.draft_or_hire)
    band = base.mark_area(opacity=0.22).encode(x=x, y=alt.Y("low:Q", title="people at full speed"), y2=alt.Y2("high:Q"), color=colour)
    return (band + base.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour)).properties(width=width, height=240)


def spring(tables, width):
    """Two programmes on a line of time, to the end of June, when our reports end."""
    states = ["in force", "relaxed", "paused"]
    y = alt.Y("programme:N", sort=["Recording", "The Draft"], title=None, axis=alt.Axis(ticks=False, domain=False))
    x = alt.X(
        "utcyearmonthdate(from):T", title=None, axis=alt.Axis(format="%-d %b", tickCount="month", domain=False),
        scale=alt.Scale(domain=["2026-04-01", "2026-07-01"], type="utc"),
    )  # fmt: skip
    scale = alt.Scale(domain=states, range=[PEOPLE, OTHER, QUIET])
    colour = alt.Color("state:N", scale=scale, legend=alt.Legend(title=None, symbolType="square"))
    bars = alt.Chart(tables.spring).mark_bar(size=26).encode(x=x, x2=alt.X2("utcyearmonthdate(to):T"), y=y, color=colour)
    return bars.properties(width=width, height=110)


def monitoring_effects(tables, width):
    """Correlations of monitoring with four outcomes: dots with ranges around zero."""
    axis = alt.Axis(values=[-0.2, -0.1, 0, 0.1, 0.2], format=".1f", domain=False)
    x = alt.X("value:Q", title="correlation with monitoring", scale=alt.Scale(domain=[-0.25, 0.25]), axis=axis)
    zero = alt.Chart(tables.watched).mark_rule(strokeWidth=1, color=QUIET).encode(x=alt.XDatum(0))
    return (zero + _dots(tables.watched, width, 4, x)).properties(width=width, height=180)


def hours(tables, width):
    """Recorded hours on a logarithmic scale."""
    axis = alt.Axis(values=[1e3, 1e4, 1e5, 1e6, 1e7], domain=False, format="~s" if width < NARROW else ",")
    title = "hours; each line is ten times the last" if width > NARROW else "hours (k: thousand)"
    x = alt.X("value:Q", title=title, scale=alt.Scale(type="log", domain=[1000, 1e7], nice=False), axis=axis)
    return _dots(tables.hours, width, 4, x, machines=["vpt_hours", "vpt_labelled"])


def turnover(tables, width):
    """The curve with its range, the published points, and the straight reading."""
    axis = alt.Axis(tickCount=5, domain=False)
    x = alt.X(
        "per_cent:Q",
        title="jobs cut, per cent of staff",
        scale=alt.Scale(domain=[0, 10], nice=False),
        axis=alt.Axis(tickCount=5, grid=False),
    )
    title = "resign in a year, per cent"
    y = alt.Y("value:Q", title=title, axis=axis)
    curve = alt.Chart(tables.turnover_curve).transform_calculate(per_cent="datum.cut / 100")
    straight = alt.Chart(tables.turnover_straight).transform_calculate(per_cent="toNumber(datum.label)")
    points = alt.Chart(tables.turnover_points).transform_calculate(per_cent="toNumber(datum.cut)")
    band = curve.mark_area(opacity=0.18, color=PEOPLE, interpolate="monotone").encode(
        x=x, y=alt.Y("low:Q", title=title, axis=axis), y2=alt.Y2("high:Q")
    )
    line = curve.mark_line(strokeWidth=2.5, color=PEOPLE, interpolate="monotone").encode(x=x, y=y)
    wrong = straight.mark_line(strokeWidth=2, strokeDash=[5, 4], color=QUIET).encode(x=x, y=y)
    dots = points.mark_circle(size=60, opacity=1, color=INK).encode(x=x, y=alt.Y("turnover:Q"))
    ours = (
        curve.transform_filter("datum.cut == 1000")
        .mark_text(text="our curve", align="right", dy=-12, dx=-6, color=PEOPLE)
        .encode(x=x, y=alt.Y("high:Q"))
    )
    last = straight.transform_filter("datum.label == '10'")
    theirs = last.mark_text(text="31 % for every point", align="right", dx=-40, dy=2, color=QUIET).encode(x=x, y=y)
    return (band + wrong + line + dots + ours + theirs).properties(width=width, height=290)


def first_year(tables, width):
    """What is saved to the right, what it costs to the left, and what remains."""
    costs = ["severance", "year_exits", "survivor_cost"]
    sign = f"(indexof({costs}, datum.name) >= 0 ? -1 : 1)"
    rows = alt.Chart(tables.first_year).transform_calculate(
        shown=f"{sign} * datum.value", from_=f"{sign} * datum.low", to=f"{sign} * datum.high"
    )
    y = _named(width)
    x = alt.X("shown:Q", title="billion dollars", axis=alt.Axis(tickCount=5 if width < NARROW else 8, domain=False))
    bars = rows.mark_bar(size=22).encode(x=x, y=y, color=_coloured(other=costs, ink=["year_net"]))
    ranges = rows.mark_rule(strokeWidth=2, color=QUIET).encode(x=alt.X("from_:Q"), x2=alt.X2("to:Q"), y=y)
    zero = alt.Chart(tables.first_year).mark_rule(strokeWidth=1).encode(x=alt.XDatum(0))
    return (bars + ranges + zero).properties(width=width, height=230)
