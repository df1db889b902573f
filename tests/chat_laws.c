/* SPDX-License-Identifier: MIT */
#include "chat_laws.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct check {
  json_t *chat;
  char *message;
  int wrong;
};

/* Notes the first. */
__attribute__((format(printf, 2, 3))) static void fault(struct check *c,
                                                        const char *format, ...)
{
  va_list args;

  if (c->wrong)
    return;
  c->wrong = 1;
  va_start(args, format);
  vsnprintf(c->message, CHAT_LAWS_MESSAGE, format, args);
  va_end(args);
}

static const char *text(json_t *object, const char *key)
{
  const char *s = json_string_value(json_object_get(object, key));

  return s == NULL ? "" : s;
}

static int is_name(const char *s)
{
  size_t n = strlen(s);

  return n > 0 && n <= 64 &&
         strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                   "0123456789_-") == n;
}

/* ---- messages ----------------------------------------------------------- */

static void check_parts(struct check *c, json_t *parts, size_t at)
{
  static const char *const types[] = {"text", "image_url", "file",
                                      "input_audio"};
  json_t *part;
  size_t i, k;

  json_array_foreach(parts, i, part)
  {
    for (k = 0; k < 4 && strcmp(text(part, "type"), types[k]) != 0; k++)
      ;
    if (k == 4 || json_object_get(part, types[k]) == NULL)
      fault(c, "part %zu of message %zu is none of chat", i, at);
  }
}

static void check_content(struct check *c, json_t *m, size_t at)
{
  json_t *content = json_object_get(m, "content");
  json_t *calls = json_object_get(m, "tool_calls");
  const char *role = text(m, "role");

  if (json_is_string(content))
    return;
  if (json_is_null(content) && calls != NULL)
    return;
  if (!json_is_array(content) || json_array_size(content) == 0 ||
      strcmp(role, "assistant") == 0 || strcmp(role, "tool") == 0)
    fault(c, "the content of message %zu (%s) has no form of chat", at, role);
  check_parts(c, content, at);
}

/* From its first to its last brace. */
static int is_object(json_t *arguments)
{
  const char *p = json_string_value(arguments);
  size_t n = json_string_length(arguments);

  while (n > 0 && strchr(" \t\r\n", *p) != NULL) {
    p++;
    n--;
  }
  while (n > 0 && strchr(" \t\r\n", p[n - 1]) != NULL)
    n--;
  return n >= 2 && *p == '{' && p[n - 1] == '}';
}

/* The calls of message `at`, and what follows it. */
static void check_calls(struct check *c, json_t *messages, size_t at)
{
  json_t *calls = json_object_get(json_array_get(messages, at), "tool_calls");
  json_t *call, *function;
  size_t i;

  if (calls != NULL && json_array_size(calls) == 0)
    fault(c, "message %zu has an empty list of calls", at);
  json_array_foreach(calls, i, call)
  {
    json_t *answer = json_array_get(messages, at + 1 + i);

    function = json_object_get(call, "function");
    if (strcmp(text(call, "type"), "function") != 0 ||
        !is_name(text(function, "name")) ||
        json_object_get(function, "arguments") == NULL)
      fault(c, "call %zu of message %zu is no call", i, at);
    if (!is_object(json_object_get(function, "arguments")))
      fault(c, "the arguments of call %zu of message %zu are no object", i, at);
    if (strcmp(text(answer, "role"), "tool") != 0 ||
        !json_equal(json_object_get(answer, "tool_call_id"),
                    json_object_get(call, "id")))
      fault(c, "the output of call %zu of message %zu does not follow", i, at);
  }
}

static void check_messages(struct check *c)
{
  static const char *const roles[] = {"system", "developer", "user",
                                      "assistant", "tool"};
  json_t *messages = json_object_get(c->chat, "messages"), *m;
  size_t at, k, answers = 0;

  if (json_array_size(messages) == 0)
    fault(c, "there are no messages");
  json_array_foreach(messages, at, m)
  {
    for (k = 0; k < 5 && strcmp(text(m, "role"), roles[k]) != 0; k++)
      ;
    if (k == 5)
      fault(c, "message %zu has no role of chat", at);
    check_content(c, m, at);
    if (k == 4 && answers-- == 0) {
      fault(c, "message %zu is the output of no call", at);
      answers = 0;
    }
    if (k == 3) {
      check_calls(c, messages, at);
      answers = json_array_size(json_object_get(m, "tool_calls"));
    } else if (json_object_get(m, "tool_calls") != NULL) {
      fault(c, "message %zu calls, and is not the assistant's", at);
    }
  }
}

/* ---- tools -------------------------------------------------------------- */

