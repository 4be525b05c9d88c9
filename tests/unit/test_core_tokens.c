/* Tokens that end, are taken back, are lost on the way: what becomes of chat, of calls, and of the sign-in. */
#include "core_world.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>
#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/memory.h"

#define LIFE_S 14124
#define THREADS 10

static const char token_path[] = "/oauth2/token";

static void start(struct core_world *world)
{
	core_world_start(world, &(struct core_world_config){.user = "streamer", .plain = true});
	wait_until(world, core_link_is(world, "chat", "online"));
	wait_until(world, core_link_is(world, "eventsub", "online"));
	wait_until(world, core_link_is(world, "helix", "online"));
}

static int states(struct core_world *world, const char *state)
{
	char text[32];
	snprintf(text, sizeof(text), "\"state\":\"%s\"", state);
	return core_seen(world, "account", "\"role\":\"main\"", text, NULL);
}

/* What the sign-in is like now. */
static bool account_is(struct core_world *world, const char *text)
{
	char *last = core_seen_last(world, "account", "\"role\":\"main\"", NULL);
	bool is = strstr(last, text) != NULL;
	bfree(last);
	return is;
}

/* Unix milliseconds at which the present access token ends. */
static double end_of_token(struct core_world *world)
{
	char *last = core_seen_last(world, "account", "\"role\":\"main\"", NULL);
	cJSON *json = cJSON_Parse(last);
	double end = cJSON_GetNumberValue(cJSON_GetObjectItem(json, "expires_ms"));
	cJSON_Delete(json);
	bfree(last);
	return end;
}

static char *stored(struct core_world *world)
{
	char *text = os_quick_read_utf8_file(world->token_path);
	return text ? text : bstrdup("");
}

/* Time that jumps may well cost the connection, so one message alone could fall into the gap. */
static bool says(struct core_world *world, const char *text)
{
	char json[128];
	snprintf(json, sizeof(json), "{\"text\":\"%s\"}", text);
	core_world_control(world, "chat.message", json);
	snprintf(json, sizeof(json), "\"text\":\"%s\"", text);
	return core_seen(world, "chat_message", json, NULL) > 0;
}

static void chat_goes_on(struct core_world *world, const char *text)
{
	wait_until(world, says(world, text));
}

struct answer {
	volatile bool there;
	enum lx_helix_error error;
};

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct answer *answer = data;
	answer->error = result->error;
	os_atomic_set_bool(&answer->there, true);
}

static void ask(struct core_world *world, struct answer *answer, const char *login)
{
	const struct lx_helix_param query = {"login", login};
	*answer = (struct answer){0};
	lx_helix_send(lx_core_helix(world->core), &(struct lx_helix_call){
							  .endpoint = LX_HELIX_GET_USERS,
							  .query = &query,
							  .query_count = 1,
							  .priority = LX_HELIX_USER,
							  .done = on_answer,
							  .data = answer,
						  });
}

static enum lx_helix_error ask_and_wait(struct core_world *world)
{
	struct answer answer;
	ask(world, &answer, "anna_b");
	wait_until(world, os_atomic_load_bool(&answer.there));
	return answer.error;
}

/* --- in time ------------------------------------------------------------------------------------------------------- */

static void it_is_renewed_before_it_ends(void **state)
{
	(void)state;
	struct core_world world;
	start(&world);
	char *before = stored(&world);
	double end = end_of_token(&world);
	core_world_control(&world, "received.clear", NULL);
	core_world_advance(&world, LIFE_S - 600);
	wait_until(&world, end_of_token(&world) > end);
	char *after = stored(&world);
	assert_string_not_equal(before, after);
	core_world_advance(&world, 700); /* the old one has ended */
	assert_int_equal(ask_and_wait(&world), LX_HELIX_OK);
	assert_int_equal(core_world_requests(&world, NULL, "/helix", 401), 0);
	assert_int_equal(core_world_requests(&world, "POST", token_path, 0), 1);
	bfree(before);
	bfree(after);
	chat_goes_on(&world, "renewed");
	core_world_stop(&world);
}

/* Each refresh token works once: a chain of them, each stored and used. */
static void it_is_renewed_again_and_again(void **state)
{
	(void)state;
	struct core_world world;
	start(&world);
	core_world_control(&world, "oauth", "{\"action\":\"settings\",\"expires_in\":60}");
	double end = end_of_token(&world);
	core_world_advance(&world, LIFE_S - 600);
	for (int i = 1; i <= 6; i++) {
		wait_until(&world, core_world_requests(&world, "POST", token_path, 200) == i);
		wait_until(&world, end_of_token(&world) != end);
		end = end_of_token(&world);
		assert_int_equal(ask_and_wait(&world), LX_HELIX_OK);
		core_world_advance(&world, 35);
	}
	assert_int_equal(core_world_requests(&world, "POST", token_path, 400), 0);
	core_world_stop(&world);
}

/* --- all at once ----------------------------------------------------------------------------------------------------- */

