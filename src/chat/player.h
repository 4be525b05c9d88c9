/*
 * Player: where a replay is at this moment. Plain arithmetic on a clock that is handed in; it starts nothing and calls nobody,
 * so whoever shows something asks it as often as needed.
 *
 * Threads: one at a time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "platform/clock.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LX_PLAYER_SLOWEST 0.5
#define LX_PLAYER_FASTEST 4.0

struct lx_player;

struct lx_player *lx_player_create(const struct lx_clock *clock); /* outlives the player */
void lx_player_destroy(struct lx_player *player);                 /* NULL is accepted */

/* Something else: at its beginning, standing still, as fast as before. Length in milliseconds. */
void lx_player_load(struct lx_player *player, int64_t length_ms);
/* What is still being recorded grows. */
void lx_player_set_length(struct lx_player *player, int64_t length_ms);

/* At the end playing begins anew. */
void lx_player_play(struct lx_player *player);
void lx_player_pause(struct lx_player *player);
/* False from the moment on that the end is reached. */
bool lx_player_is_playing(struct lx_player *player);

int64_t lx_player_position(struct lx_player *player);               /* 0 … length */
void lx_player_seek(struct lx_player *player, int64_t position_ms); /* clamped; goes on playing if it did */
void lx_player_set_speed(struct lx_player *player, double speed);   /* clamped */
double lx_player_speed(const struct lx_player *player);
/* In how many milliseconds of real time the position will be reached; UINT64_MAX when it will not by itself. */
uint64_t lx_player_until(struct lx_player *player, int64_t position_ms);

#ifdef __cplusplus
}
#endif
