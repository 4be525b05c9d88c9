#include "ui/theme.hpp"

#include "ui/chat/colors.hpp"

namespace lx::ui {

Theme Theme::from(const QPalette &palette)
{
	Theme theme;
	theme.base = palette.color(QPalette::Base);
	theme.text = readable(palette.color(QPalette::Text), theme.base);
	theme.dark = luminance(theme.base) < 0.18;
	theme.highlight = palette.color(QPalette::Highlight);
	theme.muted = theme.mutedOn(theme.base);
	theme.line = blend(theme.base, theme.text, 0.14);
	return theme;
}

QColor Theme::mutedOn(const QColor &background) const
{
	return readable(blend(background, text, 0.58), background);
}

QColor Theme::tone(Tone tone) const
{
	switch (tone) {
	case Tone::Plain:
		return muted;
	case Tone::Accent:
		return highlight;
	case Tone::Good:
	case Tone::Green:
		return QColor(0x2e, 0xb8, 0x6e);
	case Tone::Warning:
	case Tone::Orange:
		return QColor(0xe8, 0x98, 0x1c);
	case Tone::Bad:
		return QColor(0xe0, 0x45, 0x4c);
	case Tone::Purple:
		return QColor(0x94, 0x5c, 0xf5);
	case Tone::Blue:
		return QColor(0x2f, 0x8c, 0xe8);
	}
	return text;
}

QColor Theme::tone(Tone tone, const QColor &background) const
{
	return readable(this->tone(tone), background);
}

QColor Theme::tint(Tone tone) const
{
	return tone == Tone::Plain ? base : blend(base, this->tone(tone), dark ? 0.16 : 0.12);
}

/* As much of the colour as leaves the text readable, also when the row is pointed at or selected. */
QColor Theme::tint(const QColor &color) const
{
	QColor background = base;
	for (const double share : {0.24, 0.18, 0.12, 0.06}) {
		background = blend(base, color, share);
		if (contrast(text, selected(background)) >= readableContrast &&
		    contrast(text, hovered(background)) >= readableContrast) {
			break;
		}
	}
	return background;
}

QColor Theme::edge(const QColor &color) const
{
	/* WCAG 2 for what is no text. */
	constexpr double visible = 3;
	for (double share = 0; share < 1; share += 0.1) {
		const QColor edge = blend(color, text, share);
		if (contrast(edge, base) >= visible) {
			return edge;
		}
	}
	return text;
}

QColor Theme::hovered(const QColor &background) const
{
	return blend(background, text, 0.07);
}

QColor Theme::selected(const QColor &background) const
{
	return blend(background, highlight, 0.38);
}

} // namespace lx::ui
