#include "ui/replay/time_text.hpp"

#include <QStringList>

namespace lx::ui {

QString timeText(qint64 ms, bool tenths)
{
	const qint64 seconds = ms / 1000;
	QString text = QStringLiteral("%1:%2:%3")
			       .arg(seconds / 3600)
			       .arg(seconds / 60 % 60, 2, 10, QLatin1Char('0'))
			       .arg(seconds % 60, 2, 10, QLatin1Char('0'));
	return tenths ? text + QStringLiteral(".%1").arg(ms % 1000 / 100) : text;
}

std::optional<qint64> timeFromText(const QString &text)
{
	QString plain = text.trimmed();
	plain.replace(u',', u'.');
	const QStringList parts = plain.split(u':');
	if (parts.size() > 3) {
		return std::nullopt;
	}
	double seconds = 0;
	for (qsizetype i = 0; i < parts.size(); i++) {
		bool ok = false;
		const bool last = i + 1 == parts.size();
		const double part = last ? parts[i].toDouble(&ok) : double(parts[i].toUInt(&ok));
		if (!ok || part < 0 || part > 1e6) {
			return std::nullopt;
		}
		seconds = seconds * 60 + part;
	}
	return qint64(seconds * 1000 + 0.5);
}

} // namespace lx::ui
