#include "chat/player.h"

#include <math.h>

#include <util/bmem.h>

struct lx_player {
	const struct lx_clock *clock;
	int64_t length_ms;
	double speed;
	bool playing;
	double anchor_ms;      /* the position … */
	uint64_t anchor_at_ms; /* … at this time of the clock */
};

struct lx_player *lx_player_create(const struct lx_clock *clock)
{
	struct lx_player *player = bzalloc(sizeof(*player));
	player->clock = clock;
	player->speed = 1;
	return player;
}

void lx_player_destroy(struct lx_player *player)
{
	bfree(player);
}

static double exact_position(const struct lx_player *player)
{
	double position = player->anchor_ms;
	if (player->playing)
		position += (double)(lx_clock_ms(player->clock) - player->anchor_at_ms) * player->speed;
	return position < (double)player->length_ms ? position : (double)player->length_ms;
}

static void anchor(struct lx_player *player, double position_ms)
{
	player->anchor_ms = position_ms;
	player->anchor_at_ms = lx_clock_ms(player->clock);
}

void lx_player_load(struct lx_player *player, int64_t length_ms)
{
	player->playing = false;
	player->length_ms = length_ms > 0 ? length_ms : 0;
	anchor(player, 0);
}

void lx_player_set_length(struct lx_player *player, int64_t length_ms)
{
	anchor(player, exact_position(player));
	player->length_ms = length_ms > 0 ? length_ms : 0;
	if (player->anchor_ms > (double)player->length_ms)
		player->anchor_ms = (double)player->length_ms;
}

void lx_player_play(struct lx_player *player)
{
	const double position = exact_position(player);
	anchor(player, position >= (double)player->length_ms ? 0 : position);
	player->playing = true;
}

void lx_player_pause(struct lx_player *player)
{
	anchor(player, exact_position(player));
	player->playing = false;
}

bool lx_player_is_playing(struct lx_player *player)
{
	if (player->playing && exact_position(player) >= (double)player->length_ms)
		lx_player_pause(player);
	return player->playing;
}

int64_t lx_player_position(struct lx_player *player)
{
	return (int64_t)exact_position(player);
}

void lx_player_seek(struct lx_player *player, int64_t position_ms)
{
	const int64_t most = player->length_ms;
	anchor(player, (double)(position_ms < 0 ? 0 : position_ms > most ? most : position_ms));
}

void lx_player_set_speed(struct lx_player *player, double speed)
{
	anchor(player, exact_position(player));
	player->speed = !(speed > LX_PLAYER_SLOWEST) ? LX_PLAYER_SLOWEST
			: speed > LX_PLAYER_FASTEST  ? LX_PLAYER_FASTEST
						     : speed;
}

double lx_player_speed(const struct lx_player *player)
{
	return player->speed;
}

uint64_t lx_player_until(struct lx_player *player, int64_t position_ms)
{
	const double left = (double)position_ms - exact_position(player);
	if (left <= 0)
		return 0;
	if (!player->playing || position_ms > player->length_ms)
		return UINT64_MAX;
	return (uint64_t)ceil(left / player->speed);
}
