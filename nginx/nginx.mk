# SPDX-License-Identifier: MIT
# The nginx module and what is started with it. Targets:
#
#   nginx       the module, build/nginx/ngx_http_sluice_module.so
#   test-nginx  its tests
#   gateway     nginx with it on loopback, in front of `sluice serve`, or of
#               UPSTREAM=http://HOST:PORT
#   nginx-load  1,000 streams through it, and faults; a few minutes

NGX_OUT    := $(OUT)/nginx
NGX_MODULE := $(NGX_OUT)/ngx_http_sluice_module.so
NGX_FILES  := nginx/config nginx/build.sh $(wildcard nginx/*.[ch])
# All three archives go into the module; their names stay inside.
NGX_LIBS    = $(abspath $(OUT)/libsluice.a) \
              $(patsubst -l%,-l:lib%.a,$(LIBS_PRIVATE)) \
              -Wl,--exclude-libs,ALL

.PHONY: nginx test-nginx nginx-load gateway deps-nginx

deps-nginx: | deps
	@sh tools/deps.sh nginx

nginx: $(NGX_MODULE)

$(NGX_MODULE): $(NGX_FILES) $(OUT)/libsluice.a | deps-nginx
	$(call say,NGX)
	$(Q)CFLAGS='$(CFLAGS) $(SANITIZE)' \
	  LDFLAGS='$(LDFLAGS) $(SANITIZE)' \
	  SLUICE_CFLAGS='-I$(abspath include)' SLUICE_LIBS='$(NGX_LIBS)' \
	  bash nginx/build.sh $(NGX_OUT)

# Like the other tests, but not among them: they are to need no nginx.
test-nginx: $(OUT)/sluice $(NGX_MODULE) | deps-test
	@BUILD='$(OUT)' sh tests/run.sh nginx/test.sh

gateway: $(OUT)/sluice $(NGX_MODULE)
	@BUILD='$(OUT)' sh nginx/gateway.sh $(UPSTREAM)

# A server and a client for load; they know nothing of the library.
$(NGX_OUT)/%: nginx/load/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) -std=c11 $(WARN) $(CFLAGS) -o $@ $<

# LOAD='100 12': fewer streams, and seconds
nginx-load: $(NGX_MODULE) $(NGX_OUT)/source $(NGX_OUT)/drain
	@BUILD='$(OUT)' sh nginx/load/load.sh $(LOAD)
