#include "ui/text.hpp"

#include <array>
#include <cstring>

#include <QByteArray>

namespace lx::ui {

QString Text::operator()(const char *key) const
{
	return QString::fromUtf8(lx_text_get(catalogue_, key));
}

QString Text::operator()(const char *key, std::initializer_list<QString> args) const
{
	std::array<QByteArray, 9> bytes;
	std::array<const char *, 9> pointers{};
	size_t count = 0;
	for (const QString &arg : args) {
		if (count == bytes.size()) {
			break;
		}
		bytes[count] = arg.toUtf8();
		pointers[count] = bytes[count].constData();
		count++;
	}
	struct dstr out = {};
	lx_text_format(catalogue_, &out, key, pointers.data(), count);
	const QString result = QString::fromUtf8(out.array ? out.array : "");
	dstr_free(&out);
	return result;
}

bool Text::has(const char *key) const
{
	return catalogue_ && strcmp(lx_text_get(catalogue_, key), key) != 0;
}

namespace {

constexpr qint64 minute = 60;
constexpr qint64 hour = 60 * minute;
constexpr qint64 day = 24 * hour;

} // namespace

QString Text::duration(qint64 seconds) const
{
	const auto with = [this](const char *key, qint64 n) {
		return (*this)(key, {QString::number(n)});
	};
	if (seconds >= day && seconds % day == 0) {
		return with("Duration.Days", seconds / day);
	}
	if (seconds >= 2 * day) {
		return with("Duration.Days", seconds / day) + u' ' + with("Duration.Hours", seconds % day / hour);
	}
	if (seconds >= hour) {
		const QString hours = with("Duration.Hours", seconds / hour);
		const qint64 rest = seconds % hour / minute;
		return rest ? hours + u' ' + with("Duration.Minutes", rest) : hours;
	}
	if (seconds >= minute) {
		const QString minutes = with("Duration.Minutes", seconds / minute);
		const qint64 rest = seconds % minute;
		return rest ? minutes + u' ' + with("Duration.Seconds", rest) : minutes;
	}
	return with("Duration.Seconds", seconds);
}

QString Text::shortDuration(qint64 seconds) const
{
	const auto with = [this](const char *key, qint64 n) {
		return (*this)(key, {QString::number(n)});
	};
	if (seconds >= day && seconds % day == 0) {
		return with("Duration.Short.Days", seconds / day);
	}
	if (seconds >= hour && seconds % hour == 0) {
		return with("Duration.Short.Hours", seconds / hour);
	}
	if (seconds >= minute && seconds % minute == 0) {
		return with("Duration.Short.Minutes", seconds / minute);
	}
	return with("Duration.Short.Seconds", seconds);
}

} // namespace lx::ui
