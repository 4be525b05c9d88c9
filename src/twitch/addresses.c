#include "twitch/addresses.h"

#include <stdlib.h>

static const char *either(const char *name, const char *fallback)
{
	const char *value = getenv(name);
	return value && *value ? value : fallback;
}

struct lx_addresses lx_addresses_from_environment(void)
{
	return (struct lx_addresses){
		.irc = either("LIVEXTREM_IRC_URL", "ircs://irc.chat.twitch.tv:6697"),
		.helix = either("LIVEXTREM_HELIX_URL", "https://api.twitch.tv/helix"),
		.id = either("LIVEXTREM_ID_URL", "https://id.twitch.tv/oauth2"),
		.eventsub = either("LIVEXTREM_EVENTSUB_URL", "wss://eventsub.wss.twitch.tv/ws"),
		.ca_file = either("LIVEXTREM_CA_FILE", NULL),
		.config_dir = either("LIVEXTREM_CONFIG_DIR", NULL),
		.client_id = either("LIVEXTREM_CLIENT_ID", LIVEXTREM_CLIENT_ID),
	};
}
