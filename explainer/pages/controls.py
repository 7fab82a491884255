"""What the reader may set: a slider for each open assumption, a button for each of the author's scenarios."""

from __future__ import annotations

import math
from urllib.parse import urlencode

from markupsafe import Markup

from explainer.model.model import Assumption, Scenario
from explainer.pages.contexts import Control, Preset
from explainer.prose.merge import Values


def control(assumption: Assumption, values: Values) -> Control:
    """A slider over the plausible range, in steps of a few thousandths of it."""
    low, high = assumption.plausible
    step = 10.0 ** math.floor(math.log10((high - low) / 200))
    minimum, maximum = math.ceil(low / step) * step, math.floor(high / step) * step
    amount = values.numbers.amount(assumption.name)
    value = round(amount.value / step) * step
    author = values.text(assumption.name)
    if not assumption.distribution.is_certain:
        author += f" ({values.text(assumption.name, 'range')})"

    def place(x: float) -> float:
        return 100 * (min(max(x, minimum), maximum) - minimum) / (maximum - minimum)

    start, end = place(amount.low), place(amount.high)
    return Control(
        assumption.name, assumption.label, f"{minimum:.9g}", f"{maximum:.9g}", f"{step:.9g}", f"{value:.9g}", assumption.unit.text,
        Markup.escape(values.text(assumption.name)), author, f"{place(amount.value):.4g}", f"{start:.4g}", f"{end - start:.4g}",
    )  # fmt: skip


def preset(scenario: Scenario) -> Preset:
    """The scenario's button."""
    return Preset(scenario.label, urlencode({name: f"{value:.9g}" for name, value in scenario.settings.items()}))
