#include "ui/log/model.hpp"

#include <algorithm>

#include <QDateTime>
#include <QLocale>

#include "ui/text.hpp"

namespace lx::ui {

namespace {

QDate dayOf(const LogLine &line)
{
	return QDateTime::fromMSecsSinceEpoch(line.row.timeMs).date();
}

bool isOf(const ChatRow &row, const RowChange &change)
{
	return change.userId.isEmpty() ? !change.login.isEmpty() && row.login == change.login
				       : row.userId == change.userId;
}

bool concerns(const ChatRow &row, const RowChange &change)
{
	switch (change.kind) {
	case RowChange::Kind::Delete:
	case RowChange::Kind::Action:
	case RowChange::Kind::Decided:
		return !change.messageId.isEmpty() && row.id == change.messageId;
	case RowChange::Kind::Ban:
	case RowChange::Kind::Unban:
		return isOf(row, change);
	case RowChange::Kind::Clear: /* what is in the log stays readable */
	case RowChange::Kind::Caption:
	case RowChange::Kind::Gift:   /* folded lines are the chat's own */
	case RowChange::Kind::Forget: /* the page asks anew */
	case RowChange::Kind::Chatter:
		return false;
	}
	return false;
}

void apply(ChatRow &row, const RowChange &change)
{
	switch (change.kind) {
	case RowChange::Kind::Unban:
		if (row.fate == Fate::Banned || row.fate == Fate::TimedOut) {
			row.fate = Fate::None;
			row.fateText.clear();
		}
		row.outcome = Outcome::Done;
		row.outcomeText = change.text;
		break;
	case RowChange::Kind::Action:
		row.outcome = change.outcome;
		row.outcomeText = change.text;
		break;
	default:
		row.fate = change.fate;
		row.fateText = change.text;
	}
	row.revision++;
}

} // namespace

LogModel::LogModel(const Text &text, const QString &language, QObject *parent)
	: QAbstractListModel(parent), text_(text), language_(language)
{
}

int LogModel::rowCount(const QModelIndex &parent) const
{
	return parent.isValid() ? 0 : int(lines_.size());
}

QVariant LogModel::data(const QModelIndex &index, int role) const
{
	if (!index.isValid() || index.row() >= rowCount()) {
		return {};
	}
	const LogLine &line = this->line(index.row());
	if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) {
		return plainLine(line.row, text_, !line.isHeading());
	}
	return {};
}

Qt::ItemFlags LogModel::flags(const QModelIndex &index) const
{
	if (!index.isValid() || line(index.row()).isHeading()) {
		return Qt::NoItemFlags;
	}
	return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

int LogModel::rowOf(qint64 id) const
{
	const auto found =
		std::find_if(lines_.begin(), lines_.end(), [id](const LogLine &line) { return line.id == id; });
	return found == lines_.end() ? -1 : int(found - lines_.begin());
}

qint64 LogModel::firstId() const
{
	return lines_.size() < 2 ? 0 : lines_[1].id;
}

qint64 LogModel::lastId() const
{
	return lines_.empty() ? 0 : lines_.back().id;
}

/* --- headings ---------------------------------------------------------------------------------------------------- */

bool LogModel::sameGroup(const LogLine &a, const LogLine &b) const
{
	return a.channel == b.channel && dayOf(a) == dayOf(b);
}

LogLine LogModel::heading(const LogLine &line)
{
	const QDate day = dayOf(line);
	const QString words = QLocale(language_).toString(day, QLocale::LongFormat);
	LogLine heading;
	heading.key = ++keys_;
	heading.channel = line.channel;
	heading.row = gapRow(text_("LogPage.Heading", {words, line.channel}), line.row.timeMs);
	return heading;
}

/* `before`: what stands above them, NULL = nothing. */
std::vector<LogLine> LogModel::withHeadings(std::vector<LogLine> &&lines, const LogLine *before)
{
	std::vector<LogLine> all;
	all.reserve(lines.size() + 8);
	for (LogLine &line : lines) {
		const LogLine *above = all.empty() ? before : &all.back();
		if (!above || !sameGroup(*above, line)) {
			all.push_back(heading(line));
		}
		line.key = ++keys_;
		all.push_back(std::move(line));
	}
	return all;
}

/* --- changes ----------------------------------------------------------------------------------------------------- */

void LogModel::replace(std::vector<LogLine> &&lines)
{
	beginResetModel();
	messages_ = int(lines.size());
	lines_ = withHeadings(std::move(lines), nullptr);
	endResetModel();
}

void LogModel::append(std::vector<LogLine> &&lines)
{
	if (lines.empty()) {
		return;
	}
	messages_ += int(lines.size());
	std::vector<LogLine> all = withHeadings(std::move(lines), lines_.empty() ? nullptr : &lines_.back());
	beginInsertRows({}, rowCount(), rowCount() + int(all.size()) - 1);
	lines_.insert(lines_.end(), std::make_move_iterator(all.begin()), std::make_move_iterator(all.end()));
	endInsertRows();
}

void LogModel::prepend(std::vector<LogLine> &&lines)
{
	if (lines.empty()) {
		return;
	}
	messages_ += int(lines.size());
	std::vector<LogLine> all = withHeadings(std::move(lines), nullptr);
	if (!lines_.empty() && sameGroup(all.back(), lines_.front())) {
		beginRemoveRows({}, 0, 0);
		lines_.erase(lines_.begin());
		endRemoveRows();
	}
	beginInsertRows({}, 0, int(all.size()) - 1);
	lines_.insert(lines_.begin(), std::make_move_iterator(all.begin()), std::make_move_iterator(all.end()));
	endInsertRows();
}

void LogModel::change(const RowChange &change, const QString &channel)
{
	for (int row = 0; row < rowCount(); row++) {
		LogLine &line = lines_[size_t(row)];
		if (!line.isHeading() && line.channel == channel && concerns(line.row, change)) {
			apply(line.row, change);
			Q_EMIT dataChanged(index(row), index(row));
		}
	}
}

QString LogModel::copied(int row) const
{
	const LogLine &line = this->line(row);
	const QString time =
		QDateTime::fromMSecsSinceEpoch(line.row.timeMs).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
	return QStringLiteral("[%1] ").arg(time) + plainLine(line.row, text_, false);
}

} // namespace lx::ui
