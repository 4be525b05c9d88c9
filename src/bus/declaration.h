/*
 * Reads the parameters out of a declaration of a signal or procedure ("void f(in string a, out int b)"), so that a bridge
 * to another world (obs-websocket) needs no list of its own. Any thread; keeps nothing.
 */
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum lx_param_type { LX_PARAM_STRING, LX_PARAM_INT, LX_PARAM_BOOL, LX_PARAM_PTR };

struct lx_param {
	bool out;
	enum lx_param_type type;
	char name[64];
};

/* `cursor` starts at the declaration and is moved behind the parameter found. False when there is no further one. */
bool lx_declaration_next(const char **cursor, struct lx_param *param);

#ifdef __cplusplus
}
#endif
