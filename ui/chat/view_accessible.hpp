/*
 * What screen readers are told of the chat: a list whose children are the lines on screen, each with its text, its place,
 * and the actions its buttons offer.
 */
#pragma once

namespace lx::ui {

/* Has Qt ask us about chat views. Once for a program; more often does no harm. */
void installChatAccessibility();

} // namespace lx::ui
