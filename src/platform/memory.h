/*
 * Libraries that bring their own memory: told once, before anything else, to use libobs's, so that OBS's leak counter sees
 * everything. Call it first, on the thread that loads the plugin (or main()).
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* cJSON allocates with bmalloc() from here on. May be called again. */
void lx_memory_init(void);

#ifdef __cplusplus
}
#endif
