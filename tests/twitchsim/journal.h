/* Journal: everything that clients sent, with times, for tests to ask. Bounded: the oldest entries go first. */
#pragma once

#include "http.h"

void sim_journal_http(struct lx_sim *sim, const struct sim_request *request, int status, const char *user);
/* `kind` "irc" (a line), "connect", "disconnect", "eventsub" (`line` tells what). */
void sim_journal_line(struct lx_sim *sim, const char *kind, uint64_t connection, const char *user, const char *line);
/* Control: {"after":n,"kind":…,"path":…,"method":…,"limit":n} → {"entries":[…],"last":n,"dropped":n}. */
cJSON *sim_journal_query(struct lx_sim *sim, const cJSON *json);
void sim_journal_clear(struct lx_sim *sim);
