-- SPDX-License-Identifier: MIT
-- sluice for LuaJIT, by its FFI: a chat-completions stream in, the bytes of a Responses stream out.
--
--   local t = sluice.new { seed = 7 }
--   for chunk in chunks do
--     client:send((t:feed(chunk)))
--   end
--   client:send((t:finish()))
--
-- The library is found as libsluice.so.0, or where SLUICE_LIBRARY says. A translator lives as long as Lua refers to it; what it
-- gives is a Lua string. One scratch, one batch and one reader of requests serve all of a Lua state, which is one thread, and live
-- as long as it does.
local ffi = require "ffi"

-- The structs up to the last member used here: `size` tells the library where that is.
ffi.cdef [[
typedef struct sluice_str { const char *p; size_t n; } sluice_str;
typedef struct sluice_scratch sluice_scratch;
typedef struct sluice_batch sluice_batch;
typedef struct sluice_translator sluice_translator;
typedef struct sluice_request sluice_request;
typedef struct sluice_http_error { int status; sluice_str body; } sluice_http_error;
typedef struct sluice_options {
  size_t size;
  const void *mem;
  sluice_scratch *scratch;
  uint64_t seed;
  sluice_str response_id, model;
  int64_t created_at;
  void *clock, *clock_user;
  int reasoning, index_unit;
  uint32_t flags;
  sluice_str marker_open, marker_prefix, marker_close;
  const void *files;
  size_t file_count, max_payload, max_output;
  uint32_t max_depth, max_items, max_marker, max_annotations;
  const void *tools;
  size_t tool_count;
  uint32_t max_tool_calls, lenient;
  sluice_str request;
} sluice_options;

void sluice_options_init_sized(sluice_options *o, size_t size);
int sluice_scratch_new(sluice_scratch **out, const void *mem);
int sluice_batch_new(sluice_batch **out, const void *mem);
int sluice_batch_add(void *batch, const void *event);
sluice_str sluice_batch_take(sluice_batch *b);
int sluice_translator_new(sluice_translator **out, const sluice_options *o, int (*cb)(void *, const void *), void *user);
int sluice_translator_feed(sluice_translator *t, const char *data, size_t len, size_t *consumed);
int sluice_translator_fail(sluice_translator *t, sluice_str code, sluice_str message);
int sluice_translator_finish(sluice_translator *t);
int sluice_translator_response(sluice_translator *t, sluice_str *json);
void sluice_translator_free(sluice_translator *t);
int sluice_request_new(sluice_request **out, const void *o);
int sluice_request_read(sluice_request *r, sluice_str body);
sluice_str sluice_request_chat(const sluice_request *r);
int sluice_request_streams(const sluice_request *r);
int sluice_request_apply(const sluice_request *r, sluice_options *o);
sluice_http_error sluice_request_error(const sluice_request *r);
int sluice_request_upstream_error(sluice_request *r, int http_status, sluice_str body, sluice_http_error *out);
const char *sluice_status_name(int status);
]]

local lib = ffi.load(os.getenv "SLUICE_LIBRARY" or "libsluice.so.0")
local sluice, Translator = {}, {}
Translator.__index = Translator

local function made(type, new, ...)
  local out = ffi.new(type .. " *[1]")
  local status = new(out, ...)
  if status < 0 then
    error(type .. ": " .. sluice.status_name(status), 3)
  end
  return out[0]
end

function sluice.status_name(status)
  return ffi.string(lib.sluice_status_name(status))
end

local scratch = made("sluice_scratch", lib.sluice_scratch_new, nil)
local batch = made("sluice_batch", lib.sluice_batch_new, nil)
local request = made("sluice_request", lib.sluice_request_new, nil)

local function str(value)
  return ffi.new("sluice_str", value, #value)
end

local function text(value)
  return ffi.string(value.p, value.n)
end

local function new(options, asked)
  local o = ffi.new "sluice_options"
  lib.sluice_options_init_sized(o, ffi.sizeof(o))
  if asked then
    lib.sluice_request_apply(asked, o)
  end
  o.scratch = scratch
  for name, value in pairs(options) do
    if type(value) == "string" then
      o[name].p, o[name].n = value, #value
    else
      o[name] = value
    end
  end
  local t = made("sluice_translator", lib.sluice_translator_new, o, lib.sluice_batch_add, batch)
  return setmetatable({ handle = ffi.gc(t, lib.sluice_translator_free) }, Translator)
end

-- Options are the members above: numbers (`seed` also as 7ULL), or strings.
function sluice.new(options)
  return new(options)
end

-- A Responses request. Returns the chat request, the translator for its answer, and whether the client wants a stream; or, when it
-- cannot be served, nil, the status of HTTP and the body that say why.
function sluice.request(body, options)
  if lib.sluice_request_read(request, str(body)) < 0 then
    local e = lib.sluice_request_error(request)
    return nil, e.status, text(e.body)
  end
  return text(lib.sluice_request_chat(request)), new(options, request), lib.sluice_request_streams(request) == 1
end

-- An answer of the upstream that is no success, in the form of the API: the status of HTTP, and the body.
function sluice.upstream_error(status, body)
  local e = ffi.new "sluice_http_error"
  lib.sluice_request_upstream_error(request, status, str(body), e)
  return e.status, text(e.body)
end

-- What each call gave: the events that came by it, and its status. Below 0 the response has failed, and its last event said so.
local function events(status)
  return text(lib.sluice_batch_take(batch)), status
end

function Translator:feed(data)
  return events(lib.sluice_translator_feed(self.handle, data, #data, nil))
end

function Translator:fail(code, message)
  return events(lib.sluice_translator_fail(self.handle, str(code), str(message)))
end

function Translator:finish()
  return events(lib.sluice_translator_finish(self.handle))
end

-- The response as JSON, for a client that wants no stream.
function Translator:response()
  local json = ffi.new "sluice_str"
  lib.sluice_translator_response(self.handle, json)
  return text(json)
end

return sluice
