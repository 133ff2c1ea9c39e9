"""The report as one HTML page that needs nothing else: no network, no script, one style sheet known by its digest."""

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from magicai.shops.report.charts import draw, is_logarithmic
from magicai.shops.report.plain import plain
from magicai.shops.report.report_model import Chart, ReportModel
from magicai.shops.report.standfirst import colophon, standfirst
from magicai.shops.report.words import words_of


def render_html(report: ReportModel) -> str:
    """The page; every text in it is escaped, and every link leads to an http or https address.

    Raises:
        Permanent: a chart could not be drawn.
    """
    environment = _environment()
    style = Markup(_source(environment, "report.css"))  # noqa: S704 - our own file, without a closing tag in it
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("report.html.j2").render(
        report=report,
        words=words_of(report.language),
        standfirst=standfirst(report),
        colophon=colophon(report),
        style=style,
        style_digest=digest,
        between=" " if report.language == "en" else "",
        draw=_drawn,
        is_logarithmic=is_logarithmic,
        plain=plain,
    )


@cache
def _environment() -> Environment:
    loader = PackageLoader("magicai.shops.report")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _source(environment: Environment, name: str) -> str:
    assert environment.loader
    return environment.loader.get_source(environment, name)[0]


def _drawn(chart: Chart, identity: str) -> tuple[Markup, ...]:
    return tuple(Markup(svg) for svg in draw(chart, identity))  # noqa: S704 - written by ElementTree, which escapes its text
