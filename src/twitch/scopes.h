/*
 * Scopes: the permissions of a sign-in, as lists separated by spaces.
 *
 * Threads: any. Ownership: lists handed out are freed with bfree().
 */
#pragma once

#include <stdbool.h>

#include "bus/event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What every sign-in of a role asks for: chat, one-click moderation, the live numbers. */
const char *lx_scopes_basic(enum lx_account_role role);

bool lx_scopes_contain(const char *list, const char *scope);
/* All of both, each once, in order of appearance. NULL counts as empty. */
char *lx_scopes_merge(const char *one, const char *other);
/* Those of `wanted` that `granted` lacks. "" when there are none. */
char *lx_scopes_missing(const char *granted, const char *wanted);

#ifdef __cplusplus
}
#endif
