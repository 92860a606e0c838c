/* json_schema.h - check a JSON value against a JSON Schema
 *
 * A subset of draft 2020-12: type, enum, const; properties, required, additionalProperties, minProperties,
 * maxProperties; items, minItems, maxItems; minimum, maximum, exclusiveMinimum, exclusiveMaximum; minLength, maxLength
 * (in characters), pattern; allOf, anyOf, if, then, else; $ref to "#" and "#/$defs/NAME".  Annotations (title,
 * description, default, format and so on) are not checked.  A schema with any other keyword is refused, since a
 * constraint that is silently not applied would be worse than an error.
 *
 * Stricter than the standard: a value in which an object has two members of the same name never fits, because parsers
 * differ in which one counts; neither does a number that no double can hold. */
#ifndef HEAL_JSONSCHEMA_JSON_SCHEMA_H
#define HEAL_JSONSCHEMA_JSON_SCHEMA_H

#include "record/json.h"

struct json_schema;

/* The schema's tree must outlive it.  NULL: err has the path of the invalid keyword. */
struct json_schema *json_schema_new(struct arena *a, const struct json *schema, struct err *err);
/* Frees the patterns; the rest is in the arena.  Accepts NULL. */
void json_schema_free(struct json_schema *s);

/* Does the value fit?  false: err says where and why, "arguments.steps.0.do: is not one of ...".  name: of the value in
 * the message, "" for none.  Texts of the value are not repeated in the message, but names of its members are. */
bool json_schema_fits(const struct json_schema *s, const struct json *value, const char *name, struct err *err);

#endif
