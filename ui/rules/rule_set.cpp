#include "ui/rules/rule_set.hpp"

#include <util/dstr.h>

namespace lx::ui {

RuleSet RuleSet::of(const struct lx_rules *rules)
{
	RuleSet set;
	set.spareModerators = rules->never_hide_moderators;
	set.hideShared = rules->hide_shared;
	set.volume = rules->volume;
	for (size_t i = 0; i < rules->rule_count; i++) {
		const struct lx_rule &rule = rules->rules[i];
		set.rules.push_back({QString::fromUtf8(rule.name), QString::fromUtf8(rule.query),
				     QString::fromUtf8(rule.sound), rule.color, rule.enabled, rule.hide});
	}
	for (size_t i = 0; i < rules->view_count; i++) {
		const struct lx_saved_view &view = rules->views[i];
		set.views.push_back({0, QString::fromUtf8(view.name), QString::fromUtf8(view.query), view.open, false});
	}
	return set;
}

struct lx_rules *RuleSet::toCore(bool withTemporaries) const
{
	struct lx_rules *core = lx_rules_create();
	core->never_hide_moderators = spareModerators;
	core->hide_shared = hideShared;
	core->volume = volume;
	for (const RuleDef &rule : rules) {
		const QByteArray name = rule.name.toUtf8();
		const QByteArray query = rule.query.toUtf8();
		const QByteArray sound = rule.sound.toUtf8();
		struct lx_rule added = {};
		added.name = const_cast<char *>(name.constData());
		added.query = const_cast<char *>(query.constData());
		added.sound = const_cast<char *>(sound.constData());
		added.color = rule.color;
		added.enabled = rule.enabled;
		added.hide = rule.hide;
		lx_rules_add(core, &added);
	}
	for (const ViewDef &view : views) {
		const QByteArray name = view.name.toUtf8();
		const QByteArray query = view.query.toUtf8();
		struct lx_saved_view added = {};
		added.name = const_cast<char *>(name.constData());
		added.query = const_cast<char *>(query.constData());
		added.open = view.open;
		if (withTemporaries || !view.temporary) {
			lx_rules_add_view(core, &added);
		}
	}
	return core;
}

std::vector<ViewDef> RuleSet::readyViews(const struct lx_text *texts) const
{
	struct lx_rules *core = toCore(true);
	const size_t had = core->view_count;
	lx_rules_add_ready_views(core, texts);
	std::vector<ViewDef> ready = of(core).views;
	lx_rules_destroy(core);
	ready.erase(ready.begin(), ready.begin() + qptrdiff(had));
	return ready;
}

} // namespace lx::ui
