"""Takes the README's pictures of the articles of this repository: `make screens`."""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
LARGEST = 150_000  # bytes


def main() -> None:
    from explainer import config, output, pipeline
    from explainer.cli import cache_folder
    from tests import browser
    from tests.conftest import serving

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        output.write(pipeline.build(config.load(ROOT / "content", cache_folder())).files, Path(folder))
        chromium = playwright.chromium.launch(executable_path=browser.find(shell=False), args=browser.ARGUMENTS)
        with serving(Path(folder)) as address:
            for name, width, height in [("wide", 1280, 860), ("phone", 390, 844)]:
                page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme="light")
                page.goto(f"{address}h100-hour/")
                page.wait_for_load_state("networkidle")
                if name == "phone":
                    page.locator("main p a:has(data[data-quantity])").first.click()
                    page.wait_for_timeout(1000)
                picture = io.BytesIO()
                Image.open(io.BytesIO(page.screenshot())).save(picture, "WEBP", quality=82, method=6)
                assert picture.tell() < LARGEST
                (ROOT / f"docs/screens/{name}.webp").write_bytes(picture.getvalue())
        chromium.close()


if __name__ == "__main__":
    main()
