#include "twitchsim.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <util/platform.h>
#include <util/threading.h>

#include "certificates.h"
#include "control.h"
#include "eventsub.h"
#include "seventv.h"
#include "faults.h"
#include "generator.h"
#include "helix.h"
#include "irc.h"
#include "journal.h"
#include "server.h"

struct running { /* what lives outside of the simulator's thread */
	struct lx_sim sim;
	pthread_t thread;
	os_event_t *ready;
	volatile bool ok, stop;
	char *ca_file;
	bool ca_file_is_ours;
};

uint64_t sim_mono_ns(void)
{
	return os_gettime_ns();
}

static int64_t wall_ms(void)
{
	struct timespec now;
	timespec_get(&now, TIME_UTC);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t sim_now_ms(const struct lx_sim *sim)
{
	return sim->monotonic_base_ms + (int64_t)(os_gettime_ns() / 1000000) + sim->clock_offset_ms;
}

void sim_new_id(struct lx_sim *sim, char id[SIM_ID_SIZE])
{
	sim_rng_uuid(&sim->world_rng, id);
}

void sim_new_chat_id(struct lx_sim *sim, char id[SIM_ID_SIZE])
{
	sim_rng_uuid(&sim->chat_rng, id);
}

/* Days since 1970 of a date of the Gregorian calendar, and back (Howard Hinnant's civil-from-days). */
static int64_t days_from_civil(int64_t y, int m, int d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
	int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

const char *sim_time_text(int64_t ms, int digits, char text[40])
{
	int64_t days = ms / 86400000, rest = ms % 86400000;
	int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	int day = (int)(doy - (153 * mp + 2) / 5 + 1), month = (int)(mp < 10 ? mp + 3 : mp - 9);
	int year = (int)(yoe + era * 400 + (month <= 2));
	int size = snprintf(text, 40, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, (int)(rest / 3600000),
			    (int)(rest / 60000 % 60), (int)(rest / 1000 % 60));
	if (digits)
		size += snprintf(text + size, 40 - (size_t)size, digits == 9 ? ".%03d634226" : ".%03d",
				 (int)(rest % 1000));
	snprintf(text + size, 40 - (size_t)size, "Z");
	return text;
}

int64_t sim_time_parse(const char *text)
{
	int year, month, day, hour, minute, second, used = 0, ms = 0;
	if (!text ||
	    sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &used) != 6 ||
	    month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
		return -1;
	text += used;
	if (*text == '.') {
		int scale = 100;
		for (text++; *text >= '0' && *text <= '9'; text++, scale /= 10)
			ms += (*text - '0') * scale;
	}
	int offset = 0;
	if (*text == '+' || *text == '-') {
		int hours, minutes;
		if (sscanf(text + 1, "%2d:%2d", &hours, &minutes) != 2)
			return -1;
		offset = (hours * 60 + minutes) * (*text == '-' ? -1 : 1);
	} else if (*text != 'Z' || text[1]) {
		return -1;
	}
	return ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute - offset) * 60000 + second * 1000LL + ms;
}

/* --- once a second ----------------------------------------------------------------------------------------------- */

static void every_second(lws_sorted_usec_list_t *timer)
{
	struct lx_sim *sim = lws_container_of(timer, struct lx_sim, second);
	sim_world_second(sim);
	lws_sul_schedule(sim->context, 0, &sim->second, every_second, LWS_US_PER_SEC);
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static bool write_ca(struct running *running)
{
	const struct lx_sim *sim = &running->sim;
	if (sim->config.ca_file) {
		running->ca_file = bstrdup(sim->config.ca_file);
	} else {
		const char *folder = getenv("TMPDIR");
		if (!folder || !*folder)
			folder = getenv("TEMP");
		struct sim_buf path = {0};
		sim_buf_printf(&path, "%s/twitchsim-%" PRIx64 ".pem", folder && *folder ? folder : "/tmp",
			       os_gettime_ns() ^ (uint64_t)(uintptr_t)running);
		running->ca_file = bstrdup(sim_buf_text(&path));
		running->ca_file_is_ours = true;
		sim_buf_finish(&path);
	}
	if (os_quick_write_utf8_file(running->ca_file, sim->certificates->ca, strlen(sim->certificates->ca), false))
		return true;
	blog(LOG_ERROR, "[twitchsim] cannot write %s", running->ca_file);
	return false;
}

static bool create(struct lx_sim *sim)
{
	struct lws_context_creation_info info;
	memset(&info, 0, sizeof(info));
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	info.user = sim;
	info.max_http_header_data = 16384;
	lws_set_log_level(LLL_ERR, NULL);
	sim->context = lws_create_context(&info);
	sim->certificates = sim_certificates_create();
	if (!sim->context || !sim->certificates || !write_ca((struct running *)sim))
		return false;
	sim_rng_seed(&sim->chat_rng, sim->config.seed * 2 + 1);
	sim_rng_seed(&sim->world_rng, sim->config.seed * 2 + 2);
	sim_world_create(sim);
	sim->faults = sim_faults_create();
	sim->irc = sim_irc_server_create(sim);
	sim->helix = sim_helix_create(sim);
	sim_oauth_create(sim);
	sim->eventsub = sim_eventsub_create(sim);
	sim->seventv = sim_seventv_create(sim);
	sim->generator = sim_generator_create(sim);
	sim->server = sim_server_create(sim);
	if (!sim->server)
		return false;
	if (!sim->config.offline)
		sim_world_go_live(sim, sim->home, true);
	lws_sul_schedule(sim->context, 0, &sim->second, every_second, LWS_US_PER_SEC);
	return true;
}

static void destroy(struct lx_sim *sim)
{
	lws_sul_cancel(&sim->second);
	sim_generator_destroy(sim->generator);
	sim->generator = NULL;
	if (sim->context)
		lws_context_destroy(sim->context); /* closes every connection, which frees what belongs to it */
	sim_server_destroy(sim->server);
	sim_eventsub_destroy(sim->eventsub);
	sim_seventv_destroy(sim->seventv);
	sim_oauth_destroy(sim->oauth);
	sim_helix_destroy(sim->helix);
	sim_irc_server_destroy(sim->irc);
	sim_faults_destroy(sim->faults);
	sim_world_destroy(sim);
	sim_journal_clear(sim);
	sim_certificates_destroy(sim->certificates);
}

static void *thread_main(void *data)
{
	struct running *running = data;
	os_set_thread_name("twitchsim");
	running->ok = create(&running->sim);
	bool ok = running->ok;
	os_event_signal(running->ready);
	while (ok && !running->stop && lws_service(running->sim.context, 0) >= 0)
		;
	destroy(&running->sim);
	return NULL;
}

struct lx_sim *lx_sim_start(const struct lx_sim_config *config)
{
	struct running *running = bzalloc(sizeof(*running));
	struct lx_sim *sim = &running->sim;
	if (config)
		sim->config = *config;
	if (!sim->config.people)
		sim->config.people = 600;
	if (!sim->config.history)
		sim->config.history = 131072;
	sim->monotonic_base_ms = wall_ms() - (int64_t)(os_gettime_ns() / 1000000);
	if (os_event_init(&running->ready, OS_EVENT_TYPE_MANUAL) != 0 ||
	    pthread_create(&running->thread, NULL, thread_main, running) != 0) {
		os_event_destroy(running->ready);
		bfree(running);
		return NULL;
	}
	os_event_wait(running->ready);
	if (!running->ok) {
		lx_sim_stop(sim);
		return NULL;
	}
	return sim;
}

static void stop_now(void *data)
{
	((struct running *)data)->stop = true;
}

void lx_sim_stop(struct lx_sim *sim)
{
	if (!sim)
		return;
	struct running *running = (struct running *)sim;
	if (running->ok)
		sim_server_call(sim, stop_now, running);
	pthread_join(running->thread, NULL);
	if (running->ca_file_is_ours)
		os_unlink(running->ca_file);
	bfree(running->ca_file);
	os_event_destroy(running->ready);
	bfree(running);
}

const char *lx_sim_url(const struct lx_sim *sim, const char *name)
{
	if (strcmp(name, "ca_file") == 0)
		return ((const struct running *)sim)->ca_file;
	return sim_server_url(sim->server, name);
}

struct command {
	struct lx_sim *sim;
	const char *name, *json;
	char *answer;
};

static void run_command(void *data)
{
	struct command *command = data;
	cJSON *args = command->json ? cJSON_Parse(command->json) : NULL;
	if (command->json && !cJSON_IsObject(args))
		command->answer = sim_json_print(sim_json_error("the parameters are no JSON object"));
	else
		command->answer = sim_json_print(sim_control_run(command->sim, command->name, args));
	cJSON_Delete(args);
}

char *lx_sim_control(struct lx_sim *sim, const char *name, const char *json)
{
	struct command command = {sim, name, json, NULL};
	sim_server_call(sim, run_command, &command);
	return command.answer;
}
