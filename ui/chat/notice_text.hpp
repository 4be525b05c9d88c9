/*
 * Sentences about what happened in chat, in the user's language, from the event's fields. Any thread.
 */
#pragma once

#include <QString>

#include "bus/event.h"
#include "ui/theme.hpp"

namespace lx::ui {

class Text;

/* "Anna subscribed for 12 months (Tier 1)"; Twitch's own English sentence where the kind is not known here. */
QString noticeSentence(const struct lx_chat &chat, const Text &text);
Tone noticeTone(const struct lx_chat &chat);

/* Names an action and how it ended: "banned", "timed out for 10 min". */
QString actionDone(const struct lx_action &action, const Text &text);
/* For the line under the chat: "Anna was banned." */
QString actionSentence(const struct lx_action &action, const Text &text);

} // namespace lx::ui