struct asker {
	struct core_world *world;
	struct answer answer;
	char login[26];
};

static void *ask_on_a_thread(void *data)
{
	struct asker *asker = data;
	ask(asker->world, &asker->answer, asker->login);
	return NULL;
}

static void ten_threads_renew_it_once(void **state)
{
	(void)state;
	struct core_world world;
	struct asker askers[THREADS];
	pthread_t threads[THREADS];
	start(&world);
	core_world_control(&world, "oauth", "{\"action\":\"expire_tokens\",\"user\":\"streamer\"}");
	for (int i = 0; i < THREADS; i++) {
		askers[i] = (struct asker){.world = &world};
		snprintf(askers[i].login, sizeof(askers[i].login), "asker_%d", i);
		assert_int_equal(pthread_create(&threads[i], NULL, ask_on_a_thread, &askers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < THREADS; i++) {
		wait_until(&world, os_atomic_load_bool(&askers[i].answer.there));
		assert_int_equal(askers[i].answer.error, LX_HELIX_OK);
	}
	assert_true(core_world_requests(&world, NULL, "/helix", 401) > 0);
	assert_int_equal(core_world_requests(&world, "POST", token_path, 0), 1);
	core_world_stop(&world);
}

/* --- taken back ------------------------------------------------------------------------------------------------------ */

static void a_withdrawn_one_leaves_chat_readable(void **state)
{
	(void)state;
	struct core_world world;
	start(&world);
	core_world_control(&world, "oauth", "{\"action\":\"disconnect\",\"user\":\"streamer\"}");
	wait_until(&world, account_is(&world, "\"state\":\"expired\""));
	char *last = core_seen_last(&world, "account", "\"role\":\"main\"", NULL);
	assert_non_null(strstr(last, "Sign in again"));
	bfree(last);
	wait_until(&world, core_seen(&world, "connection", "\"link\":\"chat\"", "\"state\":\"online\"",
				     "\"anonymous\":true", NULL) > 0);
	chat_goes_on(&world, "read without an account");
	wait_until(&world, core_link_is(&world, "eventsub", "refused") || core_link_is(&world, "eventsub", "offline"));
	/* Nothing hammers at the door that is closed. */
	int before =
		core_world_requests(&world, NULL, "/helix", 401) + core_world_requests(&world, "POST", token_path, 0);
	for (int i = 0; i < 10; i++)
		core_world_advance(&world, 30);
	assert_int_equal(ask_and_wait(&world), LX_HELIX_SIGNED_OUT);
	assert_int_equal(core_world_requests(&world, NULL, "/helix", 401) +
				 core_world_requests(&world, "POST", token_path, 0),
			 before);
	core_world_stop(&world);
}

/* --- lost on the way --------------------------------------------------------------------------------------------------- */

static void spend_refresh_token(struct core_world *world)
{
	char *text = stored(world);
	cJSON *file = cJSON_Parse(text);
	cJSON *record = cJSON_Parse(file->child->valuestring);
	struct dstr url = {0}, form = {0};
	dstr_printf(&url, "%s/token", world->urls[2]);
	dstr_printf(&form, "grant_type=refresh_token&client_id=simpublicclient000000000000001&refresh_token=%s",
		    cJSON_GetObjectItem(record, "refresh_token")->valuestring);
	CURL *easy = curl_easy_init();
	FILE *nowhere = fopen("/dev/null", "w");
	long status = 0;
	curl_easy_setopt(easy, CURLOPT_URL, url.array);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, form.array);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, nowhere);
	assert_int_equal(curl_easy_perform(easy), CURLE_OK);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	assert_int_equal(status, 200);
	curl_easy_cleanup(easy);
	fclose(nowhere);
	dstr_free(&url);
	dstr_free(&form);
	cJSON_Delete(record);
	cJSON_Delete(file);
	bfree(text);
}

/* The old access token is used to its end, the user is told in time, and chat is read on afterwards. */
static void ends_in_an_orderly_way(struct core_world *world, int advance_s)
{
	core_world_advance(world, advance_s);
	wait_until(world, account_is(world, "sign in again before it ends"));
	assert_true(account_is(world, "\"state\":\"signed_in\""));
	assert_int_equal(ask_and_wait(world), LX_HELIX_OK);
	core_world_advance(world, LIFE_S);
	wait_until(world, account_is(world, "\"state\":\"expired\""));
	assert_true(account_is(world, "Sign in again"));
	chat_goes_on(world, "after the end");
}

static void a_spent_one_is_told_of_in_time(void **state)
{
	(void)state;
	struct core_world world;
	start(&world);
	spend_refresh_token(&world);
	ends_in_an_orderly_way(&world, LIFE_S - 600);
	core_world_stop(&world);
}

