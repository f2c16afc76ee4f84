// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QString>

#include <string>

namespace drover::gui {

// The use cases say why in English sentences of fixed form, for logs, the audit and the command line; here they are
// said in the console's language. One of no known form, like a provider's own words, stays as it is.
QString sentenceText(const std::string& english);

} // namespace drover::gui
