#include "chat/command_request.h"

#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>

#define MAX_PARAMS 4
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* --- what moderation carries out ------------------------------------------------------------------------------------ */

enum lx_order_kind lx_command_order(enum lx_command_id id)
{
	static const struct {
		enum lx_command_id command;
		enum lx_order_kind order;
	} orders[] = {
		{LX_COMMAND_WARN, LX_ORDER_WARN},          {LX_COMMAND_BLOCK, LX_ORDER_BLOCK},
		{LX_COMMAND_UNBLOCK, LX_ORDER_UNBLOCK},    {LX_COMMAND_MOD, LX_ORDER_MOD},
		{LX_COMMAND_UNMOD, LX_ORDER_UNMOD},        {LX_COMMAND_VIP, LX_ORDER_VIP},
		{LX_COMMAND_UNVIP, LX_ORDER_UNVIP},        {LX_COMMAND_PIN, LX_ORDER_PIN},
		{LX_COMMAND_UNPIN, LX_ORDER_UNPIN},        {LX_COMMAND_MONITOR, LX_ORDER_MONITOR},
		{LX_COMMAND_RESTRICT, LX_ORDER_RESTRICT},  {LX_COMMAND_UNMONITOR, LX_ORDER_UNTREAT},
		{LX_COMMAND_UNRESTRICT, LX_ORDER_UNTREAT},
	};
	for (size_t i = 0; i < COUNT(orders); i++)
		if (orders[i].command == id)
			return orders[i].order;
	return LX_ORDER_COUNT;
}

bool lx_command_mode(const struct lx_command *command, struct lx_chat_mode_wish *wish)
{
	static const struct {
		enum lx_command_id on, off;
		enum lx_chat_mode mode;
		int64_t unit_s;
	} modes[] = {
		{LX_COMMAND_SLOW, LX_COMMAND_SLOWOFF, LX_CHAT_MODE_SLOW, 1},
		{LX_COMMAND_FOLLOWERS, LX_COMMAND_FOLLOWERSOFF, LX_CHAT_MODE_FOLLOWERS, 60},
		{LX_COMMAND_SUBSCRIBERS, LX_COMMAND_SUBSCRIBERSOFF, LX_CHAT_MODE_SUBSCRIBERS, 1},
		{LX_COMMAND_EMOTEONLY, LX_COMMAND_EMOTEONLYOFF, LX_CHAT_MODE_EMOTES, 1},
		{LX_COMMAND_UNIQUECHAT, LX_COMMAND_UNIQUECHATOFF, LX_CHAT_MODE_UNIQUE, 1},
		{LX_COMMAND_SHIELD, LX_COMMAND_SHIELDOFF, LX_CHAT_MODE_SHIELD, 1},
	};
	for (size_t i = 0; i < COUNT(modes); i++) {
		bool on = modes[i].on == command->row->id;
		if (on || modes[i].off == command->row->id) {
			wish->mode = modes[i].mode;
			wish->on = on;
			wish->value = command->duration_s / modes[i].unit_s;
			return true;
		}
	}
	return false;
}

/* --- before it ---------------------------------------------------------------------------------------------------- */

enum lx_helix_endpoint lx_command_search(const struct lx_command_wish *wish)
{
	switch (wish->command.row->id) {
	case LX_COMMAND_ENDPOLL:
	case LX_COMMAND_DELETEPOLL:
		return LX_HELIX_GET_POLLS;
	case LX_COMMAND_LOCKPREDICTION:
	case LX_COMMAND_ENDPREDICTION:
	case LX_COMMAND_CANCELPREDICTION:
		return LX_HELIX_GET_PREDICTIONS;
	case LX_COMMAND_GAME:
		return LX_HELIX_SEARCH_CATEGORIES;
	default:
		return LX_HELIX_OTHER;
	}
}

static const char *find_poll(const struct lx_command_wish *wish, const cJSON *data, struct dstr *id)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_poll *polls = lx_helix_decode_poll(&memory, data, &count);
	/* one that runs can be ended, one that is over can still be shown: that is what deleting it is for */
	bool over = wish->command.row->id == LX_COMMAND_DELETEPOLL;

	if (count && (strcmp(polls->status, "ACTIVE") == 0 || (over && strcmp(polls->status, "ARCHIVED") != 0)))
		dstr_copy(id, polls->id);
	lx_decoded_finish(&memory);
	return id->len ? NULL : "Command.Error.NoPoll";
}

