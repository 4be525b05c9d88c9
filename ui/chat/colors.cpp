#include "ui/chat/colors.hpp"

#include <array>
#include <cmath>

namespace lx::ui {

namespace {

double linear(double channel)
{
	return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

const std::array<double, 256> &linearTable()
{
	static const std::array<double, 256> table = [] {
		std::array<double, 256> values{};
		for (size_t i = 0; i < values.size(); i++) {
			values[i] = linear(double(i) / 255.0);
		}
		return values;
	}();
	return table;
}

} // namespace

double luminance(const QColor &color)
{
	const std::array<double, 256> &table = linearTable();
	const QRgb rgb = color.rgb();
	return 0.2126 * table[size_t(qRed(rgb))] + 0.7152 * table[size_t(qGreen(rgb))] +
	       0.0722 * table[size_t(qBlue(rgb))];
}

double contrast(const QColor &a, const QColor &b)
{
	const double la = luminance(a);
	const double lb = luminance(b);
	return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

QColor readable(const QColor &color, const QColor &background)
{
	if (contrast(color, background) >= readableContrast) {
		return color;
	}
	/* Of black and white one always reaches 4.5: towards that one, as little as needed. */
	const QColor goal = contrast(Qt::white, background) >= contrast(Qt::black, background) ? Qt::white : Qt::black;
	float h, s, l;
	color.getHslF(&h, &s, &l);
	float near = l;
	float far = goal == Qt::white ? 1.0F : 0.0F;
	QColor best = goal;
	for (int i = 0; i < 10; i++) {
		const float middle = (near + far) / 2;
		const QColor candidate = QColor::fromHslF(std::max(h, 0.0F), s, middle).toRgb();
		if (contrast(QColor::fromRgb(candidate.rgb()), background) >= readableContrast) {
			best = QColor::fromRgb(candidate.rgb());
			far = middle;
		} else {
			near = middle;
		}
	}
	return best;
}

QColor blend(const QColor &under, const QColor &over, double share)
{
	const auto mix = [share](int a, int b) {
		return int(std::lround(a + (b - a) * share));
	};
	return QColor(mix(under.red(), over.red()), mix(under.green(), over.green()), mix(under.blue(), over.blue()));
}

QColor fallbackColor(const QByteArray &userId)
{
	uint32_t hash = 2166136261U;
	for (const char c : userId) {
		hash = (hash ^ uint8_t(c)) * 16777619U;
	}
	hash ^= hash >> 16;
	constexpr uint32_t hues = 15;
	return QColor::fromHslF(float(hash % hues) / hues, 0.65F, (hash / hues) % 2 ? 0.45F : 0.6F).toRgb();
}

} // namespace lx::ui
