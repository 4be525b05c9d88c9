#include "ui/settings/connection_page.hpp"

#include <QCheckBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QSpinBox>

#include "ui/veil.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

ConnectionSettingsPage::ConnectionSettingsPage(Context &context)
	: SettingsPage(context, "Settings.Connection", Icon::Link), clientId_(new QLineEdit),
	  clientSecret_(new QLineEdit), forgetSecret_(new QCheckBox(text_("Settings.ForgetSecret"))),
	  port_(new QSpinBox), anyPort_(new QCheckBox(text_("Settings.RedirectAnyPort"))),
	  tokenFile_(new QCheckBox(text_("Settings.TokenFile")))
{
	clientId_->setMaxLength(64);
	clientId_->setPlaceholderText(
		text_(context_.core.build_has_client ? "Settings.ClientIdBuiltIn" : "Settings.ClientIdNeeded"));
	auto *veil = new Veil(context.streamerMode, text_, this);
	auto *client = new QVBoxLayout;
	client->addWidget(clientId_);
	client->addWidget(veil);
	form().addRow(text_("Settings.ClientId"), client);
	veil->cover(clientId_);
	clientSecret_->setEchoMode(QLineEdit::Password);
	clientSecret_->setMaxLength(128);
	clientSecret_->setPlaceholderText(text_("Settings.ClientSecretHint"));
	form().addRow(text_("Settings.ClientSecret"), clientSecret_);
	form().addRow(forgetSecret_);
	connect(forgetSecret_, &QCheckBox::toggled, clientSecret_, &QWidget::setDisabled);
	form().addRow(mutedLabel(text_("Settings.ClientHint")));
	port_->setRange(1024, 65535);
	form().addRow(text_("Settings.RedirectPort"), port_);
	form().addRow(anyPort_);
	form().addRow(tokenFile_);
	form().addRow(mutedLabel(text_("Settings.TokenFileHint")));
}

void ConnectionSettingsPage::load()
{
	clientId_->setText(context_.setting(LX_SETTING_CLIENT_ID));
	port_->setValue(context_.number(LX_SETTING_REDIRECT_PORT));
	anyPort_->setChecked(context_.flag(LX_SETTING_REDIRECT_ANY_PORT));
	tokenFile_->setChecked(context_.flag(LX_SETTING_TOKEN_FILE));
}

void ConnectionSettingsPage::apply()
{
	struct lx_settings *settings = context_.core.settings;
	const QString client = clientId_->text().trimmed();
	otherClient_ = client != context_.setting(LX_SETTING_CLIENT_ID);
	otherPort_ = port_->value() != context_.number(LX_SETTING_REDIRECT_PORT) ||
		     anyPort_->isChecked() != context_.flag(LX_SETTING_REDIRECT_ANY_PORT);
	lx_settings_set_string(settings, LX_SETTING_CLIENT_ID, client.toUtf8().constData());
	lx_settings_set_int(settings, LX_SETTING_REDIRECT_PORT, port_->value());
	lx_settings_set_bool(settings, LX_SETTING_REDIRECT_ANY_PORT, anyPort_->isChecked());
	lx_settings_set_bool(settings, LX_SETTING_TOKEN_FILE, tokenFile_->isChecked());
}

void ConnectionSettingsPage::applied()
{
	const struct lx_ui_account &account = context_.core.account;
	/* The plugin has taken the client id from the settings; a secret belongs to one application of the user's own. */
	const QByteArray client = clientId_->text().trimmed().toUtf8();
	QByteArray secret = clientSecret_->text().trimmed().toUtf8();
	if (!client.isEmpty() && (otherClient_ || !secret.isEmpty() || forgetSecret_->isChecked())) {
		account.set_client(client.constData(), secret.constData(), account.data);
	}
	secret.fill('\0');
	clientSecret_->clear();
	forgetSecret_->setChecked(false);
	if (otherPort_) {
		account.set_redirect(uint16_t(port_->value()), anyPort_->isChecked(), account.data);
	}
}

} // namespace lx::ui
