/* SPDX-License-Identifier: MIT */
/* settings.c - tables: the shapes of the published schema, and what real
 * responses fill in where a request says nothing. Fields stand in the order of
 * real responses: the type, then by name. */
#include "settings.h"

#define REQUIRED FIELD_REQUIRED
#define END                                                                    \
  {                                                                            \
    NULL, NULL, NULL                                                           \
  }

#define FIELDS(shape_name, shape_kind, ...)                                    \
  static const struct field shape_name##_fields[] = {__VA_ARGS__, END};        \
  static const struct shape shape_name = {.kind = (shape_kind),                \
                                          .fields = shape_name##_fields}
#define OBJECT(shape_name, ...) FIELDS(shape_name, SHAPE_OBJECT, __VA_ARGS__)
#define CLOSED(shape_name, ...) FIELDS(shape_name, SHAPE_CLOSED, __VA_ARGS__)
#define TYPED(shape_name, ...)  FIELDS(shape_name, SHAPE_TYPED, __VA_ARGS__)
#define EITHER(shape_name, ...) FIELDS(shape_name, SHAPE_EITHER, __VA_ARGS__)
#define WORD(shape_name, allowed)                                              \
  static const struct shape shape_name = {.kind = SHAPE_WORD,                  \
                                          .words = (allowed)}
#define LIST_OF(shape_name, entry, at_least)                                   \
  static const struct shape shape_name = {                                     \
      .kind = SHAPE_LIST, .each = &(entry), .least = (at_least)}
#define MAP_OF(shape_name, value)                                              \
  static const struct shape shape_name = {.kind = SHAPE_MAP, .each = &(value)}

/* clang-format off */

/* ---- values ------------------------------------------------------------ */

static const struct shape any = {.kind = SHAPE_ANY};
static const struct shape boolean = {.kind = SHAPE_BOOL};
static const struct shape count = {.kind = SHAPE_INT};
static const struct shape from_1 = {.kind = SHAPE_INT, .least = 1};
static const struct shape to_3 = {.kind = SHAPE_INT, .most = 3};
static const struct shape to_20 = {.kind = SHAPE_INT, .most = 20};
static const struct shape to_100 = {.kind = SHAPE_INT, .most = 100};
static const struct shape number = {.kind = SHAPE_NUMBER};
static const struct shape number_to_1 = {.kind = SHAPE_NUMBER, .most = 1};
static const struct shape number_to_2 = {.kind = SHAPE_NUMBER, .most = 2};
static const struct shape penalty =
  {.kind = SHAPE_NUMBER, .least = -2, .most = 2};
static const struct shape string = {.kind = SHAPE_STRING};
static const struct shape string_from_1 = {.kind = SHAPE_STRING, .least = 1};
static const struct shape string_to_64 = {.kind = SHAPE_STRING, .most = 64};
static const struct shape string_1_to_64 =
  {.kind = SHAPE_STRING, .least = 1, .most = 64};
static const struct shape name_to_128 =
  {.kind = SHAPE_NAME, .least = 1, .most = 128};
static const struct shape tunnel_name =
  {.kind = SHAPE_NAME, .least = 39, .most = 39, .words = "tunnel_"};
static const struct shape secret = {.kind = SHAPE_SECRET};
static const struct shape url = {.kind = SHAPE_URL};
static const struct shape hidden = {.kind = SHAPE_HIDDEN};
static const struct shape as_id = {.kind = SHAPE_AS_ID};

LIST_OF(strings, string, 0);
LIST_OF(strings_from_1, string, 1);
MAP_OF(object, any);
MAP_OF(string_map, string);
MAP_OF(secret_map, secret);
static const struct shape to_50_strings =
  {.kind = SHAPE_LIST, .each = &string, .most = 50};

/* An object of which nothing but the type is known. */
OBJECT(plain, {"type", &string, REQUIRED});

WORD(caller, "direct|programmatic");
LIST_OF(callers, caller, 1);

/* ---- tools ------------------------------------------------------------- */

/* The names of functions within a namespace have narrower rules. */
#define FUNCTION(shape_name, name_shape)                                       \
  OBJECT(shape_name,                                                           \
         {"type", &string, REQUIRED},                                          \
         {"allowed_callers", &callers, NULL},                                  \
         {"defer_loading", &boolean, NULL},                                    \
         {"description", &string, "null"},                                     \
         {"name", &(name_shape), REQUIRED},                                    \
         {"output_schema", &object, NULL},                                     \
         {"parameters", &object, "null"},                                      \
         {"strict", &boolean, "true"})
FUNCTION(function, string);
FUNCTION(member_function, name_to_128);

WORD(grammar_syntax, "lark|regex");
OBJECT(grammar,
       {"type", &string, REQUIRED},
       {"definition", &string, REQUIRED},
       {"syntax", &grammar_syntax, REQUIRED});
TYPED(custom_format,
      {"text", &plain, NULL},
      {"grammar", &grammar, NULL});
OBJECT(custom,
       {"type", &string, REQUIRED},
       {"allowed_callers", &callers, NULL},
       {"defer_loading", &boolean, NULL},
       {"description", &string, NULL},
       {"format", &custom_format, "{\"type\":\"text\"}"},
       {"name", &string, REQUIRED});

TYPED(member,
      {"function", &member_function, NULL},
      {"custom", &custom, NULL});
LIST_OF(members, member, 1);
OBJECT(name_space,
       {"type", &string, REQUIRED},
       {"description", &string, REQUIRED},
       {"name", &string_from_1, REQUIRED},
       {"tools", &members, REQUIRED});

EITHER(scalar, {"", &string, NULL}, {"", &number, NULL});
LIST_OF(scalars, scalar, 0);
EITHER(compared,
       {"", &string, NULL}, {"", &number, NULL},
       {"", &boolean, NULL}, {"", &scalars, NULL});
CLOSED(comparison,
       {"type", &string, REQUIRED},
       {"key", &string, REQUIRED},
       {"value", &compared, REQUIRED});
/* A filter may hold filters. */
extern const struct shape sluice__filter;
LIST_OF(filters, sluice__filter, 0);
CLOSED(compound,
       {"type", &string, REQUIRED},
       {"filters", &filters, REQUIRED});
static const struct field filter_kinds[] = {
  {"eq|ne|gt|gte|lt|lte|in|nin", &comparison, NULL},
  {"and|or", &compound, NULL},
  END
};
const struct shape sluice__filter =
  {.kind = SHAPE_TYPED, .fields = filter_kinds};

OBJECT(hybrid_search,
       {"embedding_weight", &number, REQUIRED},
       {"text_weight", &number, REQUIRED});
WORD(ranker, "auto|default-2024-11-15");
OBJECT(ranking,
       {"hybrid_search", &hybrid_search, NULL},
       {"ranker", &ranker, "\"auto\""},
       {"score_threshold", &number, "0.0"});
OBJECT(file_search,
       {"type", &string, REQUIRED},
       {"filters", &sluice__filter, "null"},
       {"max_num_results", &count, "20"},
       {"ranking_options", &ranking,
        "{\"ranker\":\"auto\",\"score_threshold\":0.0}"},
       {"vector_store_ids", &strings, REQUIRED});

WORD(low_to_high, "low|medium|high");
WORD(approximate, "approximate");
OBJECT(location,
       {"type", &approximate, "\"approximate\""},
       {"city", &string, "null"},
       {"country", &string, "null"},
       {"region", &string, "null"},
       {"timezone", &string, "null"});
OBJECT(domains, {"allowed_domains", &strings, NULL});
OBJECT(web_search,
       {"type", &string, REQUIRED},
       {"external_web_access", &boolean, NULL},
       {"filters", &domains, "null"},
       {"search_context_size", &low_to_high, "\"medium\""},
       {"user_location", &location, "null"});
WORD(text_or_image, "text|image");
LIST_OF(search_types, text_or_image, 0);
OBJECT(web_search_preview,
       {"type", &string, REQUIRED},
       {"search_content_types", &search_types, NULL},
       {"search_context_size", &low_to_high, "\"medium\""},
       {"user_location", &location, "null"});

CLOSED(tool_filter,
       {"read_only", &boolean, NULL},
       {"tool_names", &strings, NULL});
EITHER(allowed_tools, {"", &strings, NULL}, {"", &tool_filter, NULL});
WORD(always_or_never, "always|never");
CLOSED(approvals,
       {"always", &tool_filter, NULL},
       {"never", &tool_filter, NULL});
EITHER(approval, {"", &always_or_never, NULL}, {"", &approvals, NULL});
WORD(connector,
     "connector_dropbox|connector_gmail|connector_googlecalendar|"
     "connector_googledrive|connector_microsoftteams|"
     "connector_outlookcalendar|connector_outlookemail|"
     "connector_sharepoint");
OBJECT(mcp,
       {"type", &string, REQUIRED},
       {"allowed_callers", &callers, NULL},
       {"allowed_tools", &allowed_tools, "null"},
       {"authorization", &hidden, NULL},
       {"connector_id", &connector, NULL},
       {"defer_loading", &boolean, NULL},
       {"headers", &secret_map, "null"},
       {"require_approval", &approval, "\"always\""},
       {"server_description", &string, NULL},
       {"server_label", &string, REQUIRED},
       {"server_url", &url, NULL},
       {"tunnel_id", &tunnel_name, NULL});

WORD(memory_limit, "1g|4g|16g|64g");
OBJECT(domain_secret,
       {"domain", &string_from_1, REQUIRED},
       {"name", &string_from_1, REQUIRED},
       {"value", &secret, REQUIRED});
LIST_OF(domain_secrets, domain_secret, 1);
OBJECT(allow_list,
       {"type", &string, REQUIRED},
       {"allowed_domains", &strings_from_1, REQUIRED},
       {"domain_secrets", &domain_secrets, NULL});
TYPED(network_policy,
      {"disabled", &plain, NULL},
      {"allowlist", &allow_list, NULL});
WORD(word_auto, "auto");
OBJECT(auto_container,
       {"type", &word_auto, REQUIRED},
       {"file_ids", &to_50_strings, NULL},
       {"memory_limit", &memory_limit, NULL},
       {"network_policy", &network_policy, NULL});
EITHER(container, {"", &string, NULL}, {"", &auto_container, NULL});
OBJECT(code_interpreter,
       {"type", &string, REQUIRED},
       {"allowed_callers", &callers, NULL},
       {"container", &container, REQUIRED});

OBJECT(skill_reference,
       {"type", &string, REQUIRED},
       {"skill_id", &string_1_to_64, REQUIRED},
       {"version", &string, NULL});
WORD(base64, "base64");
WORD(zip, "application/zip");
OBJECT(skill_source,
       {"type", &base64, REQUIRED},
       {"data", &string_from_1, REQUIRED},
       {"media_type", &zip, REQUIRED});
OBJECT(inline_skill,
       {"type", &string, REQUIRED},
       {"description", &string, REQUIRED},
       {"name", &string, REQUIRED},
       {"source", &skill_source, REQUIRED});
TYPED(skill,
      {"skill_reference", &skill_reference, NULL},
      {"inline", &inline_skill, NULL});
static const struct shape skills =
  {.kind = SHAPE_LIST, .each = &skill, .most = 200};
OBJECT(shell_container,
       {"type", &string, REQUIRED},
       {"file_ids", &to_50_strings, NULL},
       {"memory_limit", &memory_limit, NULL},
       {"network_policy", &network_policy, NULL},
       {"skills", &skills, NULL});
OBJECT(local_skill,
       {"description", &string, REQUIRED},
       {"name", &string, REQUIRED},
       {"path", &string, REQUIRED});
static const struct shape local_skills =
  {.kind = SHAPE_LIST, .each = &local_skill, .most = 200};
OBJECT(local_shell,
       {"type", &string, REQUIRED},
       {"skills", &local_skills, NULL});
OBJECT(container_reference,
       {"type", &string, REQUIRED},
       {"container_id", &string, REQUIRED});
TYPED(environment,
      {"container_auto", &shell_container, NULL},
      {"local", &local_shell, NULL},
      {"container_reference", &container_reference, NULL});
OBJECT(shell,
       {"type", &string, REQUIRED},
       {"allowed_callers", &callers, NULL},
       {"environment", &environment, NULL});
OBJECT(apply_patch,
       {"type", &string, REQUIRED},
       {"allowed_callers", &callers, NULL});

WORD(screen, "windows|mac|linux|ubuntu|browser");
OBJECT(computer_preview,
       {"type", &string, REQUIRED},
       {"display_height", &count, REQUIRED},
       {"display_width", &count, REQUIRED},
       {"environment", &screen, REQUIRED});

WORD(search_place, "server|client");
OBJECT(tool_search,
       {"type", &string, REQUIRED},
       {"description", &string, NULL},
       {"execution", &search_place, NULL},
       {"parameters", &object, NULL});

WORD(image_action, "generate|edit|auto");
WORD(image_background, "transparent|opaque|auto");
WORD(high_or_low, "high|low");
WORD(image_moderation, "auto|low");
WORD(image_format, "png|webp|jpeg");
WORD(image_quality, "low|medium|high|auto");
CLOSED(image_mask,
       {"file_id", &string, NULL},
       {"image_url", &string, NULL});
OBJECT(image_generation,
       {"type", &string, REQUIRED},
       {"action", &image_action, NULL},
       {"background", &image_background, "\"auto\""},
       {"input_fidelity", &high_or_low, NULL},
       {"input_image_mask", &image_mask, NULL},
       {"model", &string, NULL},
       {"moderation", &image_moderation, "\"auto\""},
       {"output_compression", &to_100, "100"},
       {"output_format", &image_format, "\"png\""},
       {"partial_images", &to_3, NULL},
       {"quality", &image_quality, "\"auto\""},
       {"size", &string, "\"auto\""});

TYPED(tool,
      {"function", &function, NULL},
      {"custom", &custom, NULL},
      {"namespace", &name_space, NULL},
      {"file_search", &file_search, NULL},
      {"web_search|web_search_2025_08_26", &web_search, NULL},
      {"web_search_preview|web_search_preview_2025_03_11",
       &web_search_preview, NULL},
      {"mcp", &mcp, NULL},
      {"code_interpreter", &code_interpreter, NULL},
      {"image_generation", &image_generation, NULL},
      {"computer_use_preview", &computer_preview, NULL},
      {"shell", &shell, NULL},
      {"apply_patch", &apply_patch, NULL},
      {"tool_search", &tool_search, NULL},
      {"computer|local_shell|programmatic_tool_calling", &plain, NULL});
LIST_OF(tools, tool, 0);

/* ---- the choice of a tool ---------------------------------------------- */

WORD(choice_word, "none|auto|required");
WORD(choice_mode, "auto|required");
LIST_OF(objects, object, 0);
OBJECT(choice_allowed,
       {"type", &string, REQUIRED},
       {"mode", &choice_mode, REQUIRED},
       {"tools", &objects, REQUIRED});
OBJECT(choice_named,
       {"type", &string, REQUIRED},
       {"name", &string, REQUIRED});
OBJECT(choice_mcp,
       {"type", &string, REQUIRED},
       {"name", &string, NULL},
       {"server_label", &string, REQUIRED});
TYPED(choice_object,
      {"function|custom", &choice_named, NULL},
      {"allowed_tools", &choice_allowed, NULL},
      {"mcp", &choice_mcp, NULL},
      {"file_search|web_search_preview|web_search_preview_2025_03_11|"
       "computer|computer_use|computer_use_preview|image_generation|"
       "code_interpreter|programmatic_tool_calling|apply_patch|shell",
       &plain, NULL});
EITHER(tool_choice, {"", &choice_word, NULL}, {"", &choice_object, NULL});

/* ---- text, reasoning, prompt ------------------------------------------- */

OBJECT(json_schema,
       {"type", &string, REQUIRED},
       {"description", &string, NULL},
       {"name", &string, REQUIRED},
       {"schema", &object, REQUIRED},
       {"strict", &boolean, "false"});
TYPED(text_format,
      {"text|json_object", &plain, NULL},
      {"json_schema", &json_schema, NULL});
OBJECT(text,
       {"format", &text_format, "{\"type\":\"text\"}"},
       {"verbosity", &low_to_high, "\"medium\""});

WORD(effort, "none|minimal|low|medium|high|xhigh|max");
WORD(summary, "auto|concise|detailed");
WORD(turns, "auto|current_turn|all_turns");
OBJECT(reasoning,
       {"context", &turns, NULL},
       {"effort", &effort, "null"},
       {"generate_summary", &summary, NULL},
       {"mode", &string, NULL},
       {"summary", &summary, "null"});

WORD(explicit_mode, "explicit");
OBJECT(breakpoint, {"mode", &explicit_mode, REQUIRED});
OBJECT(input_text,
       {"type", &string, REQUIRED},
       {"prompt_cache_breakpoint", &breakpoint, NULL},
       {"text", &string, REQUIRED});
WORD(image_detail, "low|high|auto|original");
OBJECT(input_image,
       {"type", &string, REQUIRED},
       {"detail", &image_detail, "\"auto\""},
       {"file_id", &string, NULL},
       {"image_url", &string, NULL},
       {"prompt_cache_breakpoint", &breakpoint, NULL});
WORD(file_detail, "auto|low|high");
OBJECT(input_file,
       {"type", &string, REQUIRED},
       {"detail", &file_detail, NULL},
       {"file_data", &string, NULL},
       {"file_id", &string, NULL},
       {"file_url", &string, NULL},
       {"filename", &string, NULL},
       {"prompt_cache_breakpoint", &breakpoint, NULL});
TYPED(prompt_part,
      {"input_text", &input_text, NULL},
      {"input_image", &input_image, NULL},
      {"input_file", &input_file, NULL});
EITHER(prompt_variable, {"", &string, NULL}, {"", &prompt_part, NULL});
MAP_OF(prompt_variables, prompt_variable);
OBJECT(prompt,
       {"id", &string, REQUIRED},
       {"variables", &prompt_variables, "null"},
       {"version", &string, "null"});

OBJECT(with_id, {"id", &string, REQUIRED});
EITHER(conversation, {"", &as_id, NULL}, {"", &with_id, NULL});

/* ---- the settings ------------------------------------------------------ */

WORD(cache_retention, "in_memory|24h");
WORD(service_tier, "auto|default|flex|scale|priority|fast|ultrafast");
WORD(truncation, "auto|disabled");

const struct field sluice__settings[SETTING_COUNT] = {
#define X(NAME, name, shape, absent) {name, &(shape), absent},
  SETTINGS(X)
#undef X
};
