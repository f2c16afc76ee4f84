// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QByteArray>
#include <QString>

#include <algorithm>

namespace drover::gui {

// Overwrites what held a secret and empties it; a buffer that others share is left to them. What Qt draws and lays out
// from it in between is out of reach.
template <class Text>
void wipeText(Text& text)
{
    if (text.isDetached())
        std::fill_n(text.data(), text.size(), typename Text::value_type(0));
    text.resize(0);
}

} // namespace drover::gui
