#include "core_internal.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

#define BLANKS " \t\r\n"
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* --- a channel's name --------------------------------------------------------------------------------------------- */

static bool is_login_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* The part of an address of Twitch's that names the channel: "twitch.tv/name/videos", "twitch.tv/popout/name/chat". */
static const char *name_in_address(const char *typed)
{
	static const char host[] = "twitch.tv/";
	static const char *const pages[] = {"popout/", "moderator/", "embed/", "u/"};
	const char *name = astrstri(typed, host);
	if (!name)
		return typed;
	name += sizeof(host) - 1;
	for (size_t i = 0; i < COUNT(pages); i++) {
		if (strncmp(name, pages[i], strlen(pages[i])) == 0)
			return name + strlen(pages[i]);
	}
	return name;
}

/* Takes what people type or paste: "Name", "#name", "https://www.twitch.tv/name". False when it can be no login. */
static bool clean_channel(const char *typed, char out[LX_CORE_MAX_LOGIN + 1])
{
	const char *name = name_in_address(typed);
	bool address = name != typed;
	if (!address)
		name += strspn(name, "#@" BLANKS);
	size_t length = strcspn(name, address ? "/?#" BLANKS : BLANKS);
	if (length == 0 || length > LX_CORE_MAX_LOGIN)
		return false;
	for (size_t i = 0; i < length; i++) {
		/* tolower() is the language's business: in Turkish it leaves the I alone. */
		out[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
		if (!is_login_character(out[i]))
			return false;
	}
	out[length] = 0;
	return true;
}

/* --- what is read --------------------------------------------------------------------------------------------------- */

/* EventSub needs the channel's id and somebody who is signed in. */
static void follow_events(struct lx_core *core, const char *room_id)
{
	if (*room_id)
		lx_eventsub_start(core->eventsub, room_id);
	else
		lx_eventsub_stop(core->eventsub);
}

static void tell_parts(struct lx_core *core, const struct lx_core_reading *wanted, bool again)
{
	const char *channel = wanted->channel, *room_id = wanted->room_id;
	bool moved = strcmp(core->read_channel, channel) != 0;

	if (moved && *core->read_channel)
		lx_irc_client_leave(core->irc, NULL);
	lx_actions_set_channel(core->actions, room_id, channel);
	lx_orders_set_channel(core->orders, room_id, channel);
	lx_chat_mode_set_channel(core->modes, channel, room_id);
	lx_pins_set_channel(core->pins, room_id, channel);
	lx_send_set_channel(core->send, room_id, channel);
	lx_markers_set_channel(core->markers, room_id, channel);
	lx_commands_set_channel(core->commands, room_id, channel);
	lx_poller_set_channel(core->poller, channel, room_id);
	lx_roles_set_channel(core->roles, channel, room_id);
	lx_eventsub_poll_set_channel(core->eventsub_poll, channel, room_id);
	lx_emote_loader_set_channel(core->emote_loader, room_id);
	follow_events(core, room_id);
	if (moved && *channel)
		lx_irc_client_join(core->irc, channel);
	else if (again && *channel)
		lx_irc_client_renew(core->irc);
	strcpy(core->read_channel, channel);
}

/*
 * Tells the parts what is wanted, without the lock, for they may call back. One thread at a time does it, until nothing newer is
 * wanted: whoever comes meanwhile leaves it to that one. So all parts end up with the same channel, the one that was wanted last, and
 * nobody waits for anybody.
 */
static void carry_out(struct lx_core *core)
{
	pthread_mutex_lock(&core->mutex);
	bool mine = !core->carrying_out;
	while (mine && core->carried_out != core->wishes) {
		struct lx_core_reading wanted = core->wanted;
		bool again = core->again;
		core->again = false;
		core->carried_out = core->wishes;
		core->carrying_out = true;
		pthread_mutex_unlock(&core->mutex);
		tell_parts(core, &wanted, again);
		pthread_mutex_lock(&core->mutex);
		core->carrying_out = false;
	}
	pthread_mutex_unlock(&core->mutex);
}

/* With the mutex held; carry_out() comes after it. */
static void want(struct lx_core *core, const char *channel, const char *room_id)
{
	bool same = strcmp(core->wanted.channel, channel) == 0;
	if (!same)
		snprintf(core->wanted.channel, sizeof(core->wanted.channel), "%s", channel);
	/* Who names a channel by its login knows no id; that of the same channel is known still. */
	if (!same || *room_id)
		snprintf(core->wanted.room_id, sizeof(core->wanted.room_id), "%s", room_id);
	core->wishes++;
}

const char *lx_core_connect(struct lx_core *core, const char *named, bool again)
{
	char *typed = named && *named ? bstrdup(named) : lx_settings_string(core->config.settings, LX_SETTING_CHANNEL);
	char channel[LX_CORE_MAX_LOGIN + 1];
	const char *error = *typed && !clean_channel(typed, channel) ? "Connect.Error.Name" : NULL;

	pthread_mutex_lock(&core->mutex);
	bool signed_in = core->account_state == LX_ACCOUNT_SIGNED_IN;
	if (!error) {
		core->follow_account = !*typed;
		if (!*typed && !signed_in)
			error = "Connect.Error.NoChannel";
	}
	if (!error) {
		const char *wanted = *typed ? channel : core->login;
		want(core, wanted, signed_in && strcmp(wanted, core->login) == 0 ? core->user_id : "");
		core->again = core->again || again;
	}
	pthread_mutex_unlock(&core->mutex);

	bfree(typed);
	if (!error)
		carry_out(core);
	return error;
}

void lx_core_disconnect(struct lx_core *core)
{
	pthread_mutex_lock(&core->mutex);
	core->follow_account = false;
	want(core, "", "");
	pthread_mutex_unlock(&core->mutex);
	carry_out(core);
}

void lx_core_learn_room(struct lx_core *core, const char *channel, const char *room_id)
{
	pthread_mutex_lock(&core->mutex);
	bool news = *room_id && strcmp(core->wanted.channel, channel) == 0 &&
		    strcmp(core->wanted.room_id, room_id) != 0;
	if (news)
		want(core, channel, room_id);
	pthread_mutex_unlock(&core->mutex);
	if (news)
		carry_out(core);
}
