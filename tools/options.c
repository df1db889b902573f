/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include "help.h"
#include "report.h"

enum { GO_ON = -1, WORD_MAX = 63 };

/* Where the parsing stands. */
struct parse {
  const struct command *command;
  int argc;
  char **argv;
  int next; /* of argv */
  void *settings;
};

/* One row of the edit distance between two words, kept in place. */
static size_t distance(const char *a, const char *b)
{
  size_t row[WORD_MAX + 1];
  size_t an = strlen(a), bn = strlen(b);

  if (an > WORD_MAX || bn > WORD_MAX)
    return WORD_MAX;
  for (size_t j = 0; j <= bn; j++)
    row[j] = j;
  for (size_t i = 1; i <= an; i++) {
    size_t before = row[0];
    row[0] = i;
    for (size_t j = 1; j <= bn; j++) {
      size_t swap = before + (a[i - 1] != b[j - 1]);
      size_t drop = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
      before = row[j];
      row[j] = swap < drop ? swap : drop;
    }
  }
  return row[bn];
}

/* How far `word` is from being meant as `name`: its beginning is near. */
static size_t unlikeness(const char *word, const char *name)
{
  size_t n = strlen(word);

  if (n >= 3 && strncmp(name, word, n) == 0)
    return 1;
  return distance(word, name);
}

const char *options_nearest(const char *word, const char *const *names)
{
  const char *best = NULL;
  size_t least = strlen(word) < 4 ? 2 : 3; /* more is another word */

  for (; *names != NULL; names++) {
    size_t d = unlikeness(word, *names);
    if (d < least) {
      best = *names;
      least = d;
    }
  }
  return best;
}

static int is_named(const char *name, const char *word, size_t n)
{
  return strlen(name) == n && memcmp(name, word, n) == 0;
}

static int unknown(const struct command *command, const char *word, size_t n)
{
  enum { MOST = 40 };
  const char *names[MOST + 3] = {"help", "version", NULL};
  const char *near;
  char copy[WORD_MAX + 1];
  size_t count = 2;

  for (const struct option *o = command->options; o->name != NULL; o++)
    if (count < MOST)
      names[count++] = o->name;
  names[count] = NULL;
  snprintf(copy, sizeof(copy), "%.*s", (int)(n < WORD_MAX ? n : WORD_MAX),
           word);
  near = options_nearest(copy, names);
  if (near != NULL)
    report("%s: unknown option --%s (did you mean --%s?)", command->name, copy,
           near);
  else
    report("%s: unknown option --%s (see: sluice %s --help)", command->name,
           copy, command->name);
  return EXIT_TROUBLE;
}

/* Digits alone, without sign or blank. Returns 0 when `text` is not one. */
static int read_number(const char *text, uint64_t *out)
{
  uint64_t n = 0;

  if (*text == '\0')
    return 0;
  for (; *text != '\0'; text++) {
    uint64_t digit;
    if (*text < '0' || *text > '9')
      return 0;
    digit = (uint64_t)(*text - '0');
    if (n > (UINT64_MAX - digit) / 10)
      return 0;
    n = n * 10 + digit;
  }
  *out = n;
  return 1;
}

/* Which of the words `a|b|c` is `text`; -1 for none. */
static int read_choice(const char *text, const char *words)
{
  for (int i = 0;; i++) {
    size_t n = strcspn(words, "|");
    if (is_named(text, words, n))
      return i;
    if (words[n] == '\0')
      return -1;
    words += n + 1;
  }
}

static uint64_t most_of(const struct option *o)
{
  return o->kind == OPTION_COUNT ? UINT32_MAX : UINT64_MAX;
}

static int refuse(const struct parse *p, const struct option *o,
                  const char *value)
{
  const char *name = p->command->name;

  if (o->kind == OPTION_CHOICE)
    report("%s: --%s is %s, not '%s'", name, o->name, o->value, value);
  else
    report("%s: --%s needs a whole number from %llu to %llu, not '%s'", name,
           o->name, (unsigned long long)o->least,
           (unsigned long long)most_of(o), value);
  return EXIT_TROUBLE;
}

static int set_value(struct parse *p, const struct option *o, const char *value)
{
  char *place = (char *)p->settings + o->at;
  uint64_t number = 0;
  int choice = 1;

  switch (o->kind) {
  case OPTION_NUMBER:
  case OPTION_COUNT:
    if (!read_number(value, &number) || number < o->least ||
        number > most_of(o))
      return refuse(p, o, value);
    memcpy(place, &number, sizeof(number));
    break;
  case OPTION_CHOICE:
    choice = read_choice(value, o->value);
    if (choice < 0)
      return refuse(p, o, value);
    memcpy(place, &choice, sizeof(choice));
    break;
  case OPTION_TEXT:
    memcpy(place, &value, sizeof(value));
    break;
  case OPTION_FLAG:
  default:
    memcpy(place, &choice, sizeof(choice));
    break;
  }
  return GO_ON;
}

static int parse_known(struct parse *p, const struct option *o,
                       const char *value)
{
  const char *name = p->command->name;

  if (o->kind == OPTION_FLAG && value != NULL) {
    report("%s: --%s takes no value", name, o->name);
    return EXIT_TROUBLE;
  }
  if (o->kind != OPTION_FLAG && value == NULL) {
    if (p->next == p->argc) {
      report("%s: --%s needs a value: %s", name, o->name, o->value);
      return EXIT_TROUBLE;
    }
    value = p->argv[p->next++];
  }
  return set_value(p, o, value);
}

/* `word` stands after the two dashes. */
static int parse_long(struct parse *p, const char *word)
{
  size_t n = strcspn(word, "=");
  const char *value = word[n] == '=' ? word + n + 1 : NULL;

  for (const struct option *o = p->command->options; o->name != NULL; o++)
    if (is_named(o->name, word, n))
      return parse_known(p, o, value);
  if (value == NULL && is_named("help", word, n))
    return help_command(p->command);
  if (value == NULL && is_named("version", word, n))
    return help_version();
  return unknown(p->command, word, n);
}

static int parse_operand(const struct parse *p, const char *word,
                         const char **operand)
{
  if (p->command->operand == NULL) {
    report("%s: unexpected '%s' (see: sluice %s --help)", p->command->name,
           word, p->command->name);
    return EXIT_TROUBLE;
  }
  if (*operand != NULL) {
    report("%s: one %s only, but '%s' and '%s' were given", p->command->name,
           p->command->operand, *operand, word);
    return EXIT_TROUBLE;
  }
  *operand = word;
  return GO_ON;
}

int options_parse(const struct command *command, int argc, char **argv,
                  void *settings, const char **operand)
{
  struct parse p = {command, argc, argv, 1, settings};
  int rv = GO_ON, ended = 0;

  *operand = NULL;
  while (rv == GO_ON && p.next < argc) {
    const char *word = argv[p.next++];
    if (ended || word[0] != '-' || word[1] == '\0') {
      rv = parse_operand(&p, word, operand);
    } else if (strcmp(word, "--") == 0) {
      ended = 1;
    } else if (word[1] == '-') {
      rv = parse_long(&p, word + 2);
    } else if (strcmp(word, "-h") == 0) {
      rv = help_command(command);
    } else {
      report("%s: unknown option %s (see: sluice %s --help)", command->name,
             word, command->name);
      rv = EXIT_TROUBLE;
    }
  }
  return rv;
}
