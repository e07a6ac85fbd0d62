#!/usr/bin/env python3
"""Documents against the program: the YAML that they show is valid, the processors that they name exist, local links lead somewhere.

usage: documents.py FOHD (the program), from the root of the project
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

fohd = sys.argv[1]
root = pathlib.Path(__file__).resolve().parents[2]
skipped = {"build", ".git"}
markdown = [p for p in root.rglob("*.md") if not skipped & set(p.relative_to(root).parts)]
failures = []


def check(text, where):
    """Fails where fohd check finds an error in the text."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        result = subprocess.run([fohd, "check", file.name], capture_output=True, text=True)
        if result.returncode:
            failures.append(f"{where}: fohd check says\n{result.stderr}")


for page in markdown:
    text = page.read_text()
    for block in re.findall(r"^```yaml\n(.*?)^```", text, re.M | re.S):
        if re.search(r"^fohd: 1", block, re.M):
            check(block, page)
    for link in re.findall(r"\]\(([^)#\s]+)\)", text):
        if "://" not in link and not (page.parent / link).exists():
            failures.append(f"{page}: {link} does not exist")

manual = (root / "docs/man/fohd.yaml.5").read_text()
check(manual.split(".EX\n")[1].split(".EE")[0].replace("\\-", "-"), "fohd.yaml(5)")

described = json.loads(subprocess.run([fohd, "describe", "--format", "json"], capture_output=True, check=True).stdout)
known = {p["type"] for p in described["processors"]}
page = (root / "docs/config.md").read_text()
named = set(re.findall(r"`(\w+)`", re.search(r"^Processors: (.*)$", page, re.M).group(1)))
if named != known:
    failures.append(f"docs/config.md names the processors {sorted(named)}, the program knows {sorted(known)}")

print("\n".join(failures) or f"{len(markdown)} pages agree with {fohd}")
sys.exit(bool(failures))