/* The names of all functions, as members of an object. */
static json_t *names_of(struct check *c)
{
  json_t *tools = json_object_get(c->chat, "tools"), *tool;
  json_t *names = json_object();
  size_t i;

  if (tools != NULL && json_array_size(tools) == 0)
    fault(c, "there is an empty list of tools");
  json_array_foreach(tools, i, tool)
  {
    const char *name = text(json_object_get(tool, "function"), "name");

    if (strcmp(text(tool, "type"), "function") != 0 || !is_name(name))
      fault(c, "tool %zu is no function with a name", i);
    if (json_object_get(names, name) != NULL)
      fault(c, "two tools are called %s", name);
    json_object_set_new(names, name, json_null());
  }
  return names;
}

static void check_choice(struct check *c, json_t *names)
{
  json_t *choice = json_object_get(c->chat, "tool_choice");
  const char *word = json_string_value(choice);

  if (json_object_size(names) == 0 &&
      (choice != NULL || json_object_get(c->chat, "parallel_tool_calls")))
    fault(c, "there is a choice without tools");
  if (choice == NULL)
    return;
  if (word != NULL) {
    if (strcmp(word, "auto") != 0 && strcmp(word, "none") != 0 &&
        strcmp(word, "required") != 0)
      fault(c, "there is no choice `%s`", word);
  } else if (json_object_get(names, text(json_object_get(choice, "function"),
                                         "name")) == NULL) {
    fault(c, "the choice is no tool of the request");
  }
}

/* A namespace and a name, none of which has a byte 0xff. */
static size_t key_of(const sluice_tool *t, char key[1024])
{
  if (t->name_space.n > 0)
    memcpy(key, t->name_space.p, t->name_space.n);
  key[t->name_space.n] = '\xff';
  memcpy(key + t->name_space.n + 1, t->shown.p, t->shown.n);
  return t->name_space.n + 1 + t->shown.n;
}

static void check_table(struct check *c, json_t *names, const sluice_options *o)
{
  json_t *back = json_object();
  char key[1024];
  size_t i, n;

  for (i = 0; i < o->tool_count; i++) {
    const sluice_tool *t = &o->tools[i];

    if (json_object_getn(names, t->name.p, t->name.n) == NULL)
      fault(c, "the table has %.*s, which is no tool, or twice", (int)t->name.n,
            t->name.p);
    json_object_deln(names, t->name.p, t->name.n);
    if (t->shown.n == 0 || t->shown.n + t->name_space.n > 1000 ||
        t->type > SLUICE_TOOL_CUSTOM)
      continue;
    n = key_of(t, key);
    if (json_object_getn(back, key, n) != NULL)
      fault(c, "two names lead to %.*s", (int)t->shown.n, t->shown.p);
    json_object_setn_new_nocheck(back, key, n, json_null());
  }
  json_decref(back);
}

/* ---- all ---------------------------------------------------------------- */

/* JSON that it cannot hold: numbers beyond a double, NULs in keys. */
static int is_too_much_for_jansson(const char *error)
{
  return strstr(error, "overflow") != NULL ||
         strstr(error, "NUL byte in object key") != NULL;
}

const char *chat_laws(sluice_str chat, const sluice_options *o,
                      char message[CHAT_LAWS_MESSAGE])
{
  struct check c = {NULL, message, 0};
  json_error_t error = {0};
  json_t *names;

  c.chat = json_loadb(chat.p, chat.n, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL,
                      &error);
  if (c.chat == NULL && is_too_much_for_jansson(error.text))
    return NULL;
  if (!json_is_object(c.chat)) {
    snprintf(message, CHAT_LAWS_MESSAGE, "it is no object of strict JSON: %s",
             error.text);
    json_decref(c.chat);
    return message;
  }
  if (!json_is_string(json_object_get(c.chat, "model")))
    fault(&c, "there is no model");
  check_messages(&c);
  names = names_of(&c);
  check_choice(&c, names);
  check_table(&c, names, o);
  json_decref(names);
  json_decref(c.chat);
  return c.wrong ? message : NULL;
}

const char *chat_laws_error(sluice_str body, char message[CHAT_LAWS_MESSAGE])
{
  struct check c = {NULL, message, 0};
  json_t *error;

  c.chat = json_loadb(body.p, body.n, JSON_ALLOW_NUL, NULL);
  error = json_object_get(c.chat, "error");
  if (json_object_size(error) != 4 ||
      json_string_length(json_object_get(error, "message")) == 0 ||
      json_string_length(json_object_get(error, "type")) == 0 ||
      json_object_get(error, "param") == NULL ||
      json_object_get(error, "code") == NULL)
    fault(&c, "it is no error of the API");
  json_decref(c.chat);
  return c.wrong ? message : NULL;
}
