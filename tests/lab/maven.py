"""What a pom.xml names, from Maven Central or wherever this machine's Maven is set to look."""

import shutil
from pathlib import Path

from magicai.errors import Missing
from tests.lab.programs import run

_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"


def copy_dependencies(pom: Path, folder: Path) -> None:
    """Put the files of all that a pom depends on into a folder.

    Raises:
        Missing: there is no Maven, or it could not fetch something.
    """
    if shutil.which("mvn") is None:
        raise Missing("It comes from Maven Central, and there is no Maven.", way_out="Install maven.")
    options = ["-B", "-q", "-ntp", "-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
    run(["mvn", *options, "-f", pom, _COPY])
