"""Writes docs/images/dossier.png: page one of the shipped case, for the README."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

FILE = Path(__file__).parent.parent / "docs" / "images" / "dossier.png"

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = [sys.executable, "-m", "comity", "demo", "--home", f"{folder}/home"]
        subprocess.run([*command, "--out", folder], check=True, capture_output=True)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 960, "height": 1000})
        page.goto((Path(folder) / "dossier.html").as_uri())
        FILE.parent.mkdir(parents=True, exist_ok=True)
        page.locator(".first").screenshot(path=str(FILE))
        browser.close()
    print(FILE)
