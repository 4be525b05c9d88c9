#include "ui/settings/rule_dialog.hpp"

#include <QCheckBox>
#include <QColorDialog>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>

#include "ui/veil.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr quint32 offered[] = {0xE0454C, 0xE8981C, 0xD9C21E, 0x2EB86E, 0x1FB3B3, 0x2F8CE8, 0x945CF5, 0xE05BA8};
constexpr int swatchSize = 14;
constexpr quint32 otherColor = LX_COLOR_NONE - 1;

} // namespace

QPixmap colorSwatch(quint32 color, int size, const QColor &frame)
{
	QPixmap pixmap(size, size);
	pixmap.fill(Qt::transparent);
	QPainter painter(&pixmap);
	painter.setRenderHint(QPainter::Antialiasing);
	painter.setPen(frame);
	painter.setBrush(color == LX_COLOR_NONE ? QBrush(Qt::NoBrush) : QBrush(QColor::fromRgb(color)));
	painter.drawRoundedRect(QRectF(0.5, 0.5, size - 1, size - 1), 3, 3);
	return pixmap;
}

RuleDialog::RuleDialog(Context &context, const RuleDef &rule, QWidget *parent)
	: QDialog(parent), context_(context), text_(context.text), rule_(rule), name_(new QLineEdit(rule.name)),
	  query_(new QLineEdit(rule.query)), why_(plainLabel({})), color_(new QComboBox), sound_(new QComboBox),
	  hide_(new QCheckBox(text_("Rules.Hide")))
{
	setObjectName(QStringLiteral("livextremRule"));
	setWindowTitle(text_("Rules.EditTitle"));
	auto *form = new QFormLayout(this);
	form->setRowWrapPolicy(QFormLayout::WrapLongRows);
	form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
	name_->setMaxLength(LX_RULE_NAME_MAX / 2);
	query_->setPlaceholderText(text_("Rules.QueryHint"));
	addColors();
	addSounds();
	auto *play = new QPushButton(text_("Rules.Play"));
	play->setAutoDefault(false);
	auto *sounds = new QHBoxLayout;
	sounds->addWidget(sound_, 1);
	sounds->addWidget(play);
	hide_->setChecked(rule.hide);
	/* Whoever opened it wants to see it: it is hidden when a stream begins meanwhile. */
	auto *veil = new Veil(context.streamerMode, text_, this);
	auto *words = new QWidget;
	auto *wordForm = new QFormLayout(words);
	wordForm->setContentsMargins(0, 0, 0, 0);
	wordForm->setRowWrapPolicy(QFormLayout::WrapLongRows);
	wordForm->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
	wordForm->addRow(text_("Views.Name"), name_);
	wordForm->addRow(text_("Rules.Query"), query_);
	wordForm->addRow(why_);
	form->addRow(veil);
	form->addRow(words);
	veil->cover(words);
	veil->reveal();
	form->addRow(text_("Rules.Color"), color_);
	form->addRow(text_("Rules.Sound"), sounds);
	form->addRow(hide_);
	form->addRow(mutedLabel(text_("Rules.Language")));
	auto *box = new QDialogButtonBox;
	ok_ = box->addButton(text_("Dialog.Ok"), QDialogButtonBox::AcceptRole);
	box->addButton(text_("Dialog.Cancel"), QDialogButtonBox::RejectRole);
	ok_->setDefault(true);
	form->addRow(box);
	connect(box, &QDialogButtonBox::accepted, this, &QDialog::accept);
	connect(box, &QDialogButtonBox::rejected, this, &QDialog::reject);
	connect(query_, &QLineEdit::textChanged, this, &RuleDialog::check);
	connect(color_, &QComboBox::activated, this, &RuleDialog::chooseColor);
	connect(sound_, &QComboBox::activated, this, &RuleDialog::chooseSound);
	connect(play, &QPushButton::clicked, this, [this] { context_.play(rule_.sound); });
	(rule.query.isEmpty() ? query_ : name_)->setFocus();
	resize(400, sizeHint().height());
	check();
}