/* Twitch carried it out, and nobody heard. */
static void a_lost_answer_is_told_of_in_time(void **state)
{
	(void)state;
	struct core_world world;
	start(&world);
	core_world_control(&world, "fault", "{\"where\":\"http\",\"kind\":\"close_after\",\"path\":\"/token\"}");
	core_world_advance(&world, LIFE_S - 600);
	wait_until(&world, core_world_requests(&world, "POST", token_path, 200) == 1);
	for (int i = 0; i < 5; i++)
		core_world_advance(&world, 1);
	wait_until(&world, core_world_requests(&world, "POST", token_path, 400) == 1); /* asked once more */
	ends_in_an_orderly_way(&world, 1);
	core_world_stop(&world);
}

/* Killed between Twitch's answer and the disk: the file, which could not be written, still holds the old pair. */
static void killed_before_it_was_stored(void **state)
{
	(void)state;
	struct core_world world;
	start(&world);
	char temporary[200];
	snprintf(temporary, sizeof(temporary), "%s.new", world.token_path);
	wait_until(&world, mkdir(temporary, 0700) == 0); /* where the new file would be written */
	char *before = stored(&world);
	core_world_advance(&world, LIFE_S - 600);
	wait_until(&world, core_world_requests(&world, "POST", token_path, 200) == 1);
	wait_until(&world, account_is(&world, "\"storage\":\"memory\"")); /* used all the same, and the user knows */
	assert_true(account_is(&world, "\"state\":\"signed_in\""));
	assert_int_equal(ask_and_wait(&world), LX_HELIX_OK);
	core_world_close(&world);
	char *after = stored(&world);
	assert_string_equal(before, after);
	assert_int_equal(rmdir(temporary), 0);

	core_seen_clear(&world);
	core_world_open(&world);
	ends_in_an_orderly_way(&world, 1);
	bfree(before);
	bfree(after);
	core_world_stop(&world);
}

/* --- a login server in trouble ------------------------------------------------------------------------------------------ */

/* The pair stays as it is, is tried again with growing pauses, and works in the end. */
static void a_failing_login_server_is_outlived(void **state)
{
	(void)state;
	static const char *const faults[] = {
		"{\"where\":\"http\",\"kind\":\"status\",\"status\":503,\"path\":\"/token\",\"count\":2}",
		"{\"where\":\"http\",\"kind\":\"status\",\"status\":429,\"path\":\"/token\",\"count\":2}",
		"{\"where\":\"http\",\"kind\":\"status\",\"status\":200,\"body\":\"<html>\",\"path\":\"/token\",\"count\":2}",
		"{\"where\":\"http\",\"kind\":\"reset\",\"path\":\"/token\",\"count\":1}",
	};
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct core_world world;
		start(&world);
		core_world_control(&world, "fault", faults[i]);
		core_world_advance(&world, LIFE_S - 600);
		for (int k = 0; k < 40 && core_world_requests(&world, "POST", token_path, 200) < 1 + (i == 2) * 2;
		     k++) {
			core_world_advance(&world, 5);
			os_event_timedwait(world.news, 20);
		}
		wait_until(&world, account_is(&world, "\"state\":\"signed_in\""));
		assert_int_equal(states(&world, "expired"), 0);
		assert_int_equal(ask_and_wait(&world), LX_HELIX_OK);
		core_world_stop(&world);
	}
}

/* The setting acts at once, and whoever starts again finds the sign-in wherever it is. */
static void tokens_move_where_the_settings_want_them(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.system_store = true});
	lx_account_login_token(lx_core_account(world.core), LX_ACCOUNT_MAIN, "", "broadcastertoken00000000000001");
	wait_until(&world, core_seen(&world, "account", "\"signed_in\"", "\"storage\":\"memory\"", NULL) > 0);
	assert_false(os_file_exists(world.token_path));

	lx_settings_set_bool(world.settings, LX_SETTING_TOKEN_FILE, true);
	lx_settings_save(world.settings);
	lx_core_settings_changed(world.core);
	wait_until(&world, core_seen(&world, "account", "\"signed_in\"", "\"storage\":\"file\"", NULL) > 0);
	assert_true(os_file_exists(world.token_path));
	wait_until(&world, lx_settings_tokens_in_file(world.settings));
	core_world_close(&world);

	/* The system has no store here: it is read from the file, and stays there. */
	core_seen_clear(&world);
	core_world_open(&world);
	assert_false(lx_settings_bool(world.settings, LX_SETTING_TOKEN_FILE));
	wait_until(&world, core_seen(&world, "account", "\"signed_in\"", "\"storage\":\"file\"", "stays where it was",
				     NULL) > 0);
	assert_true(lx_settings_tokens_in_file(world.settings));
	core_world_stop(&world);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(it_is_renewed_before_it_ends),
		lx_unit_test(it_is_renewed_again_and_again),
		lx_unit_test(ten_threads_renew_it_once),
		lx_unit_test(a_withdrawn_one_leaves_chat_readable),
		lx_unit_test(a_spent_one_is_told_of_in_time),
		lx_unit_test(a_lost_answer_is_told_of_in_time),
		lx_unit_test(killed_before_it_was_stored),
		lx_unit_test(tokens_move_where_the_settings_want_them),
		lx_unit_test(a_failing_login_server_is_outlived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
