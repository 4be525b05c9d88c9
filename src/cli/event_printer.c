#include "cli/event_printer.h"

#include <stdio.h>

#include <cjson/cJSON.h>

#include "bus/event_json.h"
#include "platform/stdio.h"

static void print(const struct lx_event *event, void *data)
{
	struct lx_cli_printer *printer = data;
	char *line = lx_event_to_json_text(event);

	if (puts(line) == EOF || fflush(stdout) != 0)
		printer->broken = true;
	cJSON_free(line);
}

static bool is_printed(int type)
{
	return type != LX_EVENT_ACCOUNT && type != LX_EVENT_LOGIN && type != LX_EVENT_STATS &&
	       type != LX_EVENT_PERMISSION;
}

void lx_cli_printer_start(struct lx_cli_printer *printer, struct lx_bus *bus)
{
	printer->bus = bus;
	printer->broken = false;
	lx_stdio_set_binary();
	for (int type = 0; type < LX_EVENT_TYPE_COUNT; type++) {
		if (is_printed(type))
			lx_bus_connect(bus, (enum lx_event_type)type, print, printer);
	}
}

void lx_cli_printer_stop(struct lx_cli_printer *printer)
{
	for (int type = 0; type < LX_EVENT_TYPE_COUNT; type++) {
		if (is_printed(type))
			lx_bus_disconnect(printer->bus, (enum lx_event_type)type, print, printer);
	}
}
