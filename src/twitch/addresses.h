/*
 * Where Twitch is, and the services whose emotes its chats use. Defaults are Twitch's own; environment variables replace each one, for the simulator and for anyone's own
 * test server. Plain text is accepted on loopback addresses only, which whoever connects checks with lx_url_allowed().
 *
 * Threads: any. Ownership: the strings belong to the environment or are literals; copy them before setenv().
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

struct lx_addresses {
	const char *irc;      /* LIVEXTREM_IRC_URL: ircs://host:port */
	const char *helix;    /* LIVEXTREM_HELIX_URL: any prefix works */
	const char *id;       /* LIVEXTREM_ID_URL: the login server, up to and with /oauth2 */
	const char *eventsub; /* LIVEXTREM_EVENTSUB_URL: wss://host/path */
	const char *
		twitch_pictures; /* LIVEXTREM_TWITCH_PICTURES_URL: emotes below /emoticons/v2, badges below /badges/v1 */
	const char *cheer_pictures;   /* LIVEXTREM_CHEER_PICTURES_URL: cheermotes below /actions */
	const char *bttv;             /* LIVEXTREM_BTTV_URL: up to and with /3 */
	const char *bttv_pictures;    /* LIVEXTREM_BTTV_PICTURES_URL */
	const char *ffz;              /* LIVEXTREM_FFZ_URL: up to and with /v1 */
	const char *ffz_pictures;     /* LIVEXTREM_FFZ_PICTURES_URL */
	const char *seventv;          /* LIVEXTREM_7TV_URL: up to and with /v3 */
	const char *seventv_events;   /* LIVEXTREM_7TV_EVENTS_URL: wss://host/path */
	const char *seventv_pictures; /* LIVEXTREM_7TV_PICTURES_URL */
	const char *ca_file; /* LIVEXTREM_CA_FILE: trusted certificates instead of the system's, NULL = the system's */
	const char *config_dir; /* LIVEXTREM_CONFIG_DIR: where settings and the data base live, NULL = the usual place */
	const char *client_id;  /* LIVEXTREM_CLIENT_ID, NULL = not set */
	const char *built_client_id; /* the build's own, "" = none */
};

struct lx_addresses lx_addresses_from_environment(void);

/* The application to sign in with: the environment's, as what is said for this run replaces what is set for all; else `setting`,
 * the user's own; else the build's; "" = none. Any of them may be NULL or "". */
const char *lx_addresses_client_id(const struct lx_addresses *addresses, const char *setting);

#ifdef __cplusplus
}
#endif
