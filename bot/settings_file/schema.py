"""The JSON Schema that gives editors completion and warnings: `python -m bot.settings_file.schema`.

Draft 7, which the YAML language server knows best.
"""

import json

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from bot.settings_file.model import SettingsFile


class _EditorSchema(GenerateJsonSchema):
    schema_dialect = "http://json-schema.org/draft-07/schema#"

    def field_title_should_be_set(self, schema: object) -> bool:
        """Leave them out: they would repeat the key."""
        del schema
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave out the defaults that no file can hold."""
        json_schema = super().default_schema(schema)
        if json_schema.get("default", ...) is None:
            del json_schema["default"]
        return json_schema


def editor_schema() -> str:
    """Return the schema as it is checked in at docs/orchestra.schema.json."""
    schema = SettingsFile.model_json_schema(schema_generator=_EditorSchema)
    head = {"$schema": _EditorSchema.schema_dialect, "$id": "orchestra.schema.json"}
    return json.dumps(head | schema, indent=2) + "\n"


if __name__ == "__main__":
    print(editor_schema(), end="")
