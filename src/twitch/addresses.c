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
		.twitch_pictures = either("LIVEXTREM_TWITCH_PICTURES_URL", "https://static-cdn.jtvnw.net"),
		.cheer_pictures = either("LIVEXTREM_CHEER_PICTURES_URL", "https://d3aqoihi2n8ty8.cloudfront.net"),
		.bttv = either("LIVEXTREM_BTTV_URL", "https://api.betterttv.net/3"),
		.bttv_pictures = either("LIVEXTREM_BTTV_PICTURES_URL", "https://cdn.betterttv.net"),
		.ffz = either("LIVEXTREM_FFZ_URL", "https://api.frankerfacez.com/v1"),
		.ffz_pictures = either("LIVEXTREM_FFZ_PICTURES_URL", "https://cdn.frankerfacez.com"),
		.seventv = either("LIVEXTREM_7TV_URL", "https://7tv.io/v3"),
		.seventv_events = either("LIVEXTREM_7TV_EVENTS_URL", "wss://events.7tv.io/v3"),
		.seventv_pictures = either("LIVEXTREM_7TV_PICTURES_URL", "https://cdn.7tv.app"),
		.ca_file = either("LIVEXTREM_CA_FILE", NULL),
		.config_dir = either("LIVEXTREM_CONFIG_DIR", NULL),
		.client_id = either("LIVEXTREM_CLIENT_ID", NULL),
		.built_client_id = LIVEXTREM_CLIENT_ID,
	};
}

const char *lx_addresses_client_id(const struct lx_addresses *addresses, const char *setting)
{
	const char *const ids[] = {addresses->client_id, setting, addresses->built_client_id};

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (ids[i] && *ids[i])
			return ids[i];
	return "";
}
