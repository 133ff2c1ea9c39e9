"""Files that a request names, before a run is made of it."""

from pathlib import Path

from pydantic import BaseModel

from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.own_catalogue_file import load_catalogue


def check_files(request: BaseModel) -> BaseModel:
    """The same request, its files named by whole paths: it may be gone on with from another folder.

    Raises:
        Invalid: a file is not there, or is not what it should be.
    """
    if not isinstance(request, CrawlAnalyzeGenerate) or not request.own_catalogue:
        return request
    path = Path(request.own_catalogue).expanduser().absolute()
    load_catalogue(path)
    return request.model_copy(update={"own_catalogue": str(path)})
