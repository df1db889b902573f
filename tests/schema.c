/* SPDX-License-Identifier: MIT */
#include "schema.h"

#include <stdio.h>
#include <string.h>

struct at {
  json_t *defs;
  char path[256];
  struct bytes *wrong;
};

static int at_value(struct at *a, json_t *schema, json_t *v, const char *key);

json_t *schema_load(void)
{
  return json_load_file(SCHEMA_PATH, 0, NULL);
}

static int bad(struct at *a, const char *what)
{
  if (a->wrong->n == 0)
    bytes_printf(a->wrong, "%s %.200s", a->path, what);
  return 0;
}

static json_t *follow(struct at *a, json_t *schema)
{
  json_t *ref;

  while ((ref = json_object_get(schema, "$ref")) != NULL)
    schema = json_object_get(a->defs, strrchr(json_string_value(ref), '/') + 1);
  return schema;
}

static const char *type_of(json_t *v)
{
  static const char *const names[] = {"object", "array",   "string",  "integer",
                                      "number", "boolean", "boolean", "null"};

  return names[json_typeof(v)];
}

static int is_type(json_t *type, json_t *v)
{
  size_t i;
  json_t *one;

  if (json_is_array(type)) {
    json_array_foreach(type, i, one) if (is_type(one, v)) return 1;
    return 0;
  }
  return strcmp(json_string_value(type), type_of(v)) == 0 ||
         (strcmp(json_string_value(type), "number") == 0 && json_is_number(v));
}

static int is_listed(json_t *list, json_t *v)
{
  size_t i;
  json_t *one;

  json_array_foreach(list, i, one) if (json_equal(one, v)) return 1;
  return 0;
}

static int is_one_of(const char *const *words, const char *word)
{
  for (; *words != NULL; words++)
    if (word != NULL && strcmp(*words, word) == 0)
      return 1;
  return 0;
}

/* What real streams have beside the schema: members, nulls, error codes. */
static int is_real(const char *path, const char *key, json_t *v)
{
  static const char *const members[] = {"obfuscation",       "store",
                                        "frequency_penalty", "presence_penalty",
                                        "tool_usage",        NULL};
  static const char *const nulls[] = {"usage",       "user",
                                      "prompt",      "tool_choice",
                                      "description", "server_description",
                                      NULL};
  static const char *const codes[] = {"insufficient_quota",
                                      "context_length_exceeded",
                                      "usage_not_included", NULL};

  if (is_one_of(members, key))
    return 1;
  if (strcmp(key, "error") == 0 && strcmp(path, "error") == 0)
    return 1;
  if (strcmp(key, "bytes") == 0 && strstr(path, ".logprobs") != NULL)
    return 1;
  if (strcmp(key, "code") == 0 && strstr(path, ".error") != NULL)
    return is_one_of(codes, json_string_value(v));
  return json_is_null(v) && is_one_of(nulls, key);
}

/* Real custom calls have a status as all calls. */
static int is_custom_status(json_t *item, const char *key)
{
  json_t *type = json_object_get(item, "type");

  return strcmp(key, "status") == 0 && json_is_string(type) &&
         strcmp(json_string_value(type), "custom_tool_call") == 0;
}

/* `known` gathers the members that the schema names for this object. */
static int check(struct at *a, json_t *schema, json_t *v, json_t *known);

static int members(struct at *a, json_t *schema, json_t *v, json_t *known)
{
  json_t *properties = json_object_get(schema, "properties");
  json_t *required = json_object_get(schema, "required"), *one;
  const char *key;
  size_t i;

  json_array_foreach(required, i, one)
  {
    if (json_object_get(v, json_string_value(one)) == NULL) {
      bytes_printf(a->wrong, "%s has no `%s`", a->path, json_string_value(one));
      return 0;
    }
  }
  json_object_foreach(properties, key, one)
  {
    json_t *member = json_object_get(v, key);

    json_object_set_new(known, key, json_true());
    if (member != NULL && !is_real(a->path, key, member) &&
        !at_value(a, one, member, key))
      return 0;
  }
  if ((properties == NULL && json_object_size(schema) == 1) || /* any object */
      json_is_true(json_object_get(schema, "additionalProperties")) ||
      json_is_object(json_object_get(schema, "additionalProperties")))
    json_object_set_new(known, "*", json_true());
  return 1;
}

