#include "platform/memory.h"

#include <cjson/cJSON.h>
#include <util/bmem.h>

void lx_memory_init(void)
{
	cJSON_Hooks hooks = {bmalloc, bfree};
	cJSON_InitHooks(&hooks);
}
