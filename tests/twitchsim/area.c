#include "area.h"

#include <string.h>

#include <util/bmem.h>

#include "json.h"

const char *const sim_automod_names[SIM_AUTOMOD_CATEGORIES] = {
	"disability", "aggression", "sexuality_sex_or_gender",    "misogyny",
	"bullying",   "swearing",   "race_ethnicity_or_religion", "sex_based_terms"};

struct sim_area *sim_area_create(void)
{
	struct sim_area *area = bzalloc(sizeof(*area));
	cJSON **lists[] = {&area->terms,       &area->held,     &area->unban_requests, &area->polls,
			   &area->predictions, &area->rewards,  &area->redemptions,    &area->power_ups,
			   &area->segments,    &area->videos,   &area->clips,          &area->markers,
			   &area->goals,       &area->donations};
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		*lists[i] = cJSON_CreateArray();
	area->bits = cJSON_CreateObject();
	area->shoutouts = cJSON_CreateObject();
	area->snoozes = 3;
	return area;
}

void sim_area_destroy(struct sim_area *area)
{
	cJSON *all[] = {area->terms,       area->held,     area->unban_requests, area->polls,
			area->predictions, area->rewards,  area->redemptions,    area->power_ups,
			area->segments,    area->vacation, area->videos,         area->clips,
			area->markers,     area->goals,    area->campaign,       area->donations,
			area->hype_train,  area->pin,      area->bits,           area->shoutouts};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		cJSON_Delete(all[i]);
	bfree(area);
}

cJSON *sim_find_id(const cJSON *list, const char *id)
{
	cJSON *item;
	cJSON_ArrayForEach (item, list) {
		if (id && strcmp(sim_json_text(item, "id", ""), id) == 0)
			return item;
	}
	return NULL;
}
