/* SPDX-License-Identifier: MIT */
#include "servers.h"

#include <stddef.h>

#define OBJECT "\"object\":\"chat.completion.chunk\""
#define IDS    "{\"id\":\"$i\"," OBJECT ",\"created\":$c,"
#define USAGE                                                                  \
  "\"usage\":{\"prompt_tokens\":31,\"total_tokens\":89,"                       \
  "\"completion_tokens\":58}"
#define COUNTED                                                                \
  "\"usage\":{\"prompt_tokens\":31,\"total_tokens\":$n,"                       \
  "\"completion_tokens\":$n}"

#define VLLM IDS "\"model\":\"meta-llama/Llama-3.1-8B-Instruct\",\"choices\":["
#define OLLAMA                                                                 \
  IDS "\"model\":\"llama3.2\",\"system_fingerprint\":\"fp_ollama\","           \
      "\"choices\":["
#define SAFE "{\"filtered\":false,\"severity\":\"safe\"}"
#define FILTERED                                                               \
  "{\"hate\":" SAFE ",\"self_harm\":" SAFE ",\"sexual\":" SAFE                 \
  ",\"violence\":" SAFE "}"
#define AZURE                                                                  \
  "\"created\":$c,\"id\":\"$i\",\"model\":\"$m\",\"obfuscation\":\"$"          \
  "p\"," OBJECT ",\"system_fingerprint\":\"$f\""
#define LLAMA_CPP                                                              \
  ",\"created\":$c,\"id\":\"$i\",\"model\":\"gpt-3.5-turbo\","                 \
  "\"system_fingerprint\":\"b5046-37b9f0d2\"," OBJECT
#define OPENROUTER                                                             \
  "{\"id\":\"gen-$c\",\"provider\":\"OpenAI\",\"model\":\"openai/$m\"," OBJECT \
  ",\"created\":$c,\"choices\":["
#define MISTRAL IDS "\"model\":\"mistral-small-latest\",\"choices\":["
#define DEEPSEEK                                                               \
  IDS "\"model\":\"deepseek-chat\",\"system_fingerprint\":\"$f\",\"choices\":" \
      "["
#define GROQ                                                                   \
  IDS "\"model\":\"llama-3.3-70b-versatile\",\"system_fingerprint\":\"$f\","   \
      "\"choices\":["
#define SGLANG IDS "\"model\":\"Qwen/Qwen2.5-7B-Instruct\",\"choices\":["
#define SGLANG_CHOICE                                                          \
  "\"reasoning_content\":null,\"tool_calls\":null},\"logprobs\":null,"
#define SPACED                                                                 \
  "{\"id\": \"$i\", \"object\": \"chat.completion.chunk\", "                   \
  "\"created\": $c, \"model\": \"$m\", \"choices\": [{\"index\": 0, "
#define SDK_DELTA  ",\"function_call\":null,\"refusal\":null,\"role\":"
#define SDK_CHOICE ",\"tool_calls\":null},\"finish_reason\":"
#define SDK                                                                    \
  ",\"index\":0,\"logprobs\":null}],\"created\":$c,\"model\":\"$m\"," OBJECT   \
  ",\"service_tier\":\"$s\",\"system_fingerprint\":\"$f\",\"usage\":null,"     \
  "\"obfuscation\":\"$p\"}"

