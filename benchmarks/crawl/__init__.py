"""One shop, read by the product, by Scrapy with extruct, and by a bare loop of httpx and selectolax."""
