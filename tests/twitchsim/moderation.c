#include "moderation.h"

bool sim_moderation_hold(struct lx_sim *sim, struct sim_message *message)
{
	return false;
}
