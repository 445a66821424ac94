"""The page in a browser: from disk, without a network, quick, and readable for all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from harness.bench.page import many
from harness.browser.engines import SANDBOX
from harness.tools.provision import provide
from harness.values.result import Result
from tests.report.page.test_inside import SEEN, story
from tests.report.told import scenario, written

pytestmark = pytest.mark.live


TOUCHED = """(verdict) => {
  const form = document.getElementById("filters");
  const seen = new MutationObserver(() => {});
  seen.observe(document.body, { subtree: true, attributes: true });
  form.elements.verdict.value = verdict;
  form.dispatchEvent(new Event("change"));
  return seen.takeRecords().filter(({ target }) => target.matches(".arm")).length;
}"""
"""How many rows a filter touches: how quick it is, `python -m harness.bench --page` measures."""


def seen_in(arms: int) -> list[Result]:
    """So many arms; those that failed have a witness."""
    return [replace(one, findings=(SEEN, *one.findings)) if one.findings else one for one in many(arms)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = provide(["headless_shell"], say=lambda _text: None).need("headless_shell").path
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=list(SANDBOX))


def opened(browser: Browser, folder: Path, address: str = "", **how: object) -> tuple[Page, list[str], list[str]]:
    """The page, what it asked for, and what it said to the console."""
    page = browser.new_context(**how).new_page()  # type: ignore[arg-type]
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((folder / "report" / "index.html").as_uri() + address)
    return page, asked, said


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    written(folder, seen_in(640), [scenario(path="scenarios/f1.yaml"), *story("s0/remedy0")])
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    written(folder, seen_in(20), [scenario(path="scenarios/f1.yaml"), *story("s0/remedy0")])
    return folder


@pytest.mark.parametrize("size", ["small", "large"])
def test_an_arm_opens_from_disk_without_a_network(browser: Browser, size: str, request: pytest.FixtureRequest) -> None:
    page, asked, said = opened(browser, request.getfixturevalue(size), "#arm=s0/remedy0")
    inside = page.locator('[id="arm=s0/remedy0"] .inside')
    inside.wait_for()
    assert inside.locator("svg circle.lit").count() == 1
    assert [url for url in asked if not url.startswith("file:")] == []
    assert len(asked) == (1 if size == "small" else 2)
    assert said == []


def test_a_large_report_is_short_and_a_filter_touches_only_what_it_changes(browser: Browser, large: Path) -> None:
    page, _, _ = opened(browser, large, viewport={"width": 1360, "height": 900})
    assert (large / "report" / "index.html").stat().st_size < 3_000_000
    assert page.evaluate("document.documentElement.scrollHeight") <= 10 * 900
    assert page.evaluate(TOUCHED, "fail") == 600, "the arms that passed"
    assert page.locator("#shown").text_content() == "40 of 640 arms"
    assert page.evaluate(TOUCHED, "fail") == 0, "the same once more"


def test_what_a_filter_shows_stands_in_the_address(browser: Browser, small: Path) -> None:
    page, _, _ = opened(browser, small)
    page.keyboard.press("/")
    page.keyboard.type("remedy6")
    page.select_option("select[name=verdict]", "fail")
    address = page.evaluate("location.hash")
    again, _, _ = opened(browser, small, address)
    assert again.locator("#shown").text_content() == "1 of 20 arms"
    assert again.locator("input[name=text]").input_value() == "remedy6"
    assert again.locator(".arm:not([hidden])").get_attribute("id") == "arm=s1/remedy6"


def test_it_is_worked_by_keys(browser: Browser, small: Path) -> None:
    page, _, _ = opened(browser, small)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('.problem') !== null")
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    page.locator(".group > summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator(".inside").first.wait_for()
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.parentElement.className") == "group"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_also_with_arms_and_tables_open(browser: Browser, small: Path, scheme: str) -> None:
    page, _, _ = opened(browser, small, color_scheme=scheme)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.locator(".inside").nth(19).wait_for(state="attached")
    page.locator(".matrix").first.wait_for(state="attached")
    page.evaluate("for (const one of document.querySelectorAll('.inside details')) one.open = true")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("size", ["small", "large"])
def test_it_reads_without_scripts(browser: Browser, size: str, request: pytest.FixtureRequest) -> None:
    page, _, _ = opened(browser, request.getfixturevalue(size), java_script_enabled=False)
    page.locator(".group summary").first.click()
    page.locator(".arm summary").first.click()
    if size == "large":
        page.locator("noscript a").first.click()
    assert page.locator(".inside svg").first.is_visible()


def test_on_a_phone_nothing_is_wider_than_the_screen(browser: Browser, small: Path) -> None:
    page, _, _ = opened(browser, small, "#arm=s0/remedy0", viewport={"width": 390, "height": 844})
    page.locator(".inside").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    cells = page.locator(".inside .beside td").all()
    named = [cell.evaluate("(td) => getComputedStyle(td, '::before').content") for cell in cells]
    assert "none" not in named
    assert '"observed"' in named


def test_a_phone_shows_more_filters_when_asked_or_when_one_is_set(browser: Browser, small: Path) -> None:
    phone = {"width": 390, "height": 844}
    page, _, _ = opened(browser, small, viewport=phone)
    remedy = page.locator("select[name=remedy]")
    assert not remedy.is_visible()
    page.get_by_role("button", name="More filters").click()
    remedy.select_option("remedy6")
    again, _, _ = opened(browser, small, page.evaluate("location.hash"), viewport=phone)
    assert again.locator("select[name=remedy]").is_visible()
    assert again.locator("#shown").text_content() == page.locator("#shown").text_content() != "20 of 20 arms"


def test_it_is_printed_dark_on_white_from_a_dark_screen_too(browser: Browser, small: Path) -> None:
    colours = []
    for scheme in ("dark", "light"):
        page, _, _ = opened(browser, small, color_scheme=scheme)
        page.emulate_media(media="print")
        look = "(one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
        colours.append([page.locator(name).first.evaluate(look) for name in ("body", "main > section", "mark")])
    assert colours[0] == colours[1]


def test_a_command_is_copied_by_a_press(browser: Browser, small: Path) -> None:
    page, _, _ = opened(browser, small, permissions=["clipboard-read", "clipboard-write"])
    page.locator(".problem button.copy").first.click()
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("chatfault run ")
