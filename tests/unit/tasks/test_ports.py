"""A step names its ports; a name that nobody opens would come to light only in a run."""

import importlib
import pkgutil

import tasks
from integrations.open import Ports
from magicai.brain.steps import Step


def test_every_port_that_a_step_names_can_be_opened() -> None:
    modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(tasks.__path__, "tasks.")]
    ours = [var for module in modules for var in vars(module).values() if isinstance(var, Step)]
    assert {step.name for step in ours} >= {"crawl_shops", "index_stores"}
    known = {*dir(Ports), "settings"}
    assert [(step.name, name) for step in ours for name in step.ports if name not in known] == []
