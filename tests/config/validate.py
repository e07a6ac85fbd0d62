"""validate.py FOLDER: by FOLDER/schema.json, every file of FOLDER/good must be valid and none of FOLDER/bad."""

import json
import pathlib
import sys

import jsonschema
import yaml

folder = pathlib.Path(sys.argv[1])
schema = json.loads((folder / "schema.json").read_text())
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
failed = 0
for path in sorted(folder.glob("*/*.yaml")):
    text = path.read_text()
    errors = [error.message for error in validator.iter_errors(yaml.safe_load(text))]
    if (path.parent.name == "good") == bool(errors):
        failed += 1
        print(path, text.partition("\n")[0], errors[:3])
sys.exit(failed > 0)
