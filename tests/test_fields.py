"""Fields of charts: a misspelt one is found wherever it stands, and no chart of Altair's forms is suspected wrongly."""

import altair as alt
import pytest

from explainer.fields import unknown

ROWS = {
    "cars": [{"name": "a", "origin": "x", "year": "2020-01-01", "speed": 3.0, "weight": 4.0, "v.max": 1.0}],
    "places": [{"place": "x", "people": 3.0}],
}
CARS, PLACES = alt.NamedData("cars"), alt.NamedData("places")


def cars() -> alt.Chart:
    return alt.Chart(CARS).mark_point()


def points() -> alt.Chart:
    return cars().encode(x="speed:Q", y="weight:Q")


pick = alt.selection_point(fields=["origin"])
brush = alt.selection_interval()
limit = alt.param(value=3, name="limit")
below = alt.datum.speed < 3
FORMS = {
    "points": points(),
    "long forms": cars().encode(alt.X("speed").type("quantitative"), alt.Y(field="weight", type="quantitative"), tooltip=["name:N", alt.Tooltip("speed:Q")]),
    "aggregates": cars().encode(x="mean(speed):Q", y="origin:N", size="count():Q", color=alt.Color("median(weight):Q")),
    "bins": cars().encode(x=alt.X("speed:Q", bin=True), y="count()"),
    "time units": cars().encode(x="yearmonth(year):T", y="sum(speed):Q"),
    "sorted by a channel": cars().encode(x="speed:Q", y=alt.Y("name:N", sort="-x")),
    "sorted by a field": cars().encode(x="speed:Q", y=alt.Y("name:N", sort=alt.EncodingSortField("weight", op="mean"))),
    "sorted by a list": cars().encode(x="speed:Q", y=alt.Y("name:N", sort=["b", "a"])),
    "layers": points() + points().mark_line() + cars().mark_rule().encode(y="mean(weight):Q"),
    "layers of two tables": points() + alt.Chart(PLACES).mark_text().encode(text="place:N", y="people:Q"),
    "layers with one encoding": alt.layer(
        alt.Chart().transform_calculate(twice="datum.speed * 2").mark_line(), alt.Chart().transform_calculate(twice="3").mark_point(), data=CARS
    ).encode(y="twice:Q"),
    "facets by a channel": points().encode(row="origin:N", column="year(year):T"),
    "facets": points().facet("origin:N", columns=2),
    "facets of layers": alt.layer(points(), points().mark_line(), data=CARS).facet(row="origin:N"),
    "repeat": cars().encode(alt.X(alt.repeat("column"), type="quantitative"), alt.Y(alt.repeat("row"), type="quantitative")).repeat(row=["speed"], column=["weight", "speed"]),
    "repeated layers": cars().encode(y=alt.Y(alt.repeat("layer"), type="quantitative"), color=alt.datum(alt.repeat("layer"))).repeat(layer=["speed", "weight"]),
    "beside and below": (points() | alt.Chart(PLACES).mark_bar().encode(x="people:Q")) & points(),
    "fold": cars().transform_fold(["speed", "weight"]).encode(x="key:N", y="value:Q"),
    "fold with names": cars().transform_fold(["speed", "weight"], as_=["what", "amount"]).encode(x="what:N", y="amount:Q"),
    "window": cars().transform_window(rank="rank()", sort=[alt.SortField("speed")], groupby=["origin"]).encode(y="rank:O").transform_filter("datum.rank < 3"),
    "stack": cars().transform_stack(["low", "high"], "speed", ["origin"]).encode(x="low:Q", x2="high:Q"),
    "stacked channel": cars().mark_area().encode(x="year:T", y=alt.Y("speed:Q", stack="normalize"), color="origin:N"),
    "density": cars().transform_density("speed", groupby=["origin"], extent=[0, 9]).mark_area().encode(x="value:Q", y="density:Q"),
    "density with names": cars().transform_density("speed", as_=["speed", "how_dense"]).encode(x="speed:Q", y="how_dense:Q"),
    "regression": points() + points().transform_regression("speed", "weight").mark_line(),
    "regression's parameters": cars().transform_regression("speed", "weight", params=True, extent=[0, 1]).encode(text="rSquared:N"),
    "loess": points() + points().transform_loess("speed", "weight", groupby=["origin"]).mark_line(),
    "quantile": cars().transform_quantile("speed", step=0.1).encode(x="prob:Q", y="value:Q"),
    "aggregate": cars().transform_aggregate(average="mean(speed)", groupby=["origin"]).encode(x="average:Q", y="origin:N"),
    "joined aggregate": cars().transform_joinaggregate(total="sum(speed)").transform_calculate(share=alt.datum.speed / alt.datum.total).encode(x="share:Q"),
    "bin transform": cars().transform_bin("binned", "speed").encode(x="binned:Q", x2="binned_end"),
    "time unit transform": cars().transform_timeunit(month="month(year)").encode(x="month:T"),
    "impute": cars().transform_impute("speed", key="year", value=0, groupby=["origin"]).encode(x="year:T", y="speed:Q"),
    "flatten": cars().transform_flatten(["speed"]).encode(x="speed:Q"),
    "sample": points().transform_sample(3),
    "extent": points().transform_extent("speed", "limits"),
    "calculate": cars().transform_calculate(label="datum.name + ' datum.nothing ' + datum['origin'].length").encode(text="label:N"),
    "filters": points().transform_filter(below | (alt.datum["weight"] > 2)).transform_filter(alt.FieldOneOfPredicate(field="origin", oneOf=["x"])).transform_filter(brush),
    "filter by time": points().transform_filter(alt.FieldRangePredicate(field="year", range=[2000, 2020], timeUnit="year")),
    "condition": points().encode(color=alt.condition(below, alt.value("red"), "origin:N"), opacity=alt.when(pick).then(alt.value(1)).otherwise(alt.value(0))).add_params(pick),
    "condition on what is grouped": cars().encode(x="mean(speed):Q", color=alt.condition("datum.mean_speed > 3", alt.value("red"), alt.value("blue"))),
    "selection of what is made": cars().transform_fold(["speed"]).encode(x="key:N").add_params(alt.selection_point(fields=["key"])) | points(),
    "brush and histogram": points().add_params(brush) & cars().mark_bar().encode(x="count()", y="origin:N").transform_filter(brush),
    "parameter": points().add_params(limit).transform_filter(alt.datum.speed < limit),
    "labels' expressions": cars().encode(alt.X("speed:Q").axis(labelExpr="datum.label + datum.value"), y=alt.datum(3)),
    "lookup": cars().transform_lookup("origin", alt.LookupData(PLACES, "place", ["people"])).encode(x="people:Q"),
    "lookup with a name": cars().transform_lookup("origin", alt.LookupData(PLACES, "place"), as_="there").encode(x="there.people:Q"),
    "pivot": cars().transform_pivot("origin", value="speed", groupby=["name"]).encode(x="x:Q"),
    "path": cars().encode(x=r"v\.max:Q", y="[v.max]:Q"),
    "repeat of what is made": cars().transform_calculate(twice="2").encode(alt.X(alt.repeat(), type="quantitative")).repeat(["twice"]),
    "own rows": alt.Chart(alt.Data(values=[{"a": 1}])).mark_bar().encode(x="a:Q"),
    "rows from elsewhere": alt.Chart("https://rows.example/a.csv").mark_bar().encode(x="anything:Q"),
    "sequence": alt.Chart(alt.sequence(0, 9, as_="n")).transform_calculate(y="sin(datum.n)").mark_line().encode(x="n:Q", y="y:Q"),
    "strip with jitter": cars().transform_calculate(jitter="random()").encode(y="jitter:Q", yOffset="jitter:Q", x="speed:Q", detail=["name:N", "origin:N"], order="year:T"),
    "error bars": alt.Chart(CARS).mark_errorbar(extent="ci").encode(x="speed:Q", y="origin:N") + alt.Chart(CARS).mark_boxplot().encode(x="speed:Q"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_no_form_is_suspected_wrongly(form):
    assert unknown(FORMS[form].to_dict(), ROWS) == {}


WRONG = {
    "channel": cars().encode(x="sped:Q"),
    "aggregate": cars().encode(x="mean(sped):Q", y="origin:N"),
    "tooltip": points().encode(tooltip=["name:N", "sped:Q"]),
    "order": cars().encode(y=alt.Y("name:N", sort=alt.EncodingSortField("sped"))),
    "condition": points().encode(color=alt.condition(alt.datum.sped < 3, alt.value("red"), alt.value("blue"))),
    "field of a condition": points().encode(color=alt.condition(below, "sped:Q", alt.value("red"))),
    "layer": points() + cars().encode(text="sped:N"),
    "other table's": points() | alt.Chart(PLACES).mark_bar().encode(x="sped:Q"),
    "facet": points().facet("sped:N"),
    "repeat": cars().encode(x=alt.X(alt.repeat("column"), type="quantitative")).repeat(column=["weight", "sped"]),
    "repeat of a layer": cars().encode(y=alt.Y(alt.repeat("layer"), type="quantitative")).repeat(layer=["sped"]),
    "fold": cars().transform_fold(["sped", "weight"]).encode(x="key:N", y="value:Q"),
    "calculate": cars().transform_calculate(a="datum.sped * 2").encode(x="a:Q"),
    "bracket": cars().transform_calculate(a="datum['sped'] * 2").encode(x="a:Q"),
    "filter": points().transform_filter("datum.speed > 2 && datum.sped < 3"),
    "predicate": points().transform_filter({"not": alt.FieldEqualPredicate(field="sped", equal=3)}),
    "window": points().transform_window(rank="rank()", sort=[alt.SortField("sped")]),
    "aggregate transform": cars().transform_aggregate(a="mean(sped)", groupby=["origin"]).encode(x="a:Q"),
    "group": cars().transform_aggregate(a="mean(speed)", groupby=["sped"]).encode(x="a:Q"),
    "regression": points().transform_regression("sped", "weight"),
    "selection": points().add_params(alt.selection_point(fields=["sped"])),
    "lookup": points().transform_lookup("sped", alt.LookupData(PLACES, "place", ["people"])),
    "time unit": cars().encode(x="yearmonth(sped):T"),
    "own rows": alt.Chart(alt.Data(values=[{"a": 1}])).mark_bar().encode(x="sped:Q"),
}


@pytest.mark.parametrize("where", WRONG)
def test_a_misspelt_field_is_found(where):
    assert list(unknown(WRONG[where].to_dict(), ROWS)) == ["sped"]
