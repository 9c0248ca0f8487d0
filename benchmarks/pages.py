"""How long the server takes for a page of each kind, and a browser until it can be used: `python -m benchmarks pages`.

The server remembers no answers, so that each page is made anew; a first request, which fills the worker, does not count.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import click
from playwright.sync_api import sync_playwright

from kg.options import LANGUAGES

TIMES = 7
CHROMIUM = "/usr/bin/chromium"
IN_A_BROWSER = ("/", "/query/summits-of-2025", "/query/corridor-on-the-map", "/page/kazakhstan", "/sparql")
ROOT = Path(__file__).parents[1]
PAGES = (
    "/",
    "/search?q=japan",
    "/query/needs-of-state",
    "/query/outcomes-with-japan",
    "/query/summits-of-2025",
    "/query/everything-about",
    "/evidence/needs-of-state?evidence-row=2&evidence-cell=1",
    "/page/kazakhstan",
    "/page/tokyo-summit",
    "/page/ontology",
    "/page/ontology/Summit",
    "/page/article/2025-12-tokyo-summit",
    "/page/article/2025-12-tokyo-summit/P17.S4",
    "/page/graph/notes",
    "/articles",
    "/compare?thing=id:japan&thing=id:kazakhstan",
    "/sparql",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%20100",
    "/why?s=id:search-for-resource-sources&p=cajad:causedBy&o=id:senkaku-dispute",
    "/impact?sentence=tokyo:P16.S3",
)


def main() -> None:
    """Prints milliseconds a page, the median of several, and the median over all pages."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as stderr:
            arguments = ["-m", "kg", "-C", str(ROOT), "serve", "--port", "0", "--workers", "1", "--cache", "0"]
            served = subprocess.Popen([sys.executable, *arguments], stderr=stderr)
        try:
            _measure(_address(log))
        finally:
            served.terminate()
            served.wait()


def _address(log: Path) -> str:
    while b" at http" not in log.read_bytes():
        time.sleep(0.1)
    return log.read_text().rpartition(" at ")[2].strip().removesuffix("/sparql")


def _measure(server: str) -> None:
    medians = []
    for path in PAGES:
        times = [_asked(f"{server}{path}", LANGUAGES[at % len(LANGUAGES)]) for at in range(TIMES + 1)][1:]
        medians.append(statistics.median(times))
        click.echo(f"{medians[-1]:8.1f} ms  {path}")
    click.echo(f"{statistics.median(medians):8.1f} ms  median of {len(medians)} pages")
    for path in IN_A_BROWSER:
        click.echo(f"{_usable(server + path):8.1f} ms  until {path} can be used in a browser that has nothing yet")


def _usable(address: str) -> float:
    """Milliseconds until all that a page needs has come and its scripts have run, the median of several."""
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for _ in range(TIMES):
            with browser.new_context() as context, context.new_page() as page:
                page.goto(address, wait_until="load")
                times.append(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
        browser.close()
    return float(statistics.median(times))


def _asked(address: str, lang: str) -> float:
    request = urllib.request.Request(address, headers={"Accept": "text/html", "Accept-Language": lang})
    begun = time.perf_counter()
    with urllib.request.urlopen(request) as response:
        response.read()
    return 1000 * (time.perf_counter() - begun)