/* By its title, or by its place: "2" is the second, unless one is called so. */
static const struct lx_helix_outcome *find_outcome(const struct lx_helix_prediction *prediction, const char *word)
{
	for (size_t i = 0; i < prediction->outcome_count; i++)
		if (astrcmpi(prediction->outcomes[i].title, word) == 0)
			return &prediction->outcomes[i];
	char *end;
	unsigned long place = strtoul(word, &end, 10);
	return !*end && place >= 1 && place <= prediction->outcome_count ? &prediction->outcomes[place - 1] : NULL;
}

static const char *find_prediction(const struct lx_command_wish *wish, const cJSON *data, struct dstr *id)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_prediction *prediction = lx_helix_decode_prediction(&memory, data, &count);
	bool open = count && (strcmp(prediction->status, "ACTIVE") == 0 || strcmp(prediction->status, "LOCKED") == 0);
	const char *problem = open ? NULL : "Command.Error.NoPrediction";

	if (open)
		dstr_copy(id, prediction->id);
	if (open && wish->command.row->id == LX_COMMAND_ENDPREDICTION) {
		const struct lx_helix_outcome *outcome = find_outcome(prediction, wish->command.text);
		if (outcome)
			dstr_catf(id, " %s", outcome->id);
		else
			problem = "Command.Error.NoOutcome";
	}
	lx_decoded_finish(&memory);
	return problem;
}

static const char *find_game(const struct lx_command_wish *wish, const cJSON *data, struct dstr *id)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_game *games = lx_helix_decode_game(&memory, data, &count);

	/* never one that is only similar: the wrong game on the front page is worse than none */
	for (size_t i = 0; i < count && !id->len; i++)
		if (astrcmpi(games[i].name, wish->command.text) == 0)
			dstr_copy(id, games[i].id);
	lx_decoded_finish(&memory);
	return id->len ? NULL : "Command.Error.NoGame";
}

const char *lx_command_find_in_answer(const struct lx_command_wish *wish, const struct lx_helix_result *result,
				      struct dstr *id)
{
	switch (lx_command_search(wish)) {
	case LX_HELIX_GET_POLLS:
		return find_poll(wish, result->data, id);
	case LX_HELIX_GET_PREDICTIONS:
		return find_prediction(wish, result->data, id);
	default:
		return find_game(wish, result->data, id);
	}
}

/* --- the request -------------------------------------------------------------------------------------------------- */

struct request {
	struct lx_helix_param params[MAX_PARAMS];
	size_t count;
	cJSON *body;
};

static void param(struct request *request, const char *name, const char *value)
{
	request->params[request->count++] = (struct lx_helix_param){name, value};
}

static cJSON *body_of(struct request *request)
{
	if (!request->body)
		request->body = cJSON_CreateObject();
	return request->body;
}

static void text(struct request *request, const char *name, const char *value)
{
	cJSON_AddStringToObject(body_of(request), name, value);
}

static void number(struct request *request, const char *name, int64_t value)
{
	cJSON_AddNumberToObject(body_of(request), name, (double)value);
}

static void announcement(struct request *request, const struct lx_command *command)
{
	static const char *const colors[] = {"primary", "blue", "green", "orange", "purple"};

	text(request, "message", command->text);
	text(request, "color", colors[command->row->id - LX_COMMAND_ANNOUNCE]);
}

static void choices(struct request *request, const struct lx_command *command, const char *name, const char *length)
{
	text(request, "title", command->text);
	cJSON *list = cJSON_AddArrayToObject(body_of(request), name);
	for (size_t i = 0; i < command->choices.num; i++) {
		cJSON *choice = cJSON_CreateObject();
		cJSON_AddStringToObject(choice, "title", command->choices.array[i]);
		cJSON_AddItemToArray(list, choice);
	}
	number(request, length, command->duration_s);
}

