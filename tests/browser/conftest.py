"""One real browser for the pages of a few lines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from harness.browser.engines import SANDBOX
from harness.tools.provision import provide


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = provide(["headless_shell"], say=lambda _text: None).need("headless_shell").path
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=list(SANDBOX))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()
