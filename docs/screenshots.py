"""Takes the screenshots in this folder: pages of a real server in Debian's Chromium. `make screenshots` runs it.

Each is a page at a width, in a language; what is new on a page is seen by running it again. The browser has the fonts of the
pictures besides those of the system, which may have none for Japanese.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import BrowserContext, sync_playwright

from kg.pictures import drawing
from tests.program import ROOT
from tests.web.serving import serving

FOLDER = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]
_FONTS = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{drawing.FOLDER}</dir></fontconfig>
"""


class Shot(NamedTuple):
    """A page, and how it is looked at; `scroll` is the selector of what comes to the top of it."""

    name: str
    path: str
    width: int = 1280
    height: int = 860
    scroll: str = ""


SHOTS = (
    Shot("home", "/?lang=en"),
    Shot("question", "/query/corridor-on-the-map?lang=ru", scroll="figure"),
    Shot("proof", "/why?s=id:kazakhstan&p=cajad:memberOf&o=id:ca-jad&lang=en"),
    Shot("narrow", "/page/kazakhstan?lang=ja", width=360, height=760),
)


def main() -> None:
    """Takes them all."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(cache=Path(folder) / "cache", root=ROOT) as server,
        sync_playwright() as playwright,
    ):
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(_FONTS)
        env: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
        browser = playwright.chromium.launch_persistent_context(
            Path(folder) / "profile", executable_path=CHROMIUM, args=_ARGUMENTS, headless=True, env=env
        )
        for shot in SHOTS:
            _take(browser, server.url, shot)
            sys.stderr.write(f"{shot.name}.png\n")
        browser.close()


def _take(browser: BrowserContext, url: str, shot: Shot) -> None:
    page = browser.new_page()
    page.set_viewport_size({"width": shot.width, "height": shot.height})
    page.goto(url + shot.path, wait_until="load")
    if shot.scroll:
        page.locator(shot.scroll).first.evaluate("element => element.scrollIntoView()")
    for image in page.locator("figure img").all():
        image.evaluate("image => image.decode()")
    page.screenshot(path=FOLDER / f"{shot.name}.png")
    page.close()


if __name__ == "__main__":
    main()
