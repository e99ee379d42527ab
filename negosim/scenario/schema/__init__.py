"""The format, as pydantic models; the JSON Schema and the reference page are generated from them."""
