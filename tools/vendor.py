"""Re-creates comity/web/static/vendor from npm packages; ``--check`` compares what is committed.

Nothing of this runs when Comity is installed or started. Of govuk-frontend the licensed typeface,
the crest and the crown are taken out: they belong to GOV.UK alone. Its mirror for right-to-left
scripts is made by rtlcss.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "comity" / "web" / "static" / "vendor"
MANIFEST = FOLDER / "manifest.json"
GOVUK, RTLCSS, HTMX = "govuk-frontend@6.6.0", "rtlcss@4.3.0", "htmx.org@2.0.11"
CYTOSCAPE = "cytoscape@3.34.4"
_STACK = '"Noto Sans","Noto Sans Arabic","Noto Sans SC",system-ui,sans-serif'


def _packed(package: str, work: Path) -> Path:
    target = work / re.sub(r"[^a-z0-9]", "-", package)
    target.mkdir()
    subprocess.run(
        ["npm", "pack", "--silent", package, "--pack-destination", target], check=True,
        capture_output=True,
    )  # fmt: skip
    with tarfile.open(next(target.glob("*.tgz"))) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def _without_brand(css: str) -> str:
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = re.sub(r"[^{}]*\{[^{}]*govuk-crest[^{}]*\}", "", css)
    css = css.replace('"GDS Transport",arial,sans-serif', _STACK)
    css = css.replace("GDS Transport,arial,sans-serif", _STACK)
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)


def _mirrored(css: str, work: Path) -> str:
    plain, mirror = work / "ltr.css", work / "rtl.css"
    plain.write_text(css, encoding="utf-8")
    subprocess.run(
        ["npm", "install", "--silent", "--no-package-lock", RTLCSS], cwd=work, check=True,
        capture_output=True,
    )  # fmt: skip
    tool = work / "node_modules" / ".bin" / "rtlcss"
    subprocess.run([tool, plain, mirror], check=True, capture_output=True)
    return mirror.read_text(encoding="utf-8")


def create() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        govuk = _packed(GOVUK, work) / "dist" / "govuk"
        css = _without_brand((govuk / "govuk-frontend.min.css").read_text(encoding="utf-8"))
        drawing = _packed(CYTOSCAPE, work) / "dist" / "cytoscape.min.js"
        script = (govuk / "govuk-frontend.min.js").read_text(encoding="utf-8")
        files = {
            "govuk.css": (GOVUK, "MIT", css),
            "govuk.rtl.css": (f"{GOVUK}, mirrored by {RTLCSS}", "MIT", _mirrored(css, work)),
            "govuk.js": (GOVUK, "MIT", re.sub(r"\n//# sourceMappingURL=.*", "", script)),
            "htmx.js": (
                HTMX, "0BSD",
                (_packed(HTMX, work) / "dist" / "htmx.min.js").read_text(encoding="utf-8"),
            ),
            "cytoscape.js": (CYTOSCAPE, "MIT", drawing.read_text(encoding="utf-8")),
        }  # fmt: skip
    rows = {}
    for name, (origin, licence, text) in files.items():
        body = text.encode()
        (FOLDER / name).write_bytes(body)
        rows[name] = {
            "from": origin, "licence": licence, "sha256": hashlib.sha256(body).hexdigest(),
        }  # fmt: skip
    MANIFEST.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def changed() -> list[str]:
    """The vendored files that are not what the manifest says."""
    rows = json.loads(MANIFEST.read_text(encoding="utf-8"))
    here = {path.name for path in FOLDER.iterdir()} - {MANIFEST.name}
    wrong = {
        name
        for name in here & rows.keys()
        if hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() != rows[name]["sha256"]
    }
    return sorted((here ^ rows.keys()) | wrong)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        create()
    if found := changed():
        sys.exit(f"not what the manifest says: {', '.join(found)}")
