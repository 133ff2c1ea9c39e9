"""What only the gateway names has words in each language of the page: steps, choices, parameters, states."""

from typing import get_args

from magicai.accounts.identity import Role, Scope
from magicai.accounts.own_settings import Origin as SettingOrigin
from magicai.api.place import PAGE
from magicai.runs import registry
from magicai.runs.run import Origin, RunStatus
from magicai.setting_values import SETTABLE, choices_of, kind_of
from magicai.shops.product import Availability, Product, Source

MESSAGES = PAGE.parent / "src" / "messages"


def test_everything_that_only_the_gateway_names_has_a_word_in_each_language() -> None:
    goals = [registry.goal(name) for name in registry.names()]
    steps = [step for goal in goals for step in goal.steps]
    wanted = {
        *(f"step.{step.name}" for step in steps),
        *(f"choice.{step.name}.{point.name}" for step in steps for point in step.choices),
        *(
            f"choice-value.{option}"
            for step in steps
            for point in step.choices
            if not callable(point.options)
            for option in point.options
            if not option.isdigit()
        ),
        *(f"field.{name}" for goal in goals for name in goal.workflow.request.model_fields),
        *(f"about.{name}" for goal in goals for name in goal.workflow.request.model_fields),
        *(f"workflow.{goal.workflow.name}" for goal in goals),
        *(f"panel.{panel.title}" for goal in goals for panel in goal.workflow.panels),
        *(f"status.{run_status}" for run_status in RunStatus),
        *(f"origin.{origin}" for origin in Origin),
        *(f"source.{source}" for source in Source),
        *(f"availability.{availability}" for availability in Availability),
        *(f"column.{name}" for name in Product.model_fields if name not in {"id", "seen", "provenance"}),
        *(f"role.{role}" for role in Role),
        *(f"scope.{scope}" for scope in Scope),
        *(f"setting.{name}" for name in SETTABLE),
        *(f"setting-about.{name}" for name in SETTABLE),
        *(f"settings.group.{one.group}" for one in SETTABLE.values()),
        *(f"settings.origin.{one}" for one in get_args(SettingOrigin)),
        *(f"setting-choice.{choice}" for name in SETTABLE if kind_of(name) == "choice" for choice in choices_of(name)),
        *(f"check.{choice}" for name in SETTABLE if kind_of(name) == "list" for choice in choices_of(name)),
        *(f"step-state.{one}" for one in ("waiting", "started", "done", "kept", "failed", "cancelled", "left_out")),
    }
    for language in ("en", "zh"):
        files = [MESSAGES / f"{language}.ts", *MESSAGES.glob(f"*.{language}.ts")]
        written = "".join(path.read_text(encoding="utf-8") for path in files)
        assert {key for key in wanted if f'"{key}"' not in written} == set(), language