static int any_of(struct at *a, json_t *list, json_t *v, json_t *known)
{
  struct bytes wrong = {0};
  size_t i;
  json_t *one;

  if (list == NULL)
    return 1;
  json_array_foreach(list, i, one)
  {
    struct at b = *a;
    json_t *names = json_object();
    int good;

    bytes_clear(&wrong);
    b.wrong = &wrong;
    good = check(&b, one, v, names);
    if (good)
      json_object_update(known, names);
    json_decref(names);
    if (good) {
      bytes_free(&wrong);
      return 1;
    }
  }
  bytes_free(&wrong);
  return bad(a, "is none of the forms of the schema");
}

static int check(struct at *a, json_t *schema, json_t *v, json_t *known)
{
  json_t *type, *list, *one;
  size_t i;

  schema = follow(a, schema);
  if (!json_is_object(schema) || json_object_size(schema) == 0) {
    json_object_set_new(known, "*", json_true());
    return 1;
  }
  if (json_is_null(v) && json_is_true(json_object_get(schema, "nullable")))
    return 1;
  type = json_object_get(schema, "type");
  if (type != NULL && !is_type(type, v))
    return bad(a, "has a value of another type");
  list = json_object_get(schema, "enum");
  if (list != NULL && !is_listed(list, v))
    return bad(a, "has a value that is not listed");
  if (json_is_object(v) && !members(a, schema, v, known))
    return 0;
  if (json_is_array(v) && json_object_get(schema, "items") != NULL) {
    json_array_foreach(v, i,
                       one) if (!at_value(a, json_object_get(schema, "items"),
                                          one, "[]")) return 0;
  }
  list = json_object_get(schema, "allOf");
  json_array_foreach(list, i, one) if (!check(a, one, v, known)) return 0;
  return any_of(a, json_object_get(schema, "anyOf"), v, known) &&
         any_of(a, json_object_get(schema, "oneOf"), v, known);
}

static int at_value(struct at *a, json_t *schema, json_t *v, const char *key)
{
  size_t before = strlen(a->path);
  json_t *known = json_object(), *member;
  const char *name;
  int good;

  snprintf(a->path + before, sizeof(a->path) - before, ".%s", key);
  good = check(a, schema, v, known);
  if (good && json_is_object(v) && json_object_get(known, "*") == NULL) {
    json_object_foreach(v, name, member)
    {
      if (good && json_object_get(known, name) == NULL &&
          !is_real(a->path, name, member) && !is_custom_status(v, name)) {
        bytes_printf(a->wrong, "%s has an unknown `%s`", a->path, name);
        good = 0;
      }
    }
  }
  json_decref(known);
  if (good)
    a->path[before] = '\0';
  return good;
}

int schema_check(json_t *schema, json_t *event, struct bytes *wrong)
{
  const char *type = json_string_value(json_object_get(event, "type"));
  json_t *known = json_object_get(schema, "eventByType");
  struct at a = {json_object_get(schema, "$defs"), "", wrong};
  json_t *name = type == NULL ? NULL : json_object_get(known, type);
  json_t *names = json_object();
  const char *key;
  json_t *member;
  int good;

  bytes_clear(wrong);
  snprintf(a.path, sizeof(a.path), "%s", type == NULL ? "?" : type);
  good =
      name != NULL &&
      check(&a, json_object_get(a.defs, json_string_value(name)), event, names);
  if (name == NULL)
    bytes_printf(wrong, "%s is no event of the schema", a.path);
  json_object_foreach(event, key, member)
  {
    if (good && json_object_get(names, key) == NULL &&
        !is_real(a.path, key, member)) {
      bytes_printf(wrong, "%s has an unknown `%s`", a.path, key);
      good = 0;
    }
  }
  json_decref(names);
  return good;
}