/* clang-format off */
const struct server servers[] = {
  {"vLLM", NULL,
   VLLM "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]}",
   VLLM "{\"index\":0,\"delta\":{\"content\":$t},\"logprobs\":null,\"finish_reason\":null}]}",
   VLLM "{\"index\":0,\"delta\":{\"content\":\"\"},\"logprobs\":null,\"finish_reason\":$r,\"stop_reason\":null}]}",
   VLLM "]," USAGE "}"},
  {"vLLM with usage in each chunk", NULL,
   VLLM "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]," COUNTED "}",
   VLLM "{\"index\":0,\"delta\":{\"content\":$t},\"logprobs\":null,\"finish_reason\":null}]," COUNTED "}",
   VLLM "{\"index\":0,\"delta\":{\"content\":\"\"},\"logprobs\":null,\"finish_reason\":$r,\"stop_reason\":null}]," COUNTED "}",
   NULL},
  {"Ollama", NULL, NULL,
   OLLAMA "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":$t},\"finish_reason\":null}]}",
   OLLAMA "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":$r}]}",
   NULL},
  {"Azure", NULL,
   "{\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\",\"prompt_filter_results\":"
   "[{\"prompt_index\":0,\"content_filter_results\":" FILTERED "}]}",
   "{\"choices\":[{\"content_filter_results\":" FILTERED ",\"delta\":{\"content\":$t},\"finish_reason\":null,"
   "\"index\":0,\"logprobs\":null}]," AZURE "}",
   "{\"choices\":[{\"content_filter_results\":{},\"delta\":{},\"finish_reason\":$r,\"index\":0,\"logprobs\":null}]," AZURE "}",
   NULL},
  {"llama.cpp", NULL,
   "{\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null}}]" LLAMA_CPP "}",
   "{\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":$t}}]" LLAMA_CPP "}",
   "{\"choices\":[{\"finish_reason\":$r,\"index\":0,\"delta\":{}}]" LLAMA_CPP ",\"timings\":{\"prompt_n\":31,"
   "\"prompt_ms\":12.25,\"predicted_n\":58,\"predicted_ms\":731.5}}",
   "{\"choices\":[]" LLAMA_CPP "," USAGE "}"},
  {"OpenRouter", ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n", NULL,
   OPENROUTER "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":$t},\"finish_reason\":null,"
   "\"native_finish_reason\":null,\"logprobs\":null}]}",
   OPENROUTER "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":$r,"
   "\"native_finish_reason\":$r,\"logprobs\":null}]}",
   OPENROUTER "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null,"
   "\"native_finish_reason\":null,\"logprobs\":null}]," USAGE "}"},
  {"Mistral", NULL,
   MISTRAL "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}",
   MISTRAL "{\"index\":0,\"delta\":{\"content\":$t},\"finish_reason\":null}],\"p\":\"$p\"}",
   MISTRAL "{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":$r}]," USAGE ",\"p\":\"$p\"}",
   NULL},
  {"DeepSeek", ": keep-alive\n\n",
   DEEPSEEK "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]}",
   DEEPSEEK "{\"index\":0,\"delta\":{\"content\":$t},\"logprobs\":null,\"finish_reason\":null}]}",
   DEEPSEEK "{\"index\":0,\"delta\":{\"content\":\"\"},\"logprobs\":null,\"finish_reason\":$r}]," USAGE "}",
   NULL},
  {"Groq", NULL,
   GROQ "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}],"
   "\"x_groq\":{\"id\":\"req_$c\"}}",
   GROQ "{\"index\":0,\"delta\":{\"content\":$t},\"logprobs\":null,\"finish_reason\":null}]}",
   GROQ "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":$r}],\"x_groq\":{\"id\":\"req_$c\"," USAGE "}}",
   NULL},
  {"SGLang", NULL,
   SGLANG "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"," SGLANG_CHOICE
   "\"finish_reason\":null,\"matched_stop\":null}],\"usage\":null}",
   SGLANG "{\"index\":0,\"delta\":{\"role\":null,\"content\":$t," SGLANG_CHOICE
   "\"finish_reason\":null,\"matched_stop\":null}],\"usage\":null}",
   SGLANG "{\"index\":0,\"delta\":{\"role\":null,\"content\":null," SGLANG_CHOICE
   "\"finish_reason\":$r,\"matched_stop\":151645}],\"usage\":null}",
   SGLANG "]," USAGE "}"},
  {"json.dumps of Python, with spaces", NULL,
   SPACED "\"delta\": {\"role\": \"assistant\", \"content\": \"\"}, \"finish_reason\": null}]}",
   SPACED "\"delta\": {\"content\": $t}, \"finish_reason\": null}]}",
   SPACED "\"delta\": {}, \"finish_reason\": $r}]}",
   NULL},
  {"model_dump of the SDK, as the corpus has it", NULL,
   "{\"id\":\"$i\",\"choices\":[{\"delta\":{\"content\":\"\"" SDK_DELTA "\"assistant\"" SDK_CHOICE "null" SDK,
   "{\"id\":\"$i\",\"choices\":[{\"delta\":{\"content\":$t" SDK_DELTA "null" SDK_CHOICE "null" SDK,
   "{\"id\":\"$i\",\"choices\":[{\"delta\":{\"content\":null" SDK_DELTA "null" SDK_CHOICE "$r" SDK,
   NULL},
  {NULL, NULL, NULL, NULL, NULL, NULL}
};
/* clang-format on */