/* "BlueViolet", as chat called it once, is blue_violet today. */
static const char *color_of(const char *word)
{
	static const char *const split[][2] = {
		{"blueviolet", "blue_violet"}, {"cadetblue", "cadet_blue"},     {"dodgerblue", "dodger_blue"},
		{"goldenrod", "golden_rod"},   {"hotpink", "hot_pink"},         {"orangered", "orange_red"},
		{"seagreen", "sea_green"},     {"springgreen", "spring_green"}, {"yellowgreen", "yellow_green"},
	};
	for (size_t i = 0; i < COUNT(split); i++)
		if (astrcmpi(word, split[i][0]) == 0)
			return split[i][1];
	return word;
}

/* The members that the endpoint takes besides those that stand for channel and moderator. */
static void fill(struct request *request, const struct lx_command_wish *wish, enum lx_helix_endpoint endpoint)
{
	const struct lx_command *command = &wish->command;
	enum lx_command_id id = command->row->id;

	switch (endpoint) {
	case LX_HELIX_SEND_ANNOUNCEMENT:
		announcement(request, command);
		break;
	case LX_HELIX_SEND_SHOUTOUT:
	case LX_HELIX_START_RAID:
		param(request, "from_broadcaster_id", wish->room_id);
		param(request, "to_broadcaster_id", wish->user_id);
		break;
	case LX_HELIX_START_COMMERCIAL:
		number(request, "length", command->duration_s);
		break;
	case LX_HELIX_CREATE_STREAM_MARKER:
		text(request, "user_id", wish->room_id);
		if (*command->text)
			text(request, "description", command->text);
		break;
	case LX_HELIX_MODIFY_CHANNEL:
		text(request, id == LX_COMMAND_TITLE ? "title" : "game_id",
		     id == LX_COMMAND_TITLE ? command->text : wish->found_id);
		break;
	case LX_HELIX_SEARCH_CATEGORIES:
		param(request, "query", command->text);
		break;
	case LX_HELIX_CREATE_POLL:
		choices(request, command, "choices", "duration");
		break;
	case LX_HELIX_END_POLL:
		text(request, "id", wish->found_id);
		text(request, "status", id == LX_COMMAND_ENDPOLL ? "TERMINATED" : "ARCHIVED");
		break;
	case LX_HELIX_CREATE_PREDICTION:
		choices(request, command, "outcomes", "prediction_window");
		break;
	case LX_HELIX_END_PREDICTION: {
		const char *outcome = strchr(wish->found_id, ' ');
		char *prediction = bstrdup_n(wish->found_id, strcspn(wish->found_id, " "));
		text(request, "id", prediction);
		bfree(prediction);
		text(request, "status", id == LX_COMMAND_LOCKPREDICTION ? "LOCKED" : outcome ? "RESOLVED" : "CANCELED");
		if (outcome)
			text(request, "winning_outcome_id", outcome + 1);
		break;
	}
	case LX_HELIX_SEND_WHISPER:
		param(request, "to_user_id", wish->user_id);
		text(request, "message", command->text);
		break;
	case LX_HELIX_UPDATE_USER_CHAT_COLOR:
		param(request, "color", color_of(command->word));
		break;
	default:
		break;
	}
}

void lx_command_send(struct lx_helix *helix, const struct lx_command_wish *wish, enum lx_helix_endpoint endpoint,
		     lx_helix_done done, void *data)
{
	struct request request = {.count = 0};
	const struct lx_helix_row *row = lx_helix_row(endpoint);

	if (lx_helix_field(row->query, "broadcaster_id"))
		param(&request, "broadcaster_id", wish->room_id);
	if (lx_helix_field(row->body, "broadcaster_id"))
		text(&request, "broadcaster_id", wish->room_id);
	fill(&request, wish, endpoint);

	char *body = request.body ? cJSON_PrintUnformatted(request.body) : NULL;
	const struct lx_helix_call call = {
		.endpoint = endpoint,
		.query = request.params,
		.query_count = request.count,
		.body = body,
		.priority = wish->command.row->need == LX_COMMAND_MODERATORS ? LX_HELIX_MODERATION : LX_HELIX_USER,
		.done = done,
		.data = data,
	};
	lx_helix_send(helix, &call);
	cJSON_free(body);
	cJSON_Delete(request.body);
}
