from pathlib import Path


def path() -> Path:
    """prefect.yaml: at the project's root in a checkout, beside this module in an installed wheel."""
    beside = Path(__file__).with_name("prefect.yaml")
    return beside if beside.exists() else Path(__file__).parents[1] / "prefect.yaml"