RuleDef RuleDialog::rule() const
{
	RuleDef rule = rule_;
	rule.query = query_->text().trimmed();
	rule.name = name_->text().simplified();
	rule.name = rule.name.isEmpty() ? rule.query.left(24) : rule.name;
	rule.hide = hide_->isChecked();
	return rule;
}

void RuleDialog::check()
{
	const QString why = context_.rules.whyNot(query_->text());
	why_->setText(query_->text().trimmed().isEmpty() ? QString() : why);
	ok_->setEnabled(why.isEmpty());
	ok_->setToolTip(why);
}

void RuleDialog::addColors()
{
	static constexpr const char *names[] = {"Rules.Color.Red",    "Rules.Color.Orange", "Rules.Color.Yellow",
						"Rules.Color.Green",  "Rules.Color.Cyan",   "Rules.Color.Blue",
						"Rules.Color.Purple", "Rules.Color.Pink"};
	const QColor frame = palette().color(QPalette::WindowText);
	color_->addItem(colorSwatch(LX_COLOR_NONE, swatchSize, frame), text_("Rules.Color.None"), LX_COLOR_NONE);
	for (size_t i = 0; i < std::size(offered); i++) {
		color_->addItem(colorSwatch(offered[i], swatchSize, frame), text_(names[i]), offered[i]);
	}
	color_->addItem(text_("Rules.Color.Other"), otherColor);
	selectColor(rule_.color);
}

void RuleDialog::selectColor(quint32 color)
{
	rule_.color = color;
	int index = color_->findData(color);
	if (index < 0) {
		index = color_->count() - 1;
		color_->insertItem(index, colorSwatch(color, swatchSize, palette().color(QPalette::WindowText)),
				   QColor::fromRgb(color).name(), color);
	}
	color_->setCurrentIndex(index);
}

void RuleDialog::chooseColor(int index)
{
	const quint32 color = color_->itemData(index).toUInt();
	if (color != otherColor) {
		rule_.color = color;
		return;
	}
	selectColor(rule_.color); /* until one is chosen */
	auto *dialog = new QColorDialog(QColor::fromRgb(rule_.color == LX_COLOR_NONE ? offered[0] : rule_.color), this);
	dialog->setAttribute(Qt::WA_DeleteOnClose);
	connect(dialog, &QColorDialog::colorSelected, this,
		[this](const QColor &chosen) { selectColor(chosen.rgb() & 0xFFFFFF); });
	dialog->open();
}

void RuleDialog::addSounds()
{
	sound_->addItem(text_("Rules.Sound.None"), QString());
	for (const char *const *name = lx_rules_sounds(); *name; name++) {
		const QString key = QString::fromLatin1(*name);
		sound_->addItem(key.at(0).toUpper() + key.mid(1), key);
	}
	sound_->addItem(text_("Rules.Sound.File"));
	selectSound(rule_.sound);
}

void RuleDialog::selectSound(const QString &sound)
{
	rule_.sound = sound;
	int index = sound_->findData(sound);
	if (index < 0) {
		index = sound_->count() - 1;
		sound_->insertItem(index, QFileInfo(sound).fileName(), sound);
	}
	sound_->setCurrentIndex(index);
}

void RuleDialog::chooseSound(int index)
{
	if (index < sound_->count() - 1) {
		rule_.sound = sound_->itemData(index).toString();
		return;
	}
	selectSound(rule_.sound);
	auto *dialog = new QFileDialog(this, text_("Rules.Sound.File"), {},
				       text_("Rules.Sound.Files") +
					       QStringLiteral(" (*.wav *.mp3 *.ogg *.opus *.flac *.m4a)"));
	dialog->setAttribute(Qt::WA_DeleteOnClose);
	dialog->setFileMode(QFileDialog::ExistingFile);
	connect(dialog, &QFileDialog::fileSelected, this, &RuleDialog::selectSound);
	dialog->open();
}

} // namespace lx::ui
