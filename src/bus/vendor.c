#include "bus/vendor.h"

#include <string.h>

#include <obs-module.h>
#include <unicode/utf8.h>
#include <util/bmem.h>
#include <util/dstr.h>

#include "bus/declaration.h"

/* Some development packages lack the header; it only wraps procedures, so nothing but this file depends on it. */
#if __has_include(<obs-websocket-api.h>)
#include <obs-websocket-api.h>
#define HAVE_OBS_WEBSOCKET 1
#else
#define HAVE_OBS_WEBSOCKET 0
#endif

#define VENDOR_NAME "livextrem"
#define PREFIX_LENGTH (sizeof("livextrem_") - 1)

#if HAVE_OBS_WEBSOCKET

struct event {
	struct lx_vendor *vendor;
	enum lx_event_type type;
};

struct lx_vendor {
	obs_websocket_vendor handle;
	signal_handler_t *signals;
	struct event events[LX_EVENT_TYPE_COUNT];
};

static void to_calldata(const char *declaration, obs_data_t *from, calldata_t *to)
{
	struct lx_param param;
	while (lx_declaration_next(&declaration, &param)) {
		if (param.out)
			continue;
		if (param.type == LX_PARAM_STRING)
			calldata_set_string(to, param.name, obs_data_get_string(from, param.name));
		else if (param.type == LX_PARAM_INT)
			calldata_set_int(to, param.name, obs_data_get_int(from, param.name));
		else if (param.type == LX_PARAM_BOOL)
			calldata_set_bool(to, param.name, obs_data_get_bool(from, param.name));
	}
}

/*
 * obs-websocket ends the whole program over a text that is no UTF-8, and a script, or a server, may have sent any bytes. NULL is
 * taken for "".
 */
static void set_text(obs_data_t *to, const char *name, const char *text)
{
	struct dstr valid = {0};
	const uint8_t *bytes = (const uint8_t *)(text ? text : "");
	UChar32 c;

	for (int32_t at = 0; bytes[at];) {
		uint8_t character[U8_MAX_LENGTH];
		int32_t size = 0;
		U8_NEXT_OR_FFFD(bytes, at, -1, c);
		U8_APPEND_UNSAFE(character, size, c);
		dstr_ncat(&valid, (const char *)character, (size_t)size);
	}
	obs_data_set_string(to, name, valid.array ? valid.array : "");
	dstr_free(&valid);
}

static void from_calldata(const char *declaration, bool out, calldata_t *from, obs_data_t *to)
{
	struct lx_param param;
	while (lx_declaration_next(&declaration, &param)) {
		if (param.out != out)
			continue;
		const char *text = NULL;
		if (param.type == LX_PARAM_STRING) {
			calldata_get_string(from, param.name, &text);
			set_text(to, param.name, text);
		} else if (param.type == LX_PARAM_INT) {
			obs_data_set_int(to, param.name, calldata_int(from, param.name));
		} else if (param.type == LX_PARAM_BOOL) {
			obs_data_set_bool(to, param.name, calldata_bool(from, param.name));
		}
	}
}

/*
 * obs-websocket lets go of its lock before it calls, so a request that was taken back may still arrive: it carries nothing that
 * could be gone. What it calls then is the procedure's gate, which says no.
 */
static void on_request(obs_data_t *request_data, obs_data_t *response_data, void *data)
{
	enum lx_proc proc = (enum lx_proc)(intptr_t)data;
	calldata_t call;
	calldata_init(&call);
	to_calldata(lx_bus_proc_declaration(proc), request_data, &call);
	const char *origin = calldata_string(&call, "origin");
	if (!origin || !*origin)
		calldata_set_string(&call, "origin", "vendor");
	proc_handler_call(obs_get_proc_handler(), lx_bus_proc_name(proc), &call);
	from_calldata(lx_bus_proc_declaration(proc), true, &call, response_data);
	calldata_free(&call);
}

static void on_signal(void *data, calldata_t *call)
{
	const struct event *event = data;
	obs_data_t *out = obs_data_create();
	from_calldata(lx_bus_signal_declaration(event->type), false, call, out);
	obs_websocket_vendor_emit_event(event->vendor->handle, lx_bus_signal_name(event->type) + PREFIX_LENGTH, out);
	obs_data_release(out);
}

static bool is_announced(enum lx_event_type type)
{
	return type != LX_EVENT_CHAT_MESSAGE && type != LX_EVENT_MEMBERSHIP && type != LX_EVENT_WHISPER;
}

struct lx_vendor *lx_vendor_create(signal_handler_t *signals)
{
	obs_websocket_vendor handle = obs_websocket_register_vendor(VENDOR_NAME);
	if (!handle)
		return NULL;

	struct lx_vendor *vendor = bzalloc(sizeof(*vendor));
	vendor->handle = handle;
	vendor->signals = signals;
	for (size_t i = 0; i < LX_PROC_COUNT; i++) {
		obs_websocket_vendor_register_request(handle, lx_bus_proc_name((enum lx_proc)i) + PREFIX_LENGTH,
						      on_request, (void *)(intptr_t)i);
	}
	for (size_t i = 0; i < LX_EVENT_TYPE_COUNT; i++) {
		vendor->events[i] = (struct event){vendor, (enum lx_event_type)i};
		if (is_announced((enum lx_event_type)i))
			signal_handler_connect(signals, lx_bus_signal_name((enum lx_event_type)i), on_signal,
					       &vendor->events[i]);
	}
	return vendor;
}

void lx_vendor_destroy(struct lx_vendor *vendor)
{
	if (!vendor)
		return;
	for (size_t i = 0; i < LX_EVENT_TYPE_COUNT; i++)
		signal_handler_disconnect(vendor->signals, lx_bus_signal_name((enum lx_event_type)i), on_signal,
					  &vendor->events[i]);
	for (size_t i = 0; i < LX_PROC_COUNT; i++)
		obs_websocket_vendor_unregister_request(vendor->handle,
							lx_bus_proc_name((enum lx_proc)i) + PREFIX_LENGTH);
	bfree(vendor);
}

#else

struct lx_vendor *lx_vendor_create(signal_handler_t *signals)
{
	(void)signals;
	return NULL;
}

void lx_vendor_destroy(struct lx_vendor *vendor)
{
	(void)vendor;
}

#endif
