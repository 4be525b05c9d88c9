/*
 * Settings: what is highlighted and what is hidden in the chat, and the saved views.
 */
#pragma once

#include "ui/rules/rule_set.hpp"
#include "ui/settings/page.hpp"

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QMenu;
class QPushButton;
class QSlider;
class QTreeWidget;

namespace lx::ui {

class RulesSettingsPage : public SettingsPage {
	Q_OBJECT

public:
	explicit RulesSettingsPage(Context &context);

	void load() override;
	void apply() override;
	void stop() override;

private:
	QWidget *buildRules();
	QWidget *buildViews();
	void fillRules(int current);
	void fillViews(int current);
	void collectChecks();
	int currentRule() const;
	void editRule(int index);
	void moveRule(int by);
	void moveView(int by);
	void fillReadyViews(QMenu &menu);
	void editView(int index);
	void addPreset(const RuleDef &rule);
	Q_INVOKABLE void importFrom(const QString &path);
	Q_INVOKABLE void exportTo(const QString &path);
	void tryLine();
	void updateButtons();

	RuleSet set_;
	bool filling_ = false;
	QTreeWidget *rules_;
	QPushButton *edit_;
	QPushButton *remove_;
	QPushButton *up_;
	QPushButton *down_;
	QLineEdit *line_;
	QLabel *outcome_;
	QCheckBox *spare_;
	QSlider *volume_;
	QListWidget *views_;
	QPushButton *editView_;
	QPushButton *removeView_;
	QPushButton *upView_;
	QPushButton *downView_;
	QLabel *trouble_;
};

} // namespace lx::ui
