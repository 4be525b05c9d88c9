#include "support.h"

#include <stdio.h>
#include <string.h>

#include "bus/bus.h"
#include "bus/event_fields.h"

struct check {
	const char *declaration;
	int scalars;
};

static void check_scalar(const struct lx_scalar *scalar, void *data)
{
	struct check *check = data;
	const char *const types[] = {[LX_FIELD_TEXT] = "string", [LX_FIELD_INT] = "int", [LX_FIELD_BOOL] = "bool"};
	char inner[96], last[96];
	snprintf(inner, sizeof(inner), ", %s %s,", types[scalar->kind], scalar->name);
	snprintf(last, sizeof(last), ", %s %s)", types[scalar->kind], scalar->name);
	if (!strstr(check->declaration, inner) && !strstr(check->declaration, last))
		fail_msg("%s lacks '%s'", check->declaration, scalar->name);
	if (scalar->kind == LX_FIELD_TEXT)
		assert_non_null(scalar->text);
	check->scalars++;
}

static void each_family_declares_exactly_its_fields(void **state)
{
	(void)state;
	int families = 0;
	for (int type = 0; type < LX_EVENT_TYPE_COUNT; type++) {
		struct lx_event event;
		lx_event_init(&event, (enum lx_event_type)type);
		const struct lx_field *fields = lx_event_fields((enum lx_event_type)type);
		if (!fields)
			continue;

		struct check check = {lx_bus_signal_declaration((enum lx_event_type)type), 0};
		lx_fields_visit(fields, &event, check_scalar, &check);
		int parameters = 1;
		for (const char *c = check.declaration; *c; c++)
			parameters += *c == ',';
		assert_int_equal(parameters, check.scalars + 4); /* event, channel, time_ms, update */
		families++;
	}
	assert_int_equal(families, LX_EVENT_TYPE_COUNT - LX_EVENT_FOLLOW);
}

static void collect(const struct lx_scalar *scalar, void *data)
{
	char *out = data;
	size_t used = strlen(out);
	if (scalar->kind == LX_FIELD_TEXT)
		snprintf(out + used, 512 - used, "%s=%s;", scalar->name, scalar->text);
	else
		snprintf(out + used, 512 - used, "%s=%lld;", scalar->name,
			 (long long)(scalar->kind == LX_FIELD_BOOL ? scalar->truth : scalar->number));
}

static void composed_fields_are_told_flat(void **state)
{
	(void)state;
	const struct lx_person people[] = {{"1", "a", "A"}, {"2", "b", "B"}};
	struct lx_event event;
	char out[512] = "";
	lx_event_init(&event, LX_EVENT_SHARED_CHAT);
	event.shared_chat.phase = LX_PHASE_UPDATE;
	event.shared_chat.host = people[0];
	event.shared_chat.participants = people;
	event.shared_chat.participant_count = 2;
	lx_fields_visit(lx_event_fields(event.type), &event, collect, out);
	assert_string_equal(out, "phase=update;session_id=;host_id=1;host_login=a;host_name=A;participants_count=2;");

	lx_event_init(&event, LX_EVENT_CHARITY);
	event.charity.amount = (struct lx_money){550, 2, "EUR"};
	out[0] = 0;
	lx_fields_visit(lx_event_fields(event.type), &event, collect, out);
	assert_non_null(strstr(out, "amount_value=550;amount_decimals=2;amount_currency=EUR;current_value=0;"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(each_family_declares_exactly_its_fields),
		lx_unit_test(composed_fields_are_told_flat),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
