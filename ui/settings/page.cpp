#include "ui/settings/page.hpp"

#include <QFormLayout>

namespace lx::ui {

SettingsPage::SettingsPage(Context &context, const char *titleKey, Icon icon)
	: context_(context), text_(context.text), title_(text_(titleKey)), icon_(icon), form_(new QFormLayout(this))
{
	form_->setContentsMargins(12, 12, 12, 12);
	form_->setVerticalSpacing(10);
	form_->setRowWrapPolicy(QFormLayout::WrapLongRows);
	form_->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
}

} // namespace lx::ui
