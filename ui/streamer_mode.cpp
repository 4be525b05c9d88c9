#include "ui/streamer_mode.hpp"

namespace lx::ui {

template<typename Change> void StreamerMode::change(Change apply)
{
	const bool was = isOn();
	const bool wasWanted = wanted();
	apply();
	if (isOn() != was || wanted() != wasWanted) {
		Q_EMIT changed();
	}
}

void StreamerMode::setWish(Wish wish)
{
	change([this, wish] {
		shown_ = shown_ && wish == wish_;
		wish_ = wish;
	});
}

void StreamerMode::setOnAir(bool onAir)
{
	change([this, onAir] {
		/* What was shown before the stream is not forgotten to be hidden in it. */
		shown_ = shown_ && !(onAir && !onAir_);
		onAir_ = onAir;
	});
}

void StreamerMode::toggle()
{
	change([this] { shown_ = wanted() && !shown_; });
}

} // namespace lx::ui
