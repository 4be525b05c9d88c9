/*
 * Prints events as lines of JSON on standard output, as soon as they happen. Sign-in and the account are left out: they are
 * about the tool, not about the channel.
 */
#pragma once

#include <stdbool.h>

#include "bus/bus.h"

struct lx_cli_printer {
	struct lx_bus *bus;
	bool broken; /* standard output is gone: nobody reads any more */
};

void lx_cli_printer_start(struct lx_cli_printer *printer, struct lx_bus *bus);
void lx_cli_printer_stop(struct lx_cli_printer *printer);
