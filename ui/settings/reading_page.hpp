/*
 * Settings: what the chat looks like, with an example that shows each choice at once.
 */
#pragma once

#include "ui/chat/view.hpp"
#include "ui/settings/page.hpp"

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace lx::ui {

class ChatModel;

class ReadingPage : public SettingsPage {
	Q_OBJECT

public:
	explicit ReadingPage(Context &context);

	void load() override;
	void apply() override;

private:
	QComboBox *addChoice(const char *titleKey, std::initializer_list<const char *> keys);
	void fillPreview();
	ChatView::Look chosen() const;
	void showChoice();

	ChatModel *model_;
	ChatView *preview_;
	QSpinBox *font_;
	QComboBox *density_;
	QComboBox *time_;
	QCheckBox *seconds_;
	QComboBox *hold_;
	QCheckBox *marks_;
	QCheckBox *notes_;
	QCheckBox *shared_; /* hidden */
	QCheckBox *shading_;
	QCheckBox *badges_;
	QComboBox *deleted_;
	QCheckBox *emotes_[4] = {}; /* in the order of their settings */
	QComboBox *animated_;
	bool loaded_ = false;
};

} // namespace lx::ui
