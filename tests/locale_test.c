/* SPDX-License-Identifier: MIT */
/* The whole corpus under locales that write numbers and letters in their own
 * way: a decimal comma (de_DE), and an i that has no dot in capitals (tr_TR).
 * What comes out is what comes out under C. A locale that the machine lacks is
 * made for the test, in a folder of its own; where that is not possible either,
 * the test is skipped and says so. */
#define _POSIX_C_SOURCE 200809L /* mkdtemp, setenv */

#include <locale.h>

#include "check.h"
#include "sample.h"

static struct sample *samples;
static size_t sample_count;
static char folder[] = "/tmp/sluice-locale.XXXXXX";

static int begin(void **state)
{
  (void)state;
  samples = samples_read(&sample_count);
  return mkdtemp(folder) == NULL ? -1 : 0;
}

static int end(void **state)
{
  char command[128];

  (void)state;
  samples_free(samples, sample_count);
  snprintf(command, sizeof(command), "rm -rf '%s'", folder);
  return system(command);
}

/* 1 when the locale is in force. Each has a folder of its own: libc remembers
 * what it did not find in one. */
static int take(const char *language)
{
  char name[64], command[512], path[128];

  snprintf(name, sizeof(name), "%s.UTF-8", language);
  if (setlocale(LC_ALL, name) != NULL)
    return 1;
  snprintf(path, sizeof(path), "%s/%s", folder, language);
  snprintf(
      command, sizeof(command),
      "mkdir '%s' && localedef --no-archive -c -i %s -f UTF-8 '%s/%s' 2>&1",
      path, language, path, name);
  if (system(command) != 0)
    print_message("# localedef cannot make %s\n", name);
  setenv("LOCPATH", path, 1);
  return setlocale(LC_ALL, name) != NULL;
}

static void run(struct run *r, const struct sample *s, const char *locale)
{
  assert_non_null(setlocale(LC_ALL, locale));
  run_init(r, &s->setup);
  sample_run(s, r, 997);
}

/* Each stream under both locales in turn, so that nothing of the first run can
 * hide in the second. */
static void compare_under(const char *language)
{
  char name[64];
  size_t i;

  snprintf(name, sizeof(name), "%s.UTF-8", language);
  for (i = 0; i < sample_count; i += sample_stride()) {
    struct run plain, other;

    run(&plain, &samples[i], "C");
    run(&other, &samples[i], name);
    if (!bytes_equal(&plain.text, &other.text) ||
        !bytes_equal(&plain.wire, &other.wire))
      fail_msg("%s comes out otherwise under %s", samples[i].name, name);
    run_free(&plain);
    run_free(&other);
  }
  setlocale(LC_ALL, "C");
  print_message("# %zu streams under %s\n", sample_count, name);
}

static void must_take(const char *language)
{
  if (take(language))
    return;
  print_message("skipped: there is no locale %s, and none can be made\n",
                language);
  skip();
}

static void a_decimal_comma_changes_nothing(void **state)
{
  char shown[16];

  (void)state;
  must_take("de_DE");
  snprintf(shown, sizeof(shown), "%.1f", 1.5);
  assert_string_equal(shown, "1,5"); /* the locale does what it is taken for */
  compare_under("de_DE");
}

static void an_i_without_a_dot_changes_nothing(void **state)
{
  (void)state;
  must_take("tr_TR");
  compare_under("tr_TR");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_decimal_comma_changes_nothing),
      cmocka_unit_test(an_i_without_a_dot_changes_nothing)};

  return cmocka_run_group_tests_name("locale", tests, begin, end);
}
